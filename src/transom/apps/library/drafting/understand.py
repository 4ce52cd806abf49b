"""A fetched document to drafts. Never raises for anything a document holds."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, cast

from transom.apps.library.drafting.draft import Draft, drafts_of
from transom.apps.library.drafting.indexed import indexed
from transom.engine.core.errors import ParseError
from transom.engine.parse.discovery import discover
from transom.engine.parse.feed import parse_feed
from transom.engine.parse.hfeed import MEDIA_TYPE, parse_hfeed
from transom.engine.parse.model import ParsedFeed

if TYPE_CHECKING:
    from transom.apps.sources.models import Source

log = logging.getLogger(__name__)


class Publisher(NamedTuple):
    """Stands for a source where there is no database: what a draft takes from it."""

    channel: str
    language: str


@dataclass(frozen=True, slots=True)
class Document:
    """What came, and what is known about where it came from. ``first`` where all of its entries will be new."""

    body: bytes
    url: str
    content_type: str | None
    publisher: Publisher
    is_page: bool
    first: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class Understood:
    """A feed (its entries left out) with drafts whose source is still to be set; or an error instead of one."""

    feed: ParsedFeed | None = None
    drafts: list[Draft] = field(default_factory=list)
    published: tuple[datetime, ...] = ()
    error: str = ""
    found_feed: str = ""


def understand(document: Document) -> Understood:
    """Reads one document; a fault of ours in it is logged and costs no other document anything."""
    try:
        return _understood(document)
    except Exception:
        log.exception("Reading %s failed in an unforeseen way", document.url[:200])
        message = f"{document.url[:200]} could not be read because of a fault in Transom. See its log."
        return Understood(error=message)


def _understood(document: Document) -> Understood:
    try:
        feed = parse_feed(document.body, url=document.url, content_type=document.content_type)
    except ParseError as error:
        return _of_page(document, error)
    return _drafted(document, feed)


def _of_page(document: Document, error: ParseError) -> Understood:
    """What a page has for a feed: one that it names, else its own entries; else what was wrong.

    What has been a feed is one: a page in its place, a gate's or an apology's, is not read for entries.
    """
    if not (document.is_page or document.first):
        return Understood(error=error.message)
    found = discover(document.body, url=document.url, content_type=document.content_type)
    named = [link.url for link in found if not link.guessed and link.media_type != MEDIA_TYPE]
    if any(link.media_type == MEDIA_TYPE for link in found):
        with suppress(ParseError):
            page = parse_hfeed(document.body, url=document.url, content_type=document.content_type)
            return _drafted(document, page)
    return Understood(error=error.message, found_feed=named[0] if named and document.is_page else "")


def _drafted(document: Document, feed: ParsedFeed) -> Understood:
    drafts = drafts_of(cast("Source", document.publisher), feed, now=document.now)
    if document.first:
        for draft in drafts:
            draft.indexed = indexed(draft)
    published = tuple(time for entry in feed.entries if (time := entry.published or entry.updated))
    return Understood(replace(feed, entries=(), extra={}), drafts, published)
