"""One story in a brief: one line to read, one more mentioned beneath it, and nothing about it to know."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.test import Client
from tests.apps.brief.world import DAY, NOW, Reader, fetch, item_ids, lines, make_reader
from tests.factories import make_user

from transom.apps.brief.models import BriefState, Section
from transom.apps.brief.render.mail import message
from transom.apps.brief.render.terminal import render_terminal
from transom.apps.brief.selectors import view
from transom.apps.brief.services import brief_of_day
from transom.apps.conversations.models import Conversation, Membership
from transom.apps.library.models import Item

pytestmark = pytest.mark.django_db


@pytest.fixture
def nora() -> Reader:
    return make_reader(8)


def discussed(items: Sequence[Item], owner: int | None = None) -> int:
    """The items as one conversation; its cluster."""
    cluster = items[0].pk
    Conversation.objects.create(
        cluster=cluster,
        owner_id=owner,
        headline="The flood",
        original=items[0],
        people=len(items),
        items=len(items),
        heat=0.5,
        first_at=NOW - DAY,
        latest_at=NOW,
        created_at=NOW,
        changed_at=NOW,
    )
    for item in items:
        Membership.objects.create(item=item, owner_id=owner, cluster=cluster, rule="joined", at=NOW)
    return cluster


def test_of_a_conversation_one_is_read_and_one_mentioned(nora: Reader) -> None:
    talk = [nora.item(nora.sources[n], author=f"Voice {n}") for n in range(5)]
    others = nora.items(3)
    discussed(talk)
    brief = brief_of_day(nora.user, now=NOW)
    read = lines(brief)
    of_it = [row for row in read if row.item in talk]
    assert len(of_it) == 1
    assert of_it[0].also in set(talk) - {of_it[0].item}
    assert {row.item for row in read} - set(talk) == set(others)
    assert all(row.also is None for row in read if row is not of_it[0])


def test_what_is_mentioned_is_not_left_out(nora: Reader) -> None:
    talk = nora.items(5)
    discussed(talk)
    brief = brief_of_day(nora.user, now=NOW)
    (row,) = lines(brief)
    left = item_ids(lines(brief, Section.LEFT_OUT))
    assert brief.left_out == 3 == len(left)
    assert row.also_id not in left
    assert brief.considered == 5


def test_another_voice_is_mentioned_before_the_same_ones_second_piece(nora: Reader) -> None:
    own = [nora.item(nora.sources[0], author="Ada", minutes=3) for _ in range(3)]
    other = nora.item(nora.sources[1], author="Ben", minutes=0.2, published=NOW - 3 * DAY)
    discussed([*own, other])
    (row,) = lines(brief_of_day(nora.user, now=NOW))
    assert row.item in own
    assert row.also == other


def test_it_is_mentioned_wherever_the_brief_is_shown(nora: Reader, client: Client) -> None:
    discussed([nora.item(title="The flood in the cellar"), nora.item(title="What the flood cost")])
    brief = brief_of_day(nora.user, now=NOW)
    (row,) = lines(brief)
    assert row.also is not None
    shown = view(brief)
    also = shown.read[0].also
    assert also is not None
    assert (also.title, also.address) == (row.also.title, row.also.address)
    assert f"Also: {also.title}" in render_terminal(shown)
    mail = message(brief, message_id="<one@example.org>", now=NOW)
    assert f"Also: {also.title}" in mail.body
    assert also.address in mail.body
    client.force_login(nora.user)
    page = client.get(f"/brief/{brief.day}/").content.decode()
    assert f'href="/read/{row.also_id}/"' in page


def test_what_comes_later_of_a_story_that_stands_is_mentioned_and_no_line() -> None:
    nora = make_reader(0)
    first, second = (nora.follow(f"New {n}", followed=NOW, fetched=False) for n in range(2))
    fetch(first, NOW)
    early = nora.item(first, published=NOW - DAY, arrived=NOW, minutes=1)
    grown = brief_of_day(nora.user, now=NOW + timedelta(seconds=1))
    assert item_ids(lines(grown)) == [early.pk]
    later = NOW + timedelta(seconds=5)
    fetch(second, later)
    late = nora.item(second, published=NOW - DAY, arrived=later, minutes=1)
    apart = nora.item(second, published=NOW - DAY, arrived=later, minutes=1)
    discussed([early, late])
    brief = brief_of_day(nora.user, now=NOW + timedelta(seconds=9))
    assert brief.state == BriefState.FINAL
    assert item_ids(lines(brief)) == [early.pk, apart.pk]
    assert lines(brief)[0].also == late


def test_the_same_text_that_comes_later_is_no_second_line() -> None:
    nora = make_reader(0)
    first, second = (nora.follow(f"New {n}", followed=NOW, fetched=False) for n in range(2))
    fetch(first, NOW)
    early = nora.item(first, published=NOW - DAY, arrived=NOW, minutes=1)
    brief_of_day(nora.user, now=NOW + timedelta(seconds=1))
    later = NOW + timedelta(seconds=5)
    fetch(second, later)
    copy = nora.item(second, published=NOW - DAY, arrived=later, minutes=1)
    type(copy.terms).objects.filter(item=copy).update(data=early.terms.data)
    apart = nora.item(second, published=NOW - DAY, arrived=later, minutes=1)
    brief = brief_of_day(nora.user, now=NOW + timedelta(seconds=9))
    assert item_ids(lines(brief)) == [early.pk, apart.pk]


def test_the_private_talk_of_another_user_joins_nothing(nora: Reader) -> None:
    items = nora.items(3)
    discussed(items, owner=make_user("otto").pk)
    read = lines(brief_of_day(nora.user, now=NOW))
    assert {row.item for row in read} == set(items)
    assert all(row.also is None for row in read)


def test_a_story_that_is_read_is_not_told_again_to_know(nora: Reader) -> None:
    talk = nora.items(4)
    discussed(talk)
    brief = brief_of_day(nora.user, now=NOW)
    assert lines(brief)
    assert not [row for row in lines(brief, Section.KNOW) if row.leads_to.startswith("conversation:")]


def test_what_is_to_be_done_is_not_to_be_read_as_well(nora: Reader) -> None:
    call = nora.item(event_start=NOW + 5 * DAY, event_what="deadline", minutes=1)
    other = nora.item(minutes=1)
    brief = brief_of_day(nora.user, now=NOW)
    assert item_ids(lines(brief, Section.DO)) == [call.pk]
    assert item_ids(lines(brief)) == [other.pk]
    assert call.pk not in item_ids(lines(brief, Section.LEFT_OUT))
