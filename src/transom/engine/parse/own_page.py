"""What a site's own page says of whoever keeps it: `rel=me`, h-card, and schema.org's Person.

Microformats are read as microformats.org/wiki/microformats2-parsing says, as far as one person needs it; which card
is the page's own as microformats.org/wiki/representative-h-card-parsing says. A page may say anything: whether others
say the same of it is for later stages to find out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from transom.engine.core.addresses import canonical, host_of, is_http, resolve
from transom.engine.parse.bodies import plain
from transom.engine.parse.html_documents import Page, read_page
from transom.engine.parse.linked_data import linked_data
from transom.engine.parse.microformats import (
    LONGEST_TEXT,
    MOST_ELEMENTS,
    first,
    implied_name,
    only_anchor,
    properties,
    text_of,
)

MOST_ME = 50
"""Links with rel=me that are believed: a page with more is a directory, and says nothing of one person."""
MOST_CARDS = 20
MOST_SAME = 20
LONGEST_NAME = 120
LONGEST_ADDRESS = 2000

_ABOUT = re.compile(
    r"/(?:about(?:[-_]?(?:me|us|the[-_]author))?|bio|colophon|who|ueber(?:[-_]mich)?|a-propos|over-mij|om)"
    r"(?:\.html?|\.php)?/?$",
    re.IGNORECASE,
)
_HOLDERS = frozenset({"website", "blog", "webpage", "aboutpage", "profilepage", "collectionpage"})
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Card:
    """Whom a page is about. `pages` are addresses it gives as theirs; the rest is "" where it does not say."""

    name: str
    pages: tuple[str, ...] = ()
    organisation: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class OwnPage:
    """`me` are the targets of rel=me, `feeds` of rel=alternate, canonical; `about` is where it says more of its author.

    `about_elsewhere`: that page is on another host (it is linked as both author and me).
    """

    me: tuple[str, ...] = ()
    card: Card | None = None
    about: str = ""
    about_elsewhere: bool = False
    feeds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Linked:
    address: str
    rels: frozenset[str]
    feed: bool = False


def parse_own_page(html: bytes, *, url: str, content_type: str | None = None) -> OwnPage:
    """What the page says of its keeper. Raises ParseError for what is no HTML; odd values are left out."""
    page = read_page(html, url=url, content_type=content_type)
    here, linked = canonical(url), _linked(page)
    me = tuple(dict.fromkeys(one.address for one in linked if "me" in one.rels and one.address != here))
    me = me if len(me) <= MOST_ME else ()
    about, elsewhere = _about(linked, me, here)
    return OwnPage(
        me=me,
        card=_representative(page, me, here) or _person(page, here),
        about=about,
        about_elsewhere=elsewhere,
        feeds=tuple(dict.fromkeys(one.address for one in linked if one.feed))[:MOST_SAME],
    )


def _linked(page: Page) -> list[_Linked]:
    """Links that say what they are, and those that lead to a page about the author; the same may stand twice."""
    found: list[_Linked] = []
    for element in page.root.iter("link", "a", "area"):
        rels = frozenset((element.get("rel") or "").lower().split())
        href = element.get("href") or ""
        if not rels & {"me", "author", "alternate"} and not _ABOUT.search(
            href.partition("#")[0][:LONGEST_ADDRESS]
        ):
            continue
        if address := _address(page, href):
            kind = (element.get("type") or "").lower()
            feed = "alternate" in rels and ("xml" in kind or "json" in kind)
            found.append(_Linked(address, rels, feed))
        if len(found) >= MOST_ELEMENTS:
            break
    return found


def _address(page: Page, href: str) -> str:
    if not href.strip() or len(href) > LONGEST_ADDRESS:
        return ""
    address = resolve(page.base, href)
    return canonical(address) if is_http(address) else ""


def _about(linked: Iterable[_Linked], me: tuple[str, ...], here: str) -> tuple[str, bool]:
    """The author's page: one linked as author and me wherever it is, else one of this host that says so."""
    linked = [one for one in linked if one.address != here and "alternate" not in one.rels]
    authors = dict.fromkeys(one.address for one in linked if "author" in one.rels)
    if len(authors) == 1 and (only := next(iter(authors))) in me:
        return only, host_of(only) != host_of(here)
    for wanted in (authors, dict.fromkeys(one.address for one in linked if _ABOUT.search(one.address))):
        own = [address for address in wanted if host_of(address) == host_of(here)]
        if len(own) == 1:
            return own[0], False
    return "", False


