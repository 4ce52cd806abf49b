"""ISO's list of deliverables: one committee's part of a very long file."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from tests.apps.sources.connectors.tools import NOW, damaged, followed, page, pages, refreshed, with_client

from transom.apps.library.models import Item
from transom.apps.sources.connectors.iso import client
from transom.apps.sources.connectors.iso.client import Standards
from transom.apps.sources.connectors.iso.mapping import (
    STAGES,
    Reading,
    changes,
    known_of,
    programme,
    stage_words,
)
from transom.apps.sources.connectors.iso.server import deliverable, sample_service, service
from transom.apps.sources.connectors.serving import Reply, serving
from transom.apps.sources.errors import SourceError
from transom.engine.core.errors import FetchError, ParseError

READER = Standards()
QUERY = READER.sample
MINE = QUERY["committee"]
REAL = Path(__file__).resolve().parents[5] / "shared/data/standards/iso.jsonl"


def rows(count: int, **changed: int) -> list[dict[str, Any]]:
    """Deliverables of many committees; every tenth is mine, and at work."""
    return [
        deliverable(
            n, f"ISO {n}", f"Part {n}", changed.get(f"n{n}", 4000), MINE if n % 10 == 0 else f"ISO/TC {n}"
        )
        for n in range(1, count + 1)
    ]


def test_new_standards_are_items_and_the_rest_is_one_page() -> None:
    with serving(sample_service(NOW)) as server:
        found = page(READER, QUERY, server)
    standard, listed = found.items
    assert (standard.entry.title, standard.kind, standard.access) == (
        "ISO 90001:2026 Shelves: drift",
        "standard",
        "paid",
    )
    assert standard.entry.link == "https://www.iso.org/standard/90001.html"
    assert listed.entry.title == f"What {MINE} is working on"
    assert "ISO/DIS 90003" in str(listed.entry.content_html)
    assert "ISO 90004" not in str(listed.entry.content_html)


def test_the_file_is_read_in_pieces_and_no_line_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PIECE", 3000)
    with serving(service(rows(60))) as server:
        found = pages(READER, QUERY, server)
        assert len(found) > 5
        lists = [asked for asked in server.asked if asked.path.endswith("metadata.jsonl")]
        assert len(lists) == len(found)
        assert all("bytes=" in asked.headers["range"] for asked in lists)
        cursor = found[-1].cursor
        assert page(READER, QUERY, server, cursor).unchanged
    assert sorted(known_of(cursor["before"])) == ["10", "20", "30", "40", "50", "60"]


def test_a_file_that_is_exchanged_while_it_is_read_is_read_from_the_beginning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client, "PIECE", 3000)
    with serving(service(rows(60))) as server:
        first = page(READER, QUERY, server)
        server.service = service(rows(30))
        rest = pages(READER, QUERY, server, first.cursor)
    assert sorted(known_of(rest[-1].cursor["before"])) == ["10", "20", "30"]


def test_what_moved_since_last_time_is_told_once() -> None:
    with serving(service(rows(30))) as server:
        first = page(READER, QUERY, server)
        assert [one.kind for one in first.items] == ["standard"]
        server.service = service(rows(30, n10=4020, n20=5000))
        second = page(READER, QUERY, server, first.cursor)
        told = [one for one in second.items if "programme" not in str(one.entry.id)]
        third = page(READER, QUERY, server, second.cursor)
    assert [(one.kind, str(one.entry.title)) for one in told] == [
        ("consultation", f"ISO 10 Part 10: {STAGES[4020]}"),
    ]
    assert third.unchanged


def test_a_server_that_knows_no_pieces_is_understood_too() -> None:
    whole = json.dumps(deliverable(1, "ISO 1", "One", 4000, MINE)).encode()
    with serving(lambda asked: Reply(body=whole if "deliverables" in asked.path else b"")) as server:
        found = page(READER, QUERY, server)
    assert not found.more
    assert len(found.items) == 1


@pytest.mark.parametrize("body", [b"<html>sorry</html>", b"{}\n", b""])
def test_another_file_is_said_to_be_one(body: bytes) -> None:
    with serving(lambda _asked: Reply(body=body)) as server, pytest.raises(ParseError):
        page(READER, QUERY, server)


def test_a_committee_that_iso_does_not_have_is_said() -> None:
    with serving(sample_service(NOW)) as server:
        with pytest.raises(FetchError) as raised:
            page(READER, {"committee": "ISO/TC 46/SC 99"}, server)
        assert page(READER, QUERY, server).title == f"{MINE} Shelves"
    assert raised.value.status == 404
    assert "ISO/TC 46/SC 99" in raised.value.message


def test_a_committee_that_the_list_names_nothing_of_is_said() -> None:
    with serving(service([deliverable(1, "ISO 1", "One", 6060, "ISO/TC 1")])) as server:
        found = page(READER, QUERY, server)
    assert (found.items, len(found.problems)) == ((), 1)


@pytest.mark.parametrize(
    ("typed", "committee"),
    [
        ("tc46/sc11", "ISO/TC 46/SC 11"),
        ("ISO TC 46/SC11", "ISO/TC 46/SC 11"),
        ("JTC 1/SC 27", "ISO/IEC JTC 1/SC 27"),
        ("ISO/TC 171, ISO/TC 46/SC 11, iso/tc 171", "ISO/TC 171, ISO/TC 46/SC 11"),
    ],
)
def test_a_committee_may_be_typed_loosely(typed: str, committee: str) -> None:
    assert READER.understood(typed)["committee"] == committee


@pytest.mark.parametrize("typed", ["records", "ISO", ",", "../x"])
def test_what_is_no_committee_is_said_in_words(typed: str) -> None:
    with pytest.raises(SourceError):
        READER.understood(typed)


def test_words_find_a_committee() -> None:
    with serving(sample_service(NOW)) as server:
        reader = Standards()
        reader.home = server.base  # type: ignore[misc]
        found = with_client(server, lambda http: reader.discover("shelves", http))
    assert [dict(one.query) for one in found] == [{"committee": MINE}]


@given(damaged(deliverable(1, "ISO 1", "One", 4020, MINE, "2026-03-01")))
@settings(max_examples=150, deadline=None)
def test_whatever_a_line_holds_nothing_raises(row: Any) -> None:
    reading = Reading(frozenset({MINE}), NOW)
    reading.read(json.dumps(row).encode())
    told = [*reading.items, *changes({}, reading.at_work, NOW)]
    listed = programme(MINE, reading.at_work, "https://www.iso.org/x", NOW)
    assert all(one.entry.title for one in [*told, *([listed] if listed else [])])


@pytest.mark.shared
def test_every_stage_of_real_committees_has_words_and_no_deliverable_is_lost() -> None:
    if not REAL.is_file():
        pytest.skip("the data beside the checkout is missing")
    real = [json.loads(line) for line in REAL.read_text(encoding="utf-8").splitlines()]
    committees = frozenset(one["committee"] for one in real)
    made = [
        deliverable(
            number,
            one["id"],
            one["title"],
            int(one["stage"].replace(".", "")),
            one["committee"],
            "2026-06-01",
        )
        for number, one in enumerate(real, 1)
    ]
    raw = "\n".join(json.dumps(one) for one in made).encode()
    seen: set[int] = set()
    for committee in committees:
        reading = Reading(frozenset({committee}), NOW)
        reading.read(raw)
        assert (reading.lines, reading.broken) == (len(real), 0)
        seen |= {int(number) for number in reading.at_work} | {
            int(str(one.entry.id)[4:]) for one in reading.items
        }
    assert not any(stage_words(one["currentStage"]).startswith("stage ") for one in made)
    left = [one["currentStage"] for one in made if one["id"] not in seen]
    # Left out is what was withdrawn, and drafts that were given up.
    assert all(stage >= 9500 or stage % 100 == 98 for stage in left)


@pytest.mark.django_db
def test_followed_it_fills_the_library() -> None:
    with serving(sample_service(NOW)) as server:
        source = followed(READER, QUERY, server)
        refreshed(server, source)
        refreshed(server, source, now=NOW + timedelta(days=8))
    assert set(Item.objects.values_list("title", flat=True)) == {
        "ISO 90001:2026 Shelves: drift",
        f"What {MINE} is working on",
    }
