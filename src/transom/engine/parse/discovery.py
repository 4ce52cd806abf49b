"""Finding the feeds of a web page."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from transom.engine.core.addresses import host_of, is_http, registrable_domain, resolve
from transom.engine.core.errors import ParseError
from transom.engine.parse.bodies import Element, one_line, plain
from transom.engine.parse.hfeed import MEDIA_TYPE, read_hfeed
from transom.engine.parse.html_documents import Page, read_page
from transom.engine.parse.known_sites import MARKUP_HOSTS, feeds_of_site
from transom.engine.parse.model import FeedLink

MOST_GUESSED = 12

_FEED_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
        "application/x-rss+xml",
        "text/rss+xml",
        "text/rss",
        "text/atom+xml",
    }
)
# Types that a feed may have, and much else: their address must say that it is one.
_BROAD_TYPES = frozenset({"application/json", "application/xml", "text/xml", ""})
_LOOKS_LIKE_A_FEED = re.compile(
    r"(?:^|[/._?=&])(?:rss2?|atom|rdf|feeds?|jsonfeed|syndication)(?:[/._?=&]|$)"
    r"|[-_](?:rss|atom|feed)\.(?:xml|json)$|/index\.xml$",
    re.IGNORECASE,
)
_NO_FEED_PATH = re.compile(r"\.(?:html?|png|jpe?g|gif|svg|css|js|pdf|zip)$|/wp-json|oembed", re.IGNORECASE)
_FEED_WORDS = re.compile(
    r"^\W*(?:rss|atom|(?:rss|atom|json|web|xml)[\s-]*feeds?|feeds?|subscribe via rss)\W*$", re.I
)
_COMMENTS = re.compile(r"\b(?:comments?|kommentare?|commentaires|comentarios|replies)\b", re.IGNORECASE)
_READERS = frozenset(
    {"feedly.com", "inoreader.com", "newsblur.com", "netvibes.com", "bloglovin.com", "feedburner.google.com"}
)
_USUAL_PATHS = ("/feed", "/feed.xml", "/rss.xml", "/atom.xml", "/index.xml", "/rss", "/feed.json")


def discover(html: bytes, *, url: str, content_type: str | None = None) -> tuple[FeedLink, ...]:
    """The feeds a page declares, in its order, those of comments last; then what looks like one, marked as guessed;
    last, where it declares none, the page itself, if its entries are marked as such (h-feed).

    Guessed are addresses by the custom of a known site or program, links that look like feeds, and, when there
    is nothing else, the usual paths. Bytes that are no page have only what their address tells.
    """
    try:
        page = read_page(html, url=url, content_type=content_type)
    except ParseError:
        return tuple(FeedLink(address, "", kind, True) for address, kind in feeds_of_site(url))
    declared = sorted(
        _declared(page, url), key=lambda link: bool(_COMMENTS.search(f"{link.title} {link.url}"))
    )
    markup = html[:1_000_000].decode("utf-8", "ignore") if host_of(url) in MARKUP_HOSTS else ""
    by_custom = feeds_of_site(url, generator=_generator(page.root), markup=markup)
    guessed = [FeedLink(address, "", kind, True) for address, kind in by_custom]
    if not declared:
        guessed += _linked(page, url)
    if not declared and not guessed:
        guessed = [FeedLink(resolve(url, path), "", "", True) for path in _USUAL_PATHS if is_http(url)]
    itself = [] if declared else _itself(page, url)
    return _each_once(declared, guessed[:MOST_GUESSED], itself)


def _itself(page: Page, url: str) -> list[FeedLink]:
    feed = read_hfeed(page, url) if is_http(url) else None
    return [FeedLink(url, feed.title, MEDIA_TYPE)] if feed is not None else []


def reading_list(html: bytes, *, url: str, content_type: str | None = None) -> str:
    """The address of the reading list a page declares (rel="blogroll", an OPML file); "" where it declares none."""
    try:
        page = read_page(html, url=url, content_type=content_type)
    except ParseError:
        return ""
    for element in page.root.iter("link", "a"):
        relations = (element.get("rel") or "").lower().split()
        if "blogroll" in relations and (address := _address(element, page.base)):
            return address
    return ""


def _each_once(*groups: Iterable[FeedLink]) -> tuple[FeedLink, ...]:
    kept: dict[str, FeedLink] = {}
    for group in groups:
        for link in group:
            kept.setdefault(link.url.removesuffix("/"), link)
    return tuple(kept.values())


def _declared(page: Page, url: str) -> Iterator[FeedLink]:
    for element in page.root.iter("link", "a"):
        relations = (element.get("rel") or "").lower().split()
        if "alternate" not in relations and "feed" not in relations:
            continue
        kind = (element.get("type") or "").partition(";")[0].strip().lower()
        address = _address(element, page.base)
        if not address or "stylesheet" in relations or address == url:
            continue
        if kind in _FEED_TYPES or "feed" in relations or (kind in _BROAD_TYPES and _is_feed_like(address)):
            yield FeedLink(address, plain(element.get("title") or ""), kind)


def _address(element: Element, base: str) -> str:
    href = re.sub(r"^feed:(?://)?(?=https?:)", "", (element.get("href") or "").strip(), flags=re.IGNORECASE)
    address = resolve(base, href.replace("feed://", "http://", 1)) if href else ""
    return address if is_http(address) else ""


def _is_feed_like(address: str) -> bool:
    parts = urlsplit(address)
    return not _NO_FEED_PATH.search(address) and bool(
        _LOOKS_LIKE_A_FEED.search(f"{parts.path}?{parts.query}")
    )


def _linked(page: Page, url: str) -> list[FeedLink]:
    """Links in the page that look like feeds, by address or by what they are called; the site's own first."""
    found = []
    here = registrable_domain(host_of(url))
    for element in page.root.iter("a"):
        address = _address(element, page.base)
        words = one_line(element.text_content()) or element.get("title") or ""
        if (
            not address
            or registrable_domain(host_of(address)) in _READERS
            or address.partition("#")[0] == url
        ):
            continue
        if _is_feed_like(address) or _FEED_WORDS.match(words):
            found.append(FeedLink(address, words[:200], "", True))
    return sorted(found, key=lambda link: registrable_domain(host_of(link.url)) != here)


def _generator(root: Element) -> str:
    for element in root.iter("meta"):
        if (element.get("name") or "").lower() in ("generator", "application-name"):
            return (element.get("content") or "")[:200]
    return ""
