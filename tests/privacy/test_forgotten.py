"""Whoever is forgotten stands nowhere any more: not in past briefs, nor in titles and dates, nor in what waits."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.apps.people.community import account, all_of_them, person_of
from tests.factories import NOW, make_brief, make_item, make_line, make_source, make_subscription, make_user
from tests.privacy.named import columns_with

from transom.apps.accounts.models import User
from transom.apps.base.models import OutboxEvent
from transom.apps.base.outbox import dispatch
from transom.apps.brief.models import BriefLine, Section
from transom.apps.conversations.models import Event
from transom.apps.library.models import Identity
from transom.apps.library.refresh.digest import fetch_state
from transom.apps.library.store import FetchedFeed, store_batch
from transom.apps.people.models import Person
from transom.apps.people.naming import is_name, is_named, traces_of
from transom.apps.people.services import decide, forget
from transom.apps.sources.connectors.records import (
    AttendeeRecord,
    Batch,
    EventKind,
    EventRecord,
    IdentityRecord,
    ItemRecord,
)
from transom.apps.sources.models import Source, SourceKind
from transom.engine.parse.model import Author, ParsedEntry

pytestmark = pytest.mark.django_db

NAME = "Maud Ellingham"
ORCID = "0000-0002-1825-0097"
WHO = IdentityRecord("orcid", ORCID, NAME, f"https://orcid.org/{ORCID}", orcid=ORCID)


@pytest.fixture
def ada() -> User:
    return make_user("ada")


def record() -> Source:
    """Somebody's ORCID record, as it is followed."""
    where = f"https://orcid.org/{ORCID}"
    return make_source(NAME, kind=SourceKind.CONNECTOR, connector="orcid", address=where)


def read(source: Source, batch: Batch) -> None:
    store_batch([FetchedFeed(source, fetch_state(source.state), records=batch, cursor="{}")], now=NOW)


def read_record(source: Source) -> None:
    paper = ItemRecord(
        ParsedEntry(id="p", title="Floods", link=f"{source.site}p", authors=(Author(NAME, WHO.address),)),
        authors=(("orcid", ORCID),),
    )
    read(source, Batch(title=NAME, items=(paper,), identities=(WHO,)))


def read_calendar(source: Source) -> None:
    there = (AttendeeRecord("forum", "f-2"),)
    ahead = EventRecord("a", EventKind.MEETING, "Shelving", NOW + timedelta(days=9), organiser=NAME)
    read(
        source,
        Batch(
            events=(
                ahead,
                EventRecord("m", EventKind.MEETING, "Storage", NOW, organiser=NAME, attendees=there),
            )
        ),
    )


def lines_about(user: User, person: Person) -> None:
    brief = make_brief(user)
    said = [
        (f"{NAME} is now at Tarnholt Archive.", f"person:{person.pk}"),
        (f"M. Quist-{NAME.split()[1]} is now at Tarnholt Archive.", f"person:{person.pk}"),
        (f"Several discuss “Floods”: {NAME}, Osric Thane.", "conversation:9"),
        (f"{NAME} has published nothing since June 2026.", ""),
        ("Osric Thane is now at Tarnholt Archive.", "person:999999"),
    ]
    for place, (text, to) in enumerate(said, start=20):
        make_line(brief, Section.KNOW, place, text=text, leads_to=to)


def test_who_is_forgotten_stands_nowhere_any_more(ada: User) -> None:
    source, calendar = record(), make_source("Dates", kind=SourceKind.CONNECTOR, connector="ical")
    make_subscription(ada, source, title=f"{NAME} (ORCID)")
    read_record(source)
    read_calendar(calendar)
    all_of_them()
    person = person_of(Identity.objects.get(service="orcid"))
    for user in (ada, make_user("ben", is_active=False)):
        lines_about(user, person)
    read_record(source)
    assert {
        "brief.BriefLine.text",
        "sources.Source.title",
        "sources.Subscription.title",
        "conversations.Event.organiser",
        "conversations.EventSighting.said",
        "library.Meeting.group",
    } <= columns_with(NAME)
    forget(ada, person, now=NOW)
    while dispatch(NOW):
        pass
    assert columns_with(NAME) == set()
    kept = BriefLine.objects.filter(section=Section.KNOW, position__gte=20).values_list("text", flat=True)
    assert set(kept) == {"Osric Thane is now at Tarnholt Archive."}
    source.refresh_from_db()
    assert source.title == source.address
    # Nor when all is read again, there and by who follows it anew.
    read_record(source)
    read_calendar(calendar)
    Source.objects.filter(pk=source.pk).update(title="")
    read_record(Source.objects.get(pk=source.pk))
    all_of_them()
    while dispatch(NOW):
        pass
    assert columns_with(NAME) == set()
    assert set(Event.objects.values_list("title", "organiser")) >= {("Shelving", "")}


def test_lines_about_a_namesake_and_what_others_wrote_stay(ada: User) -> None:
    one, other = account(NAME, "github"), account(NAME, "openalex")
    decide(ada, one.pk, other.pk, False, now=NOW)
    all_of_them()
    brief = make_brief(ada)
    theirs = make_item("On shelving", author=NAME)
    about = make_item(f"A talk with {NAME}", author="Osric Thane")
    own = make_item("On ladders", author="Osric Thane")
    said = (
        (f"{NAME} is now at Tarnholt Archive.", None, f"person:{person_of(other).pk}"),
        (f"{NAME} published a paper: “On shelving”.", theirs, ""),
        (f"A talk with {NAME} is on Monday.", about, ""),
        (f"{NAME} published a paper: “On ladders”.", own, ""),
    )
    for place, (text, item, to) in enumerate(said, start=20):
        make_line(brief, Section.KNOW, place, text=text, item=item, leads_to=to)
    forget(ada, person_of(one), now=NOW)
    dispatch(NOW)
    left = BriefLine.objects.filter(position__gte=20).order_by("position").values_list("text", flat=True)
    assert list(left) == [text for text, _, _ in said[:3]]


def test_whom_one_user_forgets_others_still_have(ada: User) -> None:
    ben = make_user("ben")
    mine = account(NAME, "intranet", source=make_source("Letters", owner=ada))
    person = Person.objects.create(owner=ada, name=NAME, founder=mine, seen_at=NOW, created_at=NOW)
    for user in (ada, ben):
        make_line(make_brief(user), Section.KNOW, 20, text=f"{NAME} is gone.")
    forget(ada, person, now=NOW)
    dispatch(NOW)
    assert list(BriefLine.objects.filter(position=20).values_list("brief__user", flat=True)) == [ben.pk]


def test_the_queue_names_nobody(ada: User) -> None:
    identity = account(NAME)
    all_of_them()
    forget(ada, person_of(identity), now=NOW)
    (waiting,) = OutboxEvent.objects.filter(topic="people.forgotten")
    assert NAME not in str(waiting.payload)
    names = waiting.payload["names"]
    assert is_named("“Floods”, by MAUD  ELLINGHAM, is out", names)
    assert is_name("maud ellingham", names)
    assert not is_name("Maud Ellingham Trust", names)
    assert not is_named("Maud Quist and Osric Ellingham", names)


def test_a_name_of_one_word_is_not_looked_for_within_texts() -> None:
    names = traces_of(["Rust"])
    assert is_named("rust", names)
    assert not is_named("Rust is out", names)
