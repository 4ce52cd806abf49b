"""CallingAllPapers' list: calls that are open, and the conferences they are for."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from tests.apps.sources.connectors.tools import NOW, damaged, followed, page, refreshed
from tests.factories import make_user

from transom.apps.conversations.models import Event
from transom.apps.sources.connectors.callingallpapers.client import Calls
from transom.apps.sources.connectors.callingallpapers.mapping import events_of, is_meant
from transom.apps.sources.connectors.callingallpapers.server import call, sample_service, service
from transom.apps.sources.connectors.confstech.client import Conferences
from transom.apps.sources.connectors.confstech.server import service as confstech
from transom.apps.sources.connectors.serving import as_json, serving
from transom.apps.sources.errors import SourceError
from transom.engine.core.errors import ParseError

READER = Calls()
QUERY = READER.sample
CLOSES = datetime(2027, 1, 10, 20, 59, tzinfo=UTC)
# Midnight of the second of March in Helsinki.
FIRST = datetime(2027, 3, 1, 22, 0, tzinfo=UTC)


def test_a_call_closes_at_its_minute_and_days_are_the_places_own() -> None:
    (closing, conference), problem = events_of(call("Shelf Days", CLOSES, FIRST))
    assert (closing.kind, closing.closes_at, closing.address) == (
        "call",
        CLOSES,
        "https://calls.example/shelf-days",
    )
    assert (conference.kind, f"{conference.starts:%Y-%m-%d}") == ("conference", "2027-03-02")
    assert (conference.city, conference.country) == ("Helsinki", "Finland")
    assert problem == ""


def test_days_that_nobody_entered_make_no_conference() -> None:
    row = call("Shelf Days", CLOSES, FIRST, dateEventStart="1970-01-01T00:00:00+00:00")
    assert [one.kind for one in events_of(row)[0]] == ["call"]


def test_without_a_closing_date_it_is_left_out_and_said() -> None:
    found, problem = events_of(call("Shelf Days", CLOSES, FIRST, dateCfpEnd="soon"))
    assert found == []
    assert "Shelf Days" in problem


@pytest.mark.parametrize(
    ("words", "meant"), [(["shelves"], True), (["helsinki", "shelf"], True), (["web"], False), ([], True)]
)
def test_all_words_must_stand_in_it(words: list[str], meant: bool) -> None:
    assert is_meant(call("Shelf Days", CLOSES, FIRST), words) is meant


def test_only_what_is_wanted_comes_and_an_unchanged_list_brings_nothing() -> None:
    with serving(sample_service(NOW)) as server:
        found = page(READER, QUERY, server)
        assert {one.title for one in found.events} == {"Shelf Days"}
        assert len(page(READER, {"about": "everything"}, server).events) == 4
        assert page(READER, QUERY, server, found.cursor).unchanged


@pytest.mark.parametrize("typed", ["", "...", "  "])
def test_nothing_to_look_for_is_said(typed: str) -> None:
    with pytest.raises(SourceError):
        READER.understood(typed)


def test_another_shape_is_said() -> None:
    with serving(lambda _asked: as_json([])) as server, pytest.raises(ParseError):
        page(READER, QUERY, server)


@given(damaged(call("Shelf Days", CLOSES, FIRST)))
@settings(max_examples=200, deadline=None)
def test_whatever_an_entry_holds_nothing_raises(row: Any) -> None:
    entry = json.loads(json.dumps(row))
    if isinstance(entry, dict):
        is_meant(entry, ["shelf"])
        found, problem = events_of(entry)
        assert bool(found) != bool(problem)
        assert all(one.title and one.starts.tzinfo for one in found)


@pytest.mark.django_db
def test_a_conference_that_two_lists_name_is_one() -> None:
    listed = {
        "name": "Shelf Days 2027",
        "url": "https://shelf-days.example/",
        "city": "Helsinki",
        "country": "Finland",
        "startDate": "2027-03-02",
        "endDate": "2027-03-03",
    }
    calls = service([call("Shelf Days", CLOSES, FIRST)])
    files = confstech({"2027/general": [listed]})
    with serving(lambda asked: calls(asked) if asked.path == "/v1/cfp" else files(asked)) as server:
        ada = make_user()
        refreshed(server, followed(READER, {"about": "shelf"}, server, ada))
        refreshed(server, followed(Conferences(), {"topic": "general"}, server, ada))
    conference = Event.objects.get(kind="conference")
    assert conference.sightings.count() == 2
    assert Event.objects.get(kind="call").closes_at == CLOSES
    assert conference.starts + timedelta(days=1) == conference.ends
