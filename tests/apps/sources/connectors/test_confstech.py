"""confs.tech's files: conferences and calls, entry by entry."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.apps.sources.connectors.tools import NOW, damaged, followed, page, refreshed
from tests.factories import make_user

from transom.apps.conversations.models import Event
from transom.apps.sources.connectors.confstech.client import Conferences
from transom.apps.sources.connectors.confstech.mapping import events_of
from transom.apps.sources.connectors.confstech.server import sample_service, service
from transom.apps.sources.connectors.serving import serving
from transom.apps.sources.errors import SourceError
from transom.apps.sources.models import SourceState

READER = Conferences()
ENTRY: dict[str, Any] = {
    "name": "LeadDev Tarnholt 2027",
    "url": "https://leaddev.example/t",
    "city": "Tarnholt",
    "country": "U.K.",
    "startDate": "2027-02-01",
    "endDate": "2027-02-02",
    "cfpUrl": "https://leaddev.example/c",
    "cfpEndDate": "2026-12-24",
    "online": False,
}


def test_a_conference_and_its_call_are_two_dates() -> None:
    found, problems = events_of([ENTRY])
    assert [(one.kind, f"{one.starts:%Y-%m-%d}", one.address) for one in found] == [
        ("conference", "2027-02-01", "https://leaddev.example/t"),
        ("call", "2026-12-24", "https://leaddev.example/c"),
    ]
    assert problems == []
    assert found[0].closes_at == found[1].closes_at


@given(damaged([ENTRY, ENTRY]))
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_the_file_nothing_raises(entries: Any) -> None:
    found, problems = events_of(json.loads(json.dumps(entries)))
    assert all(one.title and one.starts.tzinfo for one in found)
    assert all(problems)


@given(st.text(max_size=60))
def test_a_topic_is_checked_before_anything_is_asked(words: str) -> None:
    with suppress(SourceError):
        assert "/" not in READER.understood(words)["topic"]


def test_both_years_are_asked_and_unchanged_files_cost_nothing() -> None:
    with serving(sample_service(NOW)) as server:
        first = page(READER, {"topic": "leadership"}, server)
        again = page(READER, {"topic": "leadership"}, server, first.cursor)
    assert {asked.path.split("/")[-2] for asked in server.asked} == {"2026", "2027"}
    assert sorted(one.title for one in first.events) == ["Calm Managers", *2 * ["LeadDev Tarnholt 2027"]]
    assert any("No Such Day" in problem for problem in first.problems)
    assert again.unchanged


@pytest.mark.django_db
def test_the_same_conference_in_two_topics_is_one_event_with_two_lists() -> None:
    other = {**ENTRY, "name": "LeadDev Tarnholt", "cfpEndDate": ""}
    with serving(service({"2027/leadership": [ENTRY], "2027/product": [other]})) as server:
        ada = make_user()
        sources = [followed(READER, {"topic": topic}, server, ada) for topic in ("leadership", "product")]
        refreshed(server, *sources)
    conference = Event.objects.get(kind="conference")
    assert sorted(conference.sightings.values_list("rule", flat=True)) == ["address", "own"]
    assert conference.closes_at is not None
    assert not SourceState.objects.exclude(last_error="").exists()
