"""Search: what is found, by whom, in which scripts, and page by page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories import (
    NOW,
    make_handed_in,
    make_item,
    make_source,
    make_state_of_reading,
    make_user,
)

from transom.apps.accounts.models import User
from transom.apps.library.models import Item, SearchDocument
from transom.apps.library.search import Filters, SearchPage, search
from transom.apps.library.search.schema import index_is_sound, make_index
from transom.engine.text.tokens import index_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return make_user()


def write(title: str, body: str = "Nothing more.", author: str = "", **values: object) -> Item:
    """An item with its search row folded as the store folds it."""
    item = make_item(title, body=f"<p>{body}</p>", author=author, searchable=False, **values)  # type: ignore[arg-type]
    SearchDocument.objects.create(
        item=item, title=index_text(title), author=index_text(author), body=index_text(item.body.text)
    )
    return item


def found(page: SearchPage) -> list[str]:
    return [hit.item.title for hit in page.hits]


def test_all_words_must_occur_and_other_forms_of_them_count(user: User) -> None:
    write("Flooded archives", "We dried the registers.")
    write("Archives", "Nothing wet here.")
    assert found(search(user, "archive register")) == ["Flooded archives"]


def test_a_phrase_is_found_in_its_order_and_exclusions_are_left_out(user: User) -> None:
    write("Right", "the minute books went first")
    write("Wrong order", "books of the minute")
    write("Excluded", "the minute books of the herring fleet")
    assert found(search(user, '"minute books" -herring')) == ["Right"]


def test_the_title_counts_most_and_then_who_wrote_it(user: User) -> None:
    write("Something else", "A word about Berg and shelves. " + "Filler words. " * 40)
    write("By her", "A note.", author="Ada Berg")
    write("Berg on lending", "A note.")
    assert found(search(user, "berg")) == ["Berg on lending", "By her", "Something else"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("東京国立博物館の収蔵庫", "博物館"),
        ("数字档案馆的长期保存", "档案馆"),
        ("한국의 기록관리 제도", "기록"),
        ("الأرشيف الوطني وَحِفظ السِّجلات", "الارشيف حفظ"),
        ("Реставрация бумаги", "реставрация"),
        ("Bücher und Äste aus Ørsted", "bucher aste"),
        ("คลังเอกสารแห่งชาติ", "เอกสาร"),
        ("ΑΡΧΕΊΟ της πόλης", "αρχειο"),
    ],
    ids=["Japanese", "Chinese", "Korean", "Arabic", "Russian", "accents", "Thai", "Greek"],
)
def test_words_are_found_in_any_script_and_marked(user: User, text: str, words: str) -> None:
    write("Wanted", text)
    write("Decoy", "Quite another text, 別の文章, نص آخر")
    page = search(user, words)
    assert found(page) == ["Wanted"]
    assert "<mark>" in page.hits[0].snippet_html


def test_what_matched_is_marked_and_everything_else_escaped(user: User) -> None:
    write("Tags & <b>archives</b>", "Before. " * 60 + "The <script>alert(1)</script> archive's roof.")
    hit = search(user, "archive").hits[0]
    assert hit.title_html == "Tags &amp; &lt;b&gt;<mark>archives</mark>&lt;/b&gt;"
    assert "<mark>archive</mark>" in hit.snippet_html
    assert "<script" not in hit.snippet_html
    assert hit.snippet_html.startswith("… ")


def test_filters_narrow(user: User) -> None:
    home = make_source("Stacks")
    wanted = write(
        "Loan one", author="Ada Berg", source=home, kind="paper", published=NOW - timedelta(days=2)
    )
    write("Loan two", author="Tom 100%", kind="post", published=NOW - timedelta(days=40))
    make_state_of_reading(user, wanted, saved_at=NOW)
    make_state_of_reading(make_user(), Item.objects.get(title="Loan two"), saved_at=NOW)
    for filters in (
        Filters(source=home.pk),
        Filters(author="berg"),
        Filters(kind="paper"),
        Filters(since=NOW - timedelta(days=10)),
        Filters(saved=True),
    ):
        assert found(search(user, "loan", filters)) == ["Loan one"], filters
    assert found(search(user, "loan", Filters(until=NOW - timedelta(days=10)))) == ["Loan two"]
    assert found(search(user, "loan", Filters(author="100%"))) == ["Loan two"]


def test_filters_alone_list_the_newest_first(user: User) -> None:
    for number in range(3):
        write(f"Part {number}", kind="paper")
    write("A post")
    assert found(search(user, "", Filters(kind="paper"))) == ["Part 2", "Part 1", "Part 0"]


def test_nobody_finds_what_another_handed_in(user: User) -> None:
    other = make_user()
    item = make_handed_in(other, "Confidential merger")
    assert found(search(other, "merger")) == [item.title]
    assert found(search(user, "merger")) == []
    assert found(search(user, "")) == []


def test_pages_follow_each_other_without_gap_or_repeat(user: User) -> None:
    for number in range(23):
        write(f"Loan {number}", "loan " * (number % 5 + 1))
    seen: list[str] = []
    after = None
    for _ in range(10):
        page = search(user, "loan", after=after, limit=5)
        seen += found(page)
        after = page.after
        if after is None:
            break
    assert len(seen) == 23
    assert len(set(seen)) == 23


def test_what_is_no_word_is_said_kindly(user: User) -> None:
    assert "at least one word" in search(user, "-archive").problem
    assert "at least one word" in search(user, "!?*").problem
    assert search(user, "").problem == ""


def test_a_damaged_page_key_reads_as_the_first_page(user: User) -> None:
    write("Loan")
    for key in ("x", "W10", "bnVsbA", "🙂"):
        assert found(search(user, "loan", after=key)) == ["Loan"]


@given(st.text(max_size=60))
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_typed_is_an_error(user: User, words: str) -> None:
    search(user, words)
    search(user, f'"{words}" -{words} OR NEAR(a b) title:{words}*')


def test_the_index_follows_its_documents(user: User) -> None:
    item = write("Herring")
    SearchDocument.objects.filter(pk=item.pk).update(title="cod")
    assert found(search(user, "herring")) == []
    assert found(search(user, "cod")) == ["Herring"]
    item.delete()
    assert found(search(user, "cod")) == []
    assert index_is_sound(connection)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's index is part of its column")
def test_lost_triggers_are_noticed_and_made_again(user: User) -> None:
    write("Before")
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER library_search_insert")
    write("Meanwhile")
    assert not index_is_sound(connection)
    make_index(connection)
    assert index_is_sound(connection)
    assert found(search(user, "meanwhile")) == ["Meanwhile"]
