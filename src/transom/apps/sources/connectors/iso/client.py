"""Reading ISO's list of deliverables. It is one very long file, so it is read in pieces, and weekly."""

from __future__ import annotations

import re
from datetime import datetime

from transom.apps.sources.connectors import asking, values
from transom.apps.sources.connectors.interface import AT, Ask, Connector, Meant, Query, Suggestion
from transom.apps.sources.connectors.iso.mapping import (
    MOST_AT_WORK,
    Reading,
    changes,
    committees_in,
    known_of,
    programme,
)
from transom.apps.sources.connectors.iso.server import sample_service
from transom.apps.sources.connectors.records import Batch, Cursor
from transom.apps.sources.connectors.serving import Service
from transom.apps.sources.errors import SourceError
from transom.engine.core.errors import FetchError
from transom.engine.net.limits import MIB
from transom.engine.net.port import HttpPort, Request, Response

PIECE = 8 * MIB
MOST_COMMITTEES = 10
FOLDER = "/opendata/_latest"
LIST = f"{FOLDER}/iso_deliverables_metadata/json/iso_deliverables_metadata.jsonl"
COMMITTEES = f"{FOLDER}/iso_technical_committees/json/iso_technical_committees.jsonl"
_SIZE = re.compile(r"bytes \d+-\d+/(\d+)")
_NAME = re.compile(r"(?:ISO|ISO/IEC|ISO/CASCO|IEC)[A-Z0-9 /]{2,60}")
_LOOSE = re.compile(r"(?:TC|PC|JTC) ?\d+(?:/SC ?\d+)?", re.I)


class Standards(Connector):
    name = "iso"
    title = "ISO committees (ISO Open Data)"
    says = "The standards that a committee publishes, and when a draft can be commented or an old one is reviewed."
    asks = (
        Ask(
            "committee",
            "A committee, for example ISO/TC 46/SC 11; several with commas.",
            "ISO/TC 46/SC 11",
            label="Committee",
        ),
        AT,
    )
    channel = "standards body"
    home = "https://isopublicstorageprod.blob.core.windows.net"
    every_minutes = 7 * 24 * 60
    limits = "Who sits on a committee, and its meetings, are not public; standards are for sale."
    sample = {"committee": "ISO/TC 900/SC 2"}

    def address(self, query: Query) -> str:
        site = (query.get("at") or "https://www.iso.org").rstrip("/")
        return f"{site}/technical-committees.html#{query['committee'].replace(' ', '')}"

    def recognise(self, text: str) -> Meant | None:
        return (
            Meant({"committee": text})
            if re.fullmatch(r"ISO(?:/IEC)?[/ ](?:TC|JTC|PC) ?\d.*", text, re.I)
            else None
        )

    def tidy(self, query: Query) -> Query:
        named = [_tidied(one) for one in query["committee"].split(",") if one.strip()]
        if not named or len(named) > MOST_COMMITTEES or not all(_NAME.fullmatch(one) for one in named):
            raise SourceError(
                f"{query['committee'][:100]!r} names no committee such as ISO/TC 46/SC 11 (at most {MOST_COMMITTEES}).",
                permanent=True,
            )
        return {**query, "committee": ", ".join(sorted(dict.fromkeys(named)))}

    def service(self) -> Service:
        return sample_service()

    async def discover(self, words: str, client: HttpPort, server: str = "") -> list[Suggestion]:
        wanted = asking.Wanted(f"{server or self.home}{COMMITTEES}", accept="*/*", max_bytes=PIECE)
        raw = (await asking.ask(client, wanted)).body
        found = committees_in(raw, words.casefold().split())
        return [Suggestion({"committee": name}, f"{name} {title}".strip()) for name, title in found[:20]]

    async def fetch(self, query: Query, cursor: Cursor, client: HttpPort, now: datetime) -> Batch:
        """One piece of the list. What is in progress is gathered in the cursor, and told after the last piece."""
        title = values.text(cursor, "title", most=300) or await _titles(
            client, self.base(query), query["committee"]
        )
        url = f"{self.base(query)}{LIST}"
        begin = (values.whole(cursor.get("place")) or 0) if cursor.get("more") else 0
        known = values.text(cursor, "etag")
        response = await _piece(client, url, begin, known)
        if response.status == 304:
            return Batch(cursor=cursor, unchanged=True)
        if response.status == 412:
            # The list was exchanged while it was being read: from the beginning.
            begin, response = 0, await _piece(client, url, 0, "")
        # One that knows no pieces sends the whole file, whatever was asked.
        begin = 0 if response.status == 200 else begin
        size = _size(response, begin)
        last = begin + len(response.body) >= size
        whole = response.body if last else response.body[: response.body.rfind(b"\n") + 1]
        if not whole:
            raise asking.unlike(url, "its lines have no end.")
        committees = frozenset(query["committee"].split(", "))
        reading = Reading(committees, now)
        if begin:
            reading.at_work = known_of(cursor.get("found"))
        reading.read(whole)
        if not begin and b'"ownerCommittee"' not in whole:
            raise asking.unlike(url, "it is no list of deliverables.")
        before = cursor.get("before")
        kept: dict[str, object] = {
            "before": before,
            "etag": response.headers.get("etag") or known,
            "title": title,
        }
        problems = [f"{reading.broken} lines of the list could not be read."] if reading.broken else []
        if not last:
            following = {**kept, "place": begin + len(whole), "found": reading.at_work, "more": True}
            return self._batch(query, reading, following, problems)
        return self._ended(query, reading, kept, problems, now)

    def _ended(
        self, query: Query, reading: Reading, kept: dict[str, object], problems: list[str], now: datetime
    ) -> Batch:
        """The whole list was read: what moved since last time, and all that is in progress on one page."""
        before = kept.get("before")
        if before is not None:
            reading.items += changes(known_of(before), reading.at_work, now)
        listed = programme(query["committee"], reading.at_work, self.address(query), now)
        if listed and before != reading.at_work:
            reading.items.append(listed)
        if not reading.items and not reading.at_work:
            problems.append(
                f"The list names nothing of {query['committee']}. Look whether it is spelt so at ISO."
            )
        if len(reading.at_work) >= MOST_AT_WORK:
            problems.append(
                f"More is in progress than is kept: the first {MOST_AT_WORK}. Follow fewer at once."
            )
        following = {**kept, "before": reading.at_work, "more": False}
        return self._batch(query, reading, following, problems)

    def _batch(self, query: Query, reading: Reading, cursor: dict[str, object], problems: list[str]) -> Batch:
        return Batch(
            items=tuple(reading.items),
            cursor=cursor,
            more=cursor["more"] is True,
            title=values.text(cursor, "title", most=300) or query["committee"],
            site=self.address(query),
            language="en",
            problems=tuple(problems),
        )


