"""What can go wrong with accounts."""

from __future__ import annotations

from transom.engine.core.errors import TransomError


class AccountError(TransomError):
    """Something that cannot be done with this account, invitation or link; trying again cannot help."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True)
