"""What can go wrong with taking data out and in."""

from __future__ import annotations

from transom.engine.core.errors import TransomError


class ExportError(TransomError):
    """An export that cannot be taken in; nothing of it was kept, and trying the same again cannot help."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True)
