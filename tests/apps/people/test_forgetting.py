"""Somebody who is forgotten goes with all names, and does not come back when they are fetched again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.apps.library.documents import entry, store
from tests.apps.people.community import account, all_of_them, byline, person_of, wrote
from tests.factories import NOW, make_item, make_source, make_user
from tests.privacy.named import columns_with

from transom.apps.accounts.models import User
from transom.apps.library.models import Attendance, Endorsement, Identity, Item, SearchDocument
from transom.apps.library.refresh.digest import fetch_state
from transom.apps.library.search import Filters, search
from transom.apps.library.store import FetchedFeed, store_batch
from transom.apps.people import selectors
from transom.apps.people.errors import PeopleError
from transom.apps.people.models import Membership, Person, Suppression
from transom.apps.people.resolving import refresh_view
from transom.apps.people.services import decide, forget, may_forget
from transom.apps.sources.connectors.records import (
    AttendeeRecord,
    Batch,
    EndorsementRecord,
    EventKind,
    EventRecord,
    IdentityRecord,
    ItemRecord,
    MeLink,
    Pointing,
)
from transom.apps.sources.models import Source, SourceKind
from transom.engine.parse.model import Author, ParsedEntry

pytestmark = pytest.mark.django_db

NAME = "Maud Ellingham"


@pytest.fixture
def ada() -> User:
    return make_user("ada")


def nowhere_named() -> bool:
    found = columns_with(NAME)
    assert not found, found
    return not SearchDocument.objects.filter(author__icontains="ellingham").exists()


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
    assert len(kept) == 3, "the account, the ORCID and the mailbox; a name that is another's too is none"
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


def read(source: Source, *people: IdentityRecord, papers: tuple[str, ...] = ("p",)) -> None:
    """A service names these, each as the author of papers."""
    items = tuple(
        ItemRecord(
            ParsedEntry(
                id=f"{one.account}-{paper}",
                title=f"{paper} of {one.account}",
                link=f"{source.site}{one.account}/{paper}",
                authors=(Author(one.name, one.address),),
            ),
            authors=((one.service, one.account),),
        )
        for one in people
        for paper in papers
    )
    batch = Batch(items=items, identities=people)
    store_batch([FetchedFeed(source, fetch_state(source.state), records=batch, cursor="{}")], now=NOW)


def signed(source: Source, path: str, address: str) -> str:
    """An entry of a feed that gives its author's page."""
    who = f"<author><name>{NAME}</name></author>"
    told = who.replace("</author>", f"<uri>{address}</uri></author>" if address else "</author>")
    return entry(path, path, f"{source.site}{path}", body=f"On {path}. {path * 40}", author=NAME).replace(
        who, told
    )


def of_service(service: str) -> Source:
    return make_source(f"Of {service}", kind=SourceKind.CONNECTOR, connector=service)


PROFILES = {
    "openalex": "https://openalex.org/A{}",
    "github": "https://github.com/maud{}",
    "mastodon": "https://mastodon.social/@maud{}",
    "discourse": "https://forum.example.net/u/maud{}",
}


@pytest.mark.parametrize("service", PROFILES)
def test_of_two_of_one_name_at_a_service_the_other_stays(ada: User, service: str) -> None:
    source = of_service(service)
    one, other = (IdentityRecord(service, f"A{n}", NAME, PROFILES[service].format(n)) for n in "12")
    read(source, one, other)
    first, second = (Identity.objects.get(account=who.account) for who in (one, other))
    decide(ada, first.pk, second.pk, False, now=NOW)
    all_of_them()
    forget(ada, person_of(first), now=NOW)
    for again in (source, of_service(service)):
        read(again, one, other, papers=("p", "q"))
    planet = make_source("Planet")
    store(planet, *(signed(planet, who.account, who.profile) for who in (one, other)))
    all_of_them()
    assert set(Identity.objects.values_list("name", "address")) == {(NAME, other.profile)}
    assert dict(Item.objects.values_list("address", "author_name")) == {
        item.address: "" if "A1" in item.address else NAME for item in Item.objects.all()
    }


def test_of_two_of_one_name_who_wrote_together_the_other_stays(ada: User) -> None:
    source = of_service("openalex")
    one, other = (IdentityRecord("openalex", f"A{n}", NAME, f"https://openalex.org/A{n}") for n in "12")
    paper = ItemRecord(
        ParsedEntry(
            id="p",
            title="P",
            link=f"{source.site}p",
            authors=(Author(NAME, one.profile), Author(NAME, other.profile)),
        ),
        authors=(("openalex", "A1"), ("openalex", "A2")),
    )
    batch = Batch(items=(paper,), identities=(one, other))
    forget(ada, forgettable(one), now=NOW)
    store_batch([FetchedFeed(source, fetch_state(source.state), records=batch, cursor="{}")], now=NOW)
    assert (Item.objects.get().author_name, Item.objects.get().author) == (
        NAME,
        Identity.objects.get(account="A2"),
    )


