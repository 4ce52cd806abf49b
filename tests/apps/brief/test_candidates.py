"""What a brief is chosen from: held warm, and always the same as if it were read anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories import (
    make_brief,
    make_handed_in,
    make_item,
    make_opportunity,
    make_sighting,
    make_source,
    make_state_of_reading,
    make_subscription,
    make_user,
)

from transom.apps.accounts.models import Profile, User, profile_of
from transom.apps.brief.candidates import warm
from transom.apps.brief.candidates.store import CandidateStore
from transom.apps.library.models import Access, Form, Item, ItemTerms, ReadingState
from transom.apps.participation.models import OpportunityKind
from transom.apps.sources.models import Source, SourceState, Subscription
from transom.engine.core.ids import EPOCH, MICROSECOND
from transom.engine.rank import DO
from transom.engine.rank.terms import Terms, pack, term_id

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _nothing_is_warm() -> Iterator[None]:
    warm.forget()
    yield
    warm.forget()


@pytest.fixture
def nora() -> User:
    return make_user("nora")


@pytest.fixture
def stacks(nora: User) -> Source:
    """A source that Nora has followed for a month."""
    source = make_source("Stacks")
    make_subscription(nora, source, followed_at=NOW - timedelta(days=30))
    return source


def item_of(source: Source, title: str = "", **values: Any) -> Item:
    values.setdefault("published", NOW - timedelta(hours=5))
    return make_item(title, source=source, searchable=False, **values)


def in_store(store: CandidateStore, user: User, now: datetime = NOW) -> set[int]:
    with store.held(profile_of(user), now) as held:
        return set(held.pool.view().ids.tolist())


def id_at(moment: datetime) -> int:
    """The id of an item that arrived then."""
    return (moment - EPOCH) // MICROSECOND


def fresh(user: User, now: datetime = NOW) -> set[int]:
    return in_store(CandidateStore(user.pk), user, now)


def test_unseen_items_of_followed_sources_are_candidates(nora: User, stacks: Source) -> None:
    here, elsewhere = item_of(stacks), item_of(make_source("Elsewhere"))
    assert fresh(nora) == {here.pk}
    assert elsewhere.pk not in fresh(nora)


@pytest.mark.parametrize("mark", ["opened_at", "finished_at", "saved_at", "dismissed_at"])
def test_what_the_user_touched_is_none_and_returns_when_taken_back(
    nora: User, stacks: Source, mark: str
) -> None:
    item, store = item_of(stacks), CandidateStore(nora.pk)
    assert in_store(store, nora) == {item.pk}
    state = make_state_of_reading(nora, item, **{mark: NOW})
    assert in_store(store, nora) == fresh(nora) == set()
    setattr(state, mark, None)
    state.save()
    assert in_store(store, nora) == fresh(nora) == {item.pk}


def test_another_users_reading_changes_nothing(nora: User, stacks: Source) -> None:
    item = item_of(stacks)
    make_state_of_reading(make_user(), item, finished_at=NOW)
    assert fresh(nora) == {item.pk}


def test_the_past_of_a_source_followed_today_goes_to_the_library(nora: User) -> None:
    source = make_source("New to me")
    old = item_of(source, published=NOW - timedelta(days=8))
    young = item_of(source, published=NOW - timedelta(days=6))
    store = CandidateStore(nora.pk)
    assert in_store(store, nora) == set()
    make_subscription(nora, source, followed_at=NOW)
    assert in_store(store, nora) == fresh(nora) == {young.pk}
    assert old.pk not in fresh(nora)


def test_what_was_in_a_brief_is_no_candidate_again(nora: User, stacks: Source) -> None:
    item, store = item_of(stacks), CandidateStore(nora.pk)
    in_store(store, nora)
    make_brief(nora, [item], day=NOW.date(), started_at=NOW)
    assert in_store(store, nora) == fresh(nora) == set()


def test_private_things_are_their_owners_candidates_only(nora: User, stacks: Source) -> None:
    private = make_handed_in(nora, published=NOW - timedelta(hours=1))
    make_subscription(nora, private.home, followed_at=NOW - timedelta(days=3))
    wim = make_user("wim")
    make_subscription(wim, stacks, followed_at=NOW - timedelta(days=30))
    make_subscription(wim, private.home, followed_at=NOW - timedelta(days=3))
    public = item_of(stacks)
    hidden = item_of(stacks, owner=nora, author="")
    assert fresh(nora) == {private.pk, public.pk, hidden.pk}
    assert fresh(wim) == {public.pk}


def test_what_was_handed_in_is_new_however_old_the_thing_is(nora: User) -> None:
    make_handed_in(nora, "Long ago", id=id_at(NOW - timedelta(days=200)), published=NOW - timedelta(days=900))
    make_handed_in(make_user("wim"), "His", id=id_at(NOW), published=NOW)
    store = CandidateStore(nora.pk)
    assert in_store(store, nora) == fresh(nora) == set()
    later = NOW + timedelta(minutes=5)
    letter = make_handed_in(nora, id=id_at(later), published=NOW - timedelta(days=900), seen_at=later)
    assert in_store(store, nora, later) == fresh(nora, later) == {letter.pk}


def test_what_arrives_or_changes_is_found_without_reading_everything(nora: User, stacks: Source) -> None:
    store = CandidateStore(nora.pk)
    first = [item_of(stacks) for _ in range(5)]
    assert len(in_store(store, nora)) == 5
    new = item_of(stacks)
    Item.objects.filter(pk=first[0].pk).update(words=5000, minutes=21.0, changed_at=NOW)
    with CaptureQueriesContext(connection) as caught:
        assert in_store(store, nora) == fresh(nora)
    assert new.pk in in_store(store, nora)
    with store.held(profile_of(nora), NOW) as held:
        view = held.pool.view()
        assert float(view.cost_minutes[view.ids == first[0].pk][0]) == pytest.approx(21.0)
    assert len(caught) < 36


def test_an_item_seen_at_several_sources_is_one_candidate(nora: User, stacks: Source) -> None:
    item = item_of(make_source("Home"))
    make_sighting(item, stacks)
    second = make_source("Second")
    make_subscription(nora, second)
    make_sighting(item, second)
    assert fresh(nora) == {item.pk}
    with CandidateStore(nora.pk).held(profile_of(nora), NOW) as held:
        assert len(held.pool) == 1


def test_unfollowing_takes_out_what_was_seen_there_alone(nora: User, stacks: Source) -> None:
    second = make_source("Second")
    make_subscription(nora, second)
    item_of(stacks)
    both = item_of(second)
    store = CandidateStore(nora.pk)
    assert len(in_store(store, nora)) == 2
    Subscription.objects.filter(user=nora, source=stacks).delete()
    assert in_store(store, nora) == fresh(nora) == {both.pk}


def test_nothing_old_stays_though_the_process_lives_long(nora: User, stacks: Source) -> None:
    item_of(stacks)
    store = CandidateStore(nora.pk)
    assert len(in_store(store, nora)) == 1
    assert in_store(store, nora, NOW + timedelta(days=91)) == set()


def test_a_warm_store_agrees_with_a_new_one_whatever_happens(nora: User, stacks: Source) -> None:
    random = np.random.default_rng(7)
    store, now = CandidateStore(nora.pk), NOW
    sources = [stacks, *(make_source() for _ in range(3))]
    items: list[Item] = []
    for step in range(60):
        now += timedelta(hours=int(random.integers(1, 20)))
        chosen = sources[int(random.integers(len(sources)))]
        what = int(random.integers(6))
        if what <= 1 or not items:
            items.append(
                item_of(
                    chosen,
                    published=now - timedelta(days=int(random.integers(0, 20))),
                    seen_at=now,
                    changed_at=now,
                )
            )
        elif what == 2:
            _mark(nora, items[int(random.integers(len(items)))], now, on=step % 3 > 0)
        elif what == 3:
            found = Subscription.objects.filter(user=nora, source=chosen)
            if not found.delete()[0]:
                make_subscription(nora, chosen, followed_at=now)
        elif what == 4:
            changed = items[int(random.integers(len(items)))]
            Item.objects.filter(pk=changed.pk).update(minutes=float(random.integers(1, 30)), changed_at=now)
        else:
            make_sighting(items[int(random.integers(len(items)))], chosen)
        assert in_store(store, nora, now) == fresh(nora, now), (step, what)


def _mark(user: User, item: Item, now: datetime, *, on: bool) -> None:
    ReadingState.objects.update_or_create(user=user, item=item, defaults={"opened_at": now if on else None})


def view_of(user: User, pace: float = 1.0) -> Any:
    with (
        CandidateStore(user.pk).held(profile_of(user), NOW) as held,
        held.offered([], [], pace, NOW) as view,
    ):
        return view


@pytest.mark.parametrize(
    ("values", "minutes"),
    [
        ({"minutes": 4.0, "form": Form.FULL}, 4),
        ({"minutes": 4.2, "form": Form.FULL}, 5),
        ({"minutes": 0.0, "words": 476, "form": Form.FULL}, 2),
        ({"minutes": 0.3, "about": True, "form": Form.EXCERPT, "words": 60}, 8),
        ({"minutes": 42.0, "form": Form.AUDIO}, 42),
        ({"minutes": 0.0, "form": Form.VIDEO, "words": 12}, 20),
        ({"minutes": 11.0, "access": Access.PAID, "words": 119, "about": True}, 1),
        ({"minutes": 0.0, "words": 0, "form": Form.FULL}, 1),
    ],
)
def test_the_cost_is_what_this_user_would_spend_in_whole_minutes(
    nora: User, stacks: Source, values: dict[str, Any], minutes: int
) -> None:
    SourceState.objects.filter(source=stacks).update(median_minutes=8.0)
    item_of(stacks, **{"words": 10, **values})
    assert view_of(nora).cost_minutes.tolist() == [minutes]


def test_ones_own_pace_counts_for_reading_and_not_for_listening(nora: User, stacks: Source) -> None:
    text = item_of(stacks, minutes=10.0)
    talk = item_of(stacks, minutes=10.0, form=Form.AUDIO)
    view = view_of(nora, pace=1.5)
    costs = dict(zip(view.ids.tolist(), view.cost_minutes.tolist(), strict=True))
    assert costs == {text.pk: 15, talk.pk: 10}


def test_a_member_can_open_what_others_cannot(nora: User, stacks: Source) -> None:
    item_of(stacks, access=Access.MEMBER, minutes=7.0, address="https://journal.example.org/a/1")
    assert view_of(nora).cannot_open.tolist() == [True]
    Profile.objects.filter(user=nora).update(memberships=["example.org"])
    nora.refresh_from_db()
    assert view_of(nora).cannot_open.tolist() == [False]


def test_things_to_do_are_there_for_one_choice_only(nora: User, stacks: Source) -> None:
    item = item_of(stacks, event_start=NOW + timedelta(days=3))
    offer = make_opportunity(nora, item, OpportunityKind.CALENDAR, minutes=1, deadline=item.event_start)
    store = CandidateStore(nora.pk)
    with store.held(profile_of(nora), NOW) as held:
        with held.offered([offer], [], 1.0, NOW) as view:
            at = view.ids.tolist().index(-offer.pk)
            assert int(view.section[at]) == DO
            assert float(view.cost_minutes[at]) == 1.0
            assert float(view.deadline[at]) == (NOW + timedelta(days=3)).timestamp()
        assert -offer.pk not in held.pool
        assert held.dates == {item.pk: item.event_start}


def test_what_shares_an_uncommon_word_shares_a_topic(nora: User, stacks: Source) -> None:
    groups = {}
    for number in range(90):
        word = "appraisal" if number < 4 else f"word{number}"
        item = item_of(stacks)
        ids = np.array([term_id(word), term_id("records")], dtype=np.uint32)
        ItemTerms.objects.create(item=item, data=pack(Terms(ids, np.array([0.9, 0.4], dtype=np.float32))))
        groups[item.pk] = word
    view = view_of(nora)
    topics = {
        word: {int(t) for key, t in zip(view.ids, view.topic, strict=True) if groups[int(key)] == word}
        for word in set(groups.values())
    }
    assert len(topics["appraisal"]) == 1
    assert topics["appraisal"] != {-1}
    assert topics["word50"] == {-1}


def test_few_users_are_held_warm_and_forgotten_in_turn(nora: User) -> None:
    first = warm.warm_for(nora.pk)
    assert warm.warm_for(nora.pk) is first
    for number in range(warm.MOST_USERS):
        warm.warm_for(10_000 + number)
    assert warm.warm_for(nora.pk) is not first
