"""Open Library: an author's books, with whoever wrote them too."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from tests.apps.sources.connectors.tools import NOW, damaged, followed, page, pages, refreshed, with_client

from transom.apps.library.models import Authorship, Identity, Item
from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.openlibrary.client import PAGE, Books
from transom.apps.sources.connectors.openlibrary.mapping import author_of, records_of
from transom.apps.sources.connectors.openlibrary.server import author, book, moved, sample_service, service
from transom.apps.sources.connectors.serving import serving
from transom.apps.sources.errors import SourceError
from transom.engine.core.errors import FetchError

READER = Books()
QUERY = READER.sample
HESTER = author("OL41A", "Hester Quill", ("https://slowrooms.example/hester", "javascript:x"))
KOFI = author("OL42A", "Kofi Adjei")


@pytest.mark.parametrize(
    ("dates", "when"),
    [
        (("2026",), date(2026, 1, 1)),
        (("Mar 5, 2026", "2026"), date(2026, 3, 5)),
        (("5 March 2026",), date(2026, 3, 5)),
        (("March 2026",), date(2026, 3, 1)),
        (("Mar 99, 2026",), date(2026, 1, 1)),
        (("2026-04-01", "2026-02-01"), date(2026, 2, 1)),
        (("Mar 5, 2027",), date(2026, 1, 1)),
        (("soon",), date(2026, 1, 1)),
    ],
)
def test_a_book_is_as_old_as_its_first_edition(dates: tuple[str, ...], when: date) -> None:
    [item], people, problems = records_of([book("OL2W", "Felt", 2026, [HESTER, KOFI], *dates)])
    assert item.entry.published == values.midnight(when)
    assert (item.kind, item.entry.link) == ("book", "https://openlibrary.org/works/OL2W")
    assert "ISBN 9780000000019" in item.entry.summary_html
    assert [one.account for one in people] == ["OL41A", "OL42A"]
    assert problems == []


def test_an_authors_record_names_their_pages() -> None:
    who = author_of(HESTER)
    assert who is not None
    assert (who.name, who.links) == ("Hester Quill", ("https://slowrooms.example/hester",))


def test_books_are_read_to_the_last_page_and_an_unchanged_list_is_nothing_new() -> None:
    books = [book(f"OL{n}W", f"Felt {n}", 1990 + n % 30, [HESTER]) for n in range(PAGE + 8)]
    with serving(service([HESTER], books)) as server:
        found = pages(READER, QUERY, server)
        server.service = service([HESTER], books[:3])
        few = page(READER, QUERY, server)
        again = page(READER, QUERY, server, few.cursor)
    assert len({one.entry.id for batch in found for one in batch.items}) == PAGE + 8
    assert found[0].title == "Books by Hester Quill"
    assert again.unchanged


def test_where_two_records_were_joined_the_other_is_read() -> None:
    with serving(service([moved("OL7A", "OL41A"), HESTER], [book("OL1W", "Felt", 2020, [HESTER])])) as server:
        found = page(READER, {"author": "OL7A"}, server)
    assert [one.entry.title for one in found.items] == ["Felt"]


def test_an_author_nobody_entered_is_not_there() -> None:
    with serving(sample_service(NOW)) as server, pytest.raises(FetchError) as raised:
        page(READER, {"author": "OL999A"}, server)
    assert raised.value.status == 404


def test_a_name_leads_to_authors_those_with_most_books_first(monkeypatch: pytest.MonkeyPatch) -> None:
    other = author("OL8A", "Hester Quillfeather")
    books = [book("OL1W", "Felt", 2020, [HESTER]), book("OL2W", "Moth", 2021, [HESTER])]
    with serving(service([other, HESTER], books)) as server:
        monkeypatch.setattr(Books, "home", server.base)
        found = with_client(server, lambda client: READER.discover("quill", client))
    assert [(one.query["author"], one.says) for one in found] == [("OL41A", "Felt"), ("OL8A", "")]


@pytest.mark.parametrize("words", ["Hester Quill", "OL41W", "https://openlibrary.org/works/OL41W"])
def test_what_is_no_authors_number_is_refused(words: str) -> None:
    with pytest.raises(SourceError):
        READER.understood(words)


@given(damaged([book("OL2W", "Felt", 2026, [HESTER, KOFI]), HESTER]))
@settings(max_examples=150, deadline=None)
def test_whatever_it_sends_nothing_raises(sent: Any) -> None:
    rows = list(values.rows({"all": json.loads(json.dumps(sent))}, "all"))
    items, people, problems = records_of(rows)
    assert all(one.entry.title for one in items)
    assert all(one.name for one in people)
    assert all(problems)
    for row in rows:
        author_of(row)


@pytest.mark.django_db
def test_followed_books_and_who_wrote_them_are_there_once() -> None:
    with serving(sample_service(NOW)) as server:
        source = followed(READER, QUERY, server)
        refreshed(server, source)
        refreshed(server, source, now=NOW + timedelta(days=8))
    assert set(Item.objects.values_list("title", "kind")) == {
        ("Slow rooms", "book"),
        ("Two loggers, one shelf", "book"),
    }
    assert Authorship.objects.count() == 3
    assert Identity.objects.filter(name="Hester Quill", account="OL41A").count() == 1
