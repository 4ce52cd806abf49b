"""What a page says about itself: JSON-LD, Open Graph, citation and Dublin Core names, microdata, plain HTML."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from transom.engine.core.addresses import is_http, resolve
from transom.engine.parse.bodies import Element, one_line, plain
from transom.engine.parse.dates import parse_date
from transom.engine.parse.html_documents import Page
from transom.engine.parse.linked_data import linked_data

_TITLES = ("citation_title", "og:title", "dc.title", "dcterms.title", "twitter:title")
_AUTHORS = (
    "citation_author",
    "author",
    "article:author",
    "dc.creator",
    "dcterms.creator",
    "parsely-author",
    "byl",
)
_DATES = (
    "citation_publication_date",
    "citation_date",
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date",
    "parsely-pub-date",
    "pubdate",
    "date",
)
_DESCRIPTIONS = ("og:description", "description", "dc.description", "twitter:description")
_ARTICLES = re.compile(r"(?:article|posting|report|webpage|newsarticle|book|podcastepisode)$", re.IGNORECASE)
_EVENTS = re.compile(r"(?:event|course\s?instance|hackathon|festival)$", re.IGNORECASE)
_SITE_AT_END = re.compile(r"\s+(?:[|–—·»«•-]|::)\s+[^|–—·»«•]{2,60}$")
_BYLINE_START = re.compile(r"^\W*(?:by|von|par|por|di|af|av|door)\b[:\s]+", re.IGNORECASE)


@dataclass(slots=True)
class Facts:
    """As `ParsedPage` has them; "" and None where the page does not say."""

    title: str = ""
    author: str = ""
    published: datetime | None = None
    canonical_url: str = ""
    language: str = ""
    description: str = ""
    event_start: datetime | None = None
    event_end: datetime | None = None
    event_place: str = ""
    names: dict[str, list[str]] = field(default_factory=dict, repr=False)


def facts_of(page: Page) -> Facts:
    """The first source that says something counts: JSON-LD, then named meta elements, then plain HTML."""
    facts = Facts(names=_named(page.root))
    for node in linked_data(page.root):
        _take_linked_data(facts, node)
    facts.title = facts.title or _first(facts.names, _TITLES) or _title(page.root)
    facts.author = facts.author or _authors(facts.names) or _byline(page.root)
    facts.published = facts.published or _published(facts.names, page.root)
    facts.description = facts.description or _first(facts.names, _DESCRIPTIONS)
    facts.canonical_url = _canonical(page, facts.names)
    facts.language = (page.root.get("lang") or page.root.get("xml:lang") or "").strip()
    return facts


def _named(root: Element) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        name = (
            (element.get("name") or element.get("property") or element.get("itemprop") or "").strip().lower()
        )
        content = plain(element.get("content") or "")
        if name and content:
            names.setdefault(name, []).append(content[:2000])
    return names


def _first(names: Mapping[str, list[str]], wanted: tuple[str, ...]) -> str:
    return next((names[name][0] for name in wanted if name in names), "")


def _authors(names: Mapping[str, list[str]]) -> str:
    for name in _AUTHORS:
        people = [_person(one) for one in names.get(name, ()) if not is_http(one)]
        if people:
            return ", ".join(dict.fromkeys(people))[:300]
    return ""


def _person(name: str) -> str:
    """A byline as a name; citation names come as "Last, First"."""
    name = _BYLINE_START.sub("", one_line(name))
    last, comma, first = name.partition(", ")
    return f"{first} {last}" if comma and " " not in last and "," not in first and len(first) < 40 else name


def _byline(root: Element) -> str:
    for path in (
        ".//*[@rel='author']",
        ".//*[@itemprop='author']",
        ".//*[contains(concat(' ', @class, ' '), ' p-author ')]",
        ".//*[contains(concat(' ', @class, ' '), ' byline ') or contains(concat(' ', @class, ' '), ' author ')]",
    ):
        for element in root.xpath(path)[:3]:
            name = _person(one_line(element.text_content()))
            if 2 < len(name) < 80:
                return name
    return ""


def _published(names: Mapping[str, list[str]], root: Element) -> datetime | None:
    for name in _DATES:
        for said in names.get(name, ()):
            if when := parse_date(said):
                return when
    for element in root.iter("time"):
        if when := parse_date(element.get("datetime") or one_line(element.text_content())):
            return when
    return None


def _title(root: Element) -> str:
    headings = [one_line(element.text_content()) for element in root.iter("h1")][:5]
    whole = next((one_line(element.text_content()) for element in root.iter("title")), "")
    # A heading that the window's title repeats is the page's own, without the site's name.
    heading = next((one for one in headings if one and one in whole), "")
    return heading or _SITE_AT_END.sub("", whole) or next(filter(None, headings), "")


def _canonical(page: Page, names: Mapping[str, list[str]]) -> str:
    for element in page.root.iter("link"):
        if "canonical" in (element.get("rel") or "").lower().split() and element.get("href"):
            address = resolve(page.base, element.get("href"))
            return address if is_http(address) else ""
    address = resolve(page.base, _first(names, ("og:url",)))
    return address if is_http(address) else ""


def _take_linked_data(facts: Facts, node: Mapping[str, Any]) -> None:
    kinds = [str(kind) for kind in _as_list(node.get("@type"))]
    if any(map(_ARTICLES.search, kinds)):
        facts.title = facts.title or _said(node.get("headline")) or _said(node.get("name"))
        facts.author = facts.author or _names(node.get("author") or node.get("creator"))
        facts.published = facts.published or parse_date(_said(node.get("datePublished")))
        facts.description = facts.description or _said(node.get("description"))
    if any(map(_EVENTS.search, kinds)) and facts.event_start is None:
        facts.title = facts.title or _said(node.get("name"))
        facts.event_start = parse_date(_said(node.get("startDate")))
        facts.event_end = parse_date(_said(node.get("endDate")))
        facts.event_place = _place(node.get("location"))
        facts.description = facts.description or _said(node.get("description"))


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _said(value: Any) -> str:
    value = next(iter(_as_list(value)), "")
    return plain(value)[:2000] if isinstance(value, str) else ""


def _names(value: Any) -> str:
    people = [_said(one.get("name")) if isinstance(one, dict) else _said(one) for one in _as_list(value)]
    return ", ".join(dict.fromkeys(name for name in people if name and not is_http(name)))[:300]


def _place(value: Any) -> str:
    parts: list[str] = []
    for one in _as_list(value)[:3]:
        if not isinstance(one, dict):
            parts.append(_said(one))
            continue
        address = one.get("address")
        town = _said(address.get("addressLocality")) if isinstance(address, dict) else _said(address)
        parts += [_said(one.get("name")) or _said(one.get("url")), town]
    return ", ".join(dict.fromkeys(filter(None, parts)))[:300]
