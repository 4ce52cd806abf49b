"""The bench of the self-test: a scripted server, a clock that is moved by hand, and Transom's own fetch loop."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

from transom.engine.core.errors import FetchError
from transom.engine.fetch.outcome import outcome_of, outcome_of_error, request_for
from transom.engine.fetch.schedule import Decision, Fetched, Outcome, decide, is_due, new_state
from transom.engine.net.guard import AddressGuard
from transom.engine.net.loopback import HOST, LoopbackServer, Seen, reply
from transom.engine.net.port import HttpPort

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FEED_HOST = "feed.example"
OTHER_HOST = "moved.example"
PATH = "/feed.xml"
JITTER = 0.0


class Clock:
    """Simulated time. `seconds` is for politeness, which wants a number that only grows."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def seconds(self) -> float:
        return self.now.timestamp()

    def date(self, ahead: timedelta = timedelta()) -> str:
        """The time as HTTP writes it."""
        return format_datetime(self.now + ahead, usegmt=True)


ClientFactory = Callable[[AddressGuard, Callable[[], float]], HttpPort]
Headers = Sequence[tuple[str, str | bytes]]


@dataclass(frozen=True, slots=True)
class Visit:
    """One request as the server saw it, at its simulated time."""

    at: datetime
    seen: Seen

    def header(self, name: str) -> bytes | None:
        return self.seen.header(name)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the script answers; `body` is sent as it is."""

    status: int = 200
    headers: Headers = ()
    body: bytes = b""


Script = Callable[["Bench", Seen], Reply]


@dataclass
class Bench:
    """One case's world: `script` answers, `visits` is what the server saw, `decisions` what Transom decided.

    `published` gives the times of publication that parsing the present document would find.
    """

    clock: Clock
    factory: ClientFactory
    script: Script
    published: Callable[[datetime], tuple[datetime, ...]] = lambda now: (now,)
    path: str = PATH
    visits: list[Visit] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.state = new_state(self.clock.now)
        self.url = ""
        self._guard = AddressGuard(mapping={FEED_HOST: HOST, OTHER_HOST: HOST})
        self._server: LoopbackServer | None = None
        self._client: HttpPort | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Bench"]:
        """Serves the script, with a client of its own."""

        async def answer(seen: Seen, writer: object) -> None:
            self.visits.append(Visit(self.clock.now, seen))
            given = self.script(self, seen)
            headers = [("Date", self.clock.date()), *given.headers]
            writer.write(reply(given.status, headers, given.body))  # type: ignore[attr-defined]

        async with LoopbackServer(answer) as self._server:
            self.url = self.address(self.path)
            self.restart()
            try:
                yield self
            finally:
                await self.close()

    def address(self, path: str, host: str = FEED_HOST) -> str:
        """The address of `path` on the bench's server under one of its two names."""
        assert self._server is not None
        return self._server.url(path, host)

    def restart(self) -> None:
        """A new process: nothing is left but what was stored."""
        self._client = self.factory(self._guard, self.clock.seconds)

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def run(self, span: timedelta, most: int = 2000) -> None:
        """Lets simulated time pass; the source is asked whenever it is due."""
        end = self.clock.now + span
        while self.state.status == "active" and self.state.next_due_at <= end and most > 0:
            self.clock.now = max(self.clock.now, self.state.next_due_at)
            await self.visit_if_due()
            most -= 1
        self.clock.now = end

    async def visit_if_due(self) -> None:
        """What the worker does for one source."""
        if not is_due(self.state, self.clock.now):
            return
        outcome = await self._fetch()
        decision = decide(self.state, outcome, now=self.clock.now, jitter=JITTER)
        self.outcomes.append(outcome)
        self.decisions.append(decision)
        self.state = decision.state
        self.url = decision.adopt_url or self.url

    async def _fetch(self) -> Outcome:
        assert self._client is not None
        request = request_for(self.url, self.state)
        try:
            response = await self._client.fetch(request)
        except FetchError as error:
            return outcome_of_error(error)
        outcome = outcome_of(request, response, self.state, now=self.clock.now)
        if isinstance(outcome, Fetched):
            return replace(outcome, published=self.published(self.clock.now))
        return outcome

    def waits(self) -> list[timedelta]:
        """Simulated time between one request and the next."""
        times = [visit.at for visit in self.visits]
        return [later - earlier for earlier, later in pairwise(times)]
