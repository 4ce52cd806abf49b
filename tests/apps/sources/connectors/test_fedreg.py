"""Consultations of the Federal Register and their closing dates."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from tests.apps.sources.connectors.tools import NOW, damaged, followed, page, pages, refreshed

from transom.apps.conversations.models import Event
from transom.apps.library.models import Item
from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.fedreg.client import PAGE, Consultations
from transom.apps.sources.connectors.fedreg.mapping import records_of
from transom.apps.sources.connectors.fedreg.server import document, sample_service, service
from transom.apps.sources.connectors.serving import serving
from transom.apps.sources.errors import SourceError

READER = Consultations()
QUERY = {"about": "records"}
SOUND = [
    document("2026-1", "Transfer", NOW, NOW + timedelta(days=30)),
    document("2026-2", "Notice", NOW, None),
]


def test_only_what_asks_for_comments_is_kept_with_its_closing_date() -> None:
    with serving(sample_service(NOW)) as server:
        found = page(READER, QUERY, server)
    assert [one.entry.title for one in found.items] == [
        "Electronic Records Transfer",
        "Digitizing Permanent Records",
    ]
    # 23:59 in Washington, in winter.
    assert found.events[0].closes_at == datetime(2026, 12, 18, 4, 59, tzinfo=UTC)
    assert found.events[0].organiser == "National Archives and Records Administration"


def test_pages_are_followed_and_the_next_round_asks_from_the_last_day_on() -> None:
    rows = [
        document(f"2026-{n}", f"Records {n}", NOW - timedelta(days=40 - n // 10), NOW + timedelta(days=9))
        for n in range(2 * PAGE + 5)
    ]
    with serving(service(rows)) as server:
        found = pages(READER, QUERY, server)
        page(READER, QUERY, server, found[-1].cursor)
    assert sum(len(batch.items) for batch in found) == 2 * PAGE + 5
    assert server.asked[-1].one("conditions[publication_date][gte]") > server.asked[0].one(
        "conditions[publication_date][gte]"
    )


@given(damaged(SOUND))
@settings(max_examples=150, deadline=None)
def test_whatever_it_sends_nothing_raises(sent: Any) -> None:
    rows = list(values.rows(json.loads(json.dumps({"results": sent})), "results"))
    items, events, problems = records_of(rows)
    assert len(items) == len(events)
    assert all(problems)


@pytest.mark.parametrize("words", ["", "agency=../x"])
def test_a_query_must_name_words_or_an_agency(words: str) -> None:
    with pytest.raises(SourceError):
        READER.understood(words)


@pytest.mark.django_db
def test_followed_it_is_something_to_answer_and_a_date() -> None:
    with serving(sample_service(NOW)) as server:
        source = followed(READER, QUERY, server)
        refreshed(server, source)
        refreshed(server, source, now=NOW + timedelta(days=2))
    consultation = Item.objects.get(title="Electronic Records Transfer")
    assert (consultation.kind, consultation.event_what) == ("consultation", "deadline")
    assert consultation.event_start == Event.objects.get(title=consultation.title).closes_at
    assert Event.objects.filter(kind="consultation").count() == 2
