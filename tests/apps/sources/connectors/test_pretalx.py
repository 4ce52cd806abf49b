"""A conference's programme: dates, talks, speakers."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from tests.apps.sources.connectors.tools import NOW, damaged, followed, page, pages, refreshed

from transom.apps.conversations.models import Event
from transom.apps.library.models import Authorship, Item
from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.pretalx.client import PAGE, Programmes
from transom.apps.sources.connectors.pretalx.mapping import conference_of, talks_of
from transom.apps.sources.connectors.pretalx.server import conference, sample_service, service, talk
from transom.apps.sources.connectors.serving import serving

READER = Programmes()
QUERY = READER.sample
EVENT = conference("stewards", "Stores and Stewards", NOW + timedelta(days=75))
TALKS = [
    talk("AAAAAA", "Felt", NOW + timedelta(days=75), [("HESTER", "Hester Quill"), ("KOFI77", "Kofi Adjei")])
]


def test_a_talk_has_its_hour_room_and_speakers() -> None:
    items, people, problems = talks_of(TALKS, EVENT, "https://p.example", "stewards")
    entry = items[0].entry
    assert (entry.link, entry.event_place) == ("https://p.example/stewards/talk/AAAAAA/", "Great Hall")
    assert [one.name for one in people] == ["Hester Quill", "Kofi Adjei"]
    assert people[0].roles == ("speaker at Stores and Stewards",)
    assert problems == []


def test_what_was_not_accepted_is_nobodys_business() -> None:
    rows = [talk("A", "A", None, [], state=state) for state in ("submitted", "rejected", "withdrawn")]
    assert talks_of(rows, EVENT, "https://p.example", "x")[0] == []


@pytest.mark.parametrize(
    "typed",
    ["pretalx.com/democon", "https://pretalx.com/democon/schedule/", "https://pretalx.com/democon/talk/XYZ/"],
)
def test_any_page_of_a_conference_will_do(typed: str) -> None:
    assert READER.understood(typed)["event"] == "https://pretalx.com/democon"


def test_every_page_is_read_and_an_unchanged_programme_costs_two_questions() -> None:
    talks = [talk(f"T{n}", f"Talk {n}", None, []) for n in range(PAGE + 5)]
    with serving(service(EVENT, talks)) as server:
        assert sum(len(batch.items) for batch in pages(READER, QUERY, server)) == PAGE + 5
        server.service = service(EVENT, TALKS)
        first = page(READER, QUERY, server)
        assert page(READER, QUERY, server, first.cursor).unchanged


def test_a_long_programme_is_read_again_when_it_changes_and_every_few_days() -> None:
    talks = [talk(f"T{n}", f"Talk {n}", None, []) for n in range(PAGE + 5)]
    with serving(service(EVENT, talks)) as server:
        read = pages(READER, QUERY, server)
        asked = [one.path for one in server.asked]
        assert asked.count("/api/events/stewards/") == 1
        assert len(asked) == 3
        assert page(READER, QUERY, server, read[-1].cursor, NOW + timedelta(days=2)).unchanged
        assert not page(READER, QUERY, server, read[-1].cursor, NOW + timedelta(days=4)).unchanged
        server.service = service(EVENT, [talk("NEW", "Newly in", None, []), *talks])
        assert page(READER, QUERY, server, read[-1].cursor, NOW + timedelta(days=1)).items


@given(damaged([EVENT, *TALKS]))
@settings(max_examples=150, deadline=None)
def test_whatever_it_sends_nothing_raises(sent: Any) -> None:
    rows = list(values.rows({"all": json.loads(json.dumps(sent))}, "all"))
    items, people, problems = talks_of(rows, rows[0] if rows else None, "https://p.example", "x")
    assert all(one.entry.title for one in items)
    assert all(one.name for one in people)
    assert all(problems)
    for row in rows:
        conference_of(row, "https://p.example", "x")


@pytest.mark.django_db
def test_followed_it_fills_calendar_and_library() -> None:
    with serving(sample_service(NOW)) as server:
        source = followed(READER, QUERY, server)
        refreshed(server, source)
        refreshed(server, source, now=NOW + timedelta(days=1))
    assert Event.objects.get().title == "Stores and Stewards"
    assert set(Item.objects.values_list("kind", "event_what")) == {("talk", "talk")}
    assert Authorship.objects.count() == 2
