"""Feeds of every format: a lean reader for sound documents, feedparser for the rest."""

import re
from dataclasses import replace

from transom.engine.core.errors import ParseError
from transom.engine.parse.atom import read_atom
from transom.engine.parse.bodies import Cleaning, Element
from transom.engine.parse.documents import LARGEST, decoded, mended_tree, quick_tree, recovered_tree
from transom.engine.parse.jsonfeed import read_json
from transom.engine.parse.mended import Extra, read_mended
from transom.engine.parse.model import ParsedFeed
from transom.engine.parse.names import key_of
from transom.engine.parse.rss import read_rss

# feedparser reads about two megabytes a second; larger damaged documents go to libxml2's recovery alone.
MOST_FOR_FEEDPARSER = 1024 * 1024

_RSS_ROOTS = frozenset({"rss", "rdf:rdf", "rdf", "channel"})
_ATOM_ROOTS = frozenset({"atom:feed", "atom:entry", "feed", "?:feed"})
_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_FEED_ELEMENT = re.compile(r"<(?:\w+:)?(?:rss|rdf|feed|channel|entry|item)\b", re.IGNORECASE)
_MENDED = "The feed is not quite sound XML and was mended while reading."
_DAMAGED = "The feed is damaged; it was read as far as it could be understood."
_WEB_PAGE = (
    "This address answers with a web page, not a feed. Follow the page's own address instead, "
    "so that its feeds can be looked for."
)


def parse_feed(
    body: bytes, *, url: str = "", content_type: str | None = None, sanitised: bool = True
) -> ParsedFeed:
    """Read a feed. `url` is where it came from (relative addresses resolve against it).

    `content_type` is the HTTP header, which often lies. With `sanitised` false the HTML fields are kept as
    the feed had them, for comparison only. Raises ParseError when no feed can be found in `body`.
    """
    if len(body) > LARGEST:
        raise ParseError(
            f"The feed is larger than {LARGEST >> 20} MB, so it was not read. Unfollow it or ask for less."
        )
    cleaning = Cleaning(sanitised)
    start = body[:512].lstrip(b"\xef\xbb\xbf \t\r\n\x00")
    if not start and not body.strip(b"\xef\xbb\xbf \t\r\n\x00"):
        raise ParseError("The feed is empty: the server sent nothing. Try again later.", looks_like="empty")
    if start.startswith((b"{", b"[")):
        feed = read_json(decoded(body, content_type)[0].lstrip("\ufeff \t\r\n"), url=url, cleaning=cleaning)
    else:
        feed = _read_xml(body, url, content_type, cleaning)
    return replace(feed, extra=Extra(body, url, content_type))


def _read_xml(body: bytes, url: str, content_type: str | None, cleaning: Cleaning) -> ParsedFeed:
    root = quick_tree(body)
    if root is not None and (feed := _read_tree(root, url, cleaning)):
        return feed
    text, note = decoded(body, content_type)
    if _HTML_START.match(text):
        raise ParseError(_WEB_PAGE, looks_like="html")
    notes = (note,) if note else ()
    if root is None and (root := mended_tree(text)) is not None and (feed := _read_tree(root, url, cleaning)):
        return replace(feed, problems=(*notes, *feed.problems, *_mending(body)))
    return _read_damaged(body, text, notes, url, content_type, cleaning)


def _mending(body: bytes) -> tuple[str, ...]:
    """A document that only carries a document type or a wide encoding is sound."""
    return () if b"<!DOCTYPE" in body[:4096] or b"\x00" in body[:4] else (_MENDED,)


def _read_tree(root: Element, url: str, cleaning: Cleaning) -> ParsedFeed | None:
    """Read a tree whose root is that of a feed; None for any other, which may yet be one for feedparser."""
    name = key_of(root.tag)
    if name in _ATOM_ROOTS:
        return read_atom(root, url=url, cleaning=cleaning)
    if name in _RSS_ROOTS and not _is_cdf(root):
        return read_rss(root, url=url, cleaning=cleaning)
    if name in ("xhtml:html", "html"):
        raise ParseError(_WEB_PAGE, looks_like="html")
    if name == "opml":
        raise ParseError(
            "This is a list of subscriptions (OPML), not a feed. Import it instead.", looks_like="opml"
        )
    return None


def _is_cdf(root: Element) -> bool:
    """Microsoft's Channel Definition Format also starts with a channel, in capitals; feedparser knows it."""
    return bool(root.tag == "CHANNEL")


def _read_damaged(
    body: bytes, text: str, notes: tuple[str, ...], url: str, content_type: str | None, cleaning: Cleaning
) -> ParsedFeed:
    if not _FEED_ELEMENT.search(text):
        raise _no_feed(text)
    mended = recovered = None
    if len(body) <= MOST_FOR_FEEDPARSER:
        try:
            mended = read_mended(body, url=url, content_type=content_type, cleaning=cleaning)
        except ParseError:
            mended = None
    if mended is None or not mended.entries:
        root = recovered_tree(text)
        recovered = _read_tree(root, url, cleaning) if root is not None else None
    best = recovered if recovered and (mended is None or recovered.entries) else mended
    if best is None:
        raise _no_feed(text)
    return replace(best, fast=False, problems=(*notes, *best.problems, _DAMAGED))


def _no_feed(text: str) -> ParseError:
    if re.search(r"<(?:html|body|head|div|p)\b", text[:4096], re.IGNORECASE):
        return ParseError(_WEB_PAGE, looks_like="html")
    kind = "xml" if text.lstrip().startswith("<") else "binary"
    return ParseError(
        "This document is no feed in any format Transom reads. Check the address.", looks_like=kind
    )
