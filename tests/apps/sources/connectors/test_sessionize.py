"""Sessionize's view of a whole programme."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from tests.apps.sources.connectors.tools import NOW, damaged, followed, page, refreshed

from transom.apps.conversations.models import Event
from transom.apps.library.models import Authorship, Item
from transom.apps.sources.connectors.serving import as_json, serving
from transom.apps.sources.connectors.sessionize.client import Programmes
from transom.apps.sources.connectors.sessionize.mapping import conference_of, speakers_of, talks_of
from transom.apps.sources.connectors.sessionize.server import programme, sample_service, session
from transom.apps.sources.errors import SourceError
from transom.engine.core.errors import FetchError, ParseError

READER = Programmes()
QUERY = READER.sample
DOCUMENT = programme(NOW + timedelta(days=70))


def test_talks_are_those_that_were_accepted_and_no_breaks() -> None:
    speakers = speakers_of(DOCUMENT, "Stacks 2027")
    items, problems = talks_of(DOCUMENT, speakers, "stack5x7")
    assert [one.entry.title for one in items] == ["How shelves drift", "Felt"]
    assert [author.name for author in items[0].entry.authors] == ["Hester Quill", "Kofi Adjei"]
    assert items[0].entry.event_place == "Great Hall"
    assert speakers["s-hester"].links == ("https://hester.example",)
    assert problems == []


def test_hours_without_zone_stand_in_the_text_and_make_no_date() -> None:
    [item, *_], _ = talks_of(DOCUMENT, {}, "x")
    assert item.entry.event_start is None
    assert ", 09:30" in item.entry.content_html


def test_speakers_may_stand_as_objects() -> None:
    document = {**DOCUMENT, "sessions": [session("1", "Felt", NOW, [])]}
    document["sessions"][0]["speakers"] = [{"id": "s-kofi", "name": "Kofi Adjei"}]
    [item], _ = talks_of(document, speakers_of(document, ""), "x")
    assert [one.name for one in item.entry.authors] == ["Kofi Adjei"]


def test_the_conference_lasts_from_its_first_to_its_last_day() -> None:
    found = conference_of(DOCUMENT, "Stacks 2027", "stack5x7", "")
    assert found is not None
    assert found.ends is not None
    assert (found.ends - found.starts).days == 1
    assert conference_of(DOCUMENT, "", "stack5x7", "") is None


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("a1b2c3d4", {"id": "a1b2c3d4"}),
        ("a1b2c3d4 Stacks 2027", {"id": "a1b2c3d4", "name": "Stacks 2027"}),
        ("https://sessionize.com/api/v2/a1b2c3d4/view/GridSmart", {"id": "a1b2c3d4"}),
    ],
)
def test_what_is_typed_becomes_a_query(typed: str, query: dict[str, str]) -> None:
    assert READER.understood(typed) == query


@pytest.mark.parametrize("typed", ["", "x", "../../x", "a1b2c3d4 site=nowhere"])
def test_what_makes_no_sense_is_said_in_words(typed: str) -> None:
    with pytest.raises(SourceError):
        READER.understood(typed)


def test_two_queries_never_share_an_address() -> None:
    addresses = {
        READER.address(READER.checked({**QUERY, **more}))
        for more in ({}, {"name": "Other"}, {"site": "https://a.b"})
    }
    assert len(addresses) == 3


@given(damaged(DOCUMENT))
@settings(max_examples=150, deadline=None)
def test_whatever_it_sends_nothing_raises(sent: Any) -> None:
    document = json.loads(json.dumps(sent))
    speakers = speakers_of(document, "Stacks")
    items, problems = talks_of(document, speakers, "x")
    conference_of(document, "Stacks", "x", "")
    assert all(one.entry.title for one in items)
    assert all(one.name for one in speakers.values())
    assert all(problems)


def test_an_id_that_is_not_open_and_another_shape_are_said() -> None:
    with serving(sample_service(NOW)) as server:
        with pytest.raises(FetchError):
            page(READER, {"id": "other123"}, server)
        server.service = lambda _asked: as_json([])
        with pytest.raises(ParseError):
            page(READER, QUERY, server)


@pytest.mark.django_db
def test_followed_it_fills_calendar_and_library_once() -> None:
    with serving(sample_service(NOW)) as server:
        source = followed(READER, QUERY, server)
        refreshed(server, source)
        refreshed(server, source, now=NOW + timedelta(days=1))
    assert Event.objects.get().title == "Stacks 2027"
    assert Item.objects.filter(kind="talk").count() == 2
    assert Authorship.objects.count() == 3
