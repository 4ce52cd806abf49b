"""Asking Open Library for an author's books."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from transom.apps.sources.connectors import asking, values
from transom.apps.sources.connectors.interface import AT, Ask, Connector, Meant, Query, Suggestion
from transom.apps.sources.connectors.openlibrary.mapping import FIELDS, author_key, author_of, records_of
from transom.apps.sources.connectors.openlibrary.server import sample_service
from transom.apps.sources.connectors.records import Batch, Cursor, IdentityRecord
from transom.apps.sources.connectors.serving import Service
from transom.apps.sources.errors import SourceError
from transom.engine.net.port import HttpPort

PAGE, MOST = 50, 500


class Books(Connector):
    name = "openlibrary"
    title = "An author's books (Open Library)"
    says = "Books somebody wrote, alone or with others, as they are entered in the Open Library."
    asks = (
        Ask(
            "author",
            "The author's number there; or look for a name.",
            "OL23919A",
            label="Author",
        ),
        AT,
    )
    channel = "books"
    home = "https://openlibrary.org"
    every_minutes = 7 * 24 * 60
    limits = "What volunteers enter: new books appear late, and often with their year alone."
    sample = {"author": "OL41A"}

    def address(self, query: Query) -> str:
        return f"{self.base(query)}/authors/{query['author']}"

    def recognise(self, text: str) -> Meant | None:
        place = r"(?:https?://(?:www\.)?openlibrary\.org/authors/)?(OL\d{1,12}A)(?:/[^/?#]*)?/?(?:[?#].*)?"
        found = re.fullmatch(place, text)
        return Meant({"author": found[1]}) if found else None

    def tidy(self, query: Query) -> Query:
        key = author_key(query["author"].upper() if "/" not in query["author"] else query["author"])
        if not key:
            raise SourceError(
                f"{query['author'][:80]!r} is no author's number in the Open Library, such as OL23919A.",
                permanent=True,
            )
        return {**query, "author": key}

    def service(self) -> Service:
        return sample_service()

    async def discover(self, words: str, client: HttpPort, server: str = "") -> list[Suggestion]:
        """Authors of this name, those with most books first."""
        wanted = asking.Wanted(
            f"{server or self.home}/search/authors.json", {"q": words.strip(), "limit": "12"}
        )
        _, rows = await asking.ask_rows(client, wanted, "docs")
        rows = sorted(rows, key=lambda row: -(values.whole(row, "work_count") or 0))
        return [
            Suggestion(
                {"author": key}, values.text(row, "name", most=200), values.text(row, "top_work", most=200)
            )
            for row in rows
            if (key := author_key(values.text(row, "key")))
        ]

    async def fetch(self, query: Query, cursor: Cursor, client: HttpPort, now: datetime) -> Batch:
        """A page of books, the newest first; the first page brings what the author's own record says too."""
        base, number = self.base(query), values.whole(cursor.get("page")) or 1
        own = await _author(client, base, query["author"]) if number == 1 else None
        key = own.account if own else values.text(cursor.get("key"), most=20) or query["author"]
        wanted = asking.Wanted(f"{base}/search.json", _question(key, number))
        told, rows = await asking.ask_rows(client, wanted, "docs")
        digest = hashlib.sha256(told.response.body).hexdigest()[:32]
        more = number * PAGE < min(_count(told.value), MOST) and bool(rows)
        if number == 1 and not more and cursor.get("hash") == digest:
            return Batch(cursor=cursor, unchanged=True)
        items, people, problems = records_of(rows)
        met = {one.account: one for one in [*people, *([own] if own else [])]}
        return Batch(
            items=tuple(items),
            identities=tuple(met.values()),
            cursor={"page": number + 1, "key": key} if more else {"hash": digest if number == 1 else ""},
            more=more,
            title=f"Books by {own.name}" if own else "",
            site=self.address(query),
            problems=tuple(problems[:20]),
        )


def _question(key: str, number: int) -> dict[str, str | list[str]]:
    return {
        "q": f"author_key:{key}",
        "sort": "new",
        "fields": FIELDS,
        "limit": str(PAGE),
        "page": str(number),
    }


def _count(value: object) -> int:
    """The search says it in two ways."""
    return values.whole(value, "numFound") or values.whole(value, "num_found") or 0


async def _author(client: HttpPort, base: str, key: str) -> IdentityRecord:
    """The author's record; of one that was joined with another, the other's."""
    for _ in range(3):
        url = f"{base}/authors/{key}.json"
        told = await asking.ask_json(client, asking.Wanted(url))
        if found := author_of(told.value):
            return found
        moved = author_key(values.text(told.value, "location"))
        if not moved or moved == key:
            break
        key = moved
    raise asking.unlike(base, "it sent an author without a name.")
