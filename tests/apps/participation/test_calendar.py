"""Dates for the user's calendar: the right instant everywhere, the same event whenever it is made."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from tests.factories import NOW, make_handed_in, make_item, make_opportunity, make_user

from transom.apps.participation.errors import ParticipationError
from transom.apps.participation.models import ActionState, Opportunity, OpportunityKind
from transom.apps.participation.selectors import ledger
from transom.apps.participation.services import calendar, ics, opportunities_for, propose

pytestmark = pytest.mark.django_db


def _event(item):
    (event,) = Calendar.from_ical(ics(item, NOW)).walk("VEVENT")
    return event


@pytest.mark.parametrize("month", [1, 7])
def test_a_meeting_is_the_same_instant_in_winter_and_summer(month):
    start = datetime(2027, month, 12, 14, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    item = make_item(event_start=start, event_end=start + timedelta(minutes=90), event_what="webinar")
    event = _event(item)
    assert event.decoded("dtstart") == start
    assert event.decoded("dtend") == start + timedelta(minutes=90)
    assert b"VTIMEZONE" not in ics(item, NOW)


def test_a_meeting_without_an_end_takes_an_hour():
    start = datetime(2027, 1, 12, 14, 30, tzinfo=UTC)
    assert _event(make_item(event_start=start)).decoded("dtend") == start + timedelta(hours=1)


def test_a_conference_of_whole_days_has_no_hours_and_holds_its_last_day():
    item = make_item(
        event_start=datetime(2027, 5, 3, tzinfo=UTC),
        event_end=datetime(2027, 5, 5, tzinfo=UTC),
        event_what="conference",
        event_place="Ghent",
    )
    event = _event(item)
    assert event.decoded("dtstart") == date(2027, 5, 3)
    assert event.decoded("dtend") == date(2027, 5, 6)
    assert str(event["location"]) == "Ghent"


def test_a_deadline_takes_no_time_and_reminds_a_day_before():
    closes = datetime(2027, 2, 1, 17, 0, tzinfo=UTC)
    event = _event(make_item("Call for papers", event_start=closes, event_what="deadline"))
    assert str(event["summary"]) == "Closes: Call for papers"
    assert str(event["transp"]) == "TRANSPARENT"
    assert "dtend" not in event
    (alarm,) = event.walk("VALARM")
    assert alarm.decoded("trigger") == timedelta(days=-1)


def test_made_again_it_is_the_same_event_and_not_that_of_another_item():
    start = datetime(2027, 2, 1, 17, 0, tzinfo=UTC)
    one, two = make_item(event_start=start), make_item(event_start=start)
    assert _event(one)["uid"] == _event(one)["uid"]
    assert _event(one)["uid"] != _event(two)["uid"]


def test_a_hostile_title_stays_one_line_of_the_file():
    item = make_item("Meet\r\nATTENDEE:mailto:x@example.org", event_start=NOW + timedelta(days=3))
    event = _event(item)
    assert "attendee" not in event
    assert str(event["summary"]) == "Meet ATTENDEE:mailto:x@example.org"


def test_an_item_without_a_date_says_so():
    with pytest.raises(ParticipationError, match="names no date"):
        ics(make_item("A letter"), NOW)


def test_dates_ahead_are_offered_soonest_first_and_only_while_ahead():
    user = make_user()
    soon = make_item(event_start=NOW + timedelta(days=2))
    later = make_item(event_start=NOW + timedelta(days=40))
    gone = make_item(event_start=NOW - timedelta(days=1))
    far = make_item(event_start=NOW + timedelta(days=400))
    private = make_handed_in(make_user(), event_start=NOW + timedelta(days=3))

    offers = propose(user, NOW, dates=[one.pk for one in (later, soon, gone, far, private)])

    assert [offer.item_id for offer in offers] == [soon.pk, later.pk]
    assert offers[0].deadline == soon.event_start
    after = propose(user, NOW + timedelta(days=3))
    assert [offer.item_id for offer in after] == [later.pk]
    assert Opportunity.objects.get(item=soon).closed_at is not None


def test_putting_it_in_the_calendar_is_logged_and_not_offered_again():
    user = make_user()
    item = make_item(event_start=NOW + timedelta(days=2))
    offer = make_opportunity(user, item, OpportunityKind.CALENDAR, created_at=NOW)
    action = calendar(user, offer, NOW)
    assert (action.kind, action.state, action.item) == (OpportunityKind.CALENDAR, ActionState.SENT, item)
    assert ledger(user) == [action]
    assert opportunities_for(user, NOW) == []
    assert propose(user, NOW, dates=[item.pk]) == []


def test_another_users_date_cannot_be_noted():
    offer = make_opportunity(make_user(), make_item(event_start=NOW), OpportunityKind.CALENDAR)
    with pytest.raises(ParticipationError):
        calendar(make_user(), offer, NOW)
