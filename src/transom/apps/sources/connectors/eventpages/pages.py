"""A page or a map of a site to the addresses where its events stand. Pure; raises ParseError for what is neither."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.eventpages.mapping import INSIDE
from transom.engine.core import addresses
from transom.engine.parse.bodies import one_line
from transom.engine.parse.html_documents import Page, read_page
from transom.engine.parse.linked_data import linked_data

MOST_LINKS = 150
LARGEST_MAP = 50 * 1024 * 1024  # bytes, as the protocol of site maps allows
EVENT_WORDS = (
    r"events?|webinars?|meetings?|conferences?|courses?|trainings?|workshops?|seminars?|symposi(?:um|a)|congress"
    r"|veranstaltung(?:en)?|termine?|tagung(?:en)?|kongress|kurse?|fortbildung(?:en)?|[ée]v[ée]nements?|colloques?"
    r"|formations?|eventos?|congresos?|cursos?|calendar|agenda|kalender"
)
_EVENT_PATH = re.compile(rf"(?:^|[/_-])(?:{EVENT_WORDS})(?=$|[/_-])", re.I)
_SITEMAP_NAME = re.compile(rf"(?:{EVENT_WORDS}|tribe)", re.I)
_NO_EVENT = re.compile(
    r"/(?:category|tag|kategorie|page|list|month|day|week|today|feed|past|archive)(?:/|$)|\.(?:ics|pdf|xml|jpe?g|png)$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Listed:
    """What an address holds: objects of JSON-LD, other addresses with the day they changed ("" unknown), more maps."""

    nodes: tuple[Mapping[str, Any], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    maps: tuple[str, ...] = ()
    following: str = ""
    title: str = ""
    language: str = ""
    is_map: bool = False


def read(body: bytes, url: str, content_type: str) -> Listed:
    """Raises ParseError for what is neither a page nor a site's map. A map may be packed (sitemap.xml.gz)."""
    if body.startswith(b"\x1f\x8b"):
        body = _unpacked(body)
    if (root := _map(body)) is not None:
        return _of_map(root, url)
    page = read_page(body, url=url, content_type=content_type)
    nodes = tuple(linked_data(page.root, INSIDE))
    title = next((one_line(one.text_content()) for one in page.root.iter("title")), "")
    return Listed(
        nodes=nodes,
        links=tuple((one, "") for one in [*_of_list(nodes, url), *_linked(page, url)][:MOST_LINKS]),
        following=_following(page, url),
        title=values.text(title, most=200),
        language=values.text(page.root.get("lang") or "", most=12),
    )


def _unpacked(body: bytes) -> bytes:
    """What is beyond the limit is left out, and what is broken is nothing."""
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body, LARGEST_MAP)
    except zlib.error:
        return b""


def _map(body: bytes) -> Any:
    if not re.search(rb"<(?:\w+:)?(?:urlset|sitemapindex)\b", body[:5000]):
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        return etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _of_map(root: Any, url: str) -> Listed:
    """Of a map of maps those that speak of events, else all; of a map what lies under such a word, else all."""
    found = []
    for row in root.iterchildren("{*}url", "{*}sitemap"):
        where = values.address(_child(row, "loc"))
        if where and addresses.host_of(where) == addresses.host_of(url):
            found.append((where, values.text(_child(row, "lastmod"))[:10]))
    if etree.QName(root).localname == "sitemapindex":
        named = [where for where, _ in found if _SITEMAP_NAME.search(urlsplit(where).path)]
        return Listed(maps=tuple(named or [where for where, _ in found])[:5], is_map=True)
    named_pages = [one for one in found if _EVENT_PATH.search(urlsplit(one[0]).path)]
    # The latest changed first: a map may hold twenty years.
    kept = sorted(named_pages or found, key=lambda one: one[1], reverse=True)
    return Listed(links=tuple(kept[:MOST_LINKS]), is_map=True)


def _child(row: Any, name: str) -> str:
    found = row.find(f"{{*}}{name}")
    return "" if found is None else found.text or ""


def _of_list(nodes: tuple[Mapping[str, Any], ...], url: str) -> list[str]:
    """What a list in the page's data only points at."""
    found = []
    for node in nodes:
        if values.text(node, "@type") == "ListItem" and not isinstance(node.get("item"), Mapping):
            where = addresses.resolve(url, values.text(node, "url") or values.text(node, "item"))
            found += [where] if addresses.host_of(where) == addresses.host_of(url) else []
    return found


def _linked(page: Page, url: str) -> list[str]:
    """Links of the same site that lie below this page, or under a word for events."""
    here, folder = addresses.host_of(url), urlsplit(url).path.rstrip("/") + "/"
    found: dict[str, None] = {}
    for element in page.root.iter("a"):
        where = addresses.resolve(page.base, (element.get("href") or "").strip()).partition("#")[0]
        path = urlsplit(where).path
        if not addresses.is_http(where) or addresses.host_of(where) != here or _NO_EVENT.search(path):
            continue
        below = path.startswith(folder) and folder != "/"
        named = _EVENT_PATH.search(path) and path.strip("/").count("/") >= 1
        if (below or named) and path.rstrip("/") != folder.rstrip("/"):
            found[where] = None
    return list(found)


def _following(page: Page, url: str) -> str:
    for element in page.root.iter("link", "a"):
        if "next" in (element.get("rel") or "").lower().split():
            where = addresses.resolve(page.base, element.get("href") or "")
            if (
                addresses.is_http(where)
                and addresses.host_of(where) == addresses.host_of(url)
                and where != url
            ):
                return where
    return ""
