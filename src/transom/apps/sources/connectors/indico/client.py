"""Asking an Indico's export: a category's next year, or one event; no key for what is public."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from transom.apps.sources.connectors import asking, values
from transom.apps.sources.connectors.indico.mapping import mapped
from transom.apps.sources.connectors.indico.server import sample_service
from transom.apps.sources.connectors.interface import Ask, Connector, Meant, Query
from transom.apps.sources.connectors.records import Batch, Cursor
from transom.apps.sources.connectors.serving import Service
from transom.apps.sources.errors import SourceError
from transom.engine.core import addresses
from transom.engine.net.limits import MIB
from transom.engine.net.port import HttpPort

PAGE = 50
BACK, AHEAD = timedelta(days=30), timedelta(days=400)
_PLACE = re.compile(r"(https?://[^/?#]+(?:/[^/?#]+)*?)/(category|event|e)/([\w.-]+)(?:[/?#].*)?")


class Events(Connector):
    name = "indico"
    title = "Meetings and conferences (Indico)"
    says = "A category of an Indico with its meetings and conferences, or one event with its contributions."
    asks = (
        Ask(
            "place",
            "The address of a category or an event.",
            "https://indico.example/category/12/",
            label="Address",
        ),
    )
    channel = "conference"
    every_minutes = 12 * 60
    limits = "A month back and some thirteen ahead; what is public. Talks only of an event that is followed itself."
    sample = {"place": "https://indico.example/category/12/"}

    def address(self, query: Query) -> str:
        return query["place"]

    def recognise(self, text: str) -> Meant | None:
        found = _PLACE.fullmatch(text)
        if not found or found[2] == "e" or not found[3].isdigit():
            return None
        named = "indico" in addresses.host_of(text) or "/indico" in found[1]
        return Meant({"place": text}, sure=False) if named else None

    def tidy(self, query: Query) -> Query:
        given = query["place"] if "://" in query["place"] else f"https://{query['place']}"
        found = _PLACE.fullmatch(given)
        if not found or not addresses.is_http(given):
            raise SourceError(
                f"{query['place'][:200]!r} is no address such as https://indico.example/category/12/.",
                permanent=True,
            )
        base = query["at"].rstrip("/") if query.get("at") else found[1]
        return {"place": f"{base}/{'category' if found[2] == 'category' else 'event'}/{found[3]}/"}

    def base(self, query: Query) -> str:
        return query["place"].rsplit("/", 3)[0]

    def service(self) -> Service:
        return sample_service()

    async def fetch(self, query: Query, cursor: Cursor, client: HttpPort, now: datetime) -> Batch:
        """A page of a category's events; an event comes whole, with its contributions."""
        kind, key = query["place"].rstrip("/").rsplit("/", 2)[1:]
        base, offset = self.base(query), values.whole(cursor.get("offset")) or 0
        wanted = _of_event(base, key) if kind == "event" else _of_category(base, key, offset, now)
        told = await asking.ask_json(client, wanted)
        if not isinstance(values.get(told.value, "results"), list):
            raise asking.unlike(wanted.url, 'there is no list "results" in it.')
        rows = list(values.rows(told.value, "results"))
        digest = hashlib.sha256(repr(rows).encode("utf-8", "replace")).hexdigest()[:32]
        more = kind == "category" and len(rows) >= PAGE
        if not offset and not more and cursor.get("hash") == digest:
            return Batch(cursor=cursor, unchanged=True)
        found = mapped(rows, base)
        whole = kind == "category" and not offset and not more and not found.problems
        return Batch(
            items=tuple(found.items),
            events=tuple(found.events),
            identities=tuple(found.identities.values()),
            cursor={"offset": offset + PAGE} if more else {"hash": "" if offset else digest},
            more=more,
            title=_title(rows, kind),
            site=query["place"],
            whole_from=now - BACK + timedelta(days=1) if whole else None,
            problems=tuple(found.problems[:20]),
        )


def _of_event(base: str, key: str) -> asking.Wanted:
    return asking.Wanted(f"{base}/export/event/{key}.json", {"detail": "contributions"}, max_bytes=15 * MIB)


def _of_category(base: str, key: str, offset: int, now: datetime) -> asking.Wanted:
    return asking.Wanted(
        f"{base}/export/categ/{key}.json",
        {
            "from": f"{now - BACK:%Y-%m-%d}",
            "to": f"{now + AHEAD:%Y-%m-%d}",
            "order": "start",
            "limit": str(PAGE),
            "offset": str(offset),
        },
    )


def _title(rows: list[Mapping[str, Any]], kind: str) -> str:
    names = [values.text(row, "title" if kind == "event" else "category", most=200) for row in rows]
    # A category's events may stand in categories below it; only where all agree is it called so.
    return names[0] if names and len(set(names)) == 1 else ""
