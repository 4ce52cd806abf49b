"""Keys of pages: where a list goes on, as text for an address."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence

LONGEST = 200
LARGEST = 2**63 - 1


def write_key(values: Sequence[float | int | str]) -> str:
    """The key of the page that begins after a row with these values."""
    return base64.urlsafe_b64encode(json.dumps(list(values)).encode()).decode().rstrip("=")


def read_key(after: str | None, length: int) -> list[object] | None:
    """The values in a key; None for the first page, which a damaged key reads as too."""
    if not after or len(after) > LONGEST:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
    except ValueError:
        return None
    if not isinstance(values, list) or len(values) != length:
        return None
    return values if all(map(_is_a_value, values)) else None


def _is_a_value(value: object) -> bool:
    """What a row can have: a text, or a number that both databases take."""
    if isinstance(value, str):
        return "\x00" not in value
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST
