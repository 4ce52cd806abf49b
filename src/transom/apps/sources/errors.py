"""Errors about sources."""

from transom.engine.core.errors import TransomError


class SourceError(TransomError):
    """An address that cannot be followed; the message says why and what to do."""
