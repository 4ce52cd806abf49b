"""Somebody who is forgotten goes with all names, and does not come back when they are fetched again."""

from __future__ import annotations

import pytest
from tests.apps.library.documents import entry, store
from tests.apps.people.community import account, all_of_them, byline, person_of, wrote
from tests.factories import NOW, make_item, make_source, make_user

from transom.apps.accounts.models import User
from transom.apps.library.models import Attendance, Endorsement, Identity, Item, SearchDocument, Sighting
from transom.apps.library.refresh.digest import fetch_state
from transom.apps.library.search import Filters, search
from transom.apps.library.store import FetchedFeed, store_batch
from transom.apps.people import selectors
from transom.apps.people.errors import PeopleError
from transom.apps.people.models import Membership, Person, Suppression
from transom.apps.people.resolving import refresh_view
from transom.apps.people.services import forget, may_forget
from transom.apps.sources.connectors.records import (
    AttendeeRecord,
    Batch,
    EndorsementRecord,
    EventKind,
    EventRecord,
    IdentityRecord,
    ItemRecord,
    Pointing,
)
from transom.engine.parse.model import Author, ParsedEntry

pytestmark = pytest.mark.django_db

NAME = "Maud Ellingham"


@pytest.fixture
def ada() -> User:
    return make_user("ada")


def nowhere_named() -> bool:
    return not (
        Identity.objects.filter(name__contains=NAME).exists()
        or Item.objects.filter(author_name__contains=NAME).exists()
        or Sighting.objects.filter(author_name__contains=NAME).exists()
        or SearchDocument.objects.filter(author__icontains="ellingham").exists()
        or Person.objects.filter(name__contains=NAME).exists()
    )


def test_names_go_and_what_was_published_stays(ada: User) -> None:
    source = make_source(host="ellingham.example.net")
    identity = byline(NAME, source)
    together = make_item("By two", source=source, author=f"{NAME}, Osric Thane")
    other = byline("Osric Thane", source)
    wrote(together, identity, other)
    all_of_them()
    forget(ada, person_of(identity), now=NOW)
    assert nowhere_named()
    assert Item.objects.count() == 3
    together.refresh_from_db()
    assert together.author_name == "Osric Thane"
    assert person_of(other).name == "Osric Thane"
    assert search(ada, "ellingham", Filters()).hits == []


def test_only_fingerprints_are_kept(ada: User) -> None:
    identity = account(NAME, orcid="0000-0002-1825-0097", mails=("maud@ellingham.example.net",))
    all_of_them()
    forget(ada, person_of(identity), now=NOW)
    kept = list(Suppression.objects.values_list("digest", flat=True))
    assert len(kept) >= 4
    assert all(len(one) == 64 and set(one) <= set("0123456789abcdef") for one in kept)


def test_a_byline_does_not_come_back_with_the_next_refresh(ada: User) -> None:
    source = make_source()
    store(source, entry("a", "First", f"{source.site}a", author=NAME))
    all_of_them()
    forget(ada, person_of(Identity.objects.get(name=NAME)), now=NOW)
    store(
        source,
        entry("a", "First, edited", f"{source.site}a", author=NAME, body="Rewritten from the beginning."),
        entry("b", "Second", f"{source.site}b", author=NAME),
        entry("c", "Third", f"{source.site}c", author="Osric Thane"),
    )
    all_of_them()
    assert nowhere_named()
    assert set(Item.objects.values_list("title", "author_name")) == {
        ("First, edited", ""),
        ("Second", ""),
        ("Third", "Osric Thane"),
    }


