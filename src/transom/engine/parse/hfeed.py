"""A page's own entries as a feed: h-feed and h-entry of microformats 2 (microformats.org/wiki/h-feed, /h-entry)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from transom.engine.core.addresses import canonical, is_http, resolve
from transom.engine.core.errors import ParseError
from transom.engine.parse.bodies import Cleaning, Element, markup_of, one_line
from transom.engine.parse.dates import parse_date
from transom.engine.parse.html_documents import Page, read_page
from transom.engine.parse.microformats import (
    classes_of,
    first,
    implied_name,
    is_root,
    only_anchor,
    properties,
    text_of,
)
from transom.engine.parse.model import Author, ParsedEntry, ParsedFeed

MEDIA_TYPE = "text/mf2+html"
MOST_ENTRIES = 200
MOST_LOOKED_AT = 200_000
MOST_AUTHORS = 10
MOST_TAGS = 50
LONGEST_ADDRESS = 2000
FEWEST = 2
"""Entries that stand outside an h-feed make a feed where there are two: one alone is an article."""
_NO_FEED = (
    "This page holds no entries that are marked as such (h-feed). Follow it by its feed, if it has one."
)


def parse_hfeed(body: bytes, *, url: str = "", content_type: str | None = None) -> ParsedFeed:
    """The entries that a page marks up. Raises ParseError where there are none."""
    feed = read_hfeed(read_page(body, url=url, content_type=content_type), url)
    if feed is None:
        raise ParseError(_NO_FEED, looks_like="html")
    return feed


def read_hfeed(page: Page, url: str) -> ParsedFeed | None:
    """The same of a page that is read already; None where it has no entries."""
    root, found = _feed_of(page.root)
    people = _authors(page, root) if root is not None else ()
    entries = tuple(entry for one in found if (entry := _entry(page, one, people)))
    if not entries or (root is None and len(entries) < FEWEST):
        return None
    said = properties(root, into_markup=False) if root is not None else {}
    titles = [one_line(element.text_content()) for element in page.root.iter("title")]
    return ParsedFeed(
        format="h-feed",
        title=first(said, "p-name") or next(filter(None, titles), ""),
        link=_address(page, said.get("u-url", [])) or url,
        language=(page.root.get("lang") or "").strip()[:35],
        self_url=url,
        entries=entries,
        authors=people,
        fast=True,
    )


def _feed_of(root: Element) -> tuple[Element | None, list[Element]]:
    """The first h-feed with entries and these; none with those that stand alone, where no feed holds any."""
    for feed in root.xpath("//*[contains(concat(' ', normalize-space(@class), ' '), ' h-feed ')]")[:20]:
        if found := list(_entries(feed)):
            return feed, found
    return None, list(_entries(root))


def _entries(holder: Element) -> Iterator[Element]:
    """The h-entries in something, those inside other microformats left to these."""
    waiting, many = list(reversed(holder)), 0
    for _ in range(MOST_LOOKED_AT):
        if not waiting or many >= MOST_ENTRIES:
            return
        element = waiting.pop()
        classes = classes_of(element)
        if "h-entry" in classes:
            many += 1
            yield element
        elif not is_root(classes):
            waiting += reversed(element)


def _entry(page: Page, root: Element, people: tuple[Author, ...]) -> ParsedEntry | None:
    """One entry; None for what has neither an address nor words."""
    said = properties(root, into_markup=False)
    cleaning = Cleaning(sanitised=True)
    content = next(iter(said.get("e-content", [])), None)
    html = cleaning.html(markup_of(content), page.base) if content is not None else ""
    summary = first(said, "p-summary")
    anchor = only_anchor(root)
    link = _address(page, said.get("u-url", []) or ([anchor] if anchor is not None else []))
    name = first(said, "p-name")
    if content is not None and (name == text_of(content) or content in said.get("p-name", [])):
        # A note: its name is only what it says.
        name = ""
    if not said and anchor is not None:
        name = implied_name(root)
    if not (html or summary or name) or not (link or html):
        return None
    published, updated = _time(said.get("dt-published", [])), _time(said.get("dt-updated", []))
    return ParsedEntry(
        id=_address(page, said.get("u-uid", [])) or link or None,
        title=name,
        link=link,
        published=published or updated,
        updated=updated or published,
        authors=_authors(page, root) or people,
        summary_html=cleaning.text(summary),
        content_html=html,
        tags=tuple(
            dict.fromkeys(tag for one in said.get("p-category", [])[:MOST_TAGS] if (tag := text_of(one)))
        ),
    )


def _time(elements: list[Element]) -> datetime | None:
    for element in elements[:3]:
        given = element.get("datetime") or element.get("title") or element.get("value") or text_of(element)
        if when := parse_date(given):
            return when
    return None


def _authors(page: Page, root: Element) -> tuple[Author, ...]:
    """Who something says it is by: cards with their addresses, else names."""
    found = {}
    for element in properties(root, into_markup=False).get("p-author", [])[:MOST_AUTHORS]:
        said = properties(element) if is_root(classes_of(element)) else {}
        anchor = only_anchor(element)
        uri = _address(page, said.get("u-url", []) or ([anchor] if anchor is not None else []))
        name = first(said, "p-name") or implied_name(element)
        if name and not is_http(name):
            found[name, uri] = Author(name, uri)
    return tuple(found.values())


def _address(page: Page, elements: list[Element]) -> str:
    """The first web address among these, absolute."""
    for element in elements[:5]:
        given = (
            element.get("href") or element.get("src") or element.get("value") or text_of(element)
        ).strip()
        address = resolve(page.base, given) if given and len(given) <= LONGEST_ADDRESS else ""
        if is_http(address) and canonical(address):
            return address
    return ""
