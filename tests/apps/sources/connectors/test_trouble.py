"""Killed, halved, garbled, throttled: a clear state on the source, and nothing lost."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.apps.sources.connectors.tools import NOW, followed, refreshed
from tests.factories import make_user

from transom.apps.conversations.models import Event
from transom.apps.library.models import Item
from transom.apps.library.refresh.digest import fetch_state
from transom.apps.sources.connectors.datatracker.client import PAGE, WorkingGroups
from transom.apps.sources.connectors.datatracker.server import (
    World,
    document,
    sample,
    sample_service,
    service,
)
from transom.apps.sources.connectors.ical.client import Calendars
from transom.apps.sources.connectors.ical.server import committee
from transom.apps.sources.connectors.ical.server import service as calendars
from transom.apps.sources.connectors.mastodon.client import Mastodon
from transom.apps.sources.connectors.serving import Asked, Reply, Service, as_json, serving
from transom.apps.sources.models import Source, SourceState
from transom.apps.sources.services import follow_connector
from transom.engine.fetch.health import health

QUERY = {"group": "stacks"}
ROOT = Path(__file__).resolve().parents[4]
KILLS, PATIENCE = 15, 30.0


def always(reply: Reply) -> Service:
    return lambda _asked: reply


def halved(inner: Service) -> Service:
    """Half of every answer, with the length of the whole: the connection ends early."""

    def answer(asked: Asked) -> Reply:
        whole = inner(asked)
        return Reply(whole.status, whole.body[: len(whole.body) // 2], whole.headers, whole.content_type)

    return answer


FAULTS: dict[str, tuple[Service, str]] = {
    "error": (always(as_json({"error": "boom"}, 500)), "Its server has trouble."),
    "rate": (always(as_json({"error": "slow"}, 429, Retry_After="7200")), "wait"),
    "page": (always(Reply(body=b"<!doctype html><title>Maintenance</title>")), "It answers in a way"),
    "half": (halved(sample_service(NOW)), "It answers in a way"),
    "fields": (always(as_json({"results": [], "total": 3})), "It answers in a way"),
    "list": (always(as_json([1, 2, 3])), "It answers in a way"),
    "missing": (always(as_json({"error": "no"}, 404)), "There is nothing at its address."),
}


@pytest.mark.django_db
@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_a_fault_is_named_and_what_was_there_stays(fault: str) -> None:
    broken, words = FAULTS[fault]
    with serving(sample_service(NOW)) as server:
        source = followed(WorkingGroups(), QUERY, server)
        refreshed(server, source)
        cursor = SourceState.objects.get().cursor
        server.service = broken
        report = refreshed(server, source, now=NOW + timedelta(hours=13))
        state = SourceState.objects.get()
        said = health(fetch_state(state), NOW + timedelta(hours=13))
        assert words.lower() in f"{said.says} {said.word}".lower()
        assert (report.failed, state.cursor, state.failures) == (1, cursor, 1)
        assert Item.objects.count() == 2
        server.service = sample_service(NOW)
        refreshed(server, source, now=NOW + timedelta(days=2))
    state = SourceState.objects.get()
    assert (state.failures, state.last_error, Item.objects.count()) == (0, "", 2)


@pytest.mark.django_db
def test_a_wait_that_the_service_asks_for_is_kept() -> None:
    with serving(FAULTS["rate"][0]) as server:
        source = followed(WorkingGroups(), QUERY, server)
        refreshed(server, source)
    assert SourceState.objects.get().next_due_at >= NOW + timedelta(hours=2)


@pytest.mark.django_db
def test_what_came_before_a_page_failed_stays_and_reading_goes_on_from_there() -> None:
    world = large_world(3 * PAGE + 5)
    inner = service(world)

    def fails_late(asked: Asked) -> Reply:
        late = asked.path.endswith("/doc/document/") and len(server.asked) > 8
        return as_json({"error": "boom"}, 503) if late else inner(asked)

    with serving(fails_late) as server:
        source = followed(WorkingGroups(), QUERY, server)
        refreshed(server, source)
        part = Item.objects.count()
        assert 0 < part < 3 * PAGE + 5
        assert SourceState.objects.get().failures == 1
        server.service = inner
        refreshed(server, source, now=NOW + timedelta(days=1))
    assert Item.objects.count() == 3 * PAGE + 5
    assert SourceState.objects.get().failures == 0


@pytest.mark.django_db
def test_one_odd_object_costs_only_itself() -> None:
    world = sample(NOW)
    world.documents[0] |= {"title": None, "time": "yesterday"}
    with serving(service(world)) as server:
        refreshed(server, followed(WorkingGroups(), QUERY, server))
    assert list(Item.objects.values_list("title", flat=True)) == ["Damp and its Measure"]


@pytest.mark.django_db
def test_half_a_calendar_takes_no_date_away() -> None:
    whole = committee(NOW)
    with serving(calendars({"/c.ics": whole})) as server:
        source = followed(Calendars(), {"address": "/c.ics"}, server)
        refreshed(server, source)
        before = Event.objects.count()
        server.service = calendars({"/c.ics": whole[: len(whole) // 2]})
        refreshed(server, source, now=NOW + timedelta(hours=8))
    assert Event.objects.filter(gone_at=None).count() == before
    assert "ends in the middle" in SourceState.objects.get().problems


@pytest.mark.django_db
def test_a_connector_that_is_gone_says_so_and_is_tried_again() -> None:
    with serving(sample_service(NOW)) as server:
        source = followed(WorkingGroups(), QUERY, server)
        Source.objects.update(connector="gone-with-its-package")
        refreshed(server, source)
    state = SourceState.objects.get()
    assert "There is no connector called 'gone-with-its-package'" in state.last_error
    assert state.next_due_at > NOW


@pytest.mark.django_db
def test_one_persons_calendar_never_meets_the_public_one() -> None:
    ada, ben = make_user("ada"), make_user("ben")
    with serving(calendars({"/c.ics": committee(NOW), "/private-1a2b/c.ics": committee(NOW)})) as server:
        public = followed(Calendars(), {"address": "/c.ics"}, server, ben)
        own = followed(Calendars(), {"address": "/private-1a2b/c.ics"}, server, ada)
        refreshed(server, public, own)
    assert (public.owner, own.owner) == (None, ada)
    assert Event.objects.filter(owner=ada).count() == Event.objects.filter(owner=None).count() > 0
    assert not Event.objects.visible_to(ben).filter(owner=ada).exists()


@pytest.mark.django_db
def test_the_same_query_is_one_source_for_all_who_follow_it() -> None:
    reader = Mastodon()
    rows = [
        follow_connector(make_user(), reader, {"account": words}, now=NOW)
        for words in ("@hester@Keepers.example", "https://keepers.example/@hester")
    ]
    assert rows[0].source == rows[1].source


@pytest.mark.django_db
def test_a_server_that_stands_in_for_another_speaks_to_one_user_only() -> None:
    ada = make_user()
    usual = follow_connector(ada, WorkingGroups(), QUERY, now=NOW)
    other = follow_connector(ada, WorkingGroups(), {**QUERY, "at": "https://datatracker.example"}, now=NOW)
    posing = {"account": "@hester@keepers.example", "at": "https://impostor.example"}
    assert usual.source.owner is None
    assert other.source.owner == ada
    assert follow_connector(ada, Mastodon(), posing, now=NOW).source.owner == ada


def large_world(size: int) -> World:
    world = sample(NOW)
    now = datetime.now(UTC)
    world.documents = [
        document(f"draft-{n}", f"Draft {n}", now - timedelta(hours=size + 1 - n), "stacks")
        for n in range(size)
    ]
    return world


def test_killed_at_any_instant_a_cursor_is_never_there_without_its_rows(tmp_path: Path) -> None:
    size = 12 * PAGE
    world = large_world(size)
    times = {f"https://{row['name']}": str(row["time"]) for row in world.documents}
    chance = random.Random(20261126)
    with serving(service(world)) as server:
        command = [sys.executable, "-m", "tests.apps.sources.connectors.nursery", str(tmp_path), server.base]
        environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
        pipe = subprocess.PIPE
        with subprocess.Popen(
            command, stdin=pipe, stdout=pipe, text=True, env=environment, cwd=ROOT
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None

            def say(word: str) -> str:
                assert process.stdin is not None
                assert process.stdout is not None
                process.stdin.write(word + "\n")
                process.stdin.flush()
                return process.stdout.readline().strip()

            assert process.stdout.readline().strip() == "ready"
            for _ in range(KILLS):
                child, asked = int(say("start")), len(server.asked)
                wanted, deadline = asked + chance.randint(1, 12), time.monotonic() + PATIENCE
                while len(server.asked) < wanted and time.monotonic() < deadline:
                    time.sleep(0.001)
                time.sleep(chance.uniform(0, 0.1))
                os.kill(child, signal.SIGKILL)
                assert say("wait") == "ended"
                assert_whole(tmp_path / "transom.sqlite3", times)
            assert say("once") == "done"
            assert_whole(tmp_path / "transom.sqlite3", times)
            process.stdin.close()
    assert len(rows_of(tmp_path / "transom.sqlite3", "SELECT id FROM library_item")) == size


def rows_of(library: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(library, timeout=20)) as connection:
        return connection.execute(statement).fetchall()


def assert_whole(library: Path, times: dict[str, str]) -> None:
    """Everything up to the cursor is there, once, with its authors' and search rows; the file is sound."""
    (cursor,) = rows_of(library, "SELECT cursor FROM sources_sourcestate")[0]
    since = json.loads(str(cursor) or "{}").get("since", "")
    wanted = sum(1 for when in times.values() if when <= since)
    titles = [title for (title,) in rows_of(library, "SELECT title FROM library_item")]
    assert len(titles) == len(set(titles)) >= wanted
    assert len(rows_of(library, "SELECT id FROM library_sighting")) == len(titles)
    assert len(rows_of(library, "SELECT id FROM library_search_docsize")) == len(titles)
    assert rows_of(library, "PRAGMA foreign_key_check") == []
