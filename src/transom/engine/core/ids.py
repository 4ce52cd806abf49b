"""Stable item ids: positive 63-bit integers that only ever grow, readable as microseconds since 1970."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LARGEST = 2**63 - 1
MICROSECOND = timedelta(microseconds=1)


def item_ids(count: int, *, now: datetime, after: int) -> range:
    """`count` consecutive new ids, all greater than `after` (the largest id handed out before; 0 for none).

    They start at `now` in microseconds since the epoch, or just after `after` when the clock went back or
    ids were handed out faster than one a microsecond.
    """
    if count < 0:
        raise ValueError(f"cannot hand out {count} ids; ask for none or more")
    first = max((now - EPOCH) // MICROSECOND, after + 1, 1)
    if first + count - 1 > LARGEST:
        raise ValueError(
            f"ids after {after} would not fit into 63 bits; check the clock and the largest stored id"
        )
    return range(first, first + count)
