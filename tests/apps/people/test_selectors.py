"""What the pages show of people: found by name, place, group, topic; what they published; who does the same job."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.apps.people.community import (
    account,
    all_of_them,
    blog_of,
    byline,
    crowd,
    person_of,
    service_source,
    tomorrow,
    wrote,
)
from tests.factories import NOW, make_item, make_source, make_subscription, make_user

from transom.apps.accounts.models import User
from transom.apps.library.models import Endorsement, Identity, Link
from transom.apps.people import selectors
from transom.apps.people.models import Doubt, Facet, Person
from transom.apps.people.resolving import absorb_identities
from transom.apps.people.selectors import Filters
from transom.apps.people.services import decide

pytestmark = pytest.mark.django_db

ORCID = "0000-0002-1825-0097"


@pytest.fixture
def ada() -> User:
    return make_user("ada")


def names(people: list[Person]) -> list[str]:
    return [one.name for one in people]


def works(organisation: str, role: str = "", since: str = "", until: str = "") -> dict[str, str]:
    return {"organisation": organisation, "role": role, "since": since, "until": until}


def test_the_directory_pages_by_key_and_leaves_nobody_out(ada: User) -> None:
    crowd(25)
    all_of_them()
    best = list(Person.objects.order_by("pk")[:4])
    for place, person in enumerate(best):
        Person.objects.filter(pk=person.pk).update(standing=0.2 + place / 10)
    seen: list[int] = []
    after: str | None = None
    for _ in range(20):
        page = selectors.directory(ada, after=after, limit=3)
        seen += [one.pk for one in page.people]
        after = page.after
        if after is None:
            break
    assert seen[:4] == [one.pk for one in reversed(best)]
    assert sorted(seen) == sorted(Person.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("after", ["x", "WzFd", "W10", "WyJmaXJzdCIsIngiLDFd", "WyJyZXN0IiwibmV2ZXIiLDFd"])
def test_a_damaged_key_is_the_first_page(ada: User, after: str) -> None:
    crowd(3)
    all_of_them()
    assert len(selectors.directory(ada, after=after).people) == 3


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("maud", ["Maud Ellingham"]),
        ("ELLING", ["Maud Ellingham"]),
        ("ellingham m", ["Maud Ellingham"]),
        ("strasse", []),
        ("Müller", ["Jörg Müller"]),
        ("muller", ["Jörg Müller"]),
        ("水沢", ["水沢千鶴"]),
        ("%", ["Jörg Müller", "Maud Ellingham", "水沢千鶴"]),
    ],
)
def test_names_are_found_by_the_beginning_of_their_words(ada: User, asked: str, found: list[str]) -> None:
    for name in ("Maud Ellingham", "Jörg Müller", "水沢千鶴"):
        blog_of(name)
    all_of_them()
    assert sorted(names(selectors.directory(ada, Filters(name=asked)).people)) == found


def test_the_directory_narrows_by_where_they_are_seen_work_and_sit(ada: User) -> None:
    crowd(5)
    journal = make_source("A journal", channel="journal", host="journal.example.de")
    byline("Maud Ellingham", journal)
    group = service_source("datatracker")
    account(
        "Osric Thane",
        "datatracker",
        source=group,
        roles=["chair of httpbis", "speaker at Congress of Archives"],
        employments=[works("Tarnholt Archive", "Head of records")],
    )
    all_of_them()
    found = {}
    for kind, some in selectors.choices().items():
        for choice in some:
            people = selectors.directory(ada, Filters(facets=(choice.id,))).people
            assert len(people) == choice.count, (kind, choice)
            found[kind, choice.label] = names(people)
    assert found["channel", "journal"] == ["Maud Ellingham"]
    assert found["organisation", "Tarnholt Archive"] == ["Osric Thane"]
    assert found["group", "httpbis"] == ["Osric Thane"]
    assert ("group", "Archives") not in found
    assert found["region", "de"] == ["Maud Ellingham"]


def test_what_is_true_of_very_many_narrows_as_what_is_true_of_few(
    ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(10)
    account("Maud Ellingham", organisation="Tarnholt Archive", roles=["chair of records"])
    all_of_them()
    of_kind = {kind: choices[0].id for kind, choices in selectors.choices().items() if choices}
    asked = [(one,) for one in of_kind.values()] + [tuple(of_kind.values())]
    few = [selectors.directory(ada, Filters(facets=one)).people for one in asked]
    monkeypatch.setattr(sys.modules[Filters.__module__], "MANY", 0)
    assert [selectors.directory(ada, Filters(facets=one)).people for one in asked] == few
    assert [one.name for one in few[-1]] == ["Maud Ellingham"]
    assert selectors.directory(ada, Filters(facets=(max(of_kind.values()) + 1000,))).people == []


def test_counts_of_facets_follow_who_leaves(ada: User) -> None:
    source = make_source("A journal", channel="journal")
    byline("Maud Ellingham", source)
    blog_of("Osric Thane")
    all_of_them()
    assert Facet.objects.get(value="journal").count == 1
    source.delete()
    all_of_them()
    assert not Facet.objects.filter(value="journal").exists()


def test_whoever_writes_about_a_topic_is_found(ada: User) -> None:
    byline("Maud Ellingham", make_source(), title="Webbing moth in the fur store")
    crowd(5)
    all_of_them()
    assert names(selectors.directory(ada, Filters(topic="webbing moth")).people) == ["Maud Ellingham"]
    assert selectors.directory(ada, Filters(topic="helium")).people == []


def test_only_those_among_a_set_are_shown(ada: User) -> None:
    one = blog_of("Maud Ellingham")
    crowd(4)
    all_of_them()
    pk = person_of(one).pk
    assert [found.pk for found in selectors.directory(ada, Filters(among={pk})).people] == [pk]
    assert selectors.directory(ada, Filters(among=set())).people == []


def test_things_are_told_by_what_they_are_and_page_by_key(ada: User) -> None:
    source = make_source()
    for number in range(7):
        one = byline("Maud Ellingham", source, title=f"Post {number}", published=NOW - timedelta(days=number))
    byline("Maud Ellingham", source, title="A talk", kind="talk")
    byline("Maud Ellingham", source, title="A reply", kind="discussion")
    paper = make_item("A paper of two", source=source, author="", published=NOW - timedelta(days=3, hours=1))
    wrote(paper, one)
    all_of_them()
    mine = selectors.identities_of(ada, person_of(one))
    first = selectors.things_of(ada, mine, limit=5)
    rest = selectors.things_of(ada, mine, after=first.after, limit=5)
    titles = [item.title for item in (*first.items, *rest.items)]
    assert titles == ["Post 0", "Post 1", "Post 2", "Post 3", "A paper of two", "Post 4", "Post 5", "Post 6"]
    assert rest.after is None
    assert [item.title for item in selectors.things_of(ada, mine, "spoke").items] == ["A talk"]
    assert [item.title for item in selectors.things_of(ada, mine, "said").items] == ["A reply"]


def test_with_whom_somebody_has_to_do(ada: User) -> None:
    source = make_source()
    maud, osric = byline("Maud Ellingham", source), blog_of("Osric Thane")
    stranger = blog_of("Bashir Oduya")
    wrote(make_item("By two", source=source, author="Maud and Osric"), maud, osric)
    target = osric.items.get()
    for by in (maud, stranger):
        Endorsement.objects.create(
            by=by, kind=0, target=target.address, item=target, at=NOW, source=by.source
        )
    for number in range(2):
        linking = byline("Celeste Marrowby", make_source(), title=f"As Osric says, {number}").items.get()
        Link.objects.create(item=linking, target=target.address, host="example.net")
    Link.objects.create(item=target, target=stranger.items.get().address, host="example.net")
    all_of_them()
    person = person_of(osric)
    company = selectors.company_of(ada, person, selectors.identities_of(ada, person))
    told = {one.person.name: (one.together, one.points_at, one.pointed_to) for one in company}
    assert told == {
        "Maud Ellingham": (1, 0, 1),
        "Bashir Oduya": (0, 1, 1),
        "Celeste Marrowby": (0, 0, 2),
    }


def test_somebody_is_seen_where_they_speak_and_not_where_others_pass_them_on(ada: User) -> None:
    own, others = service_source("mastodon"), service_source("mastodon")
    byline("Maud Ellingham", own, title="It rained.")
    speaking = own.identities.get()
    named = account("Maud Ellingham", "mastodon", "maud@k.example", source=others)
    speaking.service, speaking.account = "mastodon", "maud@k.example"
    speaking.save()
    assert [source for source, _ in selectors.sources_of(ada, [speaking, named])] == [own]
    # Of somebody who is only named, that is all there is.
    assert [source for source, _ in selectors.sources_of(ada, [named])] == [others]


def test_where_somebody_works_and_worked(ada: User) -> None:
    one = account(
        "Maud Ellingham",
        orcid=ORCID,
        employments=[
            works("Selwick Museum", "Registrar", "2015-01-01", "2019-06-30"),
            works("Tarnholt Archive", "Head of records", "2019-07-01"),
        ],
    )
    other = account("Maud Ellingham", "openalex", orcid=ORCID, organisation="Tarnholt Archive")
    all_of_them()
    person = person_of(one)
    assert (person.role, str(person.organization)) == ("Head of records", "Tarnholt Archive")
    stays = selectors.stays_of(ada, selectors.identities_of(ada, person), NOW.date())
    assert [(stay.organization, stay.role, stay.current) for stay in stays] == [
        ("Tarnholt Archive", "Head of records", True),
        ("Selwick Museum", "Registrar", False),
    ]
    assert person_of(other) == person


def test_who_took_an_office_is_told_and_a_new_name_of_its_group_is_no_news(ada: User) -> None:
    one = account("Maud Ellingham", "ietf", roles=["chair of cp14"])
    all_of_them()
    Identity.objects.filter(pk=one.pk).update(roles=["chair of Environments"])
    tomorrow(one)
    assert selectors.joinings(ada, NOW - timedelta(days=30)) == []
    Identity.objects.filter(pk=one.pk).update(roles=["chair of Environments", "secretary of Salvage"])
    tomorrow(one)
    assert [row.role for row in selectors.joinings(ada, NOW - timedelta(days=30))] == ["secretary of Salvage"]


def test_a_newcomer_to_a_group_that_was_known_is_news_and_a_group_read_first_is_none(ada: User) -> None:
    group = service_source("w3c")
    account("Maud Ellingham", "w3c", source=group, roles=["chair of Stacks"])
    all_of_them()
    assert selectors.joinings(ada, NOW - timedelta(days=30)) == []
    new = account("Osric Thane", "w3c", source=group, roles=["member of Stacks"])
    other = account("Ines Okafor", "w3c", source=service_source("w3c"), roles=["member of Salvage"])
    tomorrow(new, other)
    found = selectors.joinings(ada, NOW - timedelta(days=30))
    assert [(row.person.name, row.role) for row in found] == [("Osric Thane", "member of Stacks")]


def test_what_a_later_page_of_the_first_reading_brings_is_no_news(ada: User) -> None:
    group = service_source("w3c")
    account("Maud Ellingham", "w3c", source=group, roles=["chair of Stacks"])
    all_of_them()
    late = account("Osric Thane", "w3c", source=group, roles=["member of Stacks"])
    absorb_identities([late.pk], now=NOW + timedelta(hours=3))
    assert selectors.joinings(ada, NOW - timedelta(days=30)) == []


@pytest.mark.parametrize("role", ["speaker at Shelf Days", "took part in Stacks", "former lead of Stacks"])
def test_to_speak_or_be_somewhere_once_is_no_office(ada: User, role: str) -> None:
    group = service_source("sigs")
    account("Maud Ellingham", "sigs", source=group, roles=["chair of Stacks"])
    all_of_them()
    tomorrow(account("Osric Thane", "sigs", source=group, roles=[role]))
    assert selectors.joinings(ada, NOW - timedelta(days=30)) == []


def test_somebody_is_seen_where_they_write_and_not_where_they_are_merely_pointed_at(ada: User) -> None:
    blog = byline("Maud Ellingham", make_source("Shelf", host="shelf.example.org"))
    Identity.objects.filter(pk=blog.pk).update(orcid=ORCID)
    boosted = account("Maud Ellingham", "mastodon", orcid=ORCID)
    lone = account("Osric Thane", "openalex", source=make_source("Papers"))
    all_of_them()
    person, other = person_of(boosted), person_of(lone)
    seen = selectors.seen_in(ada, [person.pk, other.pk])
    assert {pk: [str(one) for one in some] for pk, some in seen.items()} == {
        person.pk: ["Shelf"],
        other.pk: ["Papers"],
    }
    identities = selectors.identities_of(ada, person)
    assert len(identities) == 2
    assert [str(source) for source, _followed in selectors.sources_of(ada, identities)] == ["Shelf"]


def test_who_changed_jobs_is_told_with_where_from(ada: User) -> None:
    crowd(40)
    one = account("Maud Ellingham", employments=[works("Selwick Museum", since="2015-01-01")])
    account("Osric Thane", "openalex", organisation="Tarnholt Archive")
    all_of_them()
    assert selectors.moves(ada, NOW.date()) == []
    Identity.objects.filter(pk=one.pk).update(
        employments=[
            works("Selwick Museum", since="2015-01-01", until="2026-10-31"),
            works("Tarnholt Archive", "Head of records", since="2026-11-01"),
        ]
    )
    tomorrow(one)
    (move,) = selectors.moves(ada, date(2026, 10, 1))
    assert (move.person, move.organization, move.role) == (
        person_of(one),
        "Tarnholt Archive",
        "Head of records",
    )
    assert (move.on, move.before) == (date(2026, 11, 1), "Selwick Museum")


def test_who_does_my_job_elsewhere_is_found_by_role_and_by_what_they_write(ada: User) -> None:
    crowd(10)
    account("Osric Thane", employments=[works("Tarnholt Archive", "Head of records management")])
    byline("Maud Ellingham", make_source(), title="Records after the flood")
    all_of_them()
    peers = selectors.same_job(ada, ["records", "management"], ["flood"])
    assert [(one.person.name, one.role_words, sorted(one.topics)) for one in peers] == [
        ("Osric Thane", ["records", "management"], []),
        ("Maud Ellingham", [], ["flood", "records"]),
    ]
    assert selectors.same_job(ada, []) == []


def test_a_job_that_goes_by_two_letters_is_found_in_roles_and_not_in_everything_written(ada: User) -> None:
    crowd(10)
    account("Osric Thane", "ietf", roles=["Head of IT"])
    source = make_source("Shelf", host="shelf.example.org")
    make_subscription(ada, source)
    make_item("Where it was kept", source=source, author="Maud Ellingham")
    all_of_them()
    peers = selectors.same_job(ada, ["IT"], [])
    assert [(one.person.name, one.role_words) for one in peers] == [("Osric Thane", ["IT"])]


def test_the_name_of_a_conference_says_nothing_of_a_speakers_job(ada: User) -> None:
    crowd(10)
    account("Osric Thane", "pretalx", roles=["speaker at Records Management Days"])
    chair = account("Maud Ellingham", "ietf", roles=["chair of Records on paper"])
    all_of_them()
    peers = selectors.same_job(ada, ["records"], [])
    assert [(one.person, one.role_words) for one in peers] == [(person_of(chair), ["records"])]


def test_one_question_at_a_time_about_whom_one_follows_first(ada: User) -> None:
    crowd(30)
    pairs = [
        (blog_of("Maud Ellingham"), blog_of("Corisande Quist")),
        (blog_of("Osric Thane"), blog_of("Peregrine Vole")),
    ]
    all_of_them()
    Doubt.objects.all().delete()
    for worth, (one, other) in enumerate(pairs):
        Doubt.objects.create(
            a_id=min(one.pk, other.pk), b_id=max(one.pk, other.pk), probability=0.5, settles=1, worth=worth
        )
    first = selectors.next_question(ada, NOW)
    assert first is not None
    assert {first.a.identity, first.b.identity} == set(pairs[1])
    assert first.b.items
    make_subscription(ada, pairs[0][1].source)
    followed = selectors.next_question(ada, NOW)
    assert followed is not None
    assert {followed.a.identity, followed.b.identity} == set(pairs[0])
    decide(ada, followed.a.identity.pk, followed.b.identity.pk, None, now=NOW)
    second = selectors.next_question(ada, NOW)
    assert second is not None
    assert {second.a.identity, second.b.identity} == set(pairs[1])
    decide(ada, second.a.identity.pk, second.b.identity.pk, False, now=NOW)
    assert selectors.next_question(ada, NOW) is None
    again = selectors.next_question(ada, NOW + timedelta(days=91))
    assert again is not None, "what could not be answered is asked once more"


def test_why_two_are_one_is_said_for_each(ada: User) -> None:
    crowd(30)
    one = account("Maud Ellingham", orcid=ORCID)
    other = account("M. Ellingham", "openalex", orcid=ORCID)
    all_of_them()
    whys = selectors.why_one(ada, selectors.identities_of(ada, person_of(one)))
    assert [why.identity for why in whys] == [one, other]
    assert (whys[0].other, whys[1].other) == (None, one)
    assert whys[1].explanation is not None
    assert "orcid-equal" in {found.code for found in whys[1].explanation.evidence}


def test_the_number_of_questions_does_not_grow_with_the_people(ada: User) -> None:
    def asked(what: Any) -> int:
        with CaptureQueriesContext(connection) as queries:
            what()
        return len(queries)

    def everything() -> None:
        page = selectors.directory(ada)
        selectors.seen_in(ada, [one.pk for one in page.people])
        maud = Person.objects.get(name="Maud Ellingham")
        identities = selectors.identities_of(ada, maud)
        selectors.things_of(ada, identities)
        selectors.company_of(ada, maud, identities)
        selectors.stays_of(ada, identities, NOW.date())
        selectors.why_one(ada, identities)

    def grow(count: int) -> None:
        for number in range(count):
            account("Maud Ellingham", f"service{number}", orcid=ORCID, employments=[works(f"Place {number}")])
        crowd(count)
        all_of_them()
        everything()  # a new census is read once

    grow(2)
    few = asked(everything)
    grow(6)
    assert asked(everything) == few
