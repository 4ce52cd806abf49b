"""Dates for the user's calendar: the right instant everywhere, the same event whenever it is made."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from tests.factories import NOW, make_handed_in, make_item, make_opportunity, make_source, make_user

from transom.apps.library.models import Link
from transom.apps.participation.dates import when_text
from transom.apps.participation.errors import ParticipationError
from transom.apps.participation.models import ActionState, Opportunity, OpportunityKind
from transom.apps.participation.selectors import ledger
from transom.apps.participation.services import calendar, decline, ics, opportunities_for, propose

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


def test_an_hour_without_a_zone_stays_that_hour_in_any_calendar():
    start = datetime(2027, 2, 1, 17, 30, tzinfo=UTC)
    text = ics(make_item("The meetup", event_start=start, event_floating=True, event_what="event"), NOW)
    assert b"DTSTART:20270201T173000\r\n" in text
    assert b"DTEND:20270201T183000\r\n" in text


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"event_what": "deadline"}, "until Monday 1 February 2027"),
        ({"event_what": "event"}, "on Monday 1 February 2027"),
        (
            {"event_end": datetime(2027, 2, 3, tzinfo=UTC), "event_what": "event"},
            "from Monday 1 February 2027 to Wednesday 3 February 2027",
        ),
        (
            {"event_start": datetime(2027, 2, 1, 17, 30, tzinfo=UTC), "event_floating": True},
            "on Monday 1 February 2027, 17:30",
        ),
        ({"event_start": datetime(2027, 2, 1, 17, 30, tzinfo=UTC)}, "on Monday 1 February 2027, 18:30"),
    ],
)
def test_a_date_is_said_as_what_it_is(values, said):
    item = make_item(**{"event_start": datetime(2027, 2, 1, tzinfo=UTC), **values})
    assert when_text(item, ZoneInfo("Europe/Berlin")) == said
    assert when_text(make_item(), UTC) == ""


# One date, named by several

CLOSES = NOW + timedelta(days=9)


def naming(title, *targets, source=None, closes=CLOSES, **values):
    """An item that names the closing date and links to these addresses."""
    item = make_item(title, source=source, event_start=closes, event_what="deadline", **values)
    for target in targets:
        Link.objects.create(item=item, target=target, host="committee.example")
    return item


def offered(user, *items):
    return [one.item_id for one in propose(user, NOW, dates=[item.pk for item in items])]


def test_what_several_say_of_one_closing_date_is_offered_once_by_whose_page_it_is():
    page = "https://committee.example/consultation"
    post = naming("I have answered the consultation", page, published=NOW - timedelta(days=3))
    asked = naming("Public consultation", address=page)
    letter = naming("The consultation closes soon", page)
    assert offered(make_user(), post, asked, letter) == [asked.pk]


def test_without_the_page_itself_the_organisers_own_site_speaks_else_the_earliest():
    page = "https://committee.example/consultation"
    early = naming("You have nine days", page, published=NOW - timedelta(days=2))
    late = naming("Still nine days", page, published=NOW - timedelta(days=1))
    assert offered(make_user(), late, early) == [early.pk]
    own = naming("Answers so far", page, address="https://committee.example/news/answers")
    assert offered(make_user(), early, late, own) == [own.pk]


def test_two_dates_two_subjects_and_two_events_of_one_footer_stay_apart():
    page = "https://committee.example/consultation"
    one = naming("Consultation", page)
    other_day = naming("Workshop", page, closes=CLOSES + timedelta(days=1))
    unlinked = naming("Another consultation", "https://elsewhere.example/other")
    front_door = naming("A third", "https://committee.example/")
    guild = make_source("Guild")
    footer = "https://guild.example/join/"
    talks = [naming(title, footer, source=guild) for title in ("A talk", "Another talk")]
    items = [one, other_day, unlinked, front_door, *talks]
    assert set(offered(make_user(), *items)) == {item.pk for item in items}


def test_a_date_turned_down_does_not_come_back_from_somebody_else():
    user = make_user()
    page = "https://committee.example/consultation"
    asked = naming("Public consultation", address=page)
    (offer,) = propose(user, NOW, dates=[asked.pk])
    decline(user, offer, NOW)
    post = naming("I have answered the consultation", page)
    assert offered(user, asked, post) == []


@pytest.mark.parametrize(
    ("what", "days", "offered"),
    [
        ("deadline", 27, True),
        ("deadline", 29, False),
        ("conference", 41, True),
        ("conference", 43, False),
        ("", 140, False),
    ],
)
def test_a_date_is_something_to_do_while_acting_now_matters(what, days, offered):
    item = make_item(event_start=NOW + timedelta(days=days), event_what=what)
    found = propose(make_user(), NOW, dates=[item.pk])
    assert [one.item for one in found] == ([item] if offered else [])


def test_what_was_offered_too_early_waits_until_it_matters():
    user = make_user()
    item = make_item(event_start=NOW + timedelta(days=140))
    offer = make_opportunity(user, item, OpportunityKind.CALENDAR)
    Opportunity.objects.filter(pk=offer.pk).update(deadline=item.event_start)
    assert opportunities_for(user, NOW) == []
    assert opportunities_for(user, NOW + timedelta(days=100)) == [offer]
