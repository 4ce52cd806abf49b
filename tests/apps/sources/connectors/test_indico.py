"""Indico's export: a category's events, an event's contributions."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from tests.apps.sources.connectors.tools import NOW, damaged, followed, page, pages, refreshed

from transom.apps.conversations.models import Event
from transom.apps.library.models import Authorship, Identity, Item
from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.indico.client import PAGE, Events
from transom.apps.sources.connectors.indico.mapping import mapped, moment, name_of
from transom.apps.sources.connectors.indico.server import (
    contribution,
    event,
    person,
    sample_service,
    service,
)
from transom.apps.sources.connectors.serving import as_json, serving
from transom.apps.sources.errors import SourceError
from transom.engine.core.errors import FetchError, ParseError

READER = Events()
QUERY = READER.sample
EVENT = {"place": "https://indico.example/event/70/"}


def test_a_meeting_has_its_places_own_hours() -> None:
    [found] = mapped([event("1", "Monthly meeting", datetime(2027, 7, 1, 10))], "https://i.example").events
    assert (found.kind, found.starts, found.time_zone) == (
        "meeting",
        datetime(2027, 7, 1, 8, tzinfo=UTC),
        "Europe/Zurich",
    )
    assert (found.place, found.organiser) == ("Attic, Tarnholt", "Shelf studies")


def test_contributions_are_talks_by_people_with_where_they_work() -> None:
    speakers = [person("Kofi", "Adjei", "Veldhaven Lab"), person("Hester", "Quill", digest="0" * 32)]
    row = event("7", "Workshop", NOW, "conference", contributions=[contribution("1", "Felt", NOW, speakers)])
    found = mapped([row], "https://i.example")
    assert [one.entry.title for one in found.items] == ["Felt"]
    kofi, hester = found.identities.values()
    assert (kofi.account, kofi.roles) == ("kofi adjei@i.example", ("speaker at Workshop",))
    assert [one.organisation for one in kofi.employments] == ["Veldhaven Lab"]
    assert hester.account == f"{'0' * 32}@i.example"


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ({"fullName": "Dr. QUILL, Hester"}, "Hester Quill"),
        ({"fullName": "Hester Quill"}, "Hester Quill"),
        ({"first_name": "Kofi", "last_name": "Adjei", "fullName": "ADJEI, K."}, "Kofi Adjei"),
        ({}, ""),
    ],
)
def test_names_are_put_in_their_usual_order(row: dict[str, str], name: str) -> None:
    assert name_of(row) == name


def test_every_page_of_a_category_is_read_and_an_unchanged_one_brings_nothing() -> None:
    rows = [event(str(n), f"Meeting {n}", NOW + timedelta(days=n)) for n in range(PAGE + 3)]
    with serving(service({"12": rows})) as server:
        assert sum(len(one.events) for one in pages(READER, QUERY, server)) == PAGE + 3
        server.service = service({"12": rows[:3]})
        first = page(READER, QUERY, server)
        assert page(READER, QUERY, server, first.cursor).unchanged


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("indico.example/category/12", "https://indico.example/category/12/"),
        ("https://indico.example/event/70/timetable/", "https://indico.example/event/70/"),
        ("https://lab.example/indico/e/damp2027", "https://lab.example/indico/event/damp2027/"),
    ],
)
def test_any_page_of_it_will_do(typed: str, place: str) -> None:
    assert READER.understood(typed)["place"] == place


@pytest.mark.parametrize("typed", ["", "indico.example", "https://x.example/category/", "ftp://x/event/1"])
def test_what_is_no_address_of_it_is_said_in_words(typed: str) -> None:
    with pytest.raises(SourceError):
        READER.understood(typed)


def test_an_event_that_is_not_there_and_another_shape_are_said() -> None:
    with serving(service({})) as server:
        with pytest.raises(FetchError):
            page(READER, EVENT, server)
        server.service = lambda _asked: as_json({"message": "no"})
        with pytest.raises(ParseError):
            page(READER, QUERY, server)


@given(
    damaged(
        [event("7", "W", NOW, chairs=[person("A", "B")], contributions=[contribution("1", "F", NOW, [])])]
    )
)
@settings(max_examples=150, deadline=None)
def test_whatever_it_sends_nothing_raises(sent: Any) -> None:
    rows = list(values.rows({"all": json.loads(json.dumps(sent))}, "all"))
    found = mapped(rows, "https://i.example")
    assert all(one.title and one.starts.tzinfo for one in found.events)
    assert all(one.entry.title for one in found.items)
    assert all(found.problems)
    for row in rows:
        moment(row, "startDate")


@pytest.mark.django_db
def test_followed_a_category_fills_the_calendar_and_what_was_cancelled_leaves_it() -> None:
    with serving(sample_service(NOW)) as server:
        source = followed(READER, QUERY, server)
        refreshed(server, source)
        assert set(Event.objects.values_list("kind", flat=True)) == {"meeting", "conference"}
        server.service = service({"12": [event("71", "Monthly meeting", NOW + timedelta(days=9))]})
        refreshed(server, source, now=NOW + timedelta(days=1))
    gone = Event.objects.get(title="Workshop on damp")
    assert gone.sightings.exclude(gone_at=None).exists()


@pytest.mark.django_db
def test_followed_an_event_fills_the_library_and_people() -> None:
    with serving(sample_service(NOW)) as server:
        source = followed(READER, EVENT, server)
        refreshed(server, source)
        refreshed(server, source, now=NOW + timedelta(days=1))
    assert Item.objects.filter(kind="talk").count() == 2
    assert Authorship.objects.count() == 3
    assert Identity.objects.get(name="Hester Quill").organisation == "Dry Rooms Ltd"