def _tidied(given: str) -> str:
    """A committee as ISO writes it: "tc46/sc11" is "ISO/TC 46/SC 11"."""
    plain = " ".join(given.upper().split())
    if _LOOSE.fullmatch(plain):
        plain = f"ISO/IEC {plain}" if plain.startswith("JTC") else f"ISO/{plain}"
    return re.sub(r"\b(JTC|TC|PC|SC) ?(\d+)", r"\1 \2", plain).replace("ISO TC", "ISO/TC")


async def _titles(client: HttpPort, base: str, committees: str) -> str:
    """What the committees are called. Raises FetchError where one is not in ISO's own list of committees."""
    url = f"{base}{COMMITTEES}"
    raw = (await asking.ask(client, asking.Wanted(url, accept="*/*", max_bytes=PIECE))).body
    known = dict(committees_in(raw, ()))
    named = committees.split(", ")
    if known and (strange := [one for one in named if one not in known]):
        raise FetchError("http-status", f"ISO has no committee {strange[0]}.", url=url, status=404)
    return ", ".join(f"{one} {known.get(one, '')}".strip() for one in named)


async def _piece(client: HttpPort, url: str, begin: int, etag: str) -> Response:
    """Some megabytes of the file; 304 where it is the one that was read, 412 where it is no longer."""
    headers = {"Range": f"bytes={begin}-{begin + PIECE - 1}", "Accept-Encoding": "identity"}
    if begin and etag:
        headers["If-Match"] = etag
    request = Request(
        url,
        purpose=asking.PURPOSE,
        etag=None if begin else etag or None,
        accept="*/*",
        max_bytes=PIECE,
        headers=headers,
    )
    response = await client.fetch(request)
    if response.status in (200, 206, 412) or (response.status == 304 and request.is_conditional):
        return response
    raise asking.refused(response, request.url)


def _size(response: Response, begin: int) -> int:
    """How long the whole file is."""
    found = _SIZE.search(response.headers.get("content-range", ""))
    if found:
        return int(found[1])
    return begin + len(response.body)