def test_an_account_does_not_come_back_with_the_next_reading(ada: User) -> None:
    source = make_source()
    who, other = IdentityRecord("orcid", "o-1", NAME), IdentityRecord("orcid", "o-2", "Osric Thane")
    paper = ItemRecord(
        ParsedEntry(
            id="p", title="A paper", link=f"{source.site}p", authors=(Author(NAME), Author("Osric Thane"))
        ),
        authors=(("orcid", "o-1"), ("orcid", "o-2")),
    )
    pointed = EndorsementRecord("orcid", "o-1", Pointing.LINK, "https://example.org/x", NOW)
    batch = Batch(items=(paper,), identities=(who, other), endorsements=(pointed,))

    def read() -> None:
        store_batch([FetchedFeed(source, fetch_state(source.state), records=batch, cursor="{}")], now=NOW)

    read()
    all_of_them()
    forget(ada, person_of(Identity.objects.get(account="o-1")), now=NOW)
    read()
    all_of_them()
    assert nowhere_named()
    assert not Endorsement.objects.exists()
    assert list(Item.objects.get().authorships.values_list("identity__account", flat=True)) == ["o-2"]


def test_what_is_answered_and_who_was_there_are_named_no_more(ada: User) -> None:
    source = make_source()
    who, other = IdentityRecord("forum", "f-1", NAME), IdentityRecord("forum", "f-2", "Osric Thane")
    answer = EndorsementRecord(
        "forum", "f-2", Pointing.REPLY, "https://example.org/t/1", NOW, to=("forum", "f-1")
    )
    there = (AttendeeRecord("forum", "f-1"), AttendeeRecord("forum", "f-2"))
    met = EventRecord("m-1", EventKind.MEETING, "Storage", NOW, attendees=there)

    def read(*people: IdentityRecord) -> None:
        batch = Batch(identities=people, endorsements=(answer,), events=(met,))
        store_batch([FetchedFeed(source, fetch_state(source.state), records=batch, cursor="{}")], now=NOW)

    read(who, other)
    assert Endorsement.objects.get().to == Identity.objects.get(account="f-1")
    all_of_them()
    forget(ada, person_of(Identity.objects.get(account="f-1")), now=NOW)
    # Read again, the service names them beside others' words alone.
    read(other)
    all_of_them()
    assert nowhere_named()
    assert not Identity.objects.filter(account="f-1").exists()
    assert Endorsement.objects.get().to is None
    assert [one.identity.account for one in Attendance.objects.all()] == ["f-2"]


def test_a_namesake_elsewhere_is_not_forgotten(ada: User) -> None:
    one, other = account(NAME, orcid="0000-0002-1825-0097"), account(NAME, orcid="0000-0001-5109-3700")
    all_of_them()
    forget(ada, person_of(one), now=NOW)
    all_of_them()
    assert person_of(other).name == NAME


def test_of_several_users_only_who_looks_after_the_instance_may(ada: User) -> None:
    boss = make_user("boss", is_superuser=True)
    identity = account(NAME)
    all_of_them()
    person = person_of(identity)
    assert not may_forget(ada, person)
    with pytest.raises(PeopleError, match="looks after"):
        forget(ada, person, now=NOW)
    assert may_forget(boss, person)
    assert forget(boss, person, now=NOW) == 1
    assert nowhere_named()


def test_everybody_may_forget_whom_only_they_have(ada: User) -> None:
    ben = make_user("ben")
    for user in (ada, ben):
        source = make_source(f"Mail of {user}", owner=user)
        refresh_view(user.pk, [account(NAME, "intranet", number="i-1", source=source).pk], now=NOW)
    hers = selectors.people_of(ada, Identity.objects.filter(owner=ada).values_list("pk", flat=True))
    (person,) = hers.values()
    assert not may_forget(ben, person)
    forget(ada, person, now=NOW)
    assert not Identity.objects.filter(owner=ada).exists()
    assert Membership.objects.filter(owner=ben).exists()
    assert set(Suppression.objects.values_list("owner", flat=True)) == {ada.pk}
    source = make_source("Other mail of Ben", owner=ben)
    batch = Batch(identities=(IdentityRecord("intranet", "i-1", NAME),))
    store_batch([FetchedFeed(source, fetch_state(source.state), records=batch, cursor="{}")], now=NOW)
    assert Identity.objects.filter(owner=ben, source=source).exists(), "what Ada forgot, Ben still has"
