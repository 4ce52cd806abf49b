"""What parsing yields: plain values, no behaviour beyond reading them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape

from transom.engine.core.addresses import is_http
from transom.engine.text.sanitise import to_text

_ANCHOR = re.compile(r"<a\b[^>]*?\bhref=([\"'])(.*?)\1[^>]*>(.*?)</a>", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Author:
    name: str
    uri: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """An attached file. `length` in bytes, `seconds` the playing time; None where the feed does not say."""

    url: str
    media_type: str = ""
    length: int | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class OutLink:
    """A link in an entry's body: absolute http(s) address and the plain words it stands on."""

    url: str
    text: str


def _links(html: str) -> tuple[OutLink, ...]:
    found: dict[str, OutLink] = {}
    for _, href, inner in _ANCHOR.findall(html):
        url = unescape(href).strip()
        if url not in found and is_http(url):
            found[url] = OutLink(url, to_text(inner))
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """One entry. Empty string, None or () where the feed does not say; times are aware, in UTC.

    An entry with only one of `published` and `updated` has it in both.

    `id` is None when the feed gives none: identity is decided by the library. `title` is plain text;
    `summary_html` and `content_html` are sanitised fragments. `canonical_url` is what the entry itself
    declares as its original address, unchecked. Event fields come from the event modules.
    """

    id: str | None = None
    title: str = ""
    link: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    authors: tuple[Author, ...] = ()
    summary_html: str = ""
    content_html: str = ""
    tags: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    language: str = ""
    comments_url: str = ""
    canonical_url: str = ""
    event_start: datetime | None = None
    event_end: datetime | None = None
    event_place: str = ""

    @property
    def links(self) -> tuple[OutLink, ...]:
        """The web links of the body, each address once. Computed at every call."""
        return _links(self.content_html or self.summary_html)


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed as understood.

    `format` is "rss", "rdf", "atom" or "json" followed by its version where known, for example "rss 2.0"; or "h-feed".
    `ttl_minutes` is RSS `ttl`; `update_minutes` the interval of `sy:updatePeriod` and `sy:updateFrequency`.
    `problems` are sentences about what was repaired. `fast` says that the lean reader understood it.
    `authors` are the feed's own. `extra` holds everything else
    the feed said, under feedparser's names, and costs a second parse when first looked at.
    """

    format: str
    title: str = ""
    link: str = ""
    description: str = ""
    language: str = ""
    icon: str = ""
    self_url: str = ""
    hubs: tuple[str, ...] = ()
    ttl_minutes: float | None = None
    update_minutes: float | None = None
    entries: tuple[ParsedEntry, ...] = ()
    problems: tuple[str, ...] = ()
    generator: str = ""
    fast: bool = False
    authors: tuple[Author, ...] = ()
    extra: Mapping[str, object] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed that a page offers; `guessed` when no `link rel=alternate` said so. A page that is its own feed (h-feed)
    has the media type text/mf2+html.
    """

    url: str
    title: str = ""
    media_type: str = ""
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Outline:
    """One subscription of an OPML list; `folders` from the outermost in."""

    title: str
    feed_url: str
    site_url: str = ""
    folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedPage:
    """A web page that was handed in; `body_html` is its main content, sanitised."""

    title: str = ""
    author: str = ""
    published: datetime | None = None
    canonical_url: str = ""
    language: str = ""
    body_html: str = ""
    description: str = ""
    event_start: datetime | None = None
    event_end: datetime | None = None
    event_place: str = ""


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """A mail that was handed in. Nothing in it was requested: tracking addresses are undone offline.

    `sender_name`, `sender_address` come from From; `list_id` is the bare List-Id; `message_id` without
    angle brackets; `attachments` are file names.
    """

    subject: str = ""
    sender_name: str = ""
    sender_address: str = ""
    sent: datetime | None = None
    message_id: str = ""
    list_id: str = ""
    body_html: str = ""
    text: str = ""
    attachments: tuple[str, ...] = ()

    @property
    def sender(self) -> str:
        """The sender as a person would write it: name, or address when there is no name."""
        return self.sender_name or self.sender_address


@dataclass(frozen=True, slots=True)
class ParsedPdf:
    """The text of a PDF that was handed in; `pages` counts all pages, `truncated` says some were not read.

    `published` is when the file says it was made.
    """

    title: str = ""
    author: str = ""
    text: str = ""
    pages: int = 0
    truncated: bool = False
    published: datetime | None = None
