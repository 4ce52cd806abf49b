"""How long to wait before a source is asked again, from how it publishes and what it asks for."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median

from transom.engine.fetch.state import FetchState
from transom.engine.net.politeness import LONGEST_WAIT, http_date

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
FORTNIGHT = timedelta(days=14)
SILENCE_SHARE = 14
"""A source silent for n days waits n / 14 days: daily after a fortnight, weekly after 98 days."""
RECENT_TIMES = 20
JITTER_SHARE = 0.1
MOST_DOUBLINGS = 30


def typical_gap_hours(published: Iterable[datetime], now: datetime) -> float | None:
    """Median hours between neighbouring publications among the latest 20 before `now`; None for fewer than two."""
    times = sorted({_utc(time) for time in published if _utc(time) <= now})[-RECENT_TIMES:]
    gaps = [(later - earlier) / HOUR for earlier, later in pairwise(times)]
    return median(gaps) if gaps else None


def latest(published: Iterable[datetime], now: datetime) -> datetime | None:
    """The newest publication that is not in the future."""
    return max((time for time in map(_utc, published) if time <= now), default=None)


def shortest_wait(state: FetchState) -> timedelta:
    """An hour; a day where the server gave a document and no validators, so that each fetch is a whole one."""
    return DAY if state.last_success_at is not None and not state.has_validators else HOUR


def usual_wait(state: FetchState, fresh_seconds: float | None, now: datetime, jitter: float) -> timedelta:
    """How long after a success: half the typical gap and a share of the silence, or longer if asked to.

    Between `shortest_wait` and a week. `jitter` in [0, 1) adds up to a tenth.
    """
    gap = HOUR * min(state.gap_hours, 10_000.0) if state.gap_hours is not None else None
    by_rhythm = min(gap / 2, DAY) if gap is not None else shortest_wait(state)
    wait = max(by_rhythm, _silence(state, now) / SILENCE_SHARE, _asked_for(state, gap, fresh_seconds))
    return _between(shortest_wait(state), wait * (1 + JITTER_SHARE * _unit(jitter)), WEEK)


def retry_wait(
    state: FetchState, now: datetime, jitter: float, retry_after: float | None = None
) -> timedelta:
    """How long after failure number `state.failures`: doubling from an hour, with jitter of up to a half.

    At most a day while the trouble is younger than a fortnight, then a week, and never longer: it does not
    end. `retry_after` (seconds, of which two days count) can only prolong it.
    """
    doublings = min(max(state.failures - 1, 0), MOST_DOUBLINGS)
    wait = HOUR * 2**doublings * (1 + _unit(jitter) / 2)
    began = state.first_failed_at or now
    ceiling = DAY * (1 + _unit(jitter) / 2) if now - began < FORTNIGHT else WEEK
    wait = _between(shortest_wait(state), min(wait, ceiling), WEEK)
    return max(wait, timedelta(seconds=min(retry_after or 0.0, LONGEST_WAIT)))


def fresh_seconds(headers: Mapping[str, str]) -> float | None:
    """Seconds for which a document may be kept: Cache-Control max-age less Age, else Expires less Date.

    RFC 9111 section 4.2. None where the server says nothing usable; never negative.
    """
    directives = headers.get("cache-control", "").lower()
    if "no-cache" in directives or "no-store" in directives:
        return None
    age = _max_age(directives)
    if age is not None:
        return max(age - (_number(headers.get("age", "")) or 0.0), 0.0)
    expires = http_date(headers["expires"]) if headers.get("expires") else None
    date = http_date(headers["date"]) if headers.get("date") else None
    return max((expires - date).total_seconds(), 0.0) if expires and date else None


def _asked_for(state: FetchState, gap: timedelta | None, fresh: float | None) -> timedelta:
    """What ttl, sy:update and caching headers ask for.

    More than a day only where it fits how the source publishes: "keep for a year" on a daily feed is a
    slip in somebody's settings.
    """
    minutes = max(state.ttl_minutes or 0, state.update_minutes or 0, (fresh or 0.0) / 60)
    return min(timedelta(minutes=min(minutes, WEEK / timedelta(minutes=1))), max(DAY, gap or DAY))


def _silence(state: FetchState, now: datetime) -> timedelta:
    return max(now - state.last_changed_at, timedelta()) if state.last_changed_at else timedelta()


def _max_age(directives: str) -> float | None:
    for directive in directives.split(","):
        name, _, value = directive.strip().partition("=")
        if name.strip() == "max-age":
            return _number(value.strip().strip('"'))
    return None


def _number(value: str) -> float | None:
    value = value.strip()
    return float(value[:12]) if value.isascii() and value.isdigit() else None


def _between(least: timedelta, wait: timedelta, most: timedelta) -> timedelta:
    return min(max(least, wait), most)


def _unit(jitter: float) -> float:
    return min(max(jitter, 0.0), 1.0)


def _utc(time: datetime) -> datetime:
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
