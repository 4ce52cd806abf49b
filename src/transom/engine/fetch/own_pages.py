"""When a site's own page is read again: rarely, as who keeps a site changes rarely. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

MONTH = timedelta(days=30)
LONGEST = timedelta(days=120)
FIRST_RETRY = timedelta(days=2)
MOST_DOUBLINGS = 6
GONE = frozenset({404, 410})


def after_answer(unchanged: int, now: datetime, jitter: float) -> datetime:
    """A month after it said something new; each time that it did not, half as long again, to four months.

    `unchanged` is how often in a row it said the same. `jitter` in [0, 1) adds up to a tenth.
    """
    wait = min(MONTH * 1.5 ** min(max(unchanged, 0), MOST_DOUBLINGS), LONGEST)
    return now + _spread(wait, jitter)


def after_failure(failures: int, now: datetime, jitter: float, *, status: int | None = None) -> datetime:
    """Two days after the first failure in a row, doubling to four months; so long at once where there is no page.

    No server's wish for a pause that `engine.net` obeys is longer than two days.
    """
    doublings = MOST_DOUBLINGS if status in GONE else min(max(failures - 1, 0), MOST_DOUBLINGS)
    return now + _spread(min(FIRST_RETRY * 2.0**doublings, LONGEST), jitter)


def _spread(wait: timedelta, jitter: float) -> timedelta:
    return wait * (1 + min(max(jitter, 0.0), 1.0) / 10)
