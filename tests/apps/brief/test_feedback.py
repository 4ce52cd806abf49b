"""What the user says and does becomes a log that is complete, can be undone, and is theirs alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.factories import (
    make_brief,
    make_handed_in,
    make_item,
    make_line,
    make_source,
    make_state_of_reading,
    make_subscription,
    make_user,
)

from transom.apps.accounts.models import User
from transom.apps.brief.errors import BriefError
from transom.apps.brief.models import Brief, Feedback, Section, Signal
from transom.apps.brief.selectors import learned
from transom.apps.brief.services import absorb, give_feedback, reset_learning, undo_feedback
from transom.apps.brief.services.feedback import judge_passed_over
from transom.apps.library.models import Item, ItemTerms, ReadingState
from transom.apps.participation.services import COPIED, decline, pass_on, propose

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)


@pytest.fixture
def nora() -> User:
    return make_user("nora")


@pytest.fixture
def item(nora: User) -> Item:
    source = make_source("Stacks", channel="journal")
    make_subscription(nora, source)
    return make_item("Paper is a promise", source=source, kind="paper")


def read(user: User, item: Item, at: datetime = NOW, **marks: datetime) -> ReadingState:
    """The reading state as if the reader's page had written it then."""
    state = make_state_of_reading(user, item, **(marks or {"finished_at": at}))
    ReadingState.objects.filter(pk=state.pk).update(changed_at=at)
    return state


def log(user: User) -> list[tuple[int | None, str]]:
    return list(Feedback.objects.filter(user=user).order_by("at", "pk").values_list("item_id", "signal"))


def test_a_row_holds_everything_it_teaches_and_outlives_the_item(nora: User, item: Item) -> None:
    ItemTerms.objects.create(item=item, data=b"123456")
    brief = make_brief(nora, day=NOW.date(), started_at=NOW)
    line = make_line(brief, Section.READ, item=item, features={"interest": 0.5})
    row = give_feedback(nora, item.pk, Signal.MORE, line=line, now=NOW)
    assert (row.title, row.channel, row.kind, bytes(row.terms), row.features) == (
        "Paper is a promise",
        "journal",
        "paper",
        b"123456",
        {"interest": 0.5},
    )
    assert (row.source, row.author) == (item.home, item.author)
    Item.objects.filter(pk=item.pk).delete()
    row.refresh_from_db()
    assert (row.item, row.title) == (None, "Paper is a promise")


def test_saying_it_twice_is_saying_it_once_and_undo_leaves_no_trace(nora: User, item: Item) -> None:
    first = give_feedback(nora, item.pk, Signal.LESS, now=NOW)
    assert give_feedback(nora, item.pk, Signal.LESS, now=NOW + timedelta(hours=1)) == first
    assert undo_feedback(nora, first.pk)
    assert log(nora) == []
    assert not undo_feedback(nora, first.pk)


def test_a_wrong_reason_names_the_reason(nora: User, item: Item) -> None:
    row = give_feedback(nora, item.pk, Signal.WRONG_REASON, feature="freshness", now=NOW)
    assert row.feature == "freshness"
    for signal, feature in (
        (Signal.WRONG_REASON, ""),
        (Signal.WRONG_REASON, "luck"),
        (Signal.LESS, "source"),
    ):
        with pytest.raises(BriefError, match="which of the reasons"):
            give_feedback(nora, item.pk, signal, feature=feature, now=NOW)


def test_one_can_speak_only_about_what_one_can_see(nora: User, item: Item) -> None:
    wim = make_user("wim")
    private = make_handed_in(wim)
    theirs = make_brief(wim, [item], day=NOW.date(), started_at=NOW).lines.get()
    with pytest.raises(BriefError, match="no such item"):
        give_feedback(nora, private.pk, Signal.LESS, now=NOW)
    with pytest.raises(BriefError, match="no such line"):
        give_feedback(nora, item.pk, Signal.LESS, line=theirs, now=NOW)
    row = give_feedback(wim, item.pk, Signal.LESS, now=NOW)
    assert not undo_feedback(nora, row.pk)
    assert log(wim) == [(item.pk, Signal.LESS)]


def test_reading_wherever_it_happened_counts_once(nora: User, item: Item) -> None:
    saved = make_item("Saved")
    read(nora, item)
    read(nora, saved, saved_at=NOW)
    assert absorb(nora, now=NOW) == 2
    assert absorb(nora, now=NOW + timedelta(seconds=3)) == 0
    assert sorted(log(nora)) == sorted([(item.pk, Signal.FINISHED), (saved.pk, Signal.SAVED)])


