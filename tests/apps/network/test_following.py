"""Following and knowing people."""

from __future__ import annotations

import pytest
from tests.apps.people.community import account, all_of_them, blog_of, byline, crowd, person_of
from tests.factories import NOW, make_source, make_user

from transom.apps.accounts.models import User
from transom.apps.network import selectors, services
from transom.apps.network.models import Tie
from transom.apps.people.services import decide, take_back
from transom.apps.sources.models import Subscription

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> User:
    return make_user("ada")


def test_following_somebody_follows_what_they_write_alone(ada: User) -> None:
    own = blog_of("Maud Ellingham", "ellingham.example.net")
    journal = make_source("A journal of many")
    byline("Maud Ellingham", journal)
    byline("Osric Thane", journal)
    all_of_them()
    done = services.follow_person(ada, person_of(own), now=NOW)
    assert done.subscribed == [own.source]
    assert done.shared == [journal]
    assert [row.source for row in Subscription.objects.filter(user=ada)] == [own.source]
    again = services.follow_person(ada, person_of(own), now=NOW)
    assert (again.subscribed, again.already) == ([], [own.source])
    assert services.unfollow_person(ada, person_of(own), now=NOW) == [own.source]
    assert not Tie.objects.exists(), "nothing is left to remember"
    assert Subscription.objects.filter(user=ada).exists(), "what one reads, one unfollows oneself"


def test_what_was_noted_of_two_holds_for_whom_they_are_together_and_comes_apart(ada: User) -> None:
    crowd(40)
    one, other = account("Maud Ellingham"), account("Maud Quist", "openalex")
    all_of_them()
    first, second = person_of(one), person_of(other)
    services.mark_known(ada, second, True, now=NOW)
    services.set_note(ada, second, "Met her in Selwick.", now=NOW)
    decision = decide(ada, one.pk, other.pk, True, now=NOW)
    assert selectors.tie_of(ada, first) == selectors.Relation(known=True, note="Met her in Selwick.")
    assert selectors.known_to(ada) == {first.pk}
    take_back(ada, decision, now=NOW)
    assert selectors.tie_of(ada, first) == selectors.Relation()
    assert selectors.known_to(ada) == {second.pk}


def test_not_knowing_is_said_of_all_that_lead_there(ada: User) -> None:
    crowd(40)
    one, other = account("Maud Ellingham"), account("Maud Quist", "openalex")
    all_of_them()
    first, second = person_of(one), person_of(other)
    for person in (first, second):
        services.mark_known(ada, person, True, now=NOW)
    decide(ada, one.pk, other.pk, True, now=NOW)
    services.mark_known(ada, first, False, now=NOW)
    assert selectors.known_to(ada) == set()


def test_what_a_user_noted_is_theirs_alone(ada: User) -> None:
    ben = make_user("ben")
    person = person_of_new()
    services.mark_known(ada, person, True, now=NOW)
    services.set_note(ada, person, "Between us.\x00", now=NOW)
    assert selectors.tie_of(ben, person) == selectors.Relation()
    assert selectors.all_ties(ben) == {}
    assert selectors.all_ties(ada)[person.pk].note == "Between us."


def person_of_new():  # type: ignore[no-untyped-def]
    one = blog_of("Maud Ellingham")
    all_of_them()
    return person_of(one)


def test_something_handed_in_is_not_followed(ada: User) -> None:
    from tests.factories import make_handed_in

    from transom.apps.people import selectors as people
    from transom.apps.people.resolving import refresh_view

    letter = make_handed_in(ada, author="Maud Ellingham")
    assert letter.author is not None
    refresh_view(ada.pk, [letter.author.pk], now=NOW)
    person = people.people_of(ada, [letter.author.pk])[letter.author.pk]
    done = services.follow_person(ada, person, now=NOW)
    assert (done.subscribed, done.shared) == ([], [])
    assert not Subscription.objects.exists()
