"""Reading the public part of a conference's programme."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from transom.apps.sources.connectors import asking, values
from transom.apps.sources.connectors.interface import Ask, Connector, Meant, Query, Suggestion
from transom.apps.sources.connectors.pretalx.mapping import conference_of, said, talks_of
from transom.apps.sources.connectors.pretalx.server import sample_service
from transom.apps.sources.connectors.records import Batch, Cursor
from transom.apps.sources.connectors.serving import Service
from transom.apps.sources.connectors.wording import all_in, words_and_server
from transom.apps.sources.errors import SourceError
from transom.engine.core import addresses
from transom.engine.net.port import HttpPort

PAGE = 50
RULE = b"2"
"""How records are made of an answer: another one makes them again, though the answer is the same."""
AGAIN = timedelta(days=3)
"""After so long all pages are read though the first is as it was."""
ABOUT = ("name", "timezone", "date_from", "date_to", "custom_domain")
_EVENT = re.compile(r"(https?://[^/]+(?:/[^/]+)*?)/(?:orga/event/)?([\w.-]+)")


class Programmes(Connector):
    name = "pretalx"
    title = "Conference programmes (pretalx)"
    says = "A conference that runs pretalx: its dates, its talks and who gives them."
    asks = (
        Ask(
            "event", "The conference's address, or its name.", "https://pretalx.com/democon", label="Address"
        ),
    )
    channel = "conference"
    searched = "https://pretalx.com"
    every_minutes = 12 * 60
    limits = "Talks once their programme is public."
    sample = {"event": "https://pretalx.example/stewards"}

    def address(self, query: Query) -> str:
        return f"{query['event']}/"

    def base(self, query: Query) -> str:
        return query["event"].rpartition("/")[0]

    def recognise(self, text: str) -> Meant | None:
        parts = urlsplit(text)
        shaped = re.fullmatch(r"/[\w.-]+/(?:schedule|talk|speaker|cfp|sneak)(?:/.*)?", parts.path)
        named = re.match(r"(?:pretalx|talks|cfp)\.", parts.hostname or "") and parts.path.strip("/")
        is_one = addresses.is_http(text) and (shaped or named)
        return Meant({"event": text}, sure=False) if is_one else None

    def tidy(self, query: Query) -> Query:
        given = query["event"] if "://" in query["event"] else f"https://{query['event']}"
        given = re.sub(
            r"/(?:schedule|talk|speaker|cfp|sneak)(?:/.*)?$", "", given.partition("?")[0].rstrip("/")
        )
        found = _EVENT.fullmatch(given)
        if not found or not addresses.is_http(given):
            raise SourceError(
                f"{query['event'][:200]!r} is no conference's address, such as https://pretalx.com/democon.",
                permanent=True,
            )
        base = query["at"].rstrip("/") if query.get("at") else found[1]
        return {"event": f"{base}/{found[2]}"}

    def service(self) -> Service:
        return sample_service()

    async def discover(self, words: str, client: HttpPort, server: str = "") -> list[Suggestion]:
        """The public conferences of a server by this name, the latest first: of the one named in the words, else of
        the one that most use; where none has the name, the latest of all, if a server was named.
        """
        name, named = words_and_server(words)
        base = server or named or self.searched
        told = await asking.ask_json(client, asking.Wanted(f"{base}/api/events/"))
        # A list by itself; within an object where a later version counts pages.
        rows = asking.rows_of(told.value, base, *(["results"] if isinstance(told.value, dict) else []))
        public = [
            row for row in rows if values.text(row, "slug") and values.get(row, "is_public") is not False
        ]
        public.sort(key=lambda row: values.text(row, "date_from"), reverse=True)
        found = [row for row in public if all_in(name, *_names(row))]
        return [_suggested(row, base) for row in found or (public if server or named else [])]

    async def fetch(self, query: Query, cursor: Cursor, client: HttpPort, now: datetime) -> Batch:
        """A page of talks; the first page looks whether the programme has changed at all.

        A change beyond the first page alone shows after some days.
        """
        base, slug = self.base(query), query["event"].rpartition("/")[2]
        number = values.whole(cursor.get("page")) or 1
        about: object = cursor.get("about") if number > 1 else None
        if about is None:
            about = (await asking.ask_json(client, asking.Wanted(f"{base}/api/events/{slug}/"))).value
        conference = conference_of(about, base, slug)
        if conference is None:
            raise asking.unlike(base, "it sent a conference without name or date.")
        wanted = asking.Wanted(
            f"{base}/api/events/{slug}/submissions/",
            {"expand": "speakers,slots.room", "page_size": str(PAGE), "page": str(number)},
            headers={"Pretalx-Version": "v1"},
        )
        page, rows = await asking.ask_rows(client, wanted, "results")
        more = bool(values.text(page.value, "next")) and values.whole(page.value, "count") != 0
        digest, began = values.text(cursor.get("hash"), most=32), values.moment(cursor.get("began"))
        if number == 1:
            said_first = json.dumps(about, sort_keys=True).encode() + page.response.body
            was, digest = digest, hashlib.sha256(RULE + said_first).hexdigest()[:32]
            if was == digest and (not more or (began is not None and now - began < AGAIN)):
                return Batch(cursor=cursor, unchanged=True)
            began = now
        items, people, problems = talks_of(rows, about, base, slug)
        done = {"hash": digest, "began": began.isoformat() if began else ""}
        kept = {name: values.get(about, name) for name in ABOUT}
        return Batch(
            items=tuple(items),
            events=(conference,) if number == 1 else (),
            identities=tuple(people),
            cursor={**done, "page": number + 1, "about": kept} if more else done,
            more=more,
            title=said(about, "name"),
            site=self.address(query),
            problems=tuple(problems[:20]),
        )


def _names(row: asking.Row) -> list[str]:
    """What a conference is called, in every language, and in its address."""
    given = values.get(row, "name")
    names = [values.text(given, language) for language in given] if isinstance(given, dict) else []
    return [*names, values.text(row, "name"), values.text(row, "slug")]


def _suggested(row: asking.Row, base: str) -> Suggestion:
    slug, first = values.text(row, "slug", most=100), values.day(row, "date_from")
    return Suggestion({"event": f"{base}/{slug}"}, said(row, "name") or slug, f"{first}" if first else "")