def forgettable(who: IdentityRecord) -> Person:
    """Somebody as a service names them, known here by now."""
    read(of_service(who.service), who, papers=())
    all_of_them()
    return person_of(Identity.objects.get(service=who.service, account=who.account))


ORCID, OTHER_ORCID = "0000-0002-1825-0097", "0000-0001-5109-3700"
WHO = IdentityRecord(
    "openalex", "A1", NAME, "https://openalex.org/A1", orcid=ORCID, mails=("maud@ellingham.example.net",)
)


@pytest.mark.parametrize(
    ("again", "stays_out"),
    [
        (replace(WHO, orcid="", mails=()), True),
        (IdentityRecord("orcid", ORCID, "M. Ellingham", f"https://orcid.org/{ORCID}"), True),
        (IdentityRecord("crossref", "10.5555/a:1", "M. Ellingham", orcid=ORCID), True),
        (IdentityRecord("datatracker", "77", NAME, mails=("Maud@Ellingham.example.net",)), True),
        (IdentityRecord("openalex", "A2", NAME, "https://openalex.org/A2"), False),
        (IdentityRecord("orcid", OTHER_ORCID, NAME, f"https://orcid.org/{OTHER_ORCID}"), False),
        (IdentityRecord("datatracker", "78", NAME, mails=("maud@elsewhere.example.net",)), False),
        (IdentityRecord("pubmed", "9:1", NAME), False),
    ],
)
def test_who_was_forgotten_stays_out_by_what_is_theirs_alone(
    ada: User, again: IdentityRecord, stays_out: bool
) -> None:
    forget(ada, forgettable(WHO), now=NOW)
    read(of_service(again.service), again)
    assert Identity.objects.exists() is not stays_out
    assert Item.objects.get().author_name == ("" if stays_out else again.name)


@pytest.mark.parametrize("service", ["pubmed", "arxiv", "crossref"])
@pytest.mark.parametrize(
    ("orcid", "again", "stays_out"),
    [("", "", True), ("", ORCID, True), (ORCID, "", True), (ORCID, ORCID, True), (ORCID, OTHER_ORCID, False)],
)
def test_where_accounts_are_of_one_work_the_name_stays_out_unless_orcids_differ(
    ada: User, service: str, orcid: str, again: str, stays_out: bool
) -> None:
    def author(work: str, orcid: str) -> IdentityRecord:
        profile = f"https://orcid.org/{orcid}" if orcid else ""
        return IdentityRecord("orcid" if orcid else service, orcid or f"{work}:1", NAME, profile, orcid=orcid)

    source = of_service(service)
    read(source, author("one", orcid))
    all_of_them()
    forget(ada, person_of(Identity.objects.get()), now=NOW)
    read(source, author("two", again), IdentityRecord(service, "two:2", "Osric Thane"), papers=("q",))
    assert Identity.objects.filter(name=NAME).exists() is not stays_out
    assert Item.objects.filter(author_name=NAME).exists() is not stays_out
    assert Item.objects.filter(author_name="Osric Thane").exists()


def test_a_byline_stays_out_of_their_own_site_wherever_it_is_read(ada: User) -> None:
    own = "https://ellingham.example.org/about"
    for address, elsewhere in ((own, "https://ellingham.example.org/me"), ("https://medium.com/@maud",) * 2):
        first, second = make_source(), make_source()
        store(first, signed(first, "a", address))
        all_of_them()
        forget(ada, person_of(Identity.objects.get(name=NAME)), now=NOW)
        store(first, signed(first, "b", ""))
        store(second, signed(second, "c", elsewhere))
        assert nowhere_named()
    store(second, signed(second, "d", "https://medium.com/@em"))
    assert Identity.objects.get(name=NAME).address == "https://medium.com/@em"


def test_a_blog_that_an_account_proved_its_own_stays_out_when_it_is_followed_later(ada: User) -> None:
    links = (
        MeLink("https://ellingham.example/", both_ways=True),
        MeLink("https://tarnholt.example/"),
    )
    forget(ada, forgettable(replace(WHO, me_links=links)), now=NOW)
    for host in ("ellingham.example", "tarnholt.example"):
        source = make_source(host=host)
        store(source, signed(source, "a", f"https://{host}/about"))
    assert set(Identity.objects.values_list("address", flat=True)) == {"https://tarnholt.example/about"}


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
