"""What a user does with an item, and what the reader shows of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.apps.library.documents import LOAN, entry, store
from tests.factories import NOW, make_handed_in, make_item, make_source, make_user

from transom.apps.accounts.models import User
from transom.apps.library import selectors, services
from transom.apps.library.errors import LibraryError
from transom.apps.library.models import Highlight, Item, ItemVersion, Note, ReadingState, Tag
from transom.apps.library.services.highlights import locate

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
    services.record_reading(user, item, seconds=30, progress=0.2, now=NOW)
    page = selectors.reader_page(user, item.pk)
    assert page is not None
    assert page.measured_minutes == 1.0
    assert state(user, item).progress == 0.8


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
    assert selectors.saved(user, "damaged").items == selectors.saved(user).items


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
    assert kept.version.text[kept.start : kept.end] == quote


def test_a_passage_that_is_not_there_is_refused_with_what_to_do(user: User, item: Item) -> None:
    with pytest.raises(LibraryError, match="mark them anew"):
        services.add_highlight(user, item, quote="no such words", start=0, end=5, now=NOW)


def test_the_last_mark_takes_its_kept_text_along(user: User, item: Item) -> None:
    mark = services.add_highlight(user, item, quote="paper register", start=0, end=14, now=NOW)
    services.delete_highlight(user, mark)
    assert not Highlight.objects.exists()
    assert not ItemVersion.objects.exists()


def test_a_passage_is_found_near_where_it_stood_in_any_script() -> None:
    text = "收蔵庫の記録 " * 3 + "الأرشيف الوطني " * 3
    first = text.index("الأرشيف")
    assert locate(text, "الأرشيف\nالوطني", start=first + 4, end=0) == (first, first + 14)
    second = text.index("記録", 8)
    assert locate(text, "記録", start=second, end=second + 2) == (second, second + 2)


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
