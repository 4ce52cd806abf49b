"""A round as somebody who waits for it sees it: first things soon, every answer counted, an end to the waiting."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest
from tests.apps.library.documents import LOAN, NOW, entry, feed
from tests.factories import make_source, make_state
from tests.servers import LoopbackServer, Seen, in_thread, reply
from tests.servers.postgres import free_port

from transom.apps.library.models import RefreshRun, Sighting
from transom.apps.library.refresh import RefreshReport, refresh_sources
from transom.apps.library.refresh.condition import condition
from transom.apps.library.selectors import network_is_down
from transom.apps.sources.models import Source, SourceState
from transom.engine.net.client import AiohttpClient
from transom.engine.net.guard import AddressGuard
from transom.engine.net.limits import Limits
from transom.engine.net.politeness import Politeness

pytestmark = pytest.mark.django_db

LIMITS = Limits(connect_seconds=20, total_seconds=20, idle_seconds=20)
SLOW = "slow.example.org"


@contextmanager
def community() -> Iterator[tuple[LoopbackServer, threading.Event]]:
    """Feeds that answer at once, and a slow one that answers when the event is set."""
    go_on = threading.Event()

    async def world(seen: Seen, writer: asyncio.StreamWriter) -> None:
        host = (seen.header("Host") or b"").decode().partition(":")[0]
        while host == SLOW and not go_on.is_set():
            await asyncio.sleep(0.05)
        if seen.header("If-None-Match"):
            writer.write(reply(304, []))
            return
        entries = [entry(title=f"{host} {n}", link=f"https://{host}/{n}", body=LOAN) for n in range(2)]
        writer.write(reply(200, [("ETag", '"1"')], feed(entries, title=host, site=f"https://{host}/")))

    with in_thread(world) as server:
        try:
            yield server, go_on
        finally:
            go_on.set()


def followed(server: LoopbackServer, count: int, *more: str) -> list[Source]:
    hosts = [*(f"feed{number}.example.org" for number in range(count)), *more]
    made = [make_source(host, host=host, address=server.url("/feed", host), state=False) for host in hosts]
    for source in made:
        make_state(source, last_fetched_at=None, last_success_at=None, last_status=None)
    return made


def client(sources: Sequence[Source], limits: Limits = LIMITS) -> AiohttpClient:
    guard = AddressGuard(mapping={source.host: "127.0.0.1" for source in sources})
    return AiohttpClient(guard, limits, Politeness(spacing=0))


def stored() -> int:
    return Sighting.objects.values("source").distinct().count()


def asked() -> int:
    return SourceState.objects.exclude(last_asked_at=None).count()


def refresh(
    sources: Sequence[Source],
    progress: Callable[[RefreshReport], None] | None = None,
    enough: Callable[[], bool] | None = None,
) -> RefreshReport:
    ids = [source.pk for source in sources]
    return refresh_sources(ids, client(sources), now=NOW, progress=progress, enough=enough)


def test_the_first_things_are_there_long_before_the_last_source_answers() -> None:
    seen: list[tuple[int, int]] = []
    with community() as (server, go_on):
        sources = followed(server, 35, SLOW)

        def watch(_report: RefreshReport) -> None:
            seen.append((stored(), asked()))
            if stored() == 35:
                go_on.set()

        refresh(sources, watch)
    assert 0 < seen[0][0] <= 12
    assert next(pair for pair in seen if pair[0] == 35) == (35, 35)
    assert seen[-1] == (36, 36)


def test_what_waits_to_be_judged_beside_the_others_is_counted_at_once() -> None:
    counted: list[int] = []
    with community() as (server, go_on):
        sources = followed(server, 3, SLOW)
        broken = followed(server, 0, "shut.example.org")[0]
        Source.objects.filter(pk=broken.pk).update(address=f"http://shut.example.org:{free_port()}/feed")

        def watch(_report: RefreshReport) -> None:
            counted.append(asked())
            if asked() == 4:
                go_on.set()

        refresh([*sources, broken], watch)
    assert 4 in counted
    assert SourceState.objects.get(source=broken).failures == 1


def test_a_large_round_of_known_sources_goes_in_large_batches() -> None:
    with community() as (server, _go_on):
        sources = followed(server, 120)
        refresh(sources)
        told: list[int] = []
        report = refresh(sources, lambda report: told.append(report.tried))
    assert (report.tried, report.changed) == (120, 0)
    assert len(told) <= 8


def test_once_it_is_enough_what_came_is_kept_and_the_rest_stays_due() -> None:
    with community() as (server, _go_on):
        sources = followed(server, 5, SLOW)
        report = refresh(sources, enough=lambda: stored() == 5)
    assert not report.complete
    assert stored() == 5
    assert SourceState.objects.get(source__host=SLOW).last_asked_at is None


def cut_off(count: int) -> list[Source]:
    """Sources of which none can be reached."""
    made = []
    for number in range(count):
        host = f"dark{number}.example.org"
        source = make_source(host, host=host, address=f"http://{host}:{free_port()}/feed", state=False)
        make_state(source, last_fetched_at=None, last_success_at=None, last_status=None)
        made.append(source)
    return made


def test_without_a_network_every_source_is_asked_and_none_is_blamed() -> None:
    sources = cut_off(5)
    assert refresh(sources).network_down
    assert network_is_down(NOW)
    for state in SourceState.objects.all():
        assert (state.last_asked_at, state.last_fetched_at, state.failures) == (NOW, None, 0)
        said = condition(state, NOW, network_down=True)
        assert said.says == "This computer could not reach the network."
        assert "connection" in said.next_step


def test_a_small_round_while_the_network_is_down_blames_no_source_either() -> None:
    refresh(cut_off(5))
    address = f"http://alone.example.org:{free_port()}/"
    alone = make_source("alone", host="alone.example.org", address=address, state=False)
    make_state(alone, last_fetched_at=None, last_success_at=None, last_status=None)
    assert refresh([alone]).network_down
    assert SourceState.objects.get(source=alone).failures == 0


def test_the_first_answer_shows_that_the_network_is_back() -> None:
    refresh(cut_off(5))
    with community() as (server, _go_on):
        refresh(followed(server, 1))
    assert not network_is_down(NOW)
    assert RefreshRun.objects.count() == 2


def test_what_is_odd_about_a_document_stays_told_while_it_does_not_change() -> None:
    with community() as (server, _go_on):
        sources = followed(server, 1)
        refresh(sources)
        known = SourceState.objects.filter(source=sources[0])
        known.update(problems="An entry has no date.", next_due_at=NOW)
        refresh(sources)
    state = known.get()
    assert (state.last_status, state.problems) == (304, "An entry has no date.")
    assert state.body_bytes
