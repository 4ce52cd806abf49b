"""What a user does with an item, and what the reader shows of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.apps.library.documents import LOAN, entry, store
from tests.factories import (
    NOW,
    make_handed_in,
    make_highlight,
    make_item,
    make_note,
    make_sighting,
    make_source,
    make_tag,
    make_user,
)

from transom.apps.accounts.models import User
from transom.apps.base.models import OutboxEvent
from transom.apps.library import selectors, services
from transom.apps.library.errors import LibraryError
from transom.apps.library.models import Highlight, Item, ItemVersion, Note, ReadingState, Tag
from transom.apps.library.paging import write_key
from transom.apps.library.search import search

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return make_user()


@pytest.fixture
def item() -> Item:
    return make_item("Water in the cellar")


def state(user: User, item: Item) -> ReadingState:
    return ReadingState.objects.get(user=user, item=item)


def test_opening_twice_keeps_the_first_time(user: User, item: Item) -> None:
    services.open_item(user, item, NOW)
    services.open_item(user, item, NOW + timedelta(hours=1))
    assert state(user, item).opened_at == NOW


@pytest.mark.parametrize(
    ("seconds", "counted"), [(15, 15), (3600, 60), (-5, 0), (float("nan"), 0), (float("inf"), 0)]
)
def test_a_beacon_counts_at_most_a_minute_and_nonsense_nothing(
    user: User, item: Item, seconds: float, counted: int
) -> None:
    services.record_reading(user, item, seconds=seconds, progress=0.5, now=NOW)
    assert state(user, item).active_seconds == counted


def test_minutes_add_up_and_progress_never_goes_back(user: User, item: Item) -> None:
    services.record_reading(user, item, seconds=30, progress=0.8, now=NOW)
    services.record_reading(user, item, seconds=30, progress=0.2, now=NOW + timedelta(seconds=30))
    page = selectors.reader_page(user, item.pk)
    assert page is not None
    assert page.measured_minutes == 1.0
    assert state(user, item).progress == 0.8


def test_a_beacon_that_comes_twice_counts_once_and_so_do_two_windows(user: User, item: Item) -> None:
    for second in (0, 0, 15, 15, 30, 31):
        now = NOW + timedelta(seconds=second)
        services.record_reading(user, item, seconds=15, progress=0.5, now=now)
    # Each repetition is let through by the one second by which a beacon may be late.
    assert 45 <= state(user, item).active_seconds <= 45 + 4
    services.record_reading(user, item, seconds=15, progress=0.5, now=NOW)
    assert state(user, item).active_seconds <= 45 + 4


def test_saving_between_two_beacons_costs_no_time(user: User, item: Item) -> None:
    services.record_reading(user, item, seconds=15, progress=0.1, now=NOW)
    services.save(user, item, NOW + timedelta(seconds=14))
    services.record_reading(user, item, seconds=15, progress=0.1, now=NOW + timedelta(seconds=15))
    assert state(user, item).active_seconds == 30


def test_finished_saved_dismissed(user: User, item: Item) -> None:
    services.finish(user, item, NOW)
    services.save(user, item, NOW)
    services.dismiss(user, item, NOW)
    row = state(user, item)
    assert (row.finished_at, row.saved_at, row.dismissed_at, row.progress) == (NOW, NOW, NOW, 1.0)
    services.unsave(user, item, NOW)
    assert state(user, item).saved_at is None


def test_the_saved_list_pages_latest_first(user: User) -> None:
    items = [make_item(f"Part {n}") for n in range(5)]
    for number, one in enumerate(items):
        services.save(user, one, NOW + timedelta(minutes=number // 2))
    services.save(make_user(), make_item("Not mine"), NOW)
    first = selectors.saved(user, limit=2)
    second = selectors.saved(user, first.after, limit=2)
    third = selectors.saved(user, second.after, limit=2)
    assert third.after is None
    shown = [one.title for page in (first, second, third) for one in page.items]
    assert shown == ["Part 4", "Part 3", "Part 2", "Part 1", "Part 0"]


DAMAGED = [
    "damaged",
    "\x00",
    "W" * 5000,
    write_key(["2026-01-01"]),
    write_key(["9999-12-31T23:59:59-23:00", 1]),
    write_key(["2026-11-24T09:00:00", 1]),
    write_key(["2026-11-24T09:00:00Z", 10**30]),
    write_key([float("nan"), True]),
]


@pytest.mark.parametrize("after", DAMAGED)
def test_a_damaged_key_reads_as_the_first_page(user: User, after: str) -> None:
    source = make_source()
    item = make_item(source=source)
    services.save(user, item, NOW)
    assert selectors.saved(user, after).items == [item]
    assert selectors.recent_of_source(user, source, after).items == [item]


def test_what_a_source_brought_latest_first_by_key(user: User) -> None:
    source = make_source(host="one.example.org")
    entries = [
        entry(title=f"Part {n}", link=f"https://one.example.org/{n}", published=NOW - timedelta(days=n))
        for n in range(3)
    ]
    store(source, *entries)
    first = selectors.recent_of_source(user, source, limit=2)
    assert [one.title for one in first.items] == ["Part 0", "Part 1"]
    assert [one.title for one in selectors.recent_of_source(user, source, first.after).items] == ["Part 2"]


def test_another_users_things_do_not_exist(user: User) -> None:
    theirs = make_handed_in(make_user(), "Confidential")
    assert selectors.reader_page(user, theirs.pk) is None
    assert selectors.items_by_ids(user, [theirs.pk]) == []
    for act in (
        lambda: services.open_item(user, theirs, NOW),
        lambda: services.save(user, theirs, NOW),
        lambda: services.add_note(user, theirs, "Mine?"),
        lambda: services.set_tags(user, theirs, ["mine"]),
        lambda: services.add_highlight(user, theirs, quote="a", start=0, end=1, now=NOW),
        lambda: services.delete_handed_in(user, theirs),
    ):
        with pytest.raises(LibraryError):
            act()
    assert not ReadingState.objects.filter(user=user).exists()


def test_notes_can_be_changed_and_are_never_empty(user: User, item: Item) -> None:
    note = services.add_note(user, item, "  اسأل توم  ")
    assert note.text == "اسأل توم"
    services.change_note(user, note, "问汤姆")
    assert Note.objects.get().text == "问汤姆"
    with pytest.raises(LibraryError, match="some words"):
        services.add_note(user, item, " \x00 ")
    with pytest.raises(LibraryError):
        services.change_note(make_user(), note, "not mine")
    services.delete_note(user, note)
    assert not Note.objects.exists()


def test_tags_are_exactly_those_given(user: User, item: Item) -> None:
    services.set_tags(user, item, ["Loans", "loans", " long   name ", ""])
    assert [tag.name for tag in selectors.tags_of(user)] == ["Loans", "long name"]
    services.set_tags(user, make_item(), ["LOANS"])
    services.set_tags(user, item, ["loans"])
    assert [tag.name for tag in selectors.tags_of(user)] == ["Loans"]
    assert Tag.objects.get().items.count() == 2
    with pytest.raises(LibraryError, match="too long"):
        services.set_tags(user, item, ["x" * 61])


def test_an_edited_item_keeps_the_text_a_passage_was_marked_on(user: User) -> None:
    source = make_source(host="one.example.org")
    address = "https://one.example.org/flood"
    store(source, entry(title="Flood", link=address))
    item = Item.objects.get()
    quote = "smelling of herring"
    start = item.body.text.index(quote)
    services.add_highlight(user, item, quote=quote, start=start, end=start + len(quote), now=NOW)
    store(source, entry(title="Flood", link=address, body=LOAN))
    page = selectors.reader_page(user, item.pk)
    assert page is not None
    assert "herring" not in page.text
    kept = page.highlights[0]
    assert page.lost == {kept.pk}
    assert page.passages == []
    assert kept.version.text[kept.start : kept.end] == quote


def test_a_passage_is_shown_at_its_new_place_in_an_edited_text(user: User) -> None:
    source = make_source(host="one.example.org")
    address = "https://one.example.org/archive"
    before = "昨年、記録を移した。今年も記録を移した。"
    store(source, entry(title="記録", link=address, body=before))
    item = Item.objects.get()
    start = item.body.text.rindex("記録")
    services.add_highlight(user, item, quote="記録", start=start, end=start + 2, note="重要", now=NOW)
    store(source, entry(title="記録", link=address, body=f"追記：記録は無事。{before}"))
    page = selectors.reader_page(user, item.pk)
    assert page is not None
    (passage,) = page.passages
    assert (page.text[passage.start : passage.end], passage.occurrence) == ("記録", 2)
    assert passage.start == page.text.rindex("記録")
    assert page.lost == frozenset()


def test_two_readers_marks_are_their_own(user: User, item: Item) -> None:
    other = make_user()
    mark = services.add_highlight(other, item, quote="paper register", start=0, end=14, now=NOW)
    services.add_highlight(user, item, quote="in spring", start=0, end=9, now=NOW)
    services.set_tags(other, item, ["theirs"])
    services.add_note(other, item, "theirs")
    services.save(other, item, NOW)
    page = selectors.reader_page(user, item.pk)
    assert page is not None
    assert [one.quote for one in page.highlights] == ["in spring"]
    assert (page.notes, page.tags, page.state) == ([], [], None)
    with pytest.raises(LibraryError, match="not yours"):
        services.delete_highlight(user, mark)
    services.delete_highlight(other, mark)
    assert ItemVersion.objects.count() == 1


def test_a_passage_that_is_not_there_is_refused_with_what_to_do(user: User, item: Item) -> None:
    with pytest.raises(LibraryError, match="mark them anew"):
        services.add_highlight(user, item, quote="no such words", start=0, end=5, now=NOW)


def test_the_last_mark_takes_its_kept_text_along(user: User, item: Item) -> None:
    mark = services.add_highlight(user, item, quote="paper register", start=0, end=14, now=NOW)
    services.delete_highlight(user, mark)
    assert not Highlight.objects.exists()
    assert not ItemVersion.objects.exists()


def test_the_reader_sanitises_again_on_the_way_out(user: User) -> None:
    item = make_item(body='<p onclick="x()">Kept</p><script>alert(1)</script>')
    page = selectors.reader_page(user, item.pk)
    assert page is not None
    assert page.html == "<p>Kept</p>"


def test_taking_a_merge_apart_gives_each_its_own_text_for_good(user: User) -> None:
    one, two = make_source(host="one.example.org"), make_source(host="two.example.net")
    address = "https://one.example.org/flood"
    store(one, entry("x", "Flood", address))
    copy = entry("y", "How we lend", address, body=LOAN, author="Tom")
    store(two, copy)
    item = Item.objects.get()
    apart = services.split(user, item.sightings.get(source=two), NOW)
    assert (apart.title, apart.home, apart.author_name) == ("How we lend", two, "Tom")
    assert "courier" in apart.body.text
    store(two, copy)
    store(two, entry("y", "How we lend now", address, body=LOAN))
    assert set(Item.objects.values_list("title", flat=True)) == {"Flood", "How we lend now"}
    with pytest.raises(LibraryError, match="one place only"):
        services.split(user, item.sightings.get(), NOW)


@pytest.fixture
def merged() -> Item:
    """One public item seen at two places."""
    one, two = make_source(host="one.example.org"), make_source(host="two.example.net")
    address = "https://one.example.org/flood"
    store(one, entry("x", "Flood", address))
    store(two, entry("y", "How we lend", address, body=LOAN))
    return Item.objects.get()


def test_one_of_several_readers_cannot_take_apart_what_is_everybodys(user: User, merged: Item) -> None:
    keeper = make_user(is_superuser=True)
    sighting = merged.sightings.get(source__host="two.example.net")
    page = selectors.reader_page(user, merged.pk)
    assert page is not None
    assert not page.may_split
    with pytest.raises(LibraryError, match="Ask whoever runs it"):
        services.split(user, sighting, NOW)
    page = selectors.reader_page(keeper, merged.pk)
    assert page is not None
    assert page.may_split
    services.split(keeper, sighting, NOW)
    assert Item.objects.count() == 2


def test_the_part_taken_apart_is_found_by_search_and_told_to_later_stages(user: User, merged: Item) -> None:
    OutboxEvent.objects.all().delete()
    apart = services.split(user, merged.sightings.get(source__host="two.example.net"), NOW)
    assert [hit.item for hit in search(user, "courier").hits] == [apart]
    told = {event.topic: event.payload["ids"] for event in OutboxEvent.objects.all()}
    assert told == {"items.added": [apart.pk], "items.changed": [merged.pk]}


def test_what_a_source_says_of_itself_cannot_be_taken_apart_from_it(user: User, merged: Item) -> None:
    with pytest.raises(LibraryError, match="Take the other place apart"):
        services.split(user, merged.sightings.get(source__host="one.example.org"), NOW)


def test_the_reader_asks_as_many_questions_for_many_rows_as_for_one(user: User) -> None:
    def questions(rows: int) -> int:
        item = make_item()
        for number in range(rows):
            make_note(user, item, f"note {number}")
            make_highlight(user, item, "paper register")
            make_sighting(item)
            make_tag(user, f"{rows} {number}", [item])
        with CaptureQueriesContext(connection) as asked:
            page = selectors.reader_page(user, item.pk)
            assert page is not None
            assert len([one.source.title for one in page.sightings]) == rows + 1
        return len(asked)

    assert questions(1) == questions(3) <= 10


def test_lists_ask_as_many_questions_for_many_items_as_for_one(user: User) -> None:
    source = make_source()

    def questions() -> int:
        services.save(user, make_item(source=source), NOW)
        with CaptureQueriesContext(connection) as asked:
            for page in (selectors.saved(user), selectors.recent_of_source(user, source)):
                assert all(item.home for item in page.items)
        return len(asked)

    first = questions()
    assert questions() == questions() == first <= 4


def test_another_users_private_source_shows_nothing(user: User) -> None:
    owner = make_user()
    private = make_source(owner=owner)
    item = make_item(source=private, owner=owner)
    assert selectors.recent_of_source(user, private).items == []
    assert selectors.recent_of_source(owner, private).items == [item]


def test_what_became_private_leaves_the_saved_list(user: User) -> None:
    item = make_item()
    services.save(user, item, NOW)
    Item.objects.filter(pk=item.pk).update(owner=make_user())
    assert selectors.saved(user).items == []
