"""What goes after its time and what stays."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from tests.apps.library.documents import entry, store
from tests.factories import (
    NOW,
    make_brief,
    make_highlight,
    make_item,
    make_note,
    make_opportunity,
    make_source,
    make_state_of_reading,
    make_subscription,
    make_tag,
    make_user,
)

from transom.apps.library import services
from transom.apps.library.models import Item, SearchDocument
from transom.apps.library.services import expiry
from transom.apps.sources.models import Source

pytestmark = pytest.mark.django_db

OLD = NOW - timedelta(days=settings.OPTIONS.expire_days + 1)


def arrived(when: datetime) -> int:
    """An id as the store gives it: the microsecond of arrival."""
    arrived.count += 1  # type: ignore[attr-defined]
    return int(when.timestamp() * 1_000_000) + arrived.count  # type: ignore[attr-defined]


arrived.count = 0  # type: ignore[attr-defined]


def old_item(title: str) -> Item:
    return make_item(title, id=arrived(OLD), seen_at=OLD)


def test_only_what_nobody_touched_goes_and_only_after_its_time() -> None:
    user = make_user()
    make_item("New", id=arrived(NOW), seen_at=NOW)
    old_item("Forgotten")
    make_state_of_reading(user, old_item("Put aside"), dismissed_at=OLD)
    make_state_of_reading(user, old_item("Saved"), saved_at=OLD)
    make_state_of_reading(user, old_item("Opened"), opened_at=OLD)
    make_note(user, old_item("Noted"))
    make_highlight(user, old_item("Marked"), "paper register")
    make_tag(user, "loans", [old_item("Labelled")])
    make_brief(user, [old_item("Shown")])
    make_opportunity(user, old_item("To be passed on"))
    assert services.expire(NOW) == 2
    kept = set(Item.objects.values_list("title", flat=True))
    assert kept == {"New", "Saved", "Opened", "Noted", "Marked", "Labelled", "Shown", "To be passed on"}
    assert SearchDocument.objects.count() == len(kept)


def test_it_says_when() -> None:
    item = old_item("Forgotten")
    assert services.expires_at(item) == OLD + timedelta(days=settings.OPTIONS.expire_days)


def test_a_feed_that_still_lists_it_does_not_bring_it_back() -> None:
    source = make_source(host="one.example.org")
    old, new = (entry(title=name, link=f"https://one.example.org/{name}") for name in ("old", "new"))
    store(source, old, now=OLD)
    assert services.expire(NOW) == 1
    stored = store(source, old, new)
    assert len(stored.added) == 1
    assert Item.objects.get().title == "new"


def test_unfollowing_keeps_what_is_saved_and_the_source_with_it() -> None:
    user = make_user()
    kept, empty = make_source("Kept"), make_source("Empty")
    Source.objects.update(created_at=OLD)
    make_state_of_reading(user, make_item(source=kept, id=arrived(OLD)), saved_at=OLD)
    make_item(source=empty, id=arrived(OLD))
    services.expire(NOW)
    assert [source.title for source in Source.objects.all()] == ["Kept"]


def test_a_followed_source_stays_without_items() -> None:
    make_subscription(make_user(), make_source("Quiet"))
    Source.objects.update(created_at=OLD)
    services.expire(NOW)
    assert Source.objects.get().title == "Quiet"


def test_many_go_in_chunks_and_no_more_than_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expiry, "CHUNK", 3)
    for number in range(8):
        old_item(f"Part {number}")
    assert services.expire(NOW, most=7) == 7
    assert Item.objects.count() == 1
