"""The lines to know: few, concrete, told once, about the user's own things only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.factories import (
    make_brief,
    make_item,
    make_opportunity,
    make_source,
    make_state,
    make_state_of_reading,
    make_subscription,
    make_user,
)

from transom.apps.accounts.models import User
from transom.apps.brief.knowing import MOST, know_lines
from transom.apps.brief.models import Brief, BriefLine
from transom.apps.library.models import Item
from transom.apps.participation.models import OpportunityKind
from transom.apps.participation.services import calendar
from transom.apps.sources.models import Source, SourceStatus

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)


@pytest.fixture
def nora() -> User:
    return make_user("nora")


@pytest.fixture
def brief(nora: User) -> Brief:
    return make_brief(nora, day=NOW.date(), started_at=NOW)


def followed(user: User, title: str, **state: object) -> Source:
    source = make_source(title, state=False)
    make_state(source, **{"last_changed_at": NOW - timedelta(days=1), **state})
    make_subscription(user, source)
    return source


def told(user: User, brief: Brief, picked: tuple[int, ...] = ()) -> list[str]:
    return [line.text for line in know_lines(user, brief, picked, NOW)]


def test_dates_ahead_that_were_saved_or_noted(nora: User, brief: Brief) -> None:
    saved = make_item("The spring meeting", event_start=NOW + timedelta(days=3), event_what="conference")
    noted = make_item("Call for papers", event_start=NOW + timedelta(days=2), event_what="deadline")
    make_item("Nobody noted this", event_start=NOW + timedelta(days=2))
    far = make_item("Next year", event_start=NOW + timedelta(days=30))
    for item in (saved, far):
        make_state_of_reading(nora, item, saved_at=NOW)
    calendar(nora, make_opportunity(nora, noted, OpportunityKind.CALENDAR), NOW)
    assert told(nora, brief) == [
        "Call for papers closes on Thursday 26 November.",
        "The spring meeting is on Friday 27 November.",
    ]


def test_the_day_of_a_date_is_the_users_own(brief: Brief) -> None:
    kenji = make_user("kenji", time_zone="Asia/Tokyo")
    item = make_item("Call", event_start=datetime(2026, 11, 26, 20, 0, tzinfo=UTC))
    make_state_of_reading(kenji, item, saved_at=NOW)
    assert told(kenji, brief) == ["Call is on Friday 27 November."]


def test_a_saved_thing_that_its_author_changed(nora: User, brief: Brief) -> None:
    item = make_item("Paper is a promise", updated_at=NOW - timedelta(hours=2))
    make_state_of_reading(nora, item, saved_at=NOW - timedelta(days=5))
    untouched = make_item("Unchanged")
    make_state_of_reading(nora, untouched, saved_at=NOW - timedelta(days=5))
    assert told(nora, brief) == ["Paper is a promise, which you saved, was changed by its author."]


def test_sources_that_went_away_or_fell_silent(nora: User, brief: Brief) -> None:
    followed(nora, "Gone Gazette", status=SourceStatus.GONE)
    followed(nora, "Broken Bulletin", failures=9, first_failed_at=NOW - timedelta(days=4))
    followed(nora, "Just hiccups", failures=2, first_failed_at=NOW - timedelta(hours=4))
    followed(nora, "Silent Stacks", gap_hours=24.0 * 7, last_changed_at=NOW - timedelta(days=120))
    followed(nora, "Yearly anyway", gap_hours=24.0 * 365, last_changed_at=NOW - timedelta(days=120))
    followed(make_user(), "Somebody else's", status=SourceStatus.GONE)
    assert told(nora, brief) == [
        "Broken Bulletin could not be fetched for days. The page of sources says why.",
        "Gone Gazette is gone: its publisher says it will not come back.",
        "Silent Stacks has published nothing since July 2026.",
    ]


def by_often_finished_author(user: User, source: Source, title: str) -> Item:
    for number in range(3):
        item = make_item(f"Earlier {number}", source=source, published=NOW - timedelta(days=9 + number))
        make_state_of_reading(user, item, finished_at=NOW - timedelta(days=8))
    return make_item(title, source=source, published=NOW - timedelta(hours=4))


def test_what_a_known_author_published_that_did_not_fit(nora: User, brief: Brief) -> None:
    source = followed(nora, "Stacks")
    item = by_often_finished_author(nora, source, "The long one")
    said = "Ines Okafor, whom you often finish, published “The long one”, which did not fit."
    assert told(nora, brief) == [said]
    assert told(nora, brief, picked=(item.pk,)) == []


def test_nothing_is_told_twice_and_never_more_than_five(nora: User, brief: Brief) -> None:
    for number in range(4):
        followed(nora, f"Gone {number}", status=SourceStatus.GONE)
        followed(nora, f"Silent {number}", gap_hours=24.0, last_changed_at=NOW - timedelta(days=200))
        item = make_item(f"Date {number}", event_start=NOW + timedelta(days=number + 1))
        make_state_of_reading(nora, item, saved_at=NOW)
    first = know_lines(nora, brief, [], NOW)
    assert len(first) == MOST
    assert len({line.text.split()[0] for line in first}) == 3
    for line in first:
        line.brief = brief
    BriefLine.objects.bulk_create(first)
    second = told(nora, brief)
    assert not {line.text for line in first} & set(second)
