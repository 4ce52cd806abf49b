"""One round of refreshing: answers come in, batches go out, and what needs the whole round waits for its end."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from transom.apps.library.models import RefreshRun
from transom.apps.library.refresh.contacts import count_contacts
from transom.apps.library.refresh.digest import Digest, decided, digest, fetch_state
from transom.apps.library.refresh.fetching import Answer, fetch_all
from transom.apps.library.store import store_batch
from transom.apps.sources import selectors
from transom.apps.sources.models import Source
from transom.engine.fetch.batch import network_down, several_hosts_redirect
from transom.engine.fetch.outcome import request_for
from transom.engine.fetch.state import Failed, Fetched, Outcome
from transom.engine.net.port import HttpPort, Request

log = logging.getLogger(__name__)

BATCH = 50
ROUND = 500


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
    started, round_ = timezone.now(), _Round(by_id, now, report, progress)
    for answer in fetch_all(client, _requests(by_id.values())):
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


def _requests(sources: Iterable[Source]) -> Iterable[tuple[int, Request]]:
    for source in sources:
        yield source.pk, request_for(source.address, fetch_state(source.state))


class _Round:
    """Gathers answers into batches; holds back what only the whole round can judge."""

    def __init__(
        self, sources: dict[int, Source], now: datetime, report: RefreshReport, progress: Progress | None
    ) -> None:
        self._sources, self._now, self._report, self._progress = sources, now, report, progress
        self._batch: list[Digest] = []
        self._held: list[Digest] = []
        self._outcomes: list[tuple[str, Outcome]] = []
        self._answers: list[Answer] = []

    def take(self, answer: Answer) -> None:
        """Understands one answer; stores a batch when enough are there."""
        source = self._sources[answer.key]
        one = digest(source, answer, now=self._now)
        self._count(one)
        self._answers.append(answer)
        self._outcomes.append((source.address, one.outcome))
        (self._held if one.must_wait else self._batch).append(one)
        if len(self._batch) >= BATCH:
            self._store(self._batch)
            self._batch = []

    def finish(self) -> None:
        """Stores the rest, judged beside all that came."""
        self._store(self._batch)
        self._report.network_down = network_down(self._outcomes)
        portals = several_hosts_redirect(self._outcomes)
        for start in range(0, len(self._held), BATCH):
            part = self._held[start : start + BATCH]
            self._store(part, offline=self._report.network_down, portals=portals)
        count_contacts(self._answers, self._now)

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
