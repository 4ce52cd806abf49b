"""What users say about who is who counts for them, for everybody only where they may, and can be taken back."""

from __future__ import annotations

import pytest
from tests.apps.people.community import account, all_of_them, crowd, person_of, service_source, tomorrow
from tests.factories import NOW, make_source, make_user

from transom.apps.accounts.models import User
from transom.apps.library.models import Identity
from transom.apps.people import selectors
from transom.apps.people.errors import PeopleError
from transom.apps.people.models import Decision, Joined, Membership, Person
from transom.apps.people.resolving import refresh_view
from transom.apps.people.services import asks_for_whom, decide, part, take_back

pytestmark = pytest.mark.django_db

ORCID = "0000-0002-1825-0097"


@pytest.fixture
def ada() -> User:
    return make_user("ada")


@pytest.fixture
def ben() -> User:
    return make_user("ben")


@pytest.fixture
def two() -> tuple[Identity, Identity]:
    """Two who are two, as far as anybody can tell."""
    crowd(40)
    one, other = account("Maud Ellingham"), account("Maud Quist", "openalex")
    all_of_them()
    return one, other


@pytest.fixture
def joined() -> tuple[Identity, Identity, Identity]:
    """Three that are taken for one, by the same ORCID."""
    crowd(40)
    made = [account("Maud Ellingham", service, orcid=ORCID) for service in ("orcid", "openalex", "pubmed")]
    all_of_them()
    return made[0], made[1], made[2]


def seen_by(user: User, identity: Identity) -> Person:
    return selectors.people_of(user, [identity.pk])[identity.pk]


def names_of(user: User, person: Person) -> set[int]:
    return {one.pk for one in selectors.identities_of(user, person)}


def test_the_only_users_answer_is_everybodys(ada: User, two: tuple[Identity, Identity]) -> None:
    decision = decide(ada, two[0].pk, two[1].pk, True, now=NOW)
    assert decision.everybody
    assert person_of(two[0]) == person_of(two[1])


def test_one_of_several_users_answers_for_themselves(
    ada: User, ben: User, two: tuple[Identity, Identity]
) -> None:
    decision = decide(ada, two[1].pk, two[0].pk, True, now=NOW)
    assert not decision.everybody
    assert seen_by(ada, two[0]) == seen_by(ada, two[1])
    assert names_of(ada, seen_by(ada, two[0])) == {two[0].pk, two[1].pk}
    assert seen_by(ben, two[0]) != seen_by(ben, two[1])
    assert names_of(ben, seen_by(ben, two[0])) == {two[0].pk}


def test_who_is_somebody_else_for_a_user_is_listed_once(
    ada: User, ben: User, two: tuple[Identity, Identity]
) -> None:
    away = person_of(two[1])
    decide(ada, two[0].pk, two[1].pk, True, now=NOW)
    assert not selectors.visible_people(ada).filter(pk=away.pk).exists()
    assert selectors.visible_people(ben).filter(pk=away.pk).exists()
    assert selectors.person_for(ada, away.pk) == person_of(two[0])
    assert selectors.person_for(ben, away.pk) == away
    assert selectors.aliases_of(ada, person_of(two[0])) == {person_of(two[0]).pk, away.pk}


def test_an_answer_taken_back_leaves_all_as_before(
    ada: User, ben: User, two: tuple[Identity, Identity]
) -> None:
    before = sorted(Membership.objects.values_list("identity", "person", "owner"))
    decision = decide(ada, two[0].pk, two[1].pk, True, now=NOW)
    take_back(ada, decision, now=NOW)
    assert sorted(Membership.objects.values_list("identity", "person", "owner")) == before
    assert not Joined.objects.exists()


def test_an_answer_for_all_taken_back_leaves_all_as_before(ada: User, two: tuple[Identity, Identity]) -> None:
    before = sorted(Membership.objects.values_list("identity", "person"))
    take_back(ada, decide(ada, two[0].pk, two[1].pk, True, now=NOW), now=NOW)
    assert sorted(Membership.objects.values_list("identity", "person")) == before
    assert not Person.objects.exclude(merged_into=None).exists()


def test_what_a_user_parts_is_a_person_of_their_own(
    ada: User, ben: User, joined: tuple[Identity, Identity, Identity]
) -> None:
    whole = person_of(joined[0])
    part(ada, joined[2].pk, whole, now=NOW)
    apart = seen_by(ada, joined[2])
    assert apart != whole
    assert (apart.owner, apart.name) == (ada, "Maud Ellingham")
    assert names_of(ada, whole) == {joined[0].pk, joined[1].pk}
    assert names_of(ben, whole) == {one.pk for one in joined}
    assert selectors.person_for(ben, apart.pk) is None
    for decision in Decision.objects.filter(user=ada):
        take_back(ada, decision, now=NOW)
    assert names_of(ada, whole) == {one.pk for one in joined}
    assert selectors.person_for(ada, apart.pk) == whole


def test_the_first_of_a_persons_names_can_be_somebody_else(
    ada: User, joined: tuple[Identity, Identity, Identity]
) -> None:
    whole = person_of(joined[0])
    part(ada, joined[0].pk, whole, now=NOW)
    assert person_of(joined[0]) != person_of(joined[1])
    assert person_of(joined[1]) == person_of(joined[2])


def test_who_looks_after_the_instance_may_speak_for_all(ben: User, two: tuple[Identity, Identity]) -> None:
    boss = make_user("boss", is_superuser=True)
    assert not decide(boss, two[0].pk, two[1].pk, True, now=NOW).everybody
    assert decide(boss, two[0].pk, two[1].pk, True, now=NOW, everybody=True).everybody
    assert seen_by(ben, two[0]) == seen_by(ben, two[1])
    with pytest.raises(PeopleError, match="for everybody"):
        decide(ben, two[0].pk, two[1].pk, False, now=NOW, everybody=True)


