"""A remark that merely points at something is no line of its own: what it points at is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.apps.brief.world import DAY, NOW, fetch
from tests.factories import make_item, make_source, make_subscription, make_user

from transom.apps.accounts.models import User, profile_of
from transom.apps.brief.candidates.store import CandidateStore
from transom.apps.brief.models import Section
from transom.apps.brief.services import brief_of_day
from transom.apps.library.models import Endorsement, EndorsementKind, Item, ItemTerms, Link
from transom.apps.sources.models import Source, Subscription
from transom.engine.rank.terms import Frequencies, pack, weigh
from transom.engine.text.manner import manner

pytestmark = pytest.mark.django_db

THERE = "https://blog.example.org/felt"


@pytest.fixture
def nora() -> User:
    return make_user("nora")


def followed(user: User, title: str, *, since: timedelta = 60 * DAY, **values: Any) -> Source:
    source = make_source(title, state=False, **values)
    fetch(source, NOW - timedelta(hours=1))
    make_subscription(user, source, followed_at=NOW - since)
    return source


@pytest.fixture
def social(nora: User) -> Source:
    return followed(nora, "Kofi on Mastodon")


@pytest.fixture
def blog(nora: User) -> Source:
    return followed(nora, "Trap Room")


def item(source: Source, title: str, *, ago: timedelta = DAY, **values: Any) -> Item:
    made = make_item(
        title, source=source, published=NOW - ago, changed_at=NOW - ago, searchable=False, **values
    )
    words = title.casefold().split()
    terms = replace(weigh(words, words, Frequencies()), manner=manner(title))
    ItemTerms.objects.create(item=made, data=pack(terms))
    return made


def remark(source: Source, *targets: str, words: int = 12, title: str = "Read this", **values: Any) -> Item:
    made = item(source, title, kind=values.pop("kind", "status"), words=words, **values)
    Link.objects.bulk_create([Link(item=made, target=one, host="blog.example.org") for one in targets])
    return made


def candidates(user: User, store: CandidateStore | None = None) -> set[int]:
    with (store or CandidateStore(user.pk)).held(profile_of(user), NOW) as held:
        return set(held.pool.view().ids.tolist())


def test_what_it_points_at_stands_and_the_remark_does_not(nora: User, social: Source, blog: Source) -> None:
    article = item(blog, "The felt round", address=THERE)
    remark(social, THERE)
    remark(social, THERE, kind="discussion")
    assert candidates(nora) == {article.pk}


def test_it_stands_until_what_it_points_at_comes(nora: User, social: Source, blog: Source) -> None:
    store, share = CandidateStore(nora.pk), remark(social, THERE)
    assert candidates(nora, store) == {share.pk}
    article = item(blog, "The felt round", address=THERE)
    Item.objects.filter(pk=article.pk).update(changed_at=NOW)
    assert candidates(nora, store) == candidates(nora) == {article.pk}


def test_what_says_more_asks_answers_or_points_at_several_says_something_of_its_own(
    nora: User, social: Source, blog: Source
) -> None:
    article = item(blog, "The felt round", address=THERE)
    own = [
        remark(social, THERE, words=40),
        remark(social, THERE, "https://elsewhere.example.org/"),
        remark(social, THERE, form="excerpt", kind="post"),
        remark(social, THERE, kind="event"),
        remark(social, THERE, title="Has anybody looked under their plinths?"),
        remark(social),
    ]
    answer = remark(social, THERE)
    by = answer.author
    assert by is not None
    Endorsement.objects.create(
        by=by,
        kind=EndorsementKind.REPLY,
        target="https://forum.example.org/1",
        at=NOW,
        source=social,
        within=answer,
    )
    assert candidates(nora) == {article.pk, answer.pk, *(one.pk for one in own)}


def test_a_service_says_what_a_remark_points_at_too(nora: User, social: Source, blog: Source) -> None:
    article, share = item(blog, "The felt round", address=THERE), remark(social)
    assert share.author is not None
    Endorsement.objects.create(
        by=share.author,
        kind=EndorsementKind.LINK,
        target=THERE,
        item=article,
        at=NOW,
        source=social,
        within=share,
    )
    assert candidates(nora) == {article.pk}


def test_it_stands_for_what_cannot_be_offered(nora: User, social: Source, blog: Source) -> None:
    unfollowed = item(make_source("Elsewhere"), "Not followed", address=THERE)
    old = item(blog, "Long ago", address="https://blog.example.org/old", ago=120 * DAY)
    shares = {remark(social, unfollowed.address).pk, remark(social, old.address).pk}
    assert candidates(nora) == shares


def test_what_is_pointed_at_now_comes_though_its_source_is_new(nora: User, social: Source) -> None:
    source = followed(nora, "New to me", since=timedelta())
    pointed = item(source, "A month ago", address=THERE, ago=30 * DAY)
    item(source, "Nobody points here", address="https://blog.example.org/other", ago=30 * DAY)
    store = CandidateStore(nora.pk)
    assert candidates(nora, store) == set()
    share = remark(social, THERE)
    Item.objects.filter(pk=share.pk).update(changed_at=NOW)
    assert candidates(nora, store) == candidates(nora) == {pointed.pk}


def test_the_past_of_a_newly_followed_account_lifts_nothing(nora: User) -> None:
    account = followed(nora, "New account", since=timedelta())
    source = followed(nora, "New blog", since=timedelta())
    item(source, "A month ago", address=THERE, ago=30 * DAY)
    remark(account, THERE, ago=20 * DAY)
    assert candidates(nora) == set()


def test_following_less_brings_the_remark_back(nora: User, social: Source, blog: Source) -> None:
    article, share = item(blog, "The felt round", address=THERE), remark(social, THERE)
    store = CandidateStore(nora.pk)
    assert candidates(nora, store) == {article.pk}
    Subscription.objects.filter(user=nora, source=blog).delete()
    assert candidates(nora, store) == candidates(nora) == {share.pk}


def test_an_edit_makes_it_a_text_of_its_own(nora: User, social: Source, blog: Source) -> None:
    article, share = item(blog, "The felt round", address=THERE), remark(social, THERE)
    store = CandidateStore(nora.pk)
    assert candidates(nora, store) == {article.pk}
    Item.objects.filter(pk=share.pk).update(words=200, changed_at=NOW)
    assert candidates(nora, store) == candidates(nora) == {article.pk, share.pk}


def test_a_private_text_of_somebody_else_sets_nothing_aside(nora: User, social: Source) -> None:
    wim = make_user("wim")
    item(make_source("Letters", owner=wim), "Private", address=THERE, owner=wim)
    share = remark(social, THERE)
    assert candidates(nora) == {share.pk}


def test_a_share_is_neither_chosen_nor_left_out(nora: User, social: Source, blog: Source) -> None:
    article = item(blog, "The felt round", address=THERE)
    for _ in range(3):
        remark(social, THERE)
    brief = brief_of_day(nora, now=NOW)
    assert [line.item for line in brief.lines.filter(section=Section.READ)] == [article]
    assert (brief.considered, brief.left_out) == (1, 0)


def test_many_shares_ask_no_more_than_one(nora: User, social: Source, blog: Source) -> None:
    asked = []
    for count in (1, 3):
        for number in range(count):
            address = f"https://blog.example.org/{count}/{number}"
            item(blog, f"Piece {count} {number}", address=address)
            remark(social, address)
        with CaptureQueriesContext(connection) as queries:
            candidates(nora)
        asked.append(len(queries))
    assert asked[0] == asked[1]
