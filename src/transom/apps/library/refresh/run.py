"""One round of refreshing: answers come in, batches go out, and what needs the whole round waits for its end."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from transom.apps.library.drafting.helpers import Helpers, spare_processors
from transom.apps.library.drafting.understand import Understood
from transom.apps.library.models import RefreshRun
from transom.apps.library.refresh.contacts import Contacts
from transom.apps.library.refresh.digest import Digest, decided, digest, fetch_state, is_first, with_reading
from transom.apps.library.refresh.fetching import Answer, Wanted, fetch_all
from transom.apps.library.refresh.reading import Missing, Reading, cursor_of
from transom.apps.library.store import store_batch
from transom.apps.sources import selectors
from transom.apps.sources.connectors.registry import connector
from transom.apps.sources.errors import SourceError
from transom.apps.sources.models import Source, SourceKind
from transom.engine.fetch.batch import network_down, several_hosts_redirect
from transom.engine.fetch.outcome import request_for
from transom.engine.fetch.state import Failed, Fetched, Outcome
from transom.engine.net.port import HttpPort

log = logging.getLogger(__name__)

BATCH = 50
ROUND = 500
READ_TOGETHER, READ_BYTES = 20, 1 << 20
PAYS_FROM = 100


@dataclass(slots=True)
class RefreshReport:
    """What a round came to."""

    tried: int = 0
    changed: int = 0
    failed: int = 0
    new_items: int = 0
    changed_items: int = 0
    network_down: bool = False
    failures: list[tuple[int, str]] = field(default_factory=list)


Progress = Callable[[RefreshReport], None]


def refresh_due(
    client: HttpPort, *, now: datetime, limit: int = ROUND, progress: Progress | None = None
) -> RefreshReport:
    """Refreshes what is due, longest overdue first, at most ``limit`` sources."""
    return refresh_sources(selectors.due(now, limit), client, now=now, progress=progress)


def refresh_sources(
    source_ids: Iterable[int], client: HttpPort, *, now: datetime, progress: Progress | None = None
) -> RefreshReport:
    """Refreshes these sources, due or not. One source's fault never touches another."""
    sources = Source.objects.filter(pk__in=list(source_ids)).exclude(address="").select_related("state")
    by_id = {source.pk: source for source in sources if hasattr(source, "state")}
    report = RefreshReport()
    if not by_id:
        return report
    started = timezone.now()
    with _helpers(by_id.values()) as helpers:
        round_ = _Round(by_id, now, report, progress, helpers)
        for answer in fetch_all(client, _requests(by_id.values(), now)):
            round_.take(answer)
        round_.finish()
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


def _requests(sources: Iterable[Source], now: datetime) -> Iterable[Wanted]:
    for source in sources:
        if source.kind != SourceKind.CONNECTOR:
            yield source.pk, request_for(source.address, fetch_state(source.state))
            continue
        try:
            asked = connector(source.connector)
        except SourceError as error:
            asked = Missing(error.message)
        cursor = cursor_of(source.state.cursor)
        yield source.pk, Reading(asked, source.query, cursor, source.address, now)


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
    ) -> None:
        self._sources, self._now, self._report, self._progress = sources, now, report, progress
        self._helpers, self._contacts = helpers, Contacts()
        self._unread: list[Digest] = []
        self._reading: deque[tuple[list[Digest], Future[list[Understood]]]] = deque()
        self._batch: list[Digest] = []
        self._held: list[Digest] = []
        self._outcomes: list[tuple[str, Outcome]] = []

    def take(self, answer: Answer) -> None:
        """Judges one answer, has its document read, and stores a batch when enough are understood."""
        one = digest(self._sources[answer.key], answer, now=self._now)
        self._contacts.add(answer)
        if one.records is not None:
            self._take_page(one)
            return
        if one.document is None:
            self._add(one)
            return
        self._unread.append(one)
        size = sum(len(each.document.body) for each in self._unread if each.document)
        if len(self._unread) >= READ_TOGETHER or size >= READ_BYTES:
            self._read()

    def _take_page(self, one: Digest) -> None:
        """A connector's page is a batch of its own: the next page's cursor must never be there without this one."""
        if one.is_last:
            self._count(one)
            self._outcomes.append((one.source.address, one.outcome))
        self._store([one])

    def _read(self) -> None:
        """Hands documents on to be read; takes back what was read, and waits only where too many are out."""
        if self._unread:
            documents = [one.document for one in self._unread if one.document]
            self._reading.append((self._unread, self._helpers.read(documents)))
            self._unread = []
        while self._reading and (self._reading[0][1].done() or len(self._reading) > 2 * self._helpers.count):
            self._take_back()

    def _take_back(self) -> None:
        unread, read = self._reading.popleft()
        for one, understood in zip(unread, read.result(), strict=True):
            self._add(with_reading(one, understood))

    def _add(self, one: Digest) -> None:
        self._count(one)
        self._outcomes.append((one.source.address, one.outcome))
        (self._held if one.must_wait else self._batch).append(one)
        if len(self._batch) >= BATCH:
            self._store(self._batch)
            self._batch = []

    def finish(self) -> None:
        """Stores the rest, judged beside all that came."""
        self._read()
        while self._reading:
            self._take_back()
        self._store(self._batch)
        self._report.network_down = network_down(self._outcomes)
        portals = several_hosts_redirect(self._outcomes)
        for start in range(0, len(self._held), BATCH):
            part = self._held[start : start + BATCH]
            self._store(part, offline=self._report.network_down, portals=portals)
        self._contacts.save(self._now)

    def _store(
        self, digests: list[Digest], *, offline: bool = False, portals: frozenset[str] = frozenset()
    ) -> None:
        if not digests:
            return
        feeds = [decided(one, now=self._now, offline=offline, portals=portals) for one in digests]
        stored = store_batch(feeds, now=self._now)
        self._report.new_items += len(stored.added)
        self._report.changed_items += len(stored.changed)
        if self._progress:
            self._progress(self._report)

    def _count(self, one: Digest) -> None:
        self._report.tried += 1
        if isinstance(one.outcome, Failed):
            self._report.failed += 1
            self._report.failures.append((one.source.pk, one.outcome.message))
        elif isinstance(one.outcome, Fetched):
            self._report.changed += 1