def test_what_is_no_longer_saved_no_longer_counts(nora: User, item: Item) -> None:
    state = read(nora, item, saved_at=NOW)
    absorb(nora, now=NOW)
    ReadingState.objects.filter(pk=state.pk).update(saved_at=None, changed_at=NOW + timedelta(minutes=2))
    absorb(nora, now=NOW + timedelta(minutes=5))
    assert log(nora) == []


def test_acting_on_something_counts_and_declining_says_nothing_against_it(nora: User, item: Item) -> None:
    other = make_item("Another")
    read(nora, other)
    pass_on(nora, item, text="", recipients=[], how=COPIED, now=NOW)
    (offer,) = propose(nora, NOW)
    decline(nora, offer, NOW)
    absorb(nora, now=NOW)
    assert sorted(log(nora)) == sorted([(item.pk, Signal.ACTED), (other.pk, Signal.FINISHED)])


def test_what_was_read_long_before_is_not_taken_in(nora: User, item: Item) -> None:
    read(nora, item, NOW - timedelta(days=400))
    assert absorb(nora, now=NOW) == 0


def brief_of_yesterday(user: User, count: int = 5) -> Brief:
    items = [make_item(f"Line {number}") for number in range(count)]
    return make_brief(user, items, day=NOW.date() - timedelta(days=1), started_at=NOW - timedelta(days=1))


def test_what_stood_above_the_last_thing_touched_was_passed_over_and_nothing_below(nora: User) -> None:
    brief = brief_of_yesterday(nora)
    lines = list(brief.lines.filter(section=Section.READ))
    assert lines[2].item_id
    give_feedback(nora, lines[2].item_id, Signal.MORE, line=lines[2], now=NOW - timedelta(hours=9))
    read(nora, Item.objects.get(pk=lines[0].item_id), opened_at=NOW - timedelta(hours=9))
    assert judge_passed_over(nora, now=NOW) == 1
    assert judge_passed_over(nora, now=NOW) == 0
    assert [row for row in log(nora) if row[1] == Signal.PASSED_OVER] == [
        (lines[1].item_id, Signal.PASSED_OVER)
    ]


def test_a_brief_nobody_touched_says_nothing(nora: User) -> None:
    brief_of_yesterday(nora)
    assert judge_passed_over(nora, now=NOW) == 0


def test_a_brief_of_long_ago_is_not_judged_any_more(nora: User) -> None:
    brief = brief_of_yesterday(nora)
    Brief.objects.filter(pk=brief.pk).update(started_at=NOW - timedelta(days=20))
    brief.lines.filter(position=3).update(touched_at=NOW - timedelta(days=20))
    assert judge_passed_over(nora, now=NOW) == 0


def test_everything_learned_can_be_seen_in_words(nora: User, item: Item) -> None:
    read(nora, item)
    absorb(nora, now=NOW)
    give_feedback(nora, item.pk, Signal.MORE, now=NOW)
    give_feedback(nora, item.pk, Signal.WRONG_REASON, feature="freshness", now=NOW)
    disliked = make_item("Ten tips for your labels", source=item.home)
    give_feedback(nora, disliked.pk, Signal.LESS, now=NOW)
    said = [str(one) for one in learned(nora)]
    assert "From Stacks: 1 finished, saved or acted on, 1 passed over or put aside." in said
    assert "Written by Ines Okafor: 1 finished, saved or acted on, 1 passed over or put aside." in said
    assert "Papers: 1 finished, saved or acted on, 0 passed over or put aside." in said
    assert "You asked for less like “Ten tips for your labels”." in said
    assert "You asked for more like “Paper is a promise”." in said
    assert "You said that how new it is was no reason for “Paper is a promise”." in said
    assert learned(make_user()) == []


def test_what_was_said_can_be_undone_from_where_it_is_shown(nora: User, item: Item) -> None:
    give_feedback(nora, item.pk, Signal.LESS, now=NOW)
    for one in learned(nora):
        if one.feedback_id is not None:
            undo_feedback(nora, one.feedback_id)
    assert learned(nora) == []


def test_reset_forgets_all_of_it_and_old_reading_does_not_teach_it_again(nora: User, item: Item) -> None:
    read(nora, item)
    absorb(nora, now=NOW)
    brief = brief_of_yesterday(nora)
    brief.lines.filter(position=3).update(touched_at=NOW - timedelta(hours=20))
    give_feedback(make_user("wim"), item.pk, Signal.LESS, now=NOW)
    later = NOW + timedelta(minutes=10)
    assert reset_learning(nora, now=later) == 1
    assert learned(nora) == []
    assert absorb(nora, now=later) == 0
    assert judge_passed_over(nora, now=later) == 0
    assert Feedback.objects.count() == 1
