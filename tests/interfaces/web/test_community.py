"""The screens about the community: few queries, plain words, dates in the reader's own time, a private calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar
from lxml.html import fromstring
from tests import factories
from tests.interfaces.web.world import make_world

from transom.apps.accounts.models import User
from transom.apps.conversations.models import Conversation, Event, EventSighting, SavedEvent
from transom.apps.library.models import ReadingState
from transom.interfaces.web.plots import share_plot

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def an_event(user: User, title: str = "Winter school", **values: object) -> Event:
    """A date in a list that the user follows."""
    source = factories.make_source()
    factories.make_subscription(user, source)
    now = timezone.now()
    starts = values.pop("starts", now + timedelta(days=5))
    assert isinstance(starts, datetime)
    given = {"kind": "meeting", "day": starts.date(), "created_at": now, "changed_at": now, **values}
    event = Event.objects.create(title=title, starts=starts, **given)
    EventSighting.objects.create(
        event=event, source=source, uid=str(event.pk), said={}, starts=starts, seen_at=now
    )
    return event


def text_of(client: Client, address: str) -> str:
    return " ".join(fromstring(client.get(address).content.decode()).find(".//main").text_content().split())


@pytest.mark.parametrize("screen", ["conversations", "conversation", "themes", "dates", "date"])
def test_a_page_asks_as_much_for_three_as_for_one(screen: str) -> None:
    asked = []
    for number in (1, 3):
        world = make_world(f"reader{number}", lines=number)
        client = signed_in(world.user)
        address = {
            "conversations": "/conversations/",
            "conversation": f"/conversations/{world.talk.cluster}/",
            "themes": "/themes/",
            "dates": "/events/",
            "date": f"/events/{world.event.pk}/",
        }[screen]
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(address).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]
    assert asked[0] < 30


def test_the_week_tells_who_takes_part_and_whom_one_follows() -> None:
    world = make_world()
    said = text_of(signed_in(world.user), "/conversations/")
    assert "Flood 0, part 0 Voice 0, Voice 1 and Voice 2" in said
    assert "3 pieces in 3 days, new" in said
    assert "You follow Voice 0" in said


def test_a_conversation_of_strangers_fields_is_not_in_the_list() -> None:
    world = make_world()
    assert "Flood 0" not in text_of(signed_in(factories.make_user("wim")), "/conversations/")
    assert world.talk.owner is None


def test_the_thread_tells_what_points_to_what_and_who_gathered_it() -> None:
    world = make_world()
    client = signed_in(world.user)
    said = text_of(client, f"/conversations/{world.talk.cluster}/")
    assert "pointed to 3 times" in said
    assert "points to Voice 0: Flood 0, part 0" in said
    assert "Links 0" in said
    page = client.get(f"/conversations/{world.talk.cluster}/").content.decode()
    assert page.count("/follow/") == 2  # the two voices whose places are not followed


def test_something_can_be_saved_from_the_thread() -> None:
    world = make_world()
    item = world.talk.original
    assert item is not None
    client = signed_in(world.user)
    answer = client.post(
        f"/read/{item.pk}/say/", {"say": "save", "next": f"/conversations/{world.talk.cluster}/"}
    )
    assert answer["Location"] == f"/conversations/{world.talk.cluster}/"
    assert ReadingState.objects.get(user=world.user, item=item).saved_at


def test_a_conversation_that_went_into_another_leads_there() -> None:
    world = make_world()
    later = world.talk.original
    assert later is not None
    other = later.membership.__class__.objects.exclude(item=later).filter(cluster=later.pk).first()
    assert other is not None
    answer = signed_in(world.user).get(f"/conversations/{other.pk}/")
    assert answer["Location"] == f"/conversations/{world.talk.cluster}/"


def test_pages_of_conversations_go_on_by_key() -> None:
    world = make_world(lines=15)
    client = signed_in(world.user)
    page = fromstring(client.get("/conversations/").content.decode())
    first = {one.text_content() for one in page.xpath("//article//h2")}
    (link,) = page.xpath("//a[@rel='next']/@href")
    second = {
        one.text_content()
        for one in fromstring(client.get(f"/conversations/{link}").content.decode()).xpath("//article//h2")
    }
    assert len(first) == 12
    assert len(second) == 3
    assert not first & second
    assert client.get("/conversations/?after=nonsense").status_code == 200
    assert client.get("/conversations/?of=earlier&after=WyJ4IiwxXQ").status_code == 200


def test_empty_screens_say_what_to_do_next() -> None:
    client = signed_in(factories.make_user("newcomer"))
    for address in ("/conversations/", "/themes/", "/events/"):
        assert "Choose a starter pack" in text_of(client, address), address


def test_a_date_is_told_in_the_readers_time_with_the_places_beside_it() -> None:
    user = factories.make_user(time_zone="Europe/Berlin")
    starts = datetime(timezone.now().year + 1, 1, 14, 15, 0, tzinfo=UTC)
    event = an_event(user, starts=starts, ends=starts + timedelta(hours=1), time_zone="America/New_York")
    said = text_of(signed_in(user), f"/events/{event.pk}/")
    assert "16:00–17:00" in said
    assert "10:00 in New York" in said


def test_hours_without_a_zone_are_the_places_own() -> None:
    user = factories.make_user(time_zone="Asia/Tokyo")
    starts = (timezone.now() + timedelta(days=9)).replace(hour=17, minute=30)
    event = an_event(user, starts=starts, floating=True)
    said = text_of(signed_in(user), f"/events/{event.pk}/")
    assert "17:30 (the place's own time)" in said


def test_what_repeats_stands_once_with_its_next_dates() -> None:
    user = factories.make_user()
    first = an_event(user, "Monthly call", recurrence="FREQ=WEEKLY;INTERVAL=2", series="s")
    for number in range(1, 6):
        other = an_event(
            user,
            "Monthly call",
            recurrence="FREQ=WEEKLY;INTERVAL=2",
            series="s",
            starts=first.starts + timedelta(days=14 * number),
        )
        assert other.series == "s"
    said = text_of(signed_in(user), "/events/")
    assert said.count("Put in calendar: Monthly call") == 1
    assert "every 2 weeks, then" in said
    assert "and 2 more" in said


def test_a_series_of_somebody_elses_own_hides_nothing() -> None:
    ada, ben = factories.make_user("ada"), factories.make_user("ben")
    mine = an_event(ada, "Monthly call", series="s")
    an_event(ben, "Monthly call", series="s", owner=ben, starts=mine.starts - timedelta(days=1))
    assert "Monthly call" in text_of(signed_in(ada), "/events/")


def test_filters_narrow_the_calendar() -> None:
    user = factories.make_user()
    an_event(user, "Winter school", city="Oslo")
    closes = timezone.now() + timedelta(days=9)
    an_event(user, "Call for abstracts", kind="call", closes_at=closes, starts=closes)
    kept = an_event(user, "Reading a logger", kind="webinar", online=True, credits="1.5 CPD")
    client = signed_in(user)
    client.post(f"/events/{kept.pk}/save/", {"save": "yes"})
    shown = {
        query: {
            title
            for title in ("Winter school", "Call for abstracts", "Reading a logger")
            if f"Put in calendar: {title}" in text_of(client, f"/events/?{query}")
        }
        for query in (
            "kind=closing",
            "where=online",
            "where=place",
            "q=oslo",
            "saved=on",
            "kind=webinar&q=oslo",
            "kind=x",
        )
    }
    assert shown["kind=closing"] == {"Call for abstracts"}
    assert shown["where=online"] == shown["saved=on"] == {"Reading a logger"}
    assert shown["where=place"] == shown["q=oslo"] == {"Winter school"}
    assert shown["kind=webinar&q=oslo"] == set()
    assert len(shown["kind=x"]) == 3


def test_a_date_that_two_lists_name_can_be_taken_apart_only_by_who_may() -> None:
    world = make_world()
    client = signed_in(world.user)
    second = world.event.sightings.order_by("pk").last()
    said = {"kind": "conference", "title": "Another meeting", "starts": world.event.starts.isoformat()}
    blank = dict.fromkeys(
        (
            "time_zone",
            "place",
            "city",
            "country",
            "address",
            "organiser",
            "recurrence",
            "credits",
            "description",
        ),
        "",
    )
    times = {"ends": None, "closes_at": None, "all_day": False, "online": False, "cancelled": False}
    EventSighting.objects.filter(event=world.event).update(said={**said, **blank, **times})
    factories.make_user("wim")
    client.post(f"/events/listed/{second.pk}/split/")
    assert world.event.sightings.count() == 2
    assert "means another date" not in text_of(client, f"/events/{world.event.pk}/")
    world.user.is_staff = True
    world.user.save()
    assert "means another date" in text_of(client, f"/events/{world.event.pk}/")
    answer = client.post(f"/events/listed/{second.pk}/split/")
    assert world.event.sightings.count() == 1
    assert "Another meeting" in text_of(client, answer["Location"])


def test_the_file_of_a_date_has_its_zone_and_its_rules() -> None:
    user = factories.make_user()
    starts = datetime(2027, 7, 1, 14, 0, tzinfo=UTC)
    event = an_event(user, "Call; with, commas", starts=starts, time_zone="America/New_York", city="New York")
    answer = signed_in(user).get(f"/events/{event.pk}.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    made = Calendar.from_ical(answer.content)
    (one,) = made.walk("VEVENT")
    assert one["SUMMARY"] == "Call; with, commas"
    assert one["DTSTART"].dt == starts
    assert one["DTSTART"].params["TZID"] == "America/New_York"
    assert [str(zone["TZID"]) for zone in made.walk("VTIMEZONE")] == ["America/New_York"]


def test_whole_days_end_after_their_last() -> None:
    user = factories.make_user()
    first = datetime(2027, 3, 17, tzinfo=UTC)
    event = an_event(user, starts=first, ends=first + timedelta(days=2), all_day=True)
    (one,) = Calendar.from_ical(signed_in(user).get(f"/events/{event.pk}.ics").content).walk("VEVENT")
    assert (one["DTSTART"].dt.isoformat(), one["DTEND"].dt.isoformat()) == ("2027-03-17", "2027-03-20")


def address_from(client: Client, scope: str) -> str:
    page = fromstring(client.post("/events/address/", {"scope": scope}).content.decode())
    return str(page.get_element_by_id("calendar-address").text)


def test_the_private_calendar_gives_what_was_saved_until_it_is_taken_back() -> None:
    user = factories.make_user()
    kept, other = an_event(user, "Winter school"), an_event(user, "Summer school")
    client = signed_in(user)
    client.post(f"/events/{kept.pk}/save/", {"save": "yes"})
    client.post(f"/events/{kept.pk}/save/", {"save": "yes"})
    assert SavedEvent.objects.count() == 1
    saved = address_from(client, "saved")
    everything = address_from(client, "all")
    assert Client().get(saved).status_code == 404, "a new address ends the old"
    answer = Client().get(everything)
    titles = {str(one["SUMMARY"]) for one in Calendar.from_ical(answer.content).walk("VEVENT")}
    assert titles == {kept.title, other.title}
    assert answer["Cache-Control"] == "private, max-age=600"
    saved = address_from(client, "saved")
    only = Calendar.from_ical(Client().get(saved).content).walk("VEVENT")
    assert [str(one["SUMMARY"]) for one in only] == ["Winter school"]
    client.post(f"/events/{kept.pk}/save/", {"save": "no"})
    assert not Calendar.from_ical(Client().get(saved).content).walk("VEVENT")
    client.post("/events/address/", {"revoke": "yes"})
    assert Client().get(saved).status_code == 404


def test_anothers_own_date_cannot_be_saved() -> None:
    ada, ben = factories.make_user("ada"), factories.make_user("ben")
    event = an_event(ada, owner=ada)
    assert signed_in(ben).post(f"/events/{event.pk}/save/", {"save": "yes"}).status_code == 404
    assert not SavedEvent.objects.exists()


def test_a_plot_holds_no_style_and_no_script_and_says_what_it_shows() -> None:
    drawn = share_plot([0.1, 0.4], ["Oct", "Nov"], key="k", title="Doors & <b>", says="It rose.")
    unwanted = ("<style", "<script", "style=", "onclick", "<b>")
    assert [part for part in unwanted if part in drawn] == []
    root = fromstring(drawn)
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "k-title k-says"
    assert "40 %" in root.text_content()
    with pytest.raises(ValueError, match="as many labels"):
        share_plot([0.1], [], key="k", title="", says="")


def test_a_theme_is_told_in_words_with_its_numbers_beside_the_plot() -> None:
    world = make_world()
    said = text_of(signed_in(world.user), "/themes/")
    assert "Rising Doors, word0 9 of 20 places wrote of it in December 2026" in said
    assert "Fading Doors, word1 0 of 20 places" in said
    assert world.item.title in said
    assert text_of(signed_in(factories.make_user("wim")), "/themes/").count("doors") == 0
    assert Conversation.objects.exists()
