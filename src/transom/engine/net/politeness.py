"""Never more of a server's attention than it would gladly give: spacing, few at once, and waiting as asked."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from transom.engine.core.addresses import registrable_domain

SLOWER = {"arxiv.org": 3.0}
"""Domains that ask in their terms for one request at a time, and for so many seconds between two starts."""
LONGEST_WAIT = 2 * 24 * 3600.0
"""Seconds; a Retry-After beyond two days is taken for two days."""


def retry_after_seconds(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks to wait (RFC 9110 section 10.2.3), at most two days.

    None where there is none or where it cannot be read; a date in the past asks for nothing: 0.
    """
    value = (value or "").strip()
    if not value:
        return None
    if value.isascii() and value.isdigit():
        return min(float(value[:12]), LONGEST_WAIT)
    when = http_date(value)
    return None if when is None else min(max((when - now).total_seconds(), 0.0), LONGEST_WAIT)


def http_date(value: str) -> datetime | None:
    """A date from an HTTP header in UTC; None where it is no date. Never raises."""
    try:
        when = parsedate_to_datetime(value)
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


class Gate:
    """Lets `width` through at a time, in the order they came. Not tied to one event loop while idle."""

    def __init__(self, width: int) -> None:
        self._free = width
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def enter(self) -> None:
        """Waits for a place. When cancelled, none is taken."""
        if self._free > 0:
            self._free -= 1
            return
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self.leave()
            raise

    def leave(self) -> None:
        """Gives the place to the next who still waits."""
        while self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(None)
                return
        self._free += 1


class Politeness:
    """Shares out turns among hosts.

    `per_host` requests at a time to one host, `spacing` seconds between two starts within one registrable
    domain, `total` requests at a time in all; hosts in `unspaced` (the operator's own) have no spacing. Domains in
    `slower` have a spacing of their own, and one request at a time to a host, where there is spacing at all.
    `clock` gives seconds that only grow.
    """

    def __init__(
        self,
        *,
        spacing: float = 1.0,
        per_host: int = 2,
        total: int = 32,
        unspaced: Iterable[str] = (),
        slower: Mapping[str, float] = SLOWER,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._spacing = spacing
        self._per_host = per_host
        self._unspaced = frozenset(host.lower() for host in unspaced)
        self._slower = slower if spacing > 0 else {}
        self._clock = clock
        self._all = Gate(total)
        self._hosts: dict[str, Gate] = {}
        self._starts: dict[str, Gate] = {}
        self._next_start: dict[str, float] = {}
        self._held: dict[str, float] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Waits until a request to `host` may start; the turn ends with the block."""
        gate = self._hosts.get(host)
        if gate is None:
            width = 1 if registrable_domain(host) in self._slower else self._per_host
            gate = self._hosts[host] = Gate(width)
        await gate.enter()
        try:
            if self._spacing <= 0 or host in self._unspaced:
                await self._all.enter()
            else:
                await self._spaced_start(registrable_domain(host))
            try:
                yield
            finally:
                self._all.leave()
        finally:
            gate.leave()

    def hold(self, host: str, seconds: float, *, whole_domain: bool) -> None:
        """Nothing goes to `host`, or to all hosts of its registrable domain, for so long."""
        if seconds > 0:
            key = registrable_domain(host) if whole_domain else host
            self._held[key] = max(self._held.get(key, 0.0), self._clock() + seconds)

    def held_for(self, host: str) -> float:
        """Seconds for which nothing should go to `host`, because it or its domain said so; else 0."""
        if not self._held:
            return 0.0
        until = max(self._held.get(host, 0.0), self._held.get(registrable_domain(host), 0.0))
        return max(until - self._clock(), 0.0)

    async def _spaced_start(self, domain: str) -> None:
        """One start after the other within a domain, and no place of all is held while waiting for it."""
        starts = self._starts.get(domain)
        if starts is None:
            starts = self._starts[domain] = Gate(1)
        await starts.enter()
        try:
            wait = self._next_start.get(domain, 0.0) - self._clock()
            if wait > 0:
                await asyncio.sleep(wait)
            await self._all.enter()
            self._next_start[domain] = self._clock() + max(self._spacing, self._slower.get(domain, 0.0))
        finally:
            starts.leave()
