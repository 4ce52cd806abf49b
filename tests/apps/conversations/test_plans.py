"""How the database finds conversations and dates: never by reading a large table whole, nor all public rows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.apps.conversations.talking import NOW, a_conversation, place_waiting
from tests.apps.conversations.test_events import keep, record
from tests.factories import make_source, make_subscription, make_user

from transom.apps.accounts.models import User
from transom.apps.conversations import selectors, theming
from transom.apps.conversations.grouping import placing, upkeep, warm
from transom.apps.conversations.models import Conversation, Event

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's own plans"),
]
SMALL = ("thememonth", "conversations_grouping")

ASKED: dict[str, Callable[[User, Conversation, Event], object]] = {
    "week": lambda user, _talk, _event: selectors.of_the_week(user, NOW),
    "earlier": lambda user, _talk, _event: selectors.earlier(user, NOW),
    "top": lambda user, _talk, _event: selectors.top_of_the_week(user, NOW),
    "thread": lambda user, talk, _event: selectors.thread(user, talk.cluster),
    "talked of": lambda user, _talk, _event: selectors.talked_of(user),
    "themes": lambda user, _talk, _event: selectors.themes_of(user),
    "takes part": lambda user, talk, _event: selectors.takes_part_in(user, [talk.original.author_id]),
    "calendar": lambda user, _talk, _event: selectors.calendar(user, NOW),
    "closing": lambda user, _talk, _event: selectors.closing(user, NOW),
    "fitting": lambda user, _talk, _event: selectors.fitting(user, NOW),
    "date": lambda user, _talk, event: selectors.event_sheet(user, event.pk, NOW),
    "sources": lambda user, _talk, _event: selectors.calendar_sources(user),
    "waiting": lambda _user, _talk, _event: placing.waiting(NOW),
    "memory": lambda _user, _talk, _event: warm.public_grower(NOW),
    "upkeep": lambda _user, _talk, _event: upkeep.refresh(NOW),
    "a year": lambda _user, _talk, _event: theming.find_themes(NOW),
}


@pytest.mark.parametrize("name", ASKED)
def test_no_large_table_is_read_whole(name: str) -> None:
    user = make_user()
    first, *_ = a_conversation()
    make_subscription(user, first.home)
    listing = make_source()
    make_subscription(user, listing)
    keep(listing, record("a"))
    place_waiting(NOW)
    warm.forget_public()
    talk, event = Conversation.objects.get(), Event.objects.get()
    with CaptureQueriesContext(connection) as captured:
        ASKED[name](user, talk, event)
    found: dict[str, list[str]] = {}
    for one in captured:
        if one["sql"].startswith("SELECT") and (
            bad := [step for step in steps_of(one["sql"]) if is_bad(step)]
        ):
            found[one["sql"]] = bad
    assert captured.captured_queries
    assert found == {}


def is_bad(step: str) -> bool:
    """Reading a table from end to end, but for a small one and by an index that holds only what is under way."""
    if not step.startswith("SCAN") or any(name in step for name in SMALL):
        return False
    return "conversations_hottest" not in step and "conversations_latest" not in step


def steps_of(statement: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {statement}".replace("%", "%%"))
        return [row[3] for row in cursor.fetchall()]
