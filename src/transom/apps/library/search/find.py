"""Searching: which items a user may see match, best first, page by key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection

from transom.apps.library.models import Item, ItemBody
from transom.apps.library.paging import read_key, write_key
from transom.apps.library.search.highlight import highlighted, snippet
from transom.apps.library.search.query import for_postgres, for_sqlite
from transom.engine.text.tokens import Query, query_terms

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

PAGE = 20
# Title counts most, then the author: a search for a name should find what that person wrote.
WEIGHTS = "10.0, 5.0, 1.0"


@dataclass(frozen=True, slots=True)
class Filters:
    """Narrows a search; None or empty means any."""

    source: int | None = None
    author: str = ""
    kind: str = ""
    since: datetime | None = None
    until: datetime | None = None
    saved: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A found item; the HTML parts are escaped, with <mark> around what matched."""

    item: Item
    title_html: str
    snippet_html: str
    source_title: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page of hits; ``after`` is the key of the next page, ``problem`` says what was wrong with the words."""

    hits: list[Hit] = field(default_factory=list)
    after: str | None = None
    problem: str = ""


def search(
    user: User, words: str, filters: Filters | None = None, *, after: str | None = None, limit: int = PAGE
) -> SearchPage:
    """What matches, best first; without words the newest that the filters let through."""
    filters = filters or Filters()
    query = query_terms(words)
    postgres = connection.vendor == "postgresql"
    expression = for_postgres(query) if postgres else for_sqlite(query)
    if words.strip() and not expression:
        return SearchPage(
            problem="There is no word to look for. Type at least one word without a minus sign."
        )
    sql, values = _ranked(expression, postgres) if expression else _newest()
    where, more = _conditions(user, filters, few=bool(expression))
    key = _read_key(after)
    if key:
        where.append("(score, item_id) > (CAST(%s AS double precision), %s)")
        more += list(key)
    statement = f"SELECT item_id, score FROM ({sql}) AS found JOIN library_item i ON i.id = found.item_id"
    with connection.cursor() as cursor:
        cursor.execute(
            f"{statement} WHERE {' AND '.join(where)} ORDER BY score, item_id LIMIT %s",
            [*values, *more, limit + 1],
        )
        rows = cursor.fetchall()
    return _page(rows, query, limit)


def _ranked(expression: str, postgres: bool) -> tuple[str, list[Any]]:
    if postgres:
        return (
            # As double: a key goes out and comes back as one, and must equal the score it was made from.
            "SELECT d.item_id, -(ts_rank_cd(d.vector, q)::float8) AS score "
            "FROM library_searchdocument d, websearch_to_tsquery('english', %s) q WHERE d.vector @@ q",
            [expression],
        )
    return (
        f"SELECT rowid AS item_id, bm25(library_search, {WEIGHTS}) AS score "
        "FROM library_search WHERE library_search MATCH %s",
        [expression],
    )


def _newest() -> tuple[str, list[Any]]:
    return "SELECT id AS item_id, -id AS score FROM library_item", []


def _conditions(user: User, filters: Filters, *, few: bool) -> tuple[list[str], list[Any]]:
    """What must hold of an item ``i``; with ``few`` to check, each is looked up, and no list made of all."""
    where, values = ["(i.owner_id IS NULL OR i.owner_id = %s)"], [user.pk]

    def add(condition: str, *given: Any) -> None:
        where.append(condition)
        values.extend(given)

    if filters.source is not None:
        seen = "SELECT item_id FROM library_sighting s WHERE s.source_id = %s"
        add(f"EXISTS ({seen} AND s.item_id = i.id)" if few else f"i.id IN ({seen})", filters.source)
    if filters.author:
        add("LOWER(i.author_name) LIKE %s ESCAPE '\\'", f"%{_like(filters.author.lower())}%")
    if filters.kind:
        add("i.kind = %s", filters.kind)
    if filters.since is not None:
        add("i.published_at >= %s", connection.ops.adapt_datetimefield_value(filters.since))
    if filters.until is not None:
        add("i.published_at < %s", connection.ops.adapt_datetimefield_value(filters.until))
    if filters.saved:
        add(
            "EXISTS (SELECT 1 FROM library_readingstate r WHERE r.item_id = i.id AND r.user_id = %s "
            "AND r.saved_at IS NOT NULL)",
            user.pk,
        )
    return where, values


def _like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _page(rows: Sequence[tuple[int, float]], query: Query, limit: int) -> SearchPage:
    shown = rows[:limit]
    ids = [row[0] for row in shown]
    items = Item.objects.select_related("home").in_bulk(ids)
    texts = dict(ItemBody.objects.filter(pk__in=ids).values_list("item_id", "text"))
    hits = [
        Hit(
            item=items[one],
            title_html=highlighted(items[one].title, query),
            snippet_html=snippet(texts.get(one) or items[one].summary, query),
            source_title=str(items[one].home or ""),
        )
        for one in ids
        if one in items
    ]
    more = len(rows) > limit
    return SearchPage(hits, write_key([shown[-1][1], shown[-1][0]]) if more else None)


def _read_key(after: str | None) -> tuple[float, int] | None:
    """The key in a page's address; a damaged one reads as the first page."""
    values = read_key(after, 2)
    if values is None:
        return None
    score, item = values
    if not isinstance(score, int | float) or not isinstance(item, int):
        return None
    return float(score), item
