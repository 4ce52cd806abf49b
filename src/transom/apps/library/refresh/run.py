"""One round of refreshing: answers come in, batches go out, and what needs the whole round waits for its end."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from transom.apps.base.collector import rarely_collecting
from transom.apps.library.drafting.helpers import Helpers, spare_processors
from transom.apps.library.drafting.understand import Understood, understand
from transom.apps.library.models import RefreshRun
from transom.apps.library.refresh.contacts import Contacts
from transom.apps.library.refresh.digest import Digest, decided, digest, fetch_state, is_first, with_reading
from transom.apps.library.refresh.fetching import Answer, Wanted, fetch_all
from transom.apps.library.refresh.reading import Missing, Reading, cursor_of
from transom.apps.library.selectors.network import network_is_down
from transom.apps.library.store import store_batch
from transom.apps.sources import selectors, services
from transom.apps.sources.connectors.registry import connector
from transom.apps.sources.errors import SourceError
from transom.apps.sources.models import Source, SourceKind
from transom.engine.fetch.batch import network_down, several_hosts_redirect
from transom.engine.fetch.outcome import request_for
from transom.engine.fetch.state import Failed, Fetched, Outcome
from transom.engine.net.port import HttpPort

log = logging.getLogger(__name__)

BATCH = 50
FIRST_BATCH = 10
"""Where somebody may be waiting for the first things to read; each batch after it is twice as large."""
STORE_EVERY = 2.0
"""Seconds that what was understood waits for its batch to fill."""
ROUND = 2_000
"""Sources asked in one go: connections to a host are kept within a round, so a round holds what most people follow."""
READ_TOGETHER, READ_BYTES = 20, 1 << 20
PAYS_FROM = 100
OUT_AT_ONCE = 8
"""Lots of documents that wait at a helper or are being read there: enough that it never waits for this process,
which reads some itself once so many are out."""


@dataclass(slots=True)
class RefreshReport:
    """What a round came to."""

    tried: int = 0
    changed: int = 0
    failed: int = 0
    new_items: int = 0
    changed_items: int = 0
    network_down: bool = False
    complete: bool = True
    failures: list[tuple[int, str]] = field(default_factory=list)


Progress = Callable[[RefreshReport], None]
Clock = Callable[[], float]


def refresh_due(
    client: HttpPort, *, now: datetime, limit: int = ROUND, progress: Progress | None = None
) -> RefreshReport:
    """Refreshes what is due, longest overdue first, at most ``limit`` sources."""
    return refresh_sources(selectors.due(now, limit), client, now=now, progress=progress)


def refresh_sources(
    source_ids: Iterable[int],
    client: HttpPort,
    *,
    now: datetime,
    progress: Progress | None = None,
    enough: Callable[[], bool] | None = None,
    clock: Clock = time.monotonic,
) -> RefreshReport:
    """Refreshes these sources, due or not. One source's fault never touches another.

    ``progress`` is told after every batch, and every few seconds while answers come in. Once ``enough`` says
    so, what came is stored and nothing more is waited for; the rest stays due.
    """
    sources = Source.objects.filter(pk__in=list(source_ids)).exclude(address="").select_related("state")
    by_id = {source.pk: source for source in sources if hasattr(source, "state")}
    report = RefreshReport()
    if not by_id:
        return report
    started = timezone.now()
    with rarely_collecting(), _helpers(by_id.values()) as helpers:
        round_ = _Round(by_id, now, report, progress, helpers, clock)
        with closing(fetch_all(client, round_.requests())) as answers:
            for answer in answers:
                if answer is not None:
                    round_.take(answer)
                round_.look_at_the_clock()
                if enough and enough():
                    report.complete = False
                    break
        round_.finish(was_down=network_is_down(now))
    RefreshRun.objects.create(
        started_at=started,
        finished_at=timezone.now(),
        tried=report.tried,
        changed=report.changed,
        failed=report.failed,
        new_items=report.new_items,
        network_down=report.network_down,
    )
    return report


def _reading(source: Source, now: datetime) -> Reading:
    try:
        asked = connector(source.connector)
    except SourceError as error:
        asked = Missing(error.message)
    return Reading(asked, source.query, cursor_of(source.state.cursor), source.address, now)


def _helpers(sources: Iterable[Source]) -> Helpers:
    """Processes to read documents, where many will come whose entries are all new; else none."""
    first = sum(is_first(source) for source in sources if source.kind != SourceKind.CONNECTOR)
    return Helpers(spare_processors() if first >= PAYS_FROM else 0)


class _Round:
    """Gathers answers into batches; holds back what only the whole round can judge."""

    def __init__(
        self,
        sources: dict[int, Source],
        now: datetime,
        report: RefreshReport,
        progress: Progress | None,
        helpers: Helpers,
        clock: Clock,
    ) -> None:
        self._sources, self._now, self._report, self._progress = sources, now, report, progress
        self._before = {key: fetch_state(source.state) for key, source in sources.items()}
        self._helpers, self._contacts = helpers, Contacts()
        self._clock, self._looked_at = clock, clock()
        self._watched = any(map(is_first, sources.values()))
        self._full = FIRST_BATCH if self._watched else BATCH
        self._asked: list[int] = []
        self._unread: list[Digest] = []
        self._reading: deque[tuple[list[Digest], Future[list[Understood]]]] = deque()
        self._batch: list[Digest] = []
        self._held: list[Digest] = []
        self._outcomes: list[tuple[str, Outcome]] = []

    def requests(self) -> Iterator[Wanted]:
        """What is to be asked: feeds and pages by their address, connectors by where they have come."""
        for key, source in self._sources.items():
            if source.kind == SourceKind.CONNECTOR:
                yield key, _reading(source, self._now)
            else:
                yield key, request_for(source.address, self._before[key])

    def take(self, answer: Answer) -> None:
        """Judges one answer, has its document read, and stores a batch when enough are understood."""
        one = digest(self._sources[answer.key], self._before[answer.key], answer, now=self._now)
        self._contacts.add(answer, one.source.owner_id)
        self._asked.append(answer.key)
        if one.records is not None:
            self._take_page(one)
            return
        if one.document is None:
            self._add(one)
            return
        if self._full == FIRST_BATCH:
            # The first batch is read here: helpers take a while to come.
            self._read_here([one])
            return
        self._unread.append(one)
        size = sum(len(each.document.body) for each in self._unread if each.document)
        if len(self._unread) >= READ_TOGETHER or size >= READ_BYTES:
            self._read()

    def look_at_the_clock(self) -> None:
        """What was understood is stored after two seconds, however little; how many were asked is noted."""
        if self._clock() - self._looked_at < STORE_EVERY:
            return
        self._read()
        self._store_batch()
        self._note_asked()
        self._looked_at = self._clock()

    def _note_asked(self) -> None:
        """The count that somebody watches is of sources asked, not of batches stored."""
        if self._asked:
            services.note_asked(self._asked, self._now)
            self._asked = []
        if self._progress:
            self._progress(self._report)

    def _take_page(self, one: Digest) -> None:
        """A connector's page is a batch of its own: the next page's cursor must never be there without this one."""
        if one.is_last:
            self._count(one)
            self._outcomes.append((one.source.address, one.outcome))
        self._store([one])

    def _read(self) -> None:
        """Hands documents on to be read, or reads them here where the helpers have enough; takes back what is read."""
        while self._reading and self._reading[0][1].done():
            self._take_back()
        unread, self._unread = self._unread, []
        if self._helpers.count and len(self._reading) >= OUT_AT_ONCE * self._helpers.count:
            self._read_here(unread)
        elif unread:
            documents = [one.document for one in unread if one.document]
            self._reading.append((unread, self._helpers.read(documents)))
        if not self._helpers.count:
            while self._reading:
                self._take_back()

    def _read_here(self, unread: Iterable[Digest]) -> None:
        for one in unread:
            if one.document:
                self._add(with_reading(one, understand(one.document)))

    def _take_back(self) -> None:
        unread, read = self._reading.popleft()
        for one, understood in zip(unread, read.result(), strict=True):
            self._add(with_reading(one, understood))

    def _add(self, one: Digest) -> None:
        self._count(one)
        self._outcomes.append((one.source.address, one.outcome))
        (self._held if one.must_wait else self._batch).append(one)
        if len(self._batch) >= self._full:
            self._store_batch()

    def _store_batch(self) -> None:
        if not self._batch:
            return
        self._store(self._batch)
        self._batch = []
        self._full = min(2 * self._full, BATCH)
        if self._watched:
            self._note_asked()
        elif self._progress:
            self._progress(self._report)
        self._looked_at = self._clock()

    def finish(self, *, was_down: bool) -> None:
        """Stores the rest, judged beside all that came; ``was_down``: so was the network lately."""
        self._read()
        while self._reading:
            self._take_back()
        self._store_batch()
        self._report.network_down = network_down(self._outcomes, was_down=was_down)
        portals = several_hosts_redirect(self._outcomes)
        for start in range(0, len(self._held), BATCH):
            part = self._held[start : start + BATCH]
            self._store(part, offline=self._report.network_down, portals=portals)
        self._note_asked()
        self._contacts.save(self._now)

    def _store(
        self, digests: list[Digest], *, offline: bool = False, portals: frozenset[str] = frozenset()
    ) -> None:
        feeds = [decided(one, now=self._now, offline=offline, portals=portals) for one in digests]
        stored = store_batch(feeds, now=self._now)
        self._report.new_items += len(stored.added)
        self._report.changed_items += len(stored.changed)

    def _count(self, one: Digest) -> None:
        self._report.tried += 1
        if isinstance(one.outcome, Failed):
            self._report.failed += 1
            self._report.failures.append((one.source.pk, one.outcome.message))
        elif isinstance(one.outcome, Fetched):
            self._report.changed += 1