def _representative(page: Page, me: tuple[str, ...], here: str) -> Card | None:
    cards = list(_cards(page))
    for chosen in (
        [card for card, uids in cards if here in uids and here in card.pages],
        [card for card, _ in cards if any(address in me for address in card.pages)],
        [card for card, _ in cards if here in card.pages] if len(cards) == 1 else [],
    ):
        names = {card.name for card in chosen}
        if len(names) == 1:
            return max(chosen, key=lambda card: (bool(card.organisation), bool(card.role)))
        if names:
            return None
    return None


def _cards(page: Page) -> Iterator[tuple[Card, frozenset[str]]]:
    """The page's h-cards of people with the addresses that each gives as uid."""
    roots = page.root.xpath("//*[contains(concat(' ', normalize-space(@class), ' '), ' h-card ')]")
    for root in roots[:MOST_CARDS]:
        said = properties(root)
        urls = said.get("u-url", [])
        pages = [_address(page, one.get("href") or one.get("src") or text_of(one)) for one in urls]
        if not urls and (anchor := only_anchor(root)) is not None:
            pages = [_address(page, anchor.get("href") or "")]
        name = first(said, "p-name") or ("" if any(key[0] in "pe" for key in said) else implied_name(root))
        uids = frozenset(_address(page, one.get("href") or "") for one in said.get("u-uid", []))
        organisation = first(said, "p-org") or first(said, "p-organization-name")
        # A card whose name is its organisation's is the organisation's (h-card, "organization").
        if name and len(name) <= LONGEST_NAME and name != organisation:
            role = first(said, "p-job-title") or first(said, "p-role")
            yield Card(name, tuple(dict.fromkeys(filter(None, pages)))[:MOST_SAME], organisation, role), uids


def _person(page: Page, here: str) -> Card | None:
    """Whom JSON-LD says the page or the site is by; None where it names several."""
    held: list[Mapping[str, Any]] = []
    alone: list[Mapping[str, Any]] = []
    for node in linked_data(page.root):
        if _is(node, {"person"}):
            alone.append(node)
        elif _is(node, _HOLDERS):
            parts = [node.get(key) for key in ("mainEntity", "author", "creator", "publisher")]
            held += [one for part in parts for one in _as_list(part)[:10] if _is(one, {"person"})]
    for people in (held, [one for one in alone if here in _own_addresses(page, one)], alone):
        cards = [card for one in people if (card := _card_of(page, one))]
        names = {card.name for card in cards}
        if len(names) == 1:
            return max(cards, key=lambda card: (bool(card.organisation), len(card.pages)))
        if names:
            return None
    return None


def _is(node: object, kinds: Iterable[str]) -> bool:
    if not isinstance(node, dict):
        return False
    said = {
        kind.lower().rpartition("/")[2] for kind in _as_list(node.get("@type"))[:10] if isinstance(kind, str)
    }
    return not said.isdisjoint(kinds)


def _own_addresses(page: Page, node: Mapping[str, Any]) -> list[str]:
    said = [one for key in ("url", "@id", "mainEntityOfPage") for one in _as_list(node.get(key))[:MOST_SAME]]
    return [_address(page, one.partition("#")[0]) for one in said if isinstance(one, str)]


def _card_of(page: Page, node: Mapping[str, Any]) -> Card | None:
    name = _said(node.get("name"))
    if not name or len(name) > LONGEST_NAME or is_http(name):
        return None
    said = [one for one in _as_list(node.get("sameAs"))[:MOST_SAME] if isinstance(one, str)]
    same = [_address(page, one) for one in said if is_http(one)]
    return Card(
        name,
        tuple(dict.fromkeys(filter(None, same))),
        _named(node.get("worksFor")) or _named(node.get("affiliation")),
        _named(node.get("jobTitle")),
    )


def _named(value: object) -> str:
    value = next(iter(_as_list(value)), None)
    return _said(value.get("name")) if isinstance(value, dict) else _said(value)


def _said(value: object) -> str:
    value = next(iter(_as_list(value)), None)
    return (
        _SPACE.sub(" ", plain(value[: 4 * LONGEST_TEXT])).strip()[:LONGEST_TEXT]
        if isinstance(value, str)
        else ""
    )


def _as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
