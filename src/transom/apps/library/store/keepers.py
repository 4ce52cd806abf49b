"""Later stages that keep records of their own, in the transaction that keeps the items and the cursor.

A stage never knows a later one; the later one says here, when it starts, what it wants to keep:

    keep_with_batches(prepare)      # prepare(feeds, now) compares, outside the transaction, and returns what writes
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from transom.apps.library.store.fetched import FetchedFeed

Write = Callable[[], None]
Prepare = Callable[[Sequence[FetchedFeed], datetime], Write]

_keepers: list[Prepare] = []


def keep_with_batches(prepare: Prepare) -> None:
    """Registers a keeper; twice is once."""
    if prepare not in _keepers:
        _keepers.append(prepare)


def prepared(feeds: Sequence[FetchedFeed], now: datetime) -> list[Write]:
    """What every keeper will write for a batch."""
    with_records = [feed for feed in feeds if feed.records is not None]
    return [prepare(with_records, now) for prepare in _keepers] if with_records else []
