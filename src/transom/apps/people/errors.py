"""Errors about people."""

from transom.engine.core.errors import TransomError


class PeopleError(TransomError):
    """Something about people that cannot be done; the message says why."""
