"""What goes after its time and what stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.apps.library.documents import entry, store
from tests.engine.parse.test_pdf import pdf
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

from transom.apps.library import media, selectors, services
from transom.apps.library.models import (
    Authorship,
    Endorsement,
    Item,
    ItemBody,
    ItemTerms,
    Link,
    ReadingState,
    SearchDocument,
    Sighting,
)
from transom.apps.library.search import search
from transom.apps.library.search.schema import index_is_sound
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


def test_what_somebody_saves_at_the_last_moment_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    user, late, gone = make_user(), old_item("Late"), old_item("Gone")
    real = expiry._remove

    def remove(found: list[int], now: datetime) -> int:
        services.save(user, late, now)
        return real(found, now)

    monkeypatch.setattr(expiry, "_remove", remove)
    assert services.expire(NOW) == 1
    assert Item.objects.get() == late
    assert not Item.objects.filter(pk=gone.pk).exists()


def test_what_went_leaves_no_row_and_is_not_found() -> None:
    user, source = make_user(), make_source(host="one.example.org")
    link = 'See <a href="https://two.example.net/x">the loans</a> in the archive.'
    store(source, entry(title="Old", link="https://one.example.org/old", body=link), now=OLD)
    old_state = make_state_of_reading(user, Item.objects.get(), dismissed_at=OLD)
    assert [hit.title_html for hit in search(user, "loans").hits] == ["Old"]
    assert services.expire(NOW) == 1
    assert search(user, "loans").hits == []
    for model in (Item, ItemBody, ItemTerms, Link, SearchDocument, Sighting):
        assert not model.objects.exists(), model
    assert not ReadingState.objects.filter(pk=old_state.pk).exists()
    assert index_is_sound(connection)


def test_what_was_handed_in_stays_until_its_owner_lets_it_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "media_folder", lambda owner_id: tmp_path / str(owner_id))
    user = make_user()
    item = services.hand_in_pdf(user, pdf(), "boxes.pdf", OLD)
    path = services.media_path(user, item)
    assert path is not None
    assert services.expire(NOW) == 0
    services.unsave(user, item, NOW)
    assert services.expire(NOW) == 1
    assert not path.exists()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's own plans")
def test_no_list_and_no_expiry_reads_a_whole_table() -> None:
    user, source = make_user(), make_source()
    services.save(user, make_item(source=source), NOW)
    with CaptureQueriesContext(connection) as asked:
        services.expire(NOW, most=1)
        page = selectors.saved(user, limit=1)
        selectors.saved(user, page.after)
        selectors.recent_of_source(user, source, limit=1)
        selectors.tags_of(user)
    plans = [step for query in asked.captured_queries for step in _plan(query["sql"])]
    assert any("library_item" in step for step in plans)
    assert [step for step in plans if step.startswith("SCAN") and "sources_" not in step] == []


def _plan(statement: str) -> list[str]:
    if not statement.startswith("SELECT"):
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {statement}".replace("%", "%%"))
        return [str(row[3]) for row in cursor.fetchall()]


def test_who_wrote_it_goes_with_an_item_and_what_it_pointed_at_stays() -> None:
    item = old_item("Read by nobody")
    assert item.author is not None
    Authorship.objects.create(item=item, identity=item.author)
    Endorsement.objects.create(
        by=item.author, kind=0, target="https://a.example/", at=OLD, source=item.home, within=item
    )
    expiry.expire(NOW)
    assert not Item.objects.exists()
    assert not Authorship.objects.exists()
    assert Endorsement.objects.get().within is None
