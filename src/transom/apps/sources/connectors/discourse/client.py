"""Reading a forum's newest posts, back to the last one seen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from transom.apps.sources.connectors import asking, values
from transom.apps.sources.connectors.discourse.mapping import Mapped
from transom.apps.sources.connectors.discourse.server import sample_service
from transom.apps.sources.connectors.interface import Ask, Connector, Meant, Query, Suggestion
from transom.apps.sources.connectors.records import Batch, Cursor
from transom.apps.sources.connectors.serving import Service
from transom.apps.sources.connectors.wording import all_in, words_and_server
from transom.apps.sources.errors import SourceError
from transom.engine.core import addresses
from transom.engine.core.errors import FetchError
from transom.engine.net.port import HttpPort

BACK = timedelta(days=14)
SPAN = 50
_SHAPE = re.compile(r"/(?:t|c|u|latest|top|categories)(?:/|$)")
_NAMED = re.compile(r"(?:forum|forums|discourse|community|discuss|talk)\.")
Row = Mapping[str, Any]


class Forums(Connector):
    name = "discourse"
    title = "Forums (Discourse)"
    says = "What is asked and answered in a forum that runs Discourse, by whom."
    asks = (
        Ask(
            "forum",
            "The forum's address; or words and the address, to look for a category.",
            "https://forum.example.org",
            label="Address",
        ),
        Ask(
            "category",
            "The number of one category, where you want no other.",
            "7",
            optional=True,
            label="Category",
        ),
    )
    channel = "forum"
    every_minutes = 60
    limits = "What is open to everybody; two weeks back at first."
    sample = {"forum": "https://forum.example"}

    def address(self, query: Query) -> str:
        category = query.get("category")
        return f"{query['forum']}/c/{category}" if category else f"{query['forum']}/latest"

    def base(self, query: Query) -> str:
        return query["forum"]

    def recognise(self, text: str) -> Meant | None:
        parts = urlsplit(text)
        looks = _SHAPE.match(parts.path) or _NAMED.match(parts.hostname or "")
        if not addresses.is_http(text) or not looks:
            return None
        category = re.fullmatch(r"/c/.*?(\d+)/?", parts.path)
        query = {
            "forum": f"{parts.scheme}://{parts.netloc}",
            **({"category": category[1]} if category else {}),
        }
        return Meant(query, sure=False)

    def tidy(self, query: Query) -> Query:
        given = query.get("at") or query["forum"]
        given = given if "://" in given else f"https://{given}"
        if not addresses.is_http(given):
            raise SourceError(
                f"{given[:200]!r} is no forum's address. It begins with https://.", permanent=True
            )
        category = query.get("category", "")
        if category and not category.isdigit():
            raise SourceError(f"{category[:80]!r} is no number of a category.", permanent=True)
        forum = given.partition("?")[0].partition("/latest")[0].rstrip("/")
        return {"forum": forum, **({"category": category} if category else {})}

    def service(self) -> Service:
        return sample_service()

    async def discover(self, words: str, client: HttpPort, server: str = "") -> list[Suggestion]:
        """The whole of the forum named in the words, and its categories about the others; nothing without a forum."""
        wanted, named = words_and_server(words)
        base = server or named
        if not base:
            return []
        parameters = {"include_subcategories": "true"}
        told = await asking.ask_json(client, asking.Wanted(f"{base}/categories.json", parameters))
        asking.rows_of(told.value, base, "category_list", "categories")
        whole = Suggestion({"forum": base}, f"All of {addresses.host_of(base)}")
        return [whole, *(_suggested(row, base) for row in _categories(told.value, wanted))]

    async def fetch(self, query: Query, cursor: Cursor, client: HttpPort, now: datetime) -> Batch:
        """A page, newest first: `last` is the newest post of the round before, `top` of this one."""
        base = self.base(query)
        last, before = values.whole(cursor.get("last")), values.whole(cursor.get("before"))
        rows = await _posts(client, base, before)
        numbers = [number for row in rows if (number := values.whole(row, "id")) is not None]
        fresh = [row for row in rows if last is None or (values.whole(row, "id") or 0) > last]
        mapped = Mapped(base)
        for row in fresh:
            if query.get("category") in (None, values.text(row, "category_id")):
                mapped.add(row)
        # A page counts numbers: where all of its posts are hidden, it is empty, and what is below is still to come.
        lowest = min(numbers, default=max((before or 0) - SPAN, 0))
        more = 0 < lowest < (before or lowest + 1) and _goes_on(rows, last, lowest, now)
        top = max([*numbers, values.whole(cursor.get("top")) or 0, last or 0])
        going = {"last": last, "before": lowest, "top": top}
        return Batch(
            items=tuple(mapped.items),
            identities=tuple(mapped.identities.values()),
            endorsements=tuple(mapped.endorsements),
            cursor=going if more else {"last": top},
            more=more,
            title=addresses.host_of(base),
            site=self.address(query),
            problems=tuple(dict.fromkeys(mapped.problems)),
        )


def _categories(told: object, words: str) -> list[Row]:
    """The categories about these words, those with most topics first, the ones within others too."""
    upper = list(values.rows(told, "category_list", "categories"))
    rows = [*upper, *(row for one in upper for row in values.rows(one, "subcategory_list"))]
    found = [
        row
        for row in rows
        if values.whole(row, "id") is not None
        and values.get(row, "read_restricted") is not True
        and all_in(words, values.text(row, "name"), values.text(row, "description_text"))
    ]
    return sorted(found, key=lambda row: -(values.whole(row, "topic_count") or 0))


def _suggested(row: Row, base: str) -> Suggestion:
    number = values.text(row, "id")
    return Suggestion(
        {"forum": base, "category": number},
        values.text(row, "name", most=200) or number,
        values.text(row, "description_text", most=300),
    )


def _goes_on(rows: list[Row], last: int | None, lowest: int, now: datetime) -> bool:
    """Until the last post seen; the first time, two weeks back."""
    if last is not None:
        return lowest > last + 1
    times = [when for row in rows if (when := values.moment(row, "created_at"))]
    return bool(times) and min(times) > now.astimezone(UTC) - BACK


async def _posts(client: HttpPort, base: str, before: int | None) -> list[Row]:
    parameters = {"before": str(before)} if before is not None else {}
    try:
        told = await asking.ask_json(client, asking.Wanted(f"{base}/posts.json", parameters))
    except FetchError as error:
        if error.status == 403:
            message = f"{base} shows its posts to its members only."
            raise FetchError("http-status", message, url=base, status=403) from error
        raise
    return asking.rows_of(told.value, base, "latest_posts")
