"""Schedule XML: the conference, talks with their hours, speakers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.apps.sources.connectors.tools import NOW, followed, page, refreshed

from transom.apps.conversations.models import Event
from transom.apps.library.models import Authorship, Item
from transom.apps.sources.connectors.frab.client import Schedules
from transom.apps.sources.connectors.frab.mapping import mapped
from transom.apps.sources.connectors.frab.server import sample_service, schedule, service
from transom.apps.sources.connectors.serving import serving
from transom.apps.sources.errors import SourceError
from transom.engine.core.errors import ParseError

READER = Schedules()
QUERY = READER.sample
WHERE = "https://stacks.example/2027/schedule.xml"
FIRST = datetime(2027, 3, 27, tzinfo=UTC)


def xml(*, zone: str = "Europe/Oslo") -> bytes:
    return schedule(FIRST, zone).encode()


def test_a_talk_has_its_places_hour_room_and_speakers() -> None:
    found = mapped(xml(), WHERE)
    entry = found.items[0].entry
    assert (entry.title, entry.link, entry.event_place) == (
        "How shelves drift",
        "https://stacks.example/2027/talk/drift/",
        "Great Hall",
    )
    assert entry.event_start == datetime(2027, 3, 27, 13, 0, tzinfo=UTC)
    assert entry.event_end == datetime(2027, 3, 27, 13, 45, tzinfo=UTC)
    assert [(one.name, one.account) for one in found.identities.values()] == [
        ("Hester Quill", "7@stacks.example"),
        ("Kofi Adjei", "8@stacks.example"),
    ]
    assert found.problems == []


def test_the_small_hours_belong_to_the_evening_before() -> None:
    night = mapped(xml(), WHERE).items[1].entry
    assert night.event_start == datetime(2027, 3, 28, 0, 30, tzinfo=UTC)


def test_without_a_zone_no_hour_is_made_up() -> None:
    entry = mapped(xml(zone=""), WHERE).items[0].entry
    assert entry.event_start is None
    assert "2027-03-27, 14:00" in entry.content_html


def test_an_hour_that_names_its_offset_needs_no_zone() -> None:
    dated = xml(zone="").replace(
        b"<start>14:00</start>", b"<date>2027-03-27T14:00:00+01:00</date><start>14:00</start>"
    )
    assert mapped(dated, WHERE).items[0].entry.event_start == datetime(2027, 3, 27, 13, 0, tzinfo=UTC)


def test_the_conference_is_a_date_of_its_own() -> None:
    conference = mapped(xml(), WHERE).conference
    assert conference is not None
    assert (conference.title, conference.city, conference.place) == (
        "Stacks and Stores",
        "Tarnholt",
        "Old Granary, Tarnholt",
    )
    assert (f"{conference.starts:%m-%d}", f"{conference.ends:%m-%d}") == ("03-27", "03-28")


def test_half_a_programme_is_read_as_far_as_it_goes_and_entities_are_not_expanded() -> None:
    assert len(mapped(xml()[:1900], WHERE).items) >= 1
    bomb = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + xml().partition(b"?>")[2].replace(
        b"Felt", b"&a;"
    )
    assert "root:" not in str(mapped(bomb, WHERE).items)


@given(
    st.integers(0, 2000), st.integers(1, 300), st.sampled_from([b"", b"<", b"\x00", b"99:99", b"2027-02-31"])
)
@settings(max_examples=150, deadline=None)
def test_whatever_is_damaged_nothing_raises(place: int, length: int, piece: bytes) -> None:
    whole = xml()
    found = mapped(whole[:place] + piece + whole[place + length :], WHERE)
    assert all(one.entry.title for one in found.items)
    assert all(one.name for one in found.identities.values())


@pytest.mark.parametrize("body", ["<rss/>", "<!doctype html><p>No", "", "<schedule/>"])
def test_another_document_is_said_to_be_one(body: str) -> None:
    with serving(service({"/2027/schedule.xml": body})) as server, pytest.raises(ParseError):
        page(READER, QUERY, server)


def test_its_address_is_known_and_nothing_else_will_do() -> None:
    assert READER.recognise(WHERE) is not None
    assert READER.recognise("https://stacks.example/feed.xml") is None
    with pytest.raises(SourceError):
        READER.understood("stacks")


@pytest.mark.django_db
def test_followed_it_fills_calendar_and_library_once() -> None:
    with serving(sample_service(NOW)) as server:
        source = followed(READER, QUERY, server)
        refreshed(server, source)
        refreshed(server, source, now=NOW + timedelta(days=1))
        assert page(READER, QUERY, server, page(READER, QUERY, server).cursor).unchanged
    assert Event.objects.get().title == "Stacks and Stores"
    assert Item.objects.filter(kind="talk").count() == 3
    assert Authorship.objects.count() == 3
