"""Errors about what is kept in the library."""

from transom.engine.core.errors import TransomError


class LibraryError(TransomError):
    """Something that could not be kept or changed; the message says why and what to do."""
