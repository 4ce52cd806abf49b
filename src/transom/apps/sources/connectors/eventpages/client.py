"""Reading a society's events page: first the list, then, where the list only points at them, page after page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from transom.apps.sources.connectors import asking, values
from transom.apps.sources.connectors.eventpages.mapping import Found
from transom.apps.sources.connectors.eventpages.pages import EVENT_WORDS, Listed, read
from transom.apps.sources.connectors.eventpages.server import sample_service
from transom.apps.sources.connectors.ical.zones import repaired
from transom.apps.sources.connectors.interface import Ask, Connector, Meant, Query
from transom.apps.sources.connectors.records import Batch, Cursor, EventRecord
from transom.apps.sources.connectors.serving import Service
from transom.apps.sources.errors import SourceError
from transom.apps.sources.privacy import carries_secret
from transom.engine.core import addresses
from transom.engine.core.errors import FetchError, ParseError
from transom.engine.net.limits import MIB
from transom.engine.net.port import HttpPort, Response

A_BATCH = 6
MOST_PAGES, MOST_LISTS = 120, 6
AGAIN = timedelta(days=7)
BACK = timedelta(days=30)
LARGEST = 6 * MIB
ACCEPT = "text/html, application/xml;q=0.9, */*;q=0.1"
_LIST = re.compile(rf"/(?:[^/]+/){{0,3}}(?:{EVENT_WORDS})/?", re.I)


class EventPages(Connector):
    name = "eventpages"
    title = "Events on a society's site"
    says = "Conferences, courses and webinars that a society, venue or publisher lists on its site, with who speaks."
    asks = (
        Ask(
            "address",
            "The page that lists the events, or the site's map (sitemap.xml).",
            "https://society.example/events/",
            label="Address",
        ),
        Ask(
            "zone",
            "The time zone of its hours, where the pages do not say.",
            "Europe/London",
            optional=True,
            label="Time zone",
        ),
    )
    channel = "calendar"
    every_minutes = 24 * 60
    limits = (
        "What the pages describe for search engines. Where they do not, look for a calendar to subscribe to."
    )
    sample = {"address": "/events/"}

    def address(self, query: Query) -> str:
        # Two time zones are two readings.
        return f"{query['address']}#{query['zone']}" if query.get("zone") else query["address"]

    def tidy(self, query: Query) -> Query:
        given = query["address"].partition("#")[0]
        if query.get("at") and given.startswith("/"):
            given = query["at"].rstrip("/") + given
        given = given if "://" in given else f"https://{given}"
        if not addresses.is_http(given):
            raise SourceError(
                f"{given[:200]!r} is no page's address. It begins with https://.", permanent=True
            )
        named = query.get("zone", "")
        if named and not repaired(named):
            raise SourceError(f"{named[:80]!r} is no time zone, such as Europe/London.", permanent=True)
        return {"address": given, **({"zone": repaired(named)} if named else {})}

    def recognise(self, text: str) -> Meant | None:
        parts = urlsplit(text)
        looks = _LIST.fullmatch(parts.path) and not parts.query
        return Meant({"address": text}, sure=False) if addresses.is_http(text) and looks else None

    def is_private(self, query: Query) -> bool:
        return carries_secret(query["address"])

    def service(self) -> Service:
        return sample_service()

    async def fetch(self, query: Query, cursor: Cursor, client: HttpPort, now: datetime) -> Batch:
        """A few pages: of a new round the list first, then those that are new, changed, or a week old and ahead."""
        round_ = _Round(query, cursor, now)
        if not round_.waiting and await round_.starts(client) is False:
            return Batch(cursor=cursor, unchanged=True)
        await round_.reads(client)
        if not cursor and not round_.has_events:
            raise ParseError(
                f"{query['address'][:200]} describes no events that Transom can read. Look for a calendar to "
                "subscribe to: its address often ends in .ics.",
                looks_like="html",
            )
        return round_.batch(self.address(query))


class _Round:
    """One batch of a round. `read_on` holds the day each page was read; `waiting` what is still to be read."""

    def __init__(self, query: Query, cursor: Cursor, now: datetime) -> None:
        self._query, self._now, self._today = query, now.astimezone(UTC), now.date()
        self._cursor = cursor
        self._title = self._language = ""
        self._listed: Mapping[str, object] = {}
        self.waiting = list(values.texts(cursor, "waiting", most=MOST_PAGES))
        kept = cursor.get("read")
        self._read_on = {
            where: when
            for where, when in (kept.items() if isinstance(kept, Mapping) else ())
            if values.day(when)
        }
        self._seen: object = cursor.get("seen")
        self._silent = set(values.texts(cursor, "silent", most=MOST_PAGES))
        self._bare: dict[str, EventRecord] = {}
        self._found = Found()

    @property
    def has_events(self) -> bool:
        """Whether anything was found so far, be it long past."""
        return bool(self._found.events)

    async def starts(self, client: HttpPort) -> bool:
        """Reads the list. False where nothing changed and no page is due again."""
        url = self._query["address"]
        wanted = asking.Wanted(
            url, accept=ACCEPT, remembered=asking.Remembered.of(self._cursor, url), max_bytes=LARGEST
        )
        response = await asking.ask(client, wanted)
        if response.status == 304:
            self.waiting = [where for where in self._read_on if self._is_due(where, "")][:MOST_PAGES]
            return bool(self.waiting)
        self._seen = asking.Remembered.from_answer(response, url)
        links = await self._lists(client, _listed(response, url))
        self.waiting = [where for where, changed in links.items() if self._is_due(where, changed)][
            :MOST_PAGES
        ]
        # What the list no longer names is not asked for again.
        self._read_on = {where: when for where, when in self._read_on.items() if where in links}
        return True

    async def _lists(self, client: HttpPort, listed: Listed) -> dict[str, str]:
        """The list and its further pages, or a site's maps; addresses of pages with the day each changed."""
        links: dict[str, str] = {}
        self._title, self._language = listed.title, listed.language
        ahead = [(self._query["address"], listed)]
        for left in reversed(range(MOST_LISTS)):
            if not ahead:
                break
            place, one = ahead.pop(0)
            before = len(self._found.events)
            self._found.add(one.nodes, place, self._query.get("zone", ""))
            is_full = len(self._found.events) > before
            links |= {} if is_full and not one.is_map else dict(one.links)
            bare = self._found.without_hours(place, self._silent)
            self._bare |= bare
            links |= dict.fromkeys([*bare, *(self._silent if is_full else ())], "")
            more = one.maps or ((one.following,) if one.following and is_full else ())
            for where in more[: left - len(ahead)] if left > len(ahead) else ():
                if response := await _ask(client, where):
                    ahead += [(where, _listed(response, where))]
        return links

    def _is_due(self, where: str, changed: str) -> bool:
        last = values.day(self._read_on.get(where))
        return last is None or changed > f"{last}" or self._today - last >= AGAIN

    async def reads(self, client: HttpPort) -> None:
        """The next few pages that wait."""
        for where in self.waiting[:A_BATCH]:
            response = await _ask(client, where)
            self._read_on[where] = f"{self._today}"
            before = len(self._found.events)
            with suppress(ParseError):
                nodes = _listed(response, where).nodes if response else ()
                self._found.add(nodes, where, self._query.get("zone", ""))
            if len(self._found.events) > before:
                self._silent.discard(where)
            else:
                self._silent.add(where)
                # What the list says of it is all there is.
                if bare := self._bare.get(where):
                    self._found.events.setdefault(bare.uid, bare)
        self.waiting = self.waiting[A_BATCH:]

    def batch(self, site: str) -> Batch:
        problems = list(dict.fromkeys(self._found.problems))
        if self._found.unzoned:
            problems.append(
                f"{self._found.unzoned} events do not say their time zone; UTC is taken. Follow the page again and "
                "name the zone, where that is wrong."
            )
        kept: dict[str, object] = {
            "read": dict(list(self._read_on.items())[-2 * MOST_PAGES :]),
            "seen": self._seen,
            "silent": sorted(self._silent)[:MOST_PAGES],
        }
        return Batch(
            events=tuple(one for one in self._found.events.values() if self._is_ahead(one)),
            identities=tuple(self._found.people.values()),
            cursor={**kept, "waiting": self.waiting} if self.waiting else kept,
            more=bool(self.waiting),
            title=self._title,
            site=site,
            language=self._language,
            problems=tuple(problems[:20]),
        )

    def _is_ahead(self, one: EventRecord) -> bool:
        return (one.ends or one.starts) >= self._now - BACK


def _listed(response: Response, url: str) -> Listed:
    return read(response.body, url, response.headers.get("content-type", ""))


async def _ask(client: HttpPort, where: str) -> Response | None:
    """A page; None where it is gone. Anything else that goes wrong ends the batch, to be tried again."""
    try:
        return await asking.ask(client, asking.Wanted(where, accept=ACCEPT, max_bytes=LARGEST))
    except FetchError as error:
        if error.status in (401, 403, 404, 410):
            return None
        raise
