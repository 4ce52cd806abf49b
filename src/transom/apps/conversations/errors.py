"""Errors about events and conversations."""

from transom.engine.core.errors import TransomError


class ConversationError(TransomError):
    """Something about events that cannot be done; the message says why."""
