"""W3C's groups: offices, specifications, who takes part for whom."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from tests.apps.sources.connectors.tools import NOW, damaged, followed, page, pages, refreshed, with_client

from transom.apps.library.models import Identity, Item
from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.serving import as_json, serving
from transom.apps.sources.connectors.w3c.client import ORGANISATIONS, PAGE, Groups
from transom.apps.sources.connectors.w3c.mapping import People, specifications
from transom.apps.sources.connectors.w3c.server import (
    participation,
    sample_service,
    service,
    specification,
    user,
)
from transom.apps.sources.errors import SourceError
from transom.engine.core.errors import FetchError, ParseError

READER = Groups()
QUERY = READER.sample
GROUP = {"wg/shelves": {"name": "Shelves Working Group"}}


def test_members_have_where_they_work_and_their_offices() -> None:
    with serving(sample_service()) as server:
        [found] = pages(READER, QUERY, server)
    assert len(found.items) == 2
    group = "Shelves Working Group"
    assert [(one.name, one.roles) for one in found.identities] == [
        ("Hester Quill", (f"chair of {group}", f"member of {group}")),
        ("Tomas Lindqvist", (f"member of {group}",)),
        ("Ines Duarte", (f"invited expert in {group}",)),
        ("Kofi Adjei", (f"chair of {group}",)),
        ("Mette Brandt", (f"team contact of {group}",)),
    ]
    assert [one.organisation for one in found.identities[1].employments] == ["Dry Rooms Ltd"]


def test_what_one_page_says_of_an_officer_no_other_takes_back() -> None:
    """The chair's organisation is on the first page of members; the last page adds only those who came on none."""
    lone = [participation(n, person=user(f"u{n}", f"Person {n}")) for n in range(10, ORGANISATIONS + 12)]
    lists = {
        "groups/wg/shelves/chairs": [user("h3st", "Hester Quill"), user("k0f1", "Kofi Adjei")],
        "groups/wg/shelves/participations": [participation(1, "Dry Rooms Ltd"), *lone],
        "participations/1/participants": [user("h3st", "Hester Quill")],
    }
    with serving(service(lists, GROUP)) as server:
        found = [one for batch in pages(READER, QUERY, server) for one in batch.identities]
    assert [one.name for one in found].count("Hester Quill") == 1
    assert [one.name for one in found].count("Kofi Adjei") == 1


def test_a_specification_has_the_day_of_its_latest_version() -> None:
    [item], problems = specifications([specification("drift", "Drift", "20260910")], "X")
    assert (item.kind, item.entry.link, f"{item.entry.published:%Y-%m-%d}") == (
        "standard",
        "https://www.w3.org/TR/drift/",
        "2026-09-10",
    )
    assert problems == []


def test_every_page_of_members_is_read() -> None:
    lone = [participation(n, person=user(f"u{n}", f"Person {n}")) for n in range(PAGE + ORGANISATIONS + 1)]
    with serving(service({"groups/wg/shelves/participations": lone}, GROUP)) as server:
        found = pages(READER, QUERY, server)
    assert sum(len(one.identities) for one in found) == len(lone)


def test_a_group_is_found_by_its_words() -> None:
    with serving(sample_service()) as server:
        reader = Groups()
        reader.home = server.base  # type: ignore[misc]
        found = with_client(server, lambda client: reader.discover("felt", client))
    assert [(one.query["group"], one.title) for one in found] == [("cg/felt", "Felt Community Group")]
    assert asyncio.iscoroutinefunction(reader.discover)


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("https://www.w3.org/groups/wg/aria/participants/", "wg/aria"),
        ("https://www.w3.org/community/credentials/", "cg/credentials"),
    ],
)
def test_the_page_somebody_looks_at_will_do(text: str, group: str) -> None:
    meant = READER.recognise(text)
    assert meant is not None
    assert READER.checked(meant.query) == {"group": group}


@pytest.mark.parametrize("typed", ["aria", "wg/", "xx/aria", "wg/../x"])
def test_what_is_no_group_is_said_in_words(typed: str) -> None:
    with pytest.raises(SourceError):
        READER.understood(typed)


def test_a_group_that_is_not_there_and_another_shape_are_said() -> None:
    with serving(service({}, {})) as server:
        with pytest.raises(FetchError):
            page(READER, QUERY, server)
        server.service = lambda _asked: as_json({"groups": []})
        with pytest.raises(ParseError):
            page(READER, QUERY, server)


@given(damaged([specification("a", "A", "20260101"), participation(1, "Dry"), user("k", "Kofi")]))
@settings(max_examples=150, deadline=None)
def test_whatever_it_sends_nothing_raises(sent: Any) -> None:
    rows = list(values.rows({"all": json.loads(json.dumps(sent))}, "all"))
    items, problems = specifications(rows, "X")
    people = People("X")
    people.add_all(rows, "member of")
    assert all(one.entry.title for one in items)
    assert all(one.name for one in people.identities.values())
    assert all([*problems, *people.problems])


@pytest.mark.django_db
def test_followed_it_fills_library_and_people() -> None:
    with serving(sample_service()) as server:
        source = followed(READER, QUERY, server)
        refreshed(server, source)
        refreshed(server, source, now=NOW + timedelta(days=8))
    assert Item.objects.filter(kind="standard").count() == 2
    assert Identity.objects.count() == 5
    hester = Identity.objects.get(name="Hester Quill")
    assert hester.organisation == "Dry Rooms Ltd"
    assert hester.roles == ["chair of Shelves Working Group", "member of Shelves Working Group"]
