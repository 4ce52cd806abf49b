"""Articles that are a date themselves stand in the calendar; those that only speak of one do not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.apps.conversations.talking import NOW, wrote
from tests.apps.conversations.test_events import keep, record
from tests.factories import make_source, make_subscription, make_user

from transom.apps.conversations.models import Event, EventSighting
from transom.apps.conversations.noting import note_dates
from transom.apps.conversations.selectors import fitting, talked_of, top_of_the_week, upcoming
from transom.apps.library.models import Item
from transom.apps.sources.connectors.records import EventKind

pytestmark = pytest.mark.django_db

SOON = NOW.replace(hour=0, minute=0) + timedelta(days=12)


def note(*items: Item) -> None:
    note_dates([item.pk for item in items], NOW)


def test_a_call_a_consultation_and_a_meetup_are_dates() -> None:
    call = wrote("Ada", "Call for abstracts: Slow Decay", event_start=SOON, event_what="deadline")
    asked = wrote("Ben", "Practice 14, draft", kind="consultation", event_start=SOON, event_what="deadline")
    meet = wrote("Cleo", "North coast meetup", event_start=SOON + timedelta(hours=17), event_floating=True)
    note(call, asked, meet)
    made = {event.title: event for event in Event.objects.all()}
    assert {title: event.kind for title, event in made.items()} == {
        call.title: "call",
        asked.title: "consultation",
        meet.title: "meeting",
    }
    assert made[call.title].closes_at == SOON
    assert (made[meet.title].floating, made[meet.title].all_day) == (True, False)
    assert made[meet.title].organiser == str(meet.home)
    assert made[meet.title].sightings.get().item == meet


def test_a_date_in_passing_is_none() -> None:
    note(
        wrote("Ada", "Ten days left", event_start=SOON, event_what="deadline"),
        wrote("Ben", "Call for papers", kind="discussion", event_start=SOON),
        wrote("Cleo", "Last year's call for papers", event_start=NOW - timedelta(days=90)),
    )
    assert not Event.objects.exists()


@pytest.mark.parametrize("speaker_first", [True, False])
def test_what_links_to_the_date_only_speaks_of_it(speaker_first: bool) -> None:
    asked = wrote("Ben", "Practice 14, draft", kind="consultation", event_start=SOON, event_what="deadline")
    speaks = wrote("Ada", "Answer the consultation", to=[asked], event_start=SOON, event_what="deadline")
    for item in (speaks, asked) if speaker_first else (asked, speaks):
        note(item)
    if speaker_first:
        note(speaks)
    assert Event.objects.get().title == asked.title


def test_an_article_joins_the_date_that_a_list_has() -> None:
    listing = make_source()
    keep(listing, record("a", "Slow Decay Meeting", starts=SOON, city="", address="https://decay.example/27"))
    article = wrote(
        "Ada", "Slow Decay Meeting: conference", event_start=SOON, address="https://decay.example/27"
    )
    note(article)
    assert Event.objects.get().sightings.count() == 2
    keep(listing, whole=True)
    assert EventSighting.objects.get(item=article).gone_at is None
    assert Event.objects.get().gone_at is None


@pytest.mark.parametrize(
    ("listed", "written", "dates"),
    [
        ("Abstracts due: Slow Decay Meeting", "Call for abstracts: The Slow Decay Meeting", 1),
        ("North coast meetup, Sandhythe", "Meetup: north coast, at the net loft in Sandhythe", 1),
        ("Workshop on glass", "Workshop on paper", 2),
        ("Slow Decay Meeting, day 1", "Meetup: Slow Decay Meeting, day 2", 2),
    ],
)
@pytest.mark.parametrize("list_first", [True, False])
def test_an_article_may_call_it_otherwise_than_a_list(
    listed: str, written: str, dates: int, list_first: bool
) -> None:
    kind = EventKind.CALL if "bstracts" in listed else EventKind.MEETING
    said = record("a", listed, kind=kind, starts=SOON, city="")
    article = wrote("Ada", written, event_start=SOON, event_what="deadline" if kind == "call" else "event")
    if list_first:
        keep(make_source(), said)
    note(article)
    if not list_first:
        keep(make_source(), said)
    assert Event.objects.count() == dates


def test_what_its_own_list_has_too_is_not_taken_twice() -> None:
    register = make_source()
    keep(register, record("a", "Records rule", kind=EventKind.CONSULTATION, starts=SOON, closes_at=SOON))
    note(wrote("Ben", "Records rule", source=register, kind="consultation", event_start=SOON))
    assert EventSighting.objects.count() == 1


def test_an_edit_that_takes_the_date_away_takes_it_out_and_so_does_deletion() -> None:
    call = wrote("Ada", "Call for abstracts: Slow Decay", event_start=SOON, event_what="deadline")
    other = wrote("Ben", "Workshop on glass", event_start=SOON)
    note(call, other)
    assert Event.objects.count() == 2
    Item.objects.filter(pk=call.pk).update(event_start=None)
    note(call)
    assert Event.objects.get().title == other.title
    Item.objects.filter(pk=other.pk).delete()
    assert not EventSighting.objects.exists()


def test_a_private_article_makes_a_private_date() -> None:
    ada, ben = make_user("ada"), make_user("ben")
    own = make_source(owner=ada)
    make_subscription(ada, own)
    note(wrote("Rosa", "Team workshop", source=own, owner=ada, event_start=SOON))
    assert Event.objects.get().owner == ada
    assert len(upcoming(ada, NOW)) == 1
    assert upcoming(ben, NOW) == []


def test_what_fits_speaks_of_ones_job_first() -> None:
    user = make_user(job="Head of glass plate collections")
    source = make_source()
    make_subscription(user, source)
    keep(
        source,
        record("a", "Paper conservation day", starts=SOON),
        record("b", "Glass plate seminar", starts=SOON + timedelta(days=9)),
        record("c", "Glass plates, much later", starts=SOON + timedelta(days=300)),
    )
    assert [event.title for event in fitting(user, NOW)] == ["Glass plate seminar", "Paper conservation day"]
    assert fitting(make_user("eve"), NOW) == []


def test_heat_is_told_for_many_items_in_one_question(django_assert_num_queries: object) -> None:
    from tests.apps.conversations.talking import a_conversation, place_waiting

    from transom.apps.conversations.models import Conversation

    ada, ben = make_user("ada"), make_user("ben")
    first, second, third = a_conversation()
    wrote("Dora", "Shelving", body="<p>Drawers, runners, padding.</p>")
    make_subscription(ada, first.home)
    letter = wrote("Rosa", "Our own basement flood", source=make_source(owner=ada), owner=ada, to=[first])
    place_waiting(NOW)
    with django_assert_num_queries(1):  # type: ignore[operator]
        told = {item: one.heat for item, one in talked_of(ada).items()}
    own = Conversation.objects.get(owner=ada).heat
    assert told == {first.pk: own, second.pk: own, third.pk: own, letter.pk: own}
    assert set(talked_of(ben)) == {first.pk, second.pk, third.pk}
    assert talked_of(ben)[first.pk].heat == Conversation.objects.get(owner=None).heat < own
    assert [talk.row.owner for talk in top_of_the_week(ada, NOW)] == [ada]
    assert top_of_the_week(ben, NOW) == []