def test_a_users_own_answer_stands_before_everybodys(ben: User, two: tuple[Identity, Identity]) -> None:
    boss = make_user("boss", is_superuser=True)
    decide(boss, two[0].pk, two[1].pk, True, now=NOW, everybody=True)
    decide(ben, two[0].pk, two[1].pk, False, now=NOW)
    assert seen_by(boss, two[0]) == seen_by(boss, two[1])
    assert seen_by(ben, two[0]) != seen_by(ben, two[1])


def test_nobody_takes_back_what_another_said(ada: User, ben: User, two: tuple[Identity, Identity]) -> None:
    decision = decide(ada, two[0].pk, two[1].pk, True, now=NOW)
    with pytest.raises(PeopleError, match="not yours"):
        take_back(ben, decision, now=NOW)


def test_what_only_one_user_has_joins_a_public_person_for_them_alone(
    ada: User, ben: User, joined: tuple[Identity, Identity, Identity]
) -> None:
    mailbox = make_source("Mail of Ada", owner=ada)
    letter = account("Maud Ellingham", "intranet", source=mailbox, orcid=ORCID, organisation="The secret lab")
    refresh_view(ada.pk, [letter.pk], now=NOW)
    whole = person_of(joined[0])
    assert seen_by(ada, letter) == whole
    assert letter.pk in names_of(ada, whole)
    assert letter.pk not in names_of(ben, whole)
    assert ben.pk not in {letter.owner_id}
    assert selectors.people_of(ben, [letter.pk]) == {}
    whole.refresh_from_db()
    assert whole.organization is None


def test_somebody_whom_only_one_user_has_is_theirs_alone(ada: User, ben: User) -> None:
    crowd(20)
    all_of_them()
    mailbox = make_source("Mail of Ada", owner=ada)
    letter = account("Ottoline Brand", "intranet", source=mailbox, organisation="The secret lab")
    refresh_view(ada.pk, [letter.pk], now=NOW)
    hers = seen_by(ada, letter)
    assert (hers.owner, hers.name, str(hers.organization)) == (ada, "Ottoline Brand", "The secret lab")
    assert selectors.person_for(ben, hers.pk) is None
    assert hers not in selectors.visible_people(ben)
    found = selectors.directory(ben, selectors.Filters(name="Ottoline"))
    assert found.people == []
    assert selectors.directory(ada, selectors.Filters(name="otto")).people == [hers]


def test_two_public_people_meet_in_one_users_view_by_their_own_evidence(ada: User, ben: User) -> None:
    crowd(30)
    one = account("Maud Ellingham", mails=("maud@ellingham.example.net",))
    other = account("Maud Quist", "openalex", orcid=ORCID)
    all_of_them()
    mailbox = make_source("Mail of Ada", owner=ada)
    card = account(
        "Maud Ellingham",
        "intranet",
        source=mailbox,
        orcid=ORCID,
        mails=("maud@ellingham.example.net",),
    )
    refresh_view(ada.pk, [card.pk], now=NOW)
    assert seen_by(ada, one) == seen_by(ada, other) == seen_by(ada, card)
    assert seen_by(ben, one) != seen_by(ben, other)


def test_a_day_later_a_view_follows_the_public_one(
    ada: User, ben: User, two: tuple[Identity, Identity]
) -> None:
    decide(ada, two[0].pk, two[1].pk, True, now=NOW)
    later = account("Maud Quist", "openalex", number="q2", source=service_source("openalex"), orcid=ORCID)
    Identity.objects.filter(pk=two[1].pk).update(orcid=ORCID)
    tomorrow(two[1], later)
    refresh_view(ada.pk, [two[1].pk, later.pk], now=NOW)
    assert person_of(later) == person_of(two[1])
    assert seen_by(ada, later) == seen_by(ada, two[0])
    assert seen_by(ben, later) != seen_by(ben, two[0])


def test_for_everybody_and_then_for_oneself_alone_leaves_the_others_as_before(
    ben: User, two: tuple[Identity, Identity]
) -> None:
    boss = make_user("boss", is_superuser=True)
    before = sorted(Membership.objects.filter(owner=None).values_list("identity", "person"))
    decide(boss, two[0].pk, two[1].pk, True, now=NOW, everybody=True)
    assert seen_by(ben, two[0]) == seen_by(ben, two[1])
    assert not decide(boss, two[0].pk, two[1].pk, True, now=NOW).everybody
    assert seen_by(ben, two[0]) != seen_by(ben, two[1])
    assert seen_by(boss, two[0]) == seen_by(boss, two[1])
    assert sorted(Membership.objects.filter(owner=None).values_list("identity", "person")) == before
    decide(boss, two[0].pk, two[1].pk, True, now=NOW, everybody=True)
    decide(boss, two[0].pk, two[1].pk, None, now=NOW)
    assert seen_by(ben, two[0]) != seen_by(ben, two[1])


def test_who_looks_after_the_instance_parts_for_all(
    ben: User, joined: tuple[Identity, Identity, Identity]
) -> None:
    boss = make_user("boss", is_superuser=True)
    part(boss, joined[2].pk, person_of(joined[0]), now=NOW, everybody=True)
    assert seen_by(ben, joined[2]) != seen_by(ben, joined[0])
    assert seen_by(ben, joined[1]) == seen_by(ben, joined[0])


def test_it_is_asked_for_whom_only_where_several_are_and_one_looks_after_them(ada: User) -> None:
    boss = make_user("boss", is_superuser=True)
    assert asks_for_whom(boss)
    assert not asks_for_whom(ada)
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert not asks_for_whom(boss)
