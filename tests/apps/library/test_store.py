"""Storing: what becomes one item, who may change what, and what never happens."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.apps.library.documents import FLOOD, LOAN, NOW, entry, fetched, store
from tests.factories import make_handed_in, make_source, make_subscription, make_user

from transom.apps.base.models import OutboxEvent
from transom.apps.library.models import Identity, Item, ItemTerms, Link, SearchDocument, Sighting
from transom.apps.library.store import FetchedFeed, store_batch
from transom.apps.sources.models import Source, SourceKind, SourceState, Subscription
from transom.engine.fetch.state import FetchState

pytestmark = pytest.mark.django_db

POST = "https://one.example.org/flood"
TITLE = "Forty centimetres of water in the cellar of the town archive"


@pytest.fixture
def one() -> Source:
    return make_source("One", host="one.example.org")


@pytest.fixture
def two() -> Source:
    return make_source("Two", host="two.example.net")


def titles() -> list[str]:
    return list(Item.objects.order_by("pk").values_list("title", flat=True))


def test_an_entry_becomes_an_item_with_all_that_belongs_to_it(one: Source) -> None:
    body = f'{FLOOD} See <a href="https://three.example.com/loans?utm_source=x">the loans</a>.'
    stored = store(one, entry(title=TITLE, link=POST, body=body, author="Ada Berg"))
    item = Item.objects.get()
    assert stored.added == [item.pk]
    assert (item.title, item.address, item.home, item.author_name) == (TITLE, POST, one, "Ada Berg")
    assert item.words > 60
    assert item.minutes > 0.2
    assert item.author == Identity.objects.get(name="Ada Berg", source=one)
    assert "forty centimetres" in item.body.text
    assert "centimetres" in SearchDocument.objects.get().body
    assert ItemTerms.objects.get().item == item
    assert Link.objects.get().target == "https://three.example.com/loans"
    assert SourceState.objects.get().etag == '"1"'
    assert [e.topic for e in OutboxEvent.objects.all()] == ["items.added"]


def test_the_same_document_again_changes_nothing(one: Source) -> None:
    store(one, entry(title=TITLE, link=POST))
    before = Item.objects.values().get()
    again = store(one, entry(title=TITLE, link=POST), now=NOW + timedelta(hours=2))
    assert (again.added, again.changed, again.joined) == ([], [], 0)
    assert Item.objects.values().get() == before


def test_ids_fit_63_bits_and_only_grow(one: Source) -> None:
    first = store(one, *(entry(title=f"Part {n}", link=f"{POST}/{n}") for n in range(5))).added
    # The clock went back an hour.
    later = store(one, entry(title="Later", link=f"{POST}/later"), now=NOW - timedelta(hours=1)).added
    assert first == sorted(first)
    assert max(first) < later[0] < 2**63


def test_an_edited_entry_changes_its_item_and_its_search_text(one: Source) -> None:
    store(one, entry(title=TITLE, link=POST, author="Ada Berg"))
    edited = store(
        one, entry(title="Dry again", link=POST, body=LOAN, author="Ada Berg"), now=NOW + timedelta(hours=1)
    )
    item = Item.objects.get()
    assert edited.changed == [item.pk]
    assert item.title == "Dry again"
    assert item.changed_at == NOW + timedelta(hours=1)
    assert "loan agreement" in item.body.text
    assert "dry" in SearchDocument.objects.get().title
    assert "herring" not in SearchDocument.objects.get().body


def test_two_entries_of_one_source_are_never_made_one(one: Source) -> None:
    store(one, entry("a", TITLE, POST), entry("b", TITLE, POST))
    assert Item.objects.count() == 2


def test_the_same_id_at_two_sources_is_two_items(one: Source, two: Source) -> None:
    store(one, entry("1", "Water in the cellar", "https://one.example.org/1"))
    store(two, entry("1", "How we lend glass plates", "https://two.example.net/1", body=LOAN))
    assert titles() == ["Water in the cellar", "How we lend glass plates"]


def test_a_story_seen_at_a_second_source_is_one_item_with_two_places(one: Source, two: Source) -> None:
    store(one, entry("x", TITLE, POST))
    stored = store(two, entry("y", "Seen elsewhere", POST + "?utm_campaign=planet", body="Worth a look."))
    assert stored.joined == 1
    assert titles() == [TITLE]
    assert set(Sighting.objects.values_list("source__title", "rule")) == {("One", "own"), ("Two", "address")}


def test_who_lives_at_the_address_speaks_for_the_item_even_when_it_comes_second(
    one: Source, two: Source
) -> None:
    store(two, entry("y", "A planet's wording", POST, body="Cut short", author="The planet"))
    store(one, entry("x", TITLE, POST, author="Ada Berg"))
    item = Item.objects.get()
    assert (item.title, item.home, item.author_name) == (TITLE, one, "Ada Berg")
    assert "herring" in SearchDocument.objects.get().body
    assert "Cut short" in Sighting.objects.get(source=two).html


def test_in_one_batch_too_the_one_at_home_speaks(one: Source, two: Source) -> None:
    planet = fetched(two, entry("y", "A planet's wording", POST, body="Cut short"))
    store_batch([planet, fetched(one, entry("x", TITLE, POST))], now=NOW)
    assert titles() == [TITLE]
    assert "Cut short" in Sighting.objects.get(source=two).html


def test_a_feed_that_claims_anothers_address_changes_nothing_of_it(one: Source, two: Source) -> None:
    store(one, entry("x", TITLE, POST, author="Ada Berg"))
    before = Item.objects.values().get()
    store(two, entry("y", "Buy our shelving", POST, body="Shelving!", author="Shelf seller"))
    store(two, entry("y", "Buy more shelving", POST, body="More!", author="Shelf seller"))
    assert Item.objects.values().get() == before
    assert "Shelving" not in Item.objects.get().body.html
    assert "shelving" not in SearchDocument.objects.get().body


def test_a_feed_that_declares_anothers_original_without_its_text_stays_apart(
    one: Source, two: Source
) -> None:
    store(one, entry("x", TITLE, POST))
    lie = entry("y", "Shelving", "https://two.example.net/ad", body="Our shelving is best.", canonical=POST)
    store(two, lie)
    assert titles() == [TITLE, "Shelving"]


def test_a_declared_original_with_the_same_text_is_the_same_story(one: Source, two: Source) -> None:
    store(one, entry("x", TITLE, POST))
    store(two, entry("y", "Reprinted", "https://two.example.net/reprint", canonical=POST))
    assert titles() == [TITLE]
    assert Sighting.objects.get(source=two).rule == "canonical"


def test_a_reprint_under_the_same_telling_title_is_the_same_story(one: Source, two: Source) -> None:
    store(one, entry("x", TITLE, POST))
    store(two, entry("y", TITLE.upper(), "https://two.example.net/reprint"))
    assert titles() == [TITLE]
    assert Sighting.objects.get(source=two).rule == "title"


@pytest.mark.parametrize(
    ("title", "body", "age"),
    [
        ("Weekly links", FLOOD, timedelta(0)),
        (TITLE, LOAN, timedelta(0)),
        (TITLE, FLOOD, timedelta(days=8)),
    ],
    ids=["a title that says little", "another text", "a week apart"],
)
def test_titles_alone_join_nothing(one: Source, two: Source, title: str, body: str, age: timedelta) -> None:
    store(one, entry("x", title, POST, published=NOW - timedelta(hours=5) - age))
    store(two, entry("y", title, "https://two.example.net/other", body=body))
    assert Item.objects.count() == 2


def test_private_things_never_meet_public_ones(one: Source) -> None:
    user = make_user()
    private = make_source("Mine", owner=user, host="private.example.com")
    store(one, entry("x", TITLE, POST))
    store(private, entry("y", TITLE, POST))
    assert set(Item.objects.values_list("owner", flat=True)) == {None, user.pk}
    assert Item.objects.count() == 2


def test_a_hand_in_under_way_does_not_break_a_batch(one: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    from transom.apps.library.store import batch

    user, given = make_user(), batch.new_ids
    taken = []

    def slow_ids(count: int, *args: object, **kwargs: object) -> range:
        ids = given(count, *args, **kwargs)  # type: ignore[arg-type]
        if not taken:
            taken.append(make_handed_in(user, id=ids[0]))
        return ids

    monkeypatch.setattr(batch, "new_ids", slow_ids)
    store(one, entry("x", TITLE, POST))
    assert Item.objects.filter(title=TITLE).count() == 1
    assert Item.objects.filter(pk=taken[0].pk, owner=user).exists()


def test_an_unchanged_source_keeps_its_validator_and_writes_no_item(one: Source) -> None:
    state = FetchState(next_due_at=NOW, etag='"kept"')
    stored = store_batch([FetchedFeed(one, state)], now=NOW)
    assert not stored.added
    assert SourceState.objects.get().etag == '"kept"'


def test_a_source_deleted_meanwhile_is_left_alone(one: Source) -> None:
    feed = FetchedFeed(one, FetchState(next_due_at=NOW))
    Source.objects.all().delete()
    store_batch([feed], now=NOW)
    assert not SourceState.objects.exists()


def test_a_page_becomes_its_feed(one: Source) -> None:
    Source.objects.filter(pk=one.pk).update(kind=SourceKind.PAGE)
    one.refresh_from_db()
    found = "https://one.example.org/atom.xml"
    store_batch([FetchedFeed(one, FetchState(next_due_at=NOW), adopt_address=found)], now=NOW)
    one.refresh_from_db()
    assert (one.kind, one.address) == (SourceKind.FEED, found)


def test_a_page_whose_feed_is_followed_already_hands_over_its_followers(two: Source) -> None:
    both, only_page = make_user(), make_user()
    page = make_source("Page", kind=SourceKind.PAGE)
    for user, source in ((both, page), (both, two), (only_page, page)):
        make_subscription(user, source)
    store_batch([FetchedFeed(page, FetchState(next_due_at=NOW), adopt_address=two.address)], now=NOW)
    assert not Source.objects.filter(pk=page.pk).exists()
    assert set(Subscription.objects.values_list("user", "source")) == {
        (both.pk, two.pk),
        (only_page.pk, two.pk),
    }


def test_the_usual_length_of_a_source_is_that_of_its_full_items(one: Source) -> None:
    store(one, entry("a", "Long", f"{POST}/a", body=FLOOD * 20), entry("b", "Cut", f"{POST}/b", body="Read…"))
    assert SourceState.objects.get().median_minutes == pytest.approx(Item.objects.get(title="Long").minutes)


def test_the_number_of_statements_does_not_grow_with_the_items(one: Source, two: Source) -> None:
    def statements(source: Source, count: int) -> int:
        entries = [entry(f"{n}", f"Part {n}", f"{source.site}{n}", author="Ada") for n in range(count)]
        feed = fetched(source, *entries)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            store_batch([feed], now=NOW)
        return len(queries)

    store(make_source(), entry("warm", "Warm", "https://warm.example.org/"))
    assert statements(one, 3) == statements(two, 30)


def test_authors_of_what_several_wrote_are_kept_one_by_one(one: Source) -> None:
    noor = "<author><name>Noor Bexhall</name></author>"
    several = entry("a", "Two hands", f"{POST}/a", author="Ada Lumley").replace("<content", f"{noor}<content")
    store(one, several, entry("b", "One hand", f"{POST}/b", author="Ada Lumley"))
    item = Item.objects.get(title="Two hands")
    wrote = item.authorships.order_by("position").values_list("identity__name", flat=True)
    assert (item.author_name, list(wrote)) == ("Ada Lumley, Noor Bexhall", ["Ada Lumley", "Noor Bexhall"])
    assert not Item.objects.get(title="One hand").authorships.exists()
    store(one, entry("a", "Two hands", f"{POST}/a", author="Noor Bexhall", body=LOAN))
    item.refresh_from_db()
    assert (item.author_name, item.authorships.count()) == ("Noor Bexhall", 0)
