"""Items for the tests of conversations, written so that a test reads as what happened."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta

import numpy as np

from transom.engine.graph.items import DAY, Piece

NOW = datetime(2026, 3, 20, tzinfo=UTC)


def at(day: float) -> float:
    """The epoch seconds of a day of the story, day 0 being ten days before NOW."""
    return (NOW - timedelta(days=10)).timestamp() + day * DAY


def piece(
    key: int,
    *,
    day: float = 0.0,
    words: str = "",
    links: tuple[str, ...] = (),
    by: str = "",
    home: str = "",
    **more: str,
) -> Piece:
    """An item of its own author and domain unless `by` and `home` say otherwise; its words weigh alike."""
    ids = np.array(sorted({zlib.crc32(word.encode()) for word in words.split()}), dtype=np.uint32)
    weights = np.full(len(ids), 1 / np.sqrt(max(len(ids), 1)), dtype=np.float32)
    domain = home or f"site{key}.example"
    return Piece(
        id=key,
        published=at(day),
        title=more.get("title", f"Item {key}"),
        address=more.get("address", f"https://{domain}/{key}"),
        links=links,
        terms=ids,
        weights=weights,
        author=by or f"Writer {key}",
        person=more.get("person", ""),
        domain=domain,
    )


def chatter(count: int, start: int = 1000) -> list[Piece]:
    """Unrelated items of the last three months, each in words of its own and some that everybody uses."""
    return [
        piece(
            start + n,
            day=n * 0.9 - 80 if count > 50 else n * 0.1,
            words=f"field work own{n} alone{n} lone{n}",
        )
        for n in range(count)
    ]
