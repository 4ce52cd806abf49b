"""The weekly edition: what it covers, how long it is, what it is called."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.apps.brief.world import DAY, NOW, Reader, fetch_all, item_ids, lines, make_reader, minutes
from tests.factories import make_brief

from transom.apps.accounts.models import Profile
from transom.apps.brief.models import BriefLine, Edition, Section
from transom.apps.brief.render.atom import atom
from transom.apps.brief.render.mail import subject
from transom.apps.brief.render.terminal import render_terminal
from transom.apps.brief.selectors import view
from transom.apps.brief.services import brief_of_day, brief_of_week
from transom.interfaces.web.brief_page import page_of

pytestmark = pytest.mark.django_db


def test_the_week_covers_seven_days_and_what_of_their_briefs_was_not_opened(nora: Reader) -> None:
    Profile.objects.filter(user=nora.user).update(weekly_day=4)
    opened = None
    shown: set[int | None] = set()
    for ahead in range(4):
        now = datetime(2026, 11, 23, 7, 0, tzinfo=UTC) + ahead * DAY
        fetch_all(nora, now)
        nora.items(4, published=now - timedelta(hours=3), minutes=3.0)
        brief = brief_of_day(nora.user, now=now)
        shown |= set(item_ids(lines(brief)))
        if opened is None:
            opened = lines(brief)[0].item
            assert opened is not None
            nora.does(opened, now, opened_at=now)
    friday = datetime(2026, 11, 27, 7, 0, tzinfo=UTC)
    fetch_all(nora, friday)
    week = brief_of_week(nora.user, now=friday)
    assert (week.edition, week.day, week.covers_from) == (
        Edition.WEEK,
        date(2026, 11, 27),
        datetime(2026, 11, 20, tzinfo=UTC),
    )
    assert set(item_ids(lines(week))) & shown
    assert opened is not None
    assert opened.pk not in item_ids(lines(week))
    assert week.budget_minutes == 30
    assert minutes(week) <= 30.01
    assert not lines(week, Section.DO)
    assert view(week).over == "Friday 20 to Thursday 26 November 2026"
    assert brief_of_week(nora.user, now=friday + 3 * DAY).pk == week.pk


def test_the_week_holds_nothing_from_after_its_last_day_however_late_it_is_made(nora: Reader) -> None:
    """The week to Sunday, asked for on Thursday: nothing of Monday to Thursday, nor what their briefs left."""
    monday = datetime(2026, 11, 23, tzinfo=UTC)
    inside = [nora.item(published=monday - timedelta(hours=hours)) for hours in (1, 30, 100, 160)]
    before = nora.item(published=monday - 8 * DAY)
    nora.items(6, published=monday)
    nora.items(6, published=monday + 2 * DAY)
    for ahead in range(1, 4):
        brief_of_day(nora.user, now=monday + ahead * DAY + timedelta(hours=7))
        fetch_all(nora, monday + ahead * DAY + timedelta(hours=8))
    left = {item.pk for item in inside} - {
        row.item_id for row in BriefLine.objects.filter(section=Section.READ)
    }
    week = brief_of_week(nora.user, now=monday + 3 * DAY + timedelta(hours=8))
    assert view(week).over == "Monday 16 to Sunday 22 November 2026"
    assert set(item_ids(lines(week))) == left
    assert before.pk not in left
    assert week.considered == len(left) > 0


def test_the_week_has_minutes_and_a_length_of_its_own(nora: Reader) -> None:
    nora.items(60, minutes=1.0, published=NOW - 3 * DAY)
    Profile.objects.filter(user=nora.user).update(weekly_minutes=50)
    week = brief_of_week(nora.user, now=NOW)
    assert week.budget_minutes == 50
    assert 14 <= len(lines(week)) <= 23
    assert len(lines(brief_of_day(nora.user, now=NOW))) < len(lines(week))


def test_a_week_that_was_empty_is_made_again_once_something_is_followed() -> None:
    nora = make_reader(0)
    assert view(brief_of_week(nora.user, now=NOW)).empty
    nora.items(3, source=nora.follow("Late", followed=NOW), published=NOW - 3 * DAY)
    assert lines(brief_of_week(nora.user, now=NOW + timedelta(minutes=5)))


@pytest.mark.parametrize(
    ("first", "said"),
    [
        (date(2026, 11, 23), "Monday 16 to Sunday 22 November 2026"),
        (date(2026, 12, 4), "Friday 27 November to Thursday 3 December 2026"),
        (date(2027, 1, 4), "Monday 28 December 2026 to Sunday 3 January 2027"),
    ],
)
def test_a_week_is_named_by_the_days_it_covers_on_every_face(nora: Reader, first: date, said: str) -> None:
    week = make_brief(nora.user, [nora.item()], edition=Edition.WEEK, day=first)
    shown = view(week)
    assert shown.over == said == page_of(week, nora.user, today=first).over
    assert said in render_terminal(shown)
    assert subject(shown).startswith(f"Your week, {said}: ")
    assert f"<title>Your week, {said}</title>" in atom(nora.user.pk, [week], now=NOW).decode()


# The network
