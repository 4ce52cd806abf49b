"""Somebody's own record: works, posts held, links."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from tests.apps.sources.connectors.tools import NOW, damaged, followed, page, refreshed

from transom.apps.library.models import Identity, Item
from transom.apps.sources.connectors.orcid import server as stand_in
from transom.apps.sources.connectors.orcid.client import Records, is_sound
from transom.apps.sources.connectors.orcid.mapping import date_of, identity_of, works_of
from transom.apps.sources.connectors.serving import serving
from transom.apps.sources.errors import SourceError

READER = Records()
QUERY = {"orcid": stand_in.ORCID}
SOUND = stand_in.record(
    ("Hester", "Quill"),
    [
        stand_in.work(1, "Oak shelves", stand_in.date(2026, 9), "10.5555/10"),
        stand_in.work(2, "A talk", stand_in.date(2026), kind="lecture-speech"),
    ],
    [
        stand_in.job("Slow Rooms", "Head", stand_in.date(2025, 3)),
        stand_in.job("Dry Rooms", "", stand_in.date(2012), stand_in.date(2025)),
    ],
)


def test_a_record_says_who_where_and_what() -> None:
    who = identity_of(SOUND, stand_in.ORCID)
    works, problems = works_of(SOUND, who, date(2024, 1, 1))
    assert (who.name, who.links) == ("Hester Quill", ("https://slowrooms.example/",))
    assert [(one.organisation, one.since, one.until) for one in who.employments] == [
        ("Slow Rooms", date(2025, 3, 1), None),
        ("Dry Rooms", date(2012, 1, 1), date(2025, 1, 1)),
    ]
    assert [(one.kind, one.entry.link) for one in works] == [
        ("paper", "https://doi.org/10.5555/10"),
        ("talk", "https://works.example/2"),
    ]
    assert problems == []


def test_the_check_digit_is_checked() -> None:
    assert is_sound("0000-0002-1825-0097")
    assert is_sound("0000-0002-9079-593X")
    with pytest.raises(SourceError):
        READER.understood("0000-0002-1825-0098")


def test_a_date_with_a_day_that_does_not_exist_counts_by_its_year() -> None:
    assert date_of({"year": {"value": "2026"}, "month": {"value": "13"}}) == date(2026, 1, 1)


def test_an_unchanged_record_costs_nothing() -> None:
    with serving(stand_in.sample_service(NOW)) as server:
        first = page(READER, QUERY, server)
        assert page(READER, QUERY, server, first.cursor).unchanged


@given(damaged(SOUND))
@settings(max_examples=150, deadline=None)
def test_whatever_it_sends_nothing_raises(sent: Any) -> None:
    record = json.loads(json.dumps(sent))
    who = identity_of(record, stand_in.ORCID)
    works, problems = works_of(record, who, date(2024, 1, 1))
    assert who.name
    assert all(one.entry.title for one in works)
    assert all(problems)


@pytest.mark.django_db
def test_a_new_post_is_seen_and_the_identity_stays_one() -> None:
    with serving(stand_in.service({stand_in.ORCID: SOUND})) as server:
        source = followed(READER, QUERY, server)
        refreshed(server, source)
        moved = json.loads(json.dumps(SOUND))
        moved["activities-summary"]["employments"]["affiliation-group"].insert(
            0, stand_in.job("Veldhaven Lab", "Director", stand_in.date(2026, 11))
        )
        server.service = stand_in.service({stand_in.ORCID: moved})
        refreshed(server, source, now=NOW + timedelta(days=2))
    who = Identity.objects.get()
    assert (who.organisation, len(who.employments)) == ("Veldhaven Lab", 3)
    assert Item.objects.filter(author=who).count() == 2
