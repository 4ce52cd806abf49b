"""The brief as a private feed: the address is the key, it can be taken back, and nothing changes twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import feedparser
import pytest
from tests.factories import make_brief, make_item, make_user

from transom.apps.accounts.models import User
from transom.apps.brief.models import BriefState, Edition, FeedAddress
from transom.apps.brief.services import feed, new_feed_address, revoke_feed_address

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)


@pytest.fixture
def reader() -> User:
    """A reader whose brief of the day is made already."""
    user = make_user("nora")
    item = make_item("Paper & <promises>", address="https://county.example/paper?a=1&b=2")
    make_brief(user, [item], day=NOW.date(), started_at=NOW)
    return user


def read(token: str) -> feedparser.FeedParserDict:
    data = feed(token, now=NOW)
    assert data is not None
    parsed = feedparser.parse(data)
    assert not parsed.bozo
    return parsed


def test_each_edition_is_one_complete_entry(reader: User) -> None:
    make_brief(reader, [make_item("Older")], day=date(2026, 11, 23), started_at=NOW - timedelta(days=1))
    parsed = read(new_feed_address(reader, now=NOW))
    assert [entry.title for entry in parsed.entries] == [
        "Your brief, Tuesday 24 November 2026",
        "Your brief, Monday 23 November 2026",
    ]
    content = parsed.entries[0].content[0].value
    assert 'href="https://county.example/paper?a=1&amp;b=2"' in content
    assert "Paper &amp; &lt;promises&gt;" in content


def test_ids_never_change_and_tell_nothing(reader: User) -> None:
    first = read(new_feed_address(reader, now=NOW))
    again = read(new_feed_address(reader, now=NOW))
    assert [first.feed.id, first.entries[0].id] == [again.feed.id, again.entries[0].id]
    assert first.feed.id.startswith("urn:uuid:")
    assert str(reader.pk) + ":" not in first.entries[0].id


def test_only_the_tokens_hash_is_kept(reader: User) -> None:
    token = new_feed_address(reader, now=NOW)
    row = FeedAddress.objects.get()
    assert token not in str(vars(row))
    assert len(token) >= 32


def test_a_new_address_ends_the_old_one_and_taking_it_back_ends_all(reader: User) -> None:
    old = new_feed_address(reader, now=NOW)
    new = new_feed_address(reader, now=NOW)
    assert feed(old, now=NOW) is None
    assert feed(new, now=NOW) is not None
    assert revoke_feed_address(reader, now=NOW) == 1
    assert feed(new, now=NOW) is None
    assert feed("", now=NOW) is None


def test_it_notes_its_use_and_stops_with_the_account(reader: User) -> None:
    token = new_feed_address(reader, now=NOW)
    read(token)
    assert FeedAddress.objects.get().last_used_at == NOW
    User.objects.filter(pk=reader.pk).update(is_active=False)
    assert feed(token, now=NOW) is None


def test_it_holds_only_the_users_own_finished_editions(reader: User) -> None:
    make_brief(make_user(), [make_item("Somebody else's")], day=NOW.date(), started_at=NOW)
    making = make_brief(reader, day=NOW.date(), edition=Edition.WEEK, state=BriefState.MAKING, started_at=NOW)
    parsed = read(new_feed_address(reader, now=NOW))
    assert len(parsed.entries) == 1
    assert "Somebody" not in str(parsed.entries)
    assert making.state == BriefState.MAKING


def test_a_title_no_xml_may_hold_does_not_break_the_feed(reader: User) -> None:
    bad = make_item("A\x01bell\x07 and \ufffe")
    make_brief(reader, [bad], day=date(2026, 11, 20), started_at=NOW - timedelta(days=4))
    assert "Abell and" in str(read(new_feed_address(reader, now=NOW)).entries[1].content)
