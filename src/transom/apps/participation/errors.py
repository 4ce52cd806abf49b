"""What can go wrong when taking part, said so that the user can put it right."""

from __future__ import annotations

from transom.engine.core.errors import TransomError


class ParticipationError(TransomError):
    """Something that cannot be done as asked; the message says why and what to do instead."""
