"""Dates of the community's calendar as things to do: offered once, decided with one press, never another's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar
from tests.apps.brief.world import NOW, Reader, make_reader
from tests.factories import make_source, make_user

from transom.apps.accounts.models import User
from transom.apps.brief.models import Brief, BriefLine, Section
from transom.apps.brief.render.mail import message
from transom.apps.brief.selectors.view import view
from transom.apps.brief.services import brief_of_day
from transom.apps.conversations.models import Event, EventSighting
from transom.apps.conversations.selectors import organisers
from transom.apps.participation.models import Action, ActionState, Opportunity, OpportunityKind
from transom.apps.participation.services import decline
from transom.apps.sources.models import Source

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader() -> Reader:
    reader = make_reader(4)
    for _ in range(12):
        reader.item()
    return reader


def date_of(
    source: Source, kind: str = "call", title: str = "Call for abstracts: wet paper", **values: Any
) -> Event:
    """A date in five days in a list."""
    at = NOW + timedelta(days=5)
    closes = {"closes_at": at} if kind in {"call", "consultation"} else {}
    event = Event.objects.create(
        kind=kind, title=title, starts=at, day=at.date(), address="https://guild.example.org/call",
        created_at=NOW, changed_at=NOW, owner=source.owner, **closes, **values,
    )  # fmt: skip
    EventSighting.objects.create(
        event=event, source=source, uid=f"uid {event.pk}", said={}, starts=at, seen_at=NOW
    )
    return event


def to_do(brief: Brief) -> list[BriefLine]:
    return list(brief.lines.filter(section=Section.DO).select_related("opportunity__event"))


def signed_in(user: User) -> Client:
    client = Client(HTTP_HOST="localhost")
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    ("kind", "offered", "asks"),
    [
        ("call", OpportunityKind.SUBMIT, "Decide whether to answer this call"),
        ("consultation", OpportunityKind.RESPOND, "Decide whether to answer this consultation"),
        ("conference", OpportunityKind.ATTEND, "Decide whether to go"),
        ("meeting", OpportunityKind.JOIN, "Join the meeting"),
    ],
)
def test_a_date_of_a_followed_list_is_something_to_do(
    reader: Reader, kind: str, offered: OpportunityKind, asks: str
) -> None:
    event = date_of(reader.sources[0], kind)
    (line,) = to_do(brief_of_day(reader.user, now=NOW))
    assert line.opportunity is not None
    assert (line.opportunity.event, line.opportunity.kind) == (event, offered)
    page = signed_in(reader.user).get(f"/calendar/{line.opportunity.pk}/").content.decode()
    assert asks in page
    assert event.title in page


def test_taking_it_up_gives_the_file_is_noted_once_and_closes_the_offer(reader: Reader) -> None:
    date_of(reader.sources[0])
    (line,) = to_do(brief_of_day(reader.user, now=NOW))
    address = f"/calendar/{line.opportunity_id}/"
    client = signed_in(reader.user)
    for _press in range(2):
        answer = client.post(address)
        (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
        assert "Closes: Call for abstracts" in str(event["summary"])
    action = Action.objects.get(user=reader.user)
    assert (action.kind, action.state) == (OpportunityKind.SUBMIT, ActionState.SENT)
    assert to_do(brief_of_day(reader.user, now=NOW + timedelta(days=1))) == []


def test_what_was_turned_down_is_not_offered_again(reader: Reader) -> None:
    date_of(reader.sources[0])
    (line,) = to_do(brief_of_day(reader.user, now=NOW))
    assert line.opportunity is not None
    decline(reader.user, line.opportunity, NOW)
    assert to_do(brief_of_day(reader.user, now=NOW + timedelta(days=1))) == []


def test_a_date_nobody_lists_any_more_is_not_offered(reader: Reader) -> None:
    event = date_of(reader.sources[0])
    brief_of_day(reader.user, now=NOW)
    Event.objects.filter(pk=event.pk).update(gone_at=NOW)
    assert to_do(brief_of_day(reader.user, now=NOW + timedelta(days=1))) == []


def test_dates_of_lists_one_does_not_follow_are_not_offered(reader: Reader) -> None:
    date_of(make_source("Elsewhere"))
    date_of(make_source("Own", owner=make_user("wim")))
    assert to_do(brief_of_day(reader.user, now=NOW)) == []
    assert not Opportunity.objects.filter(user=reader.user).exists()


def test_another_user_cannot_take_it_up(reader: Reader) -> None:
    date_of(reader.sources[0])
    (line,) = to_do(brief_of_day(reader.user, now=NOW))
    other = signed_in(make_user("wim"))
    assert other.get(f"/calendar/{line.opportunity_id}/").status_code == 404
    assert other.post(f"/calendar/{line.opportunity_id}/").status_code == 404


def test_the_page_of_the_brief_and_the_mail_name_it(reader: Reader) -> None:
    date_of(reader.sources[0], organiser="Guild of Carers")
    brief = brief_of_day(reader.user, now=NOW)
    (line,) = view(brief).do
    assert (line.title, line.source) == ("Call for abstracts: wet paper", "Guild of Carers")
    assert line.when.startswith("until ")
    page = signed_in(reader.user).get(f"/brief/{brief.day}/").content.decode()
    assert "Call for abstracts: wet paper" in page
    sent = message(brief, message_id="<1@example.org>", now=NOW)
    assert "Call for abstracts: wet paper" in str(sent.body)
    (file,) = [one for one in sent.attachments if one[0].endswith(".ics")]
    assert "Closes: Call for abstracts" in str(Calendar.from_ical(file[1]).walk("VEVENT")[0]["summary"])


def conference(source: Source, begins: int, closes: int | None) -> Event:
    """Days from now."""
    event = date_of(source, "conference", "The Wet Paper Conference")
    event.starts = event.listed_at = NOW + timedelta(days=begins)
    event.day = event.starts.date()
    event.closes_at = NOW + timedelta(days=closes) if closes is not None else None
    event.save()
    return event


@pytest.mark.parametrize(
    ("begins", "closes", "offered"),
    [
        (140, None, False),
        (140, 60, False),
        (140, -2, False),
        (140, 20, True),
        (40, None, True),
        (50, None, False),
    ],
)
def test_a_conference_is_something_to_do_when_acting_now_matters(
    reader: Reader, begins: int, closes: int | None, offered: bool
) -> None:
    conference(reader.sources[0], begins, closes)
    assert bool(to_do(brief_of_day(reader.user, now=NOW))) == offered


def test_a_conference_whose_call_closes_says_until_when_and_when_it_is(reader: Reader) -> None:
    conference(reader.sources[0], 140, 20)
    brief = brief_of_day(reader.user, now=NOW)
    (line,) = view(brief).do
    assert line.when == "closes Monday 14 December, 07:30; on Tuesday 13 April 2027, 07:30"
    assert line.deadline == NOW + timedelta(days=20)
    page = signed_in(reader.user).get(f"/brief/{brief.day}/").content.decode()
    assert "closes Monday 14 December" in page
    assert "April 2027" in page


def test_a_conference_that_waits_is_offered_when_its_time_comes(reader: Reader) -> None:
    event = conference(reader.sources[0], 60, None)
    assert to_do(brief_of_day(reader.user, now=NOW)) == []
    (line,) = to_do(brief_of_day(reader.user, now=NOW + timedelta(days=30)))
    assert line.opportunity is not None
    assert line.opportunity.event == event


def test_a_date_goes_by_the_name_of_the_list_where_nobody_organises_it(reader: Reader) -> None:
    event = date_of(reader.sources[0])
    brief = brief_of_day(reader.user, now=NOW)
    assert view(brief).do[0].source == str(reader.sources[0])
    page = signed_in(reader.user).get(f"/brief/{brief.day}/").content.decode()
    assert "guild.example.org" not in page.partition("Why this")[0]
    Event.objects.filter(pk=event.pk).update(organiser="The Guild")
    assert view(brief).do[0].source == "The Guild"


def test_the_name_of_anothers_private_list_is_never_shown(reader: Reader) -> None:
    event = date_of(reader.sources[0])
    private = make_source("Diary of Wim", owner=make_user("wim"))
    EventSighting.objects.filter(event=event).update(seen_at=NOW)
    EventSighting.objects.create(
        event=event, source=private, uid="private", said={}, starts=event.starts, seen_at=NOW
    )
    EventSighting.objects.filter(event=event, source=reader.sources[0]).delete()
    assert organisers(reader.user, [event]) == {}
