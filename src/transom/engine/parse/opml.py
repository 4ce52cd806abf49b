"""Lists of subscriptions, in and out: OPML 1.0 to 2.0 as feed readers write it, damaged or not."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from email.utils import format_datetime

from lxml import etree

from transom.engine.core.errors import ParseError
from transom.engine.parse.bodies import Element, one_line, plain
from transom.engine.parse.documents import LARGEST, decoded, mended_tree, quick_tree, recovered_tree
from transom.engine.parse.model import Outline

MOST_OUTLINES = 100_000
MOST_FOLDERS = 20

_ADDRESS_NAMES = ("xmlurl", "feedurl", "rssurl")
_FEED_TYPES = frozenset(
    {"rss", "atom", "feed", "rss1", "rss2", "application/rss+xml", "application/atom+xml"}
)
_FEED_BEFORE_HTTP = re.compile(r"^feed:(?://)?(?=https?:)", re.IGNORECASE)
_FEED_SCHEME = re.compile(r"^feed://", re.IGNORECASE)
_BARE_HOST = re.compile(r"^[\w-]+(?:\.[\w-]+)+(?:[:/]|$)")
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NO_OPML = "This is no list of subscriptions (OPML). Export one from your other reader and choose that file."


def parse_opml(body: bytes) -> tuple[Outline, ...]:
    """Every feed of an OPML list, in its order. Raises ParseError when the bytes are no OPML.

    Attributes count whatever their case; an outline without the address of a feed is a folder.
    """
    if len(body) > LARGEST:
        raise ParseError(f"The list is larger than {LARGEST >> 20} MB, so it was not read. Split it.")
    root = _root(body)
    if root is None or not any(_name(element) in ("opml", "outline", "body") for element in root.iter()):
        raise ParseError(_NO_OPML, looks_like="" if root is None else "xml")
    return tuple(_feeds(root))


def write_opml(outlines: Iterable[Outline], *, title: str, now: datetime) -> bytes:
    """OPML 2.0 in UTF-8; `now` is the time of export. Feeds of one folder stand together."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = _written(title)
    etree.SubElement(head, "dateCreated").text = format_datetime(now)
    folders: dict[tuple[str, ...], Element] = {(): etree.SubElement(root, "body")}
    for outline in outlines:
        _write_feed(_folder(folders, outline.folders[:MOST_FOLDERS]), outline)
    written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)
    return written


def _root(body: bytes) -> Element | None:
    root = quick_tree(body)
    if root is None:
        text, _ = decoded(body, None)
        if "<" not in text:
            return None
        root = mended_tree(text)
        root = recovered_tree(text) if root is None else root
    return root


def _name(element: Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _feeds(root: Element) -> Iterator[Outline]:
    """In the document's order, with a stack of our own: a hostile list nests deeper than Python calls."""
    waiting: list[tuple[Element, tuple[str, ...]]] = [(root, ())]
    left = MOST_OUTLINES
    while waiting and left:
        element, folders = waiting.pop()
        left -= 1
        if _name(element) == "outline":
            said = {str(name).rpartition("}")[2].lower(): value for name, value in element.attrib.items()}
            address = _address(said)
            title = plain(said.get("title", "")) or plain(said.get("text", ""))
            if address:
                site = one_line(said.get("htmlurl", ""))
                yield Outline(title, address, site, folders or _categories(said.get("category", "")))
            if len(element) and title and len(folders) < MOST_FOLDERS:
                folders = (*folders, title)
        waiting += [(child, folders) for child in reversed(element) if isinstance(child.tag, str)]


def _address(said: dict[str, str]) -> str:
    address = next((said[name] for name in _ADDRESS_NAMES if said.get(name, "").strip()), "")
    if not address and said.get("type", "").strip().lower() in _FEED_TYPES:
        address = said.get("url", "")
    address = _FEED_SCHEME.sub("http://", _FEED_BEFORE_HTTP.sub("", "".join(address.split())))
    return f"https://{address}" if _BARE_HOST.match(address) else address


def _categories(category: str) -> tuple[str, ...]:
    """OPML 2.0: "/Boston/Weather,/Harvard" puts one outline into categories; the first is its folder."""
    first = category.partition(",")[0]
    return tuple(part.strip() for part in first.split("/") if part.strip())[:MOST_FOLDERS]


def _written(text: str) -> str:
    return _NOT_IN_XML.sub("", text)


def _folder(folders: dict[tuple[str, ...], Element], path: tuple[str, ...]) -> Element:
    if path not in folders:
        above = _folder(folders, path[:-1])
        name = _written(path[-1])
        folders[path] = etree.SubElement(above, "outline", text=name, title=name)
    return folders[path]


def _write_feed(folder: Element, outline: Outline) -> None:
    title = _written(outline.title or outline.feed_url)
    feed = etree.SubElement(folder, "outline", type="rss", text=title, title=title)
    feed.set("xmlUrl", _written(outline.feed_url))
    if outline.site_url:
        feed.set("htmlUrl", _written(outline.site_url))
