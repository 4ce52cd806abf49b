"""Reading an account's feed, newest first, back to where the last round began."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from transom.apps.sources.connectors import asking, values
from transom.apps.sources.connectors.bluesky.mapping import Mapped
from transom.apps.sources.connectors.bluesky.server import sample_service
from transom.apps.sources.connectors.interface import AT, Ask, Connector, Meant, Query, Suggestion
from transom.apps.sources.connectors.records import Batch, Cursor
from transom.apps.sources.connectors.serving import Service
from transom.apps.sources.errors import SourceError
from transom.engine.net.port import HttpPort

PAGE = 100
BACK = timedelta(days=60)
OVERLAP = timedelta(minutes=10)
XRPC = "/xrpc/app.bsky"
_MEANT = re.compile(r"https://bsky\.app/profile/([^/?#]+).*|@([\w-]+(?:\.[\w-]+)+)|([\w-]+\.bsky\.social)")


class Bluesky(Connector):
    name = "bluesky"
    title = "Bluesky accounts"
    says = "What somebody posts, answers, links to and passes on."
    asks = (Ask("account", "The account's handle.", "name.bsky.social", label="Account"), AT)
    channel = "social"
    home = "https://public.api.bsky.app"
    every_minutes = 60
    limits = "What is public, two months back."
    sample = {"account": "hester.example"}

    def address(self, query: Query) -> str:
        where = query.get("at") or "https://bsky.app"
        return f"{where.rstrip('/')}/profile/{query['account']}"

    def recognise(self, text: str) -> Meant | None:
        found = _MEANT.fullmatch(text)
        account = next((one for one in found.groups() if one), "") if found else ""
        return Meant({"account": account}) if account else None

    def tidy(self, query: Query) -> Query:
        given = query["account"].strip().removeprefix("https://bsky.app/profile/").strip("@/ ")
        account = given if given.startswith("did:") else given.lower()
        if not re.fullmatch(r"did:[a-z]+:[\w.:%-]{5,200}|[a-z0-9-]+(\.[a-z0-9-]+)+", account):
            raise SourceError(f"{given[:100]!r} is no handle such as name.bsky.social.", permanent=True)
        return {**query, "account": account}

    def service(self) -> Service:
        return sample_service()

    async def discover(self, words: str, client: HttpPort, server: str = "") -> list[Suggestion]:
        wanted = asking.Wanted(
            f"{server or self.home}{XRPC}.actor.searchActors", {"q": words.strip(), "limit": "10"}
        )
        told = await asking.ask_json(client, wanted)
        return [
            Suggestion(
                {"account": handle},
                values.text(row, "displayName") or handle,
                values.text(row, "description"),
            )
            for row in values.rows(told.value, "actors")
            if (handle := values.text(row, "handle", most=253))
        ]

    async def fetch(self, query: Query, cursor: Cursor, client: HttpPort, now: datetime) -> Batch:
        """A page; `until` is where this round may stop, `began` where the next one will."""
        until = values.moment(cursor.get("until")) or now - BACK
        place, began = values.text(cursor.get("next"), most=500), values.moment(cursor.get("began"))
        parameters = {"actor": query["account"], "limit": str(PAGE), **({"cursor": place} if place else {})}
        wanted = asking.Wanted(f"{self.base(query)}{XRPC}.feed.getAuthorFeed", parameters)
        told, rows = await asking.ask_rows(client, wanted, "feed")
        mapped = Mapped()
        for row in rows:
            mapped.add(row)
        times = [when for row in rows if (when := _when(row))]
        following = values.text(told.value, "cursor", most=500)
        # Pinned and late posts stand out of order: it goes on until a whole page is older.
        more = bool(following) and bool(times) and max(times) > until
        began = began or now
        done = {"until": (began - OVERLAP).isoformat()}
        going = {"until": until.isoformat(), "next": following, "began": began.isoformat()}
        return Batch(
            items=tuple(mapped.items),
            identities=tuple(mapped.identities.values()),
            endorsements=tuple(mapped.endorsements),
            cursor=going if more else done,
            more=more,
            title=_name_of(rows, query["account"]) or query["account"],
            site=self.address(query),
            wait_seconds=asking.rate_wait(told.response, datetime.now(UTC)),
            problems=tuple(dict.fromkeys(mapped.problems)),
        )


def _name_of(rows: list[Mapping[str, Any]], account: str) -> str:
    """What the account calls itself, found by handle or DID."""
    for row in rows:
        for who in (values.get(row, "reason", "by"), values.get(row, "post", "author")):
            if account in (values.text(who, "handle", most=253), values.text(who, "did", most=200)):
                return values.text(who, "displayName", most=200)
    return ""


def _when(row: object) -> datetime | None:
    return values.moment(row, "reason", "indexedAt") or values.moment(row, "post", "indexedAt")
