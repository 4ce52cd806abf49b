"""Asking for a mailing list's feed: conditionally, and telling a page that wants members to sign in from a feed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from transom.apps.sources.connectors import asking
from transom.apps.sources.connectors.letters import Letters
from transom.apps.sources.connectors.records import Batch, Cursor
from transom.engine.core.addresses import host_of
from transom.engine.core.errors import FetchError, ParseError
from transom.engine.net.port import HttpPort, Response
from transom.engine.parse import parse_feed
from transom.engine.parse.model import ParsedEntry, ParsedFeed

MOST_PROBLEMS = 20
_SIGN_IN = re.compile(rb"log\s?in required|<title>[^<]*(?:log\s?in|sign\s?in)|type=[\"']?password", re.I)


@dataclass(frozen=True, slots=True)
class Told:
    """A list's latest letters, with what was remembered of its threads."""

    entries: tuple[ParsedEntry, ...]
    title: str
    language: str
    threads: Mapping[str, object]
    seen: Mapping[str, object]
    digest: str

    def batch(self, mapped: Letters, site: str, title: str) -> Batch:
        """What was gathered from them, as the one page there is."""
        return Batch(
            items=tuple(mapped.items),
            identities=tuple(mapped.identities.values()),
            endorsements=tuple(mapped.endorsements),
            cursor={"seen": self.seen, "hash": self.digest, "threads": mapped.threads},
            title=self.title or title,
            site=site,
            language=self.language,
            problems=tuple(dict.fromkeys(mapped.problems))[:MOST_PROBLEMS],
        )


async def ask_letters(client: HttpPort, wanted: asking.Wanted, cursor: Cursor) -> Told | None:
    """The feed; None where nothing is new. Raises FetchError where it is for members only, and ParseError."""
    url = wanted.address
    response = await asking.ask(client, replace(wanted, remembered=asking.Remembered.of(cursor, url)))
    digest = hashlib.sha256(response.body).hexdigest()[:32]
    if response.status == 304 or cursor.get("hash") == digest:
        return None
    feed = _feed(response, url)
    threads = cursor.get("threads")
    return Told(
        entries=feed.entries,
        title=feed.title,
        language=feed.language,
        threads=threads if isinstance(threads, Mapping) else {},
        seen=asking.Remembered.from_answer(response, url),
        digest=digest,
    )


def _feed(response: Response, url: str) -> ParsedFeed:
    try:
        return parse_feed(response.body, url=response.url, content_type=response.headers.get("content-type"))
    except ParseError as error:
        if _SIGN_IN.search(response.body[:100_000]):
            message = f"{host_of(url)} shows this archive to its members only. Its letters can come to Transom by mail."
            raise FetchError("http-status", message, url=url, status=403) from error
        raise asking.unlike(url, "it sent no feed of letters.") from error
