"""Killed at any instant, a refresh loses nothing and repeats nothing; a full disk or a locked file neither.

Each source publishes one new item for every time it is asked by somebody who has the last one, and its document
holds only the newest: a validator stored without its item, or an item stored twice, shows at once.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from tests.apps.library.documents import LOAN, entry, feed
from tests.servers import LoopbackServer, Seen, in_thread, reply

SOURCES, KILLS = 60, 50
MOST_REQUESTS, MOST_SECONDS = 150, 0.06
PATIENCE = 30.0
ROOT = Path(__file__).resolve().parents[4]


class Publisher:
    """The sources: `versions` says how many items each has published."""

    def __init__(self) -> None:
        self.versions: Counter[str] = Counter()
        self.requests = 0

    async def __call__(self, seen: Seen, writer: asyncio.StreamWriter) -> None:
        self.requests += 1
        name = (seen.header("Host") or b"").decode().partition(":")[0]
        if seen.header("If-None-Match") in (None, self._etag(name)):
            self.versions[name] = max(1, self.versions[name] + (seen.header("If-None-Match") is not None))
        number = self.versions[name]
        one = entry(title=f"{name} {number}", link=f"https://{name}/{number}", body=f"{LOAN} {name} {number}")
        writer.write(reply(200, [("ETag", self._etag(name))], feed([one], name, f"https://{name}/")))

    def wait_for(self, requests: int) -> None:
        """Until so many more have come: an instant of the refresh, however fast the machine is."""
        wanted, deadline = self.requests + requests, time.monotonic() + PATIENCE
        while self.requests < wanted and time.monotonic() < deadline:
            time.sleep(0.001)

    def _etag(self, name: str) -> bytes:
        return f'"{self.versions[name]}"'.encode()


class Household:
    """The nursery, the library it fills, and the sources."""

    def __init__(self, process: subprocess.Popen[str], library: Path, publisher: Publisher) -> None:
        self._process, self._library, self.publisher = process, library, publisher

    def say(self, command: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self._library, timeout=20)) as connection:
            return connection.execute(statement).fetchall()

    @contextmanager
    def locked(self) -> Iterator[None]:
        with closing(sqlite3.connect(self._library, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")

    def assert_whole(self) -> None:
        """No item lost or doubled, no validator without its items, every item searchable and told of once."""
        seen = {(str(name), str(address)) for name, address in self.rows(SIGHTINGS)}
        stored = {str(name): int(str(etag).strip('"')) for name, etag in self.rows(VALIDATORS)}
        expected = {
            (name, f"https://{name}/{n}") for name, last in stored.items() for n in range(1, last + 1)
        }
        assert seen == expected
        assert self.rows("SELECT count(*) FROM library_sighting") == [(len(expected),)]
        items = sorted(self.rows("SELECT id FROM library_item"))
        assert len(items) == len(expected)
        for table, column in (
            ("itembody", "item_id"),
            ("itemterms", "item_id"),
            ("searchdocument", "item_id"),
        ):
            assert sorted(self.rows(f"SELECT {column} FROM library_{table}")) == items
        assert sorted(self.rows("SELECT id FROM library_search_docsize")) == items
        told = [one for (payload,) in self.rows(EVENTS) for one in json.loads(str(payload))["ids"]]
        assert sorted(told) == [one for (one,) in items]

    def assert_sound(self) -> None:
        """The file itself, and the search index against the texts it was made from."""
        assert self.rows("PRAGMA integrity_check") == [("ok",)]
        assert self.rows("PRAGMA foreign_key_check") == []
        self.rows("INSERT INTO library_search(library_search, rank) VALUES ('integrity-check', 1)")


SIGHTINGS = "SELECT s.host, g.address FROM library_sighting g JOIN sources_source s ON s.id = g.source_id"
VALIDATORS = (
    "SELECT s.host, t.etag FROM sources_sourcestate t JOIN sources_source s ON s.id = t.source_id "
    "WHERE t.etag IS NOT NULL"
)
EVENTS = "SELECT payload FROM base_outboxevent WHERE topic = 'items.added'"


@pytest.fixture(scope="module")
def household(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Household]:
    publisher = Publisher()
    with in_thread(publisher) as server:
        yield from _household(tmp_path_factory.mktemp("household"), server, publisher)


def _household(home: Path, server: LoopbackServer, publisher: Publisher) -> Iterator[Household]:
    command = [
        sys.executable,
        "-m",
        "tests.apps.library.refresh.nursery",
        str(home),
        str(server.port),
        str(SOURCES),
    ]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment, cwd=ROOT) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        yield Household(process, home / "transom.sqlite3", publisher)
        process.stdin.close()


def test_killed_at_fifty_instants_it_loses_and_repeats_nothing(household: Household) -> None:
    chance = random.Random(20261124)
    for _ in range(KILLS):
        child = int(household.say("start"))
        household.publisher.wait_for(chance.randint(1, MOST_REQUESTS))
        time.sleep(chance.uniform(0, MOST_SECONDS))
        os.kill(child, signal.SIGKILL)
        assert household.say("wait") == "ended"
        household.assert_whole()
    household.assert_sound()
    assert household.say("once") == "done"
    household.assert_whole()
    assert len(household.rows("SELECT id FROM library_item")) >= 2 * SOURCES


@pytest.mark.parametrize(("trouble", "words"), [("full", "Make room"), ("locked", "keeps the database")])
def test_trouble_with_the_file_is_named_and_leaves_it_whole(
    household: Household, trouble: str, words: str
) -> None:
    assert household.say("once") == "done"
    before = household.rows("SELECT id FROM library_item")
    if trouble == "locked":
        with household.locked():
            said = household.say("once locked")
    else:
        said = household.say("once full")
    assert words in said
    assert household.rows("SELECT id FROM library_item") == before
    household.assert_whole()
    household.assert_sound()
    assert household.say("once") == "done"
    household.assert_whole()
    assert len(household.rows("SELECT id FROM library_item")) == len(before) + SOURCES
