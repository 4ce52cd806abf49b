"""Identities become people: all at once, a day's new ones, each user's own; and back again."""

from __future__ import annotations

import pytest
from tests.apps.people.community import (
    account,
    all_of_them,
    blog_of,
    byline,
    crowd,
    person_of,
    service_source,
    tomorrow,
)
from tests.factories import NOW, make_source, make_user

from transom.apps.library.models import Identity
from transom.apps.people.models import BlockKey, Membership, Pair, Person, Trace
from transom.apps.people.resolving import everything
from transom.apps.people.services import decide

pytestmark = pytest.mark.django_db

ORCID = "0000-0002-1825-0097"


def test_the_same_orcid_at_two_services_is_one_person() -> None:
    crowd()
    one = account("Maud Ellingham", orcid=ORCID)
    other = account("M. Ellingham", "openalex", orcid=ORCID)
    all_of_them()
    assert person_of(one) == person_of(other)
    assert person_of(one).name == "Maud Ellingham"


def test_two_who_share_nothing_are_two() -> None:
    one, other = blog_of("Maud Ellingham"), blog_of("Osric Thane")
    all_of_them()
    assert person_of(one) != person_of(other)


def test_offices_and_joint_bylines_are_nobody() -> None:
    source = make_source()
    office, joint = byline("The Editorial Team", source), byline("Maud Ellingham and Osric Thane", source)
    all_of_them()
    assert not Membership.objects.filter(identity__in=[office, joint]).exists()
    assert Trace.objects.get(identity=office).somebody is False


def test_a_days_new_identities_join_whom_a_full_run_would_join() -> None:
    crowd(40)
    first = account("Maud Ellingham", orcid=ORCID, mails=("maud@ellingham.example.net",))
    all_of_them()
    later = account("Maud Ellingham", "datatracker", mails=("maud@ellingham.example.net",))
    stranger = account("Maud Tansley", "datatracker", mails=("other@tansley.example.net",))
    touched = tomorrow(later, stranger)
    assert person_of(later) == person_of(first)
    assert person_of(stranger) != person_of(first)
    assert person_of(first).pk in touched
    before = sorted(Membership.objects.values_list("identity", "person"))
    all_of_them()
    assert sorted(Membership.objects.values_list("identity", "person")) == before


def test_a_name_that_too_many_bear_says_no_more_to_a_newcomer_than_to_all() -> None:
    crowd(20)
    for number in range(45):
        account(
            "Anna Berg", source=service_source("orcid"), mails=(f"anna{number}@berg{number}.example.net",)
        )
    known = account("Anna Berg", "openalex", mails=("anna@tansley.example.net",))
    all_of_them()
    later = account("Anna Berg", "datatracker", mails=("anna@tansley.example.net",))
    tomorrow(later)
    assert person_of(later) == person_of(known)
    before = grouped()
    with_pairs = set(Pair.objects.values_list("a", "b"))
    all_of_them()
    assert grouped() == before
    assert set(Pair.objects.values_list("a", "b")) == with_pairs


def test_who_was_compared_and_says_the_same_is_not_compared_again() -> None:
    crowd(40)
    one = blog_of("Maud Ellingham")
    all_of_them()
    assert tomorrow(one) == set()
    before = Trace.objects.get(identity=one)
    Identity.objects.filter(pk=one.pk).update(orcid=ORCID, roles=["chair of records"])
    tomorrow(one)
    assert Trace.objects.get(identity=one).fingerprint != before.fingerprint
    assert person_of(one).description == "chair of records"


def test_a_person_keeps_their_key_and_comes_back_when_parted() -> None:
    crowd(40)
    one, other = account("Maud Ellingham"), account("Maud Quist", "openalex")
    all_of_them()
    first, second = person_of(one), person_of(other)
    assert first != second
    Identity.objects.filter(pk__in=[one.pk, other.pk]).update(orcid=ORCID)
    all_of_them()
    second.refresh_from_db()
    assert person_of(other) == first
    assert second.merged_into == first
    Identity.objects.filter(pk=other.pk).update(orcid="")
    all_of_them()
    second.refresh_from_db()
    assert person_of(other) == second
    assert second.merged_into is None


def test_a_second_run_writes_nothing_new() -> None:
    crowd(20)
    account("Maud Ellingham", orcid=ORCID)
    account("M. Ellingham", "openalex", orcid=ORCID)
    all_of_them()
    rows = [set(model.objects.values_list("pk", flat=True)) for model in (Pair, BlockKey, Person, Membership)]
    all_of_them()
    assert rows == [
        set(model.objects.values_list("pk", flat=True)) for model in (Pair, BlockKey, Person, Membership)
    ]


def test_people_without_any_identity_left_go() -> None:
    source = service_source("orcid")
    account("Maud Ellingham", source=source)
    all_of_them()
    source.delete()
    all_of_them()
    assert not Person.objects.filter(name="Maud Ellingham").exists()


def test_a_person_whose_first_identity_goes_keeps_their_key() -> None:
    crowd(30)
    source = service_source("orcid")
    account("Maud Ellingham", source=source, orcid=ORCID)
    other = account("Maud Ellingham", "openalex", orcid=ORCID)
    all_of_them()
    before = person_of(other)
    source.delete()
    all_of_them()
    assert person_of(other) == before


def grouped() -> set[frozenset[int]]:
    """Who is one with whom."""
    rows = Membership.objects.filter(owner=None).values_list("person", "identity")
    people: dict[int, set[int]] = {}
    for person, identity in rows:
        people.setdefault(person, set()).add(identity)
    return {frozenset(one) for one in people.values()}


def test_a_large_library_comes_out_the_same_by_duckdb(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("duckdb")
    crowd(30)
    for service in ("orcid", "openalex", "pubmed"):
        account("Maud Ellingham", service, orcid=ORCID)
        account("Osric Thane", service, mails=("osric@thane.example.net",))
    all_of_them()
    plain = grouped()
    Person.objects.all().delete()
    monkeypatch.setattr(everything, "MANY", 10)
    all_of_them()
    assert grouped() == plain


@pytest.mark.parametrize("last", ["_keep_pairs", "describe_some", "_keep_traces", "forget_nobodies"])
def test_a_run_that_was_killed_is_finished_by_the_next(monkeypatch: pytest.MonkeyPatch, last: str) -> None:
    crowd(10)
    account("Maud Ellingham", orcid=ORCID, organisation="Tarnholt Archive", roles=["chair of records"])
    account("M. Ellingham", "openalex", orcid=ORCID)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(everything, last, killed)
        with pytest.raises(KeyboardInterrupt):
            all_of_them()
    all_of_them()
    maud = Person.objects.get(name="Maud Ellingham", merged_into=None)
    assert (maud.description, str(maud.organization)) == ("chair of records", "Tarnholt Archive")
    assert Trace.objects.count() == Identity.objects.count()
    assert Person.objects.filter(merged_into=None).count() == len(grouped())


def test_what_an_answer_is_about_may_be_gone() -> None:
    crowd(5)
    one, other = account("Maud Ellingham"), account("Maud Quist", "openalex")
    all_of_them()
    ada = make_user("ada")
    decide(ada, one.pk, other.pk, True, now=NOW)
    other.source.delete()
    all_of_them()
    assert person_of(one).name == "Maud Ellingham"
