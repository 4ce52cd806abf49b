"""What can go wrong with a brief, said so that the user can put it right."""

from __future__ import annotations

from transom.engine.core.errors import TransomError


class BriefError(TransomError):
    """Something about a brief that cannot be done as asked."""
