"""One calendar of what the community does: joined, taken apart, and each user's own."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.factories import NOW, make_source, make_subscription, make_user

from transom.apps.conversations.errors import ConversationError
from transom.apps.conversations.models import Event, EventSighting
from transom.apps.conversations.selectors import between, closing, lists_of, upcoming
from transom.apps.conversations.services import forget_unlisted, join, take_apart
from transom.apps.library.refresh.digest import fetch_state
from transom.apps.library.store import FetchedFeed, store_batch
from transom.apps.sources.connectors.records import Batch, EventKind, EventRecord
from transom.apps.sources.models import Source

pytestmark = pytest.mark.django_db

START = datetime(2027, 5, 3, tzinfo=NOW.tzinfo)


def record(uid: str, title: str = "RecordsConf", **values: object) -> EventRecord:
    given = {"starts": START, "all_day": True, "city": "Berlin", "kind": EventKind.CONFERENCE, **values}
    return EventRecord(uid=uid, title=title, **given)  # type: ignore[arg-type]


def keep(source: Source, *records: EventRecord, whole: bool = False) -> None:
    batch = Batch(events=records, whole_from=NOW if whole else None)
    store_batch([FetchedFeed(source, fetch_state(source.state), records=batch, cursor="{}")], now=NOW)


def test_the_list_at_the_events_own_site_speaks_and_others_fill_in() -> None:
    listing, own = make_source(), make_source(host="recordsconf.example")
    keep(listing, record("a", "RecordsConf 2027", credits="6 CPD", address="https://recordsconf.example/27"))
    keep(own, record("b", "RecordsConf: the 2027 edition", address="https://recordsconf.example/27"))
    event = Event.objects.get()
    assert (event.title, event.credits) == ("RecordsConf: the 2027 edition", "6 CPD")


def test_lists_that_come_in_one_batch_are_compared_too() -> None:
    first, second, third = make_source(), make_source(), make_source()
    records = (record("a", "RecordsConf 2027"), record("b", "Records Conf"), record("c", "RecordsConf"))
    feeds = [
        FetchedFeed(source, fetch_state(source.state), records=Batch(events=(one,)), cursor="{}")
        for source, one in zip((first, second, third), records, strict=True)
    ]
    store_batch(feeds, now=NOW)
    assert Event.objects.get().sightings.count() == 3


def test_what_was_joined_can_be_taken_apart_and_stays_apart() -> None:
    first, second = make_source(), make_source()
    keep(first, record("a"))
    keep(second, record("b", "Records Conf", place="Hall 4"))
    assert Event.objects.count() == 1
    made = take_apart(EventSighting.objects.get(source=second), now=NOW)
    assert (made.title, made.place) == ("Records Conf", "Hall 4")
    assert Event.objects.exclude(pk=made.pk).get().place == ""
    keep(second, record("b", "Records Conf", place="Hall 5"))
    made.refresh_from_db()
    assert made.place == "Hall 5"
    assert Event.objects.count() == 2
    with pytest.raises(ConversationError):
        take_apart(EventSighting.objects.get(source=second), now=NOW)
    joined = join(Event.objects.exclude(pk=made.pk).get(), made, now=NOW)
    assert Event.objects.get() == joined
    assert joined.sightings.count() == 2


def test_two_entries_of_one_list_stay_two() -> None:
    source = make_source()
    keep(source, record("a"), record("b"))
    keep(source, record("a"), record("b"), record("c"))
    assert Event.objects.count() == 3


def test_what_a_whole_list_drops_goes_unless_another_has_it() -> None:
    first, second = make_source(), make_source()
    keep(first, record("a"), record("x", "Only here", city="Paris"), whole=True)
    keep(second, record("b"))
    keep(first, whole=True)
    assert set(Event.objects.filter(gone_at=None).values_list("title", flat=True)) == {"RecordsConf"}
    keep(first, record("x", "Only here", city="Paris"), whole=True)
    assert Event.objects.filter(gone_at=None).count() == 2


def test_a_date_put_off_in_a_list_that_names_it_by_its_day_stays_one_date() -> None:
    source, site = make_source(), "https://recordsconf.example/"
    keep(source, record("conf|3 May", address=site), record("other", "Bindings", address=site), whole=True)
    event = Event.objects.get(title="RecordsConf")
    later = START + timedelta(days=40)
    keep(source, record("conf|12 June", address=site, starts=later), whole=True)
    event.refresh_from_db()
    assert (event.starts, event.gone_at) == (later, None)
    assert Event.objects.get(title="Bindings").gone_at == NOW
    assert Event.objects.count() == 2
    keep(source, record("conf|12 June", address=site, starts=later), whole=True)
    assert Event.objects.filter(gone_at=None).get() == event


@pytest.mark.parametrize(
    ("days", "address", "title"),
    [
        (365, "https://recordsconf.example/", "RecordsConf"),
        (40, "https://other.example/", "RecordsConf"),
        (40, "https://recordsconf.example/", "Bindings"),
    ],
)
def test_the_next_years_and_another_date_are_not_the_same_put_off(
    days: int, address: str, title: str
) -> None:
    source = make_source()
    keep(source, record("a", address="https://recordsconf.example/"), whole=True)
    moved = record("b", title, address=address, starts=START + timedelta(days=days), city="Oslo")
    keep(source, moved, whole=True)
    assert Event.objects.get(sightings__uid=EventSighting.objects.get(gone_at=None).uid).title == title
    assert Event.objects.filter(gone_at=NOW).count() == 1


def test_a_user_sees_the_lists_they_follow_and_nobody_elses_own() -> None:
    ada, ben = make_user("ada"), make_user("ben")
    public, private = make_source(), make_source(owner=ada)
    keep(public, record("a", closes_at=NOW + timedelta(days=9)))
    keep(private, record("b", "Records Conf"))
    for user, source in ((ada, public), (ada, private), (ben, public)):
        make_subscription(user, source)
    assert [event.owner for event in upcoming(ada, NOW)] == [None, ada]
    assert [event.owner for event in upcoming(ben, NOW)] == [None]
    assert [one.source_id for one in lists_of(ben, upcoming(ben, NOW)[0])] == [public.pk]
    assert len(closing(ben, NOW)) == 1
    assert upcoming(make_user("eve"), NOW) == []
    assert len(between(ben, START - timedelta(days=1), START)) == 0
    assert len(between(ben, START, START + timedelta(days=1))) == 1
    first = upcoming(ada, NOW, limit=1)[0]
    assert len(upcoming(ada, NOW, after=(first.starts, first.pk))) == 1


def test_an_event_goes_with_the_last_list_it_stood_in() -> None:
    first, second = make_source(), make_source()
    keep(first, record("a"))
    keep(second, record("b"), record("c", "Only there", city="Oslo"))
    second.delete()
    assert forget_unlisted(NOW + timedelta(days=1)) == 1
    assert Event.objects.get().title == "RecordsConf"


def test_a_conference_whose_call_closes_the_same_day_closes_once() -> None:
    user, source = make_user(), make_source("List")
    make_subscription(user, source)
    closes = NOW + timedelta(days=6)
    for kind, title in (
        ("call", "Call for abstracts: The Slow Decay Meeting"),
        ("conference", "The Slow Decay Meeting"),
        ("conference", "Moth Days"),
    ):
        event = Event.objects.create(
            kind=kind,
            title=title,
            starts=closes,
            closes_at=closes,
            day=closes.date(),
            created_at=NOW,
            changed_at=NOW,
        )
        EventSighting.objects.create(
            event=event, source=source, uid=title, said={}, starts=closes, seen_at=NOW
        )
    assert [one.title for one in closing(user, NOW)] == [
        "Call for abstracts: The Slow Decay Meeting",
        "Moth Days",
    ]
