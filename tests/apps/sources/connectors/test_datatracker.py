"""A working group of the IETF: documents, officers, authors, meetings."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from tests.apps.sources.connectors.tools import NOW, damaged, followed, page, pages, refreshed

from transom.apps.conversations.models import Event
from transom.apps.library.models import Authorship, Identity, IdentityMail, Item
from transom.apps.sources.connectors.datatracker.client import PAGE, WorkingGroups
from transom.apps.sources.connectors.datatracker.mapping import documents, identities, meetings
from transom.apps.sources.connectors.datatracker.server import document, sample, sample_service, service
from transom.apps.sources.connectors.serving import serving

READER = WorkingGroups()
QUERY = {"group": "stacks"}
WORLD = sample(NOW)
SOUND: dict[str, Any] = {
    "documents": WORLD.documents,
    "authors": WORLD.authors,
    "people": WORLD.people,
    "roles": WORLD.roles,
}


def test_documents_come_with_their_authors_and_officers() -> None:
    with serving(sample_service(NOW)) as server:
        found = page(READER, QUERY, server)
    drift = next(one for one in found.items if "Drift" in one.entry.title)
    assert [author.name for author in drift.entry.authors] == ["Hester Quill", "Kofi Adjei"]
    hester = next(one for one in found.identities if one.name == "Hester Quill")
    assert hester.roles == ("chair of Keeping Stacks",)
    assert hester.mails == ("hester@dry.example",)
    assert [one.organisation for one in hester.employments] == ["Dry Rooms Ltd"]
    assert [event.title for event in found.events] == ["Keeping Stacks"]


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("stacks - Keeping Stacks", "Keeping Stacks"),
        ("STACKS: interim call", "interim call"),
        ("stacks", "stacks"),
        ("stacks - ", "stacks -"),
    ],
)
def test_a_meeting_goes_by_its_name_and_by_the_groups(title: str, shown: str) -> None:
    raw = calendar_of(title)
    (event,) = meetings(raw, "stacks", "Keeping Stacks", NOW)
    assert (event.title, event.organiser) == (shown, "Keeping Stacks")


def calendar_of(title: str) -> bytes:
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:one-stacks\r\n"
        f"SUMMARY:{title}\r\nDTSTART:{NOW + timedelta(days=9):%Y%m%dT%H%M%SZ}\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    ).encode()


def test_it_pages_by_time_and_loses_nothing_when_a_document_changes_meanwhile() -> None:
    world = sample(NOW)
    world.documents = [
        document(f"draft-{n}", f"Draft {n}", NOW - timedelta(hours=500 - n), "stacks")
        for n in range(3 * PAGE + 7)
    ]
    with serving(service(world)) as server:
        found = [page(READER, QUERY, server)]
        world.documents[0]["time"] = NOW.isoformat()
        found += pages(READER, QUERY, server, found[0].cursor)
    names = {one.entry.id for batch in found for one in batch.items}
    assert len(names) == 3 * PAGE + 7
    assert [batch.more for batch in found] == [True, True, True, False]


def test_many_documents_of_one_second_are_all_read() -> None:
    world = sample(NOW)
    then = NOW - timedelta(days=1)
    world.documents = [document(f"draft-{n}", f"Draft {n}", then, "stacks") for n in range(2 * PAGE + 3)]
    with serving(service(world)) as server:
        found = pages(READER, QUERY, server)
    assert len({one.entry.id for batch in found for one in batch.items}) == 2 * PAGE + 3


@given(damaged(SOUND))
@settings(max_examples=150, deadline=None)
def test_whatever_it_sends_nothing_raises(world: Any) -> None:
    from transom.apps.sources.connectors import values

    given_back = json.loads(json.dumps(world))
    rows, authors = list(values.rows(given_back, "documents")), list(values.rows(given_back, "authors"))
    people = {str(one.get("id")): one for one in values.rows(given_back, "people")}
    found = documents(rows, authors, people, "https://d.example")
    known = identities(
        people, values.rows(given_back, "roles"), authors, "Keeping Stacks", "https://d.example"
    )
    assert all(one.entry.title for one in found)
    assert all(one.name for one in known)


def test_a_calendar_that_is_none_costs_only_the_meetings() -> None:
    assert meetings(b"<html>", "stacks", "Keeping Stacks", NOW) == []


@pytest.mark.django_db
def test_followed_it_fills_library_people_and_calendar() -> None:
    with serving(sample_service(NOW)) as server:
        source = followed(READER, QUERY, server)
        refreshed(server, source)
        refreshed(server, source, now=NOW + timedelta(hours=13))
    assert Item.objects.filter(kind="standard").count() == 2
    assert (
        Identity.objects.filter(service="ietf").count() == Identity.objects.exclude(account="").count() == 2
    )
    assert Authorship.objects.count() == 3
    assert set(IdentityMail.objects.values_list("mail", flat=True)) == {
        "hester@dry.example",
        "kofi@veld.example",
    }
    assert Event.objects.get().title == "Keeping Stacks"
    source.refresh_from_db()
    assert source.title == "Keeping Stacks"
