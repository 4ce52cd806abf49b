"""Keys of pages: where a list goes on, as text for an address."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence


def write_key(values: Sequence[float | int | str]) -> str:
    """The key of the page that begins after a row with these values."""
    return base64.urlsafe_b64encode(json.dumps(list(values)).encode()).decode().rstrip("=")


def read_key(after: str | None, length: int) -> list[object] | None:
    """The values in a key; None for the first page, which a damaged key reads as too."""
    if not after:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
    except ValueError:
        return None
    return values if isinstance(values, list) and len(values) == length else None
