"""Damaged and unusual feeds, by way of the feedparser library.

feedparser recovers what no strict parser can. Its own sanitising is switched off: markup goes through ours.
"""

import io
import warnings
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from time import struct_time
from typing import Any

from transom.engine.core.errors import ParseError
from transom.engine.parse.bodies import Cleaning, address, one_line, plain
from transom.engine.parse.dates import parse_date
from transom.engine.parse.model import Author, Enclosure, ParsedEntry, ParsedFeed
from transom.engine.parse.modules import number_from, seconds_from

_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_MOST_ENTRIES = 5000


def read_mended(body: bytes, *, url: str, content_type: str | None, cleaning: Cleaning) -> ParsedFeed:
    """Read a feed with feedparser. Raises ParseError when even that finds none."""
    raw = raw_result(body, url=url, content_type=content_type, sanitised=False)
    feed, entries = raw.get("feed") or {}, raw.get("entries") or []
    said = any(_said(feed, name) for name in ("title", "link", "subtitle"))
    if not raw.get("version") and not entries and not said:
        raise ParseError(
            "No feed could be found in this document. Check the address of the feed.", looks_like="xml"
        )
    link = address(_said(feed, "link"), url)
    return ParsedFeed(
        format=_format(str(raw.get("version") or "")),
        title=_plain(feed, "title"),
        link=link,
        description=_html(feed, "subtitle", url or link, cleaning),
        language=_said(feed, "language"),
        icon=_said(feed, "icon") or _said(feed, "logo") or _said(_dict(feed, "image"), "href"),
        self_url=_related(feed, "self"),
        hubs=tuple(
            one["href"] for one in _dicts(feed, "links") if one.get("rel") == "hub" and one.get("href")
        ),
        ttl_minutes=float(number_from(_said(feed, "ttl")) or 0) or None,
        entries=tuple(_entry(entry, url or link, cleaning) for entry in entries[:_MOST_ENTRIES]),
        generator=_said(feed, "generator"),
        authors=_people(feed),
    )


def raw_result(
    body: bytes, *, url: str, content_type: str | None, sanitised: bool = True
) -> Mapping[str, Any]:
    """feedparser's own result. Never requests anything: it is handed a stream, not an address."""
    import feedparser

    headers = {"content-location": url, "content-type": content_type or ""}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result: Mapping[str, Any] = feedparser.parse(
                io.BytesIO(body),
                response_headers={name: value for name, value in headers.items() if value},
                sanitize_html=sanitised,
                resolve_relative_uris=sanitised,
            )
    except Exception as error:  # hostile input finds ways to break it that no list of exceptions covers
        raise ParseError(
            f"The feed is too damaged to read ({type(error).__name__}). Ask its publisher to mend it.",
            looks_like="xml",
        ) from error
    return result


class Extra(Mapping[str, object]):
    """Everything a feed says under feedparser's names (feed, entries, version, ...), parsed at the first look."""

    __slots__ = ("_arguments", "_result")

    def __init__(self, body: bytes, url: str, content_type: str | None) -> None:
        self._arguments = (body, url, content_type)
        self._result: Mapping[str, Any] | None = None

    def _parsed(self) -> Mapping[str, Any]:
        if self._result is None:
            body, url, content_type = self._arguments
            try:
                self._result = raw_result(body, url=url, content_type=content_type)
            except ParseError:
                self._result = {}
        return self._result

    def __getitem__(self, name: str) -> object:
        return self._parsed()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._parsed())

    def __len__(self) -> int:
        return len(self._parsed())


def _format(version: str) -> str:
    family = "rdf" if version in ("rss10", "rss090") else version.rstrip("0123456789unN") or version
    digits = "".join(c for c in version if c.isdigit())
    return f"{family} {digits[0]}.{digits[1:]}" if len(digits) > 1 else version


def _entry(entry: Mapping[str, Any], base: str, cleaning: Cleaning) -> ParsedEntry:
    contents = [one for one in _dicts(entry, "content") if isinstance(one.get("value"), str)]
    content = next((_markup(one, base, cleaning) for one in contents if one["value"].strip()), "")
    summary = _html(entry, "summary", base, cleaning)
    published = _time(entry, "published") or _time(entry, "created")
    updated = _time(entry, "updated")
    return ParsedEntry(
        id=_said(entry, "id") or None,
        title=_plain(entry, "title"),
        link=address(_said(entry, "link"), base),
        published=published or updated,
        updated=updated or published,
        authors=_people(entry),
        summary_html="" if summary == content else summary,
        content_html=content,
        tags=tuple(dict.fromkeys(filter(None, (_tag(one) for one in _dicts(entry, "tags"))))),
        enclosures=_enclosures(entry, base),
        language=_said(_dict(entry, "title_detail"), "language"),
        comments_url=address(_said(entry, "comments"), base),
        canonical_url=_said(entry, "feedburner_origlink"),
        event_start=parse_date(_said(entry, "ev_startdate")),
        event_end=parse_date(_said(entry, "ev_enddate")),
        event_place=one_line(_said(entry, "ev_location")),
    )


def _said(holder: Mapping[str, Any], name: str) -> str:
    """A string that the feed itself gave; feedparser's substitutes for missing names are passed over."""
    value = dict.get(holder, name) if isinstance(holder, dict) else None
    return value.strip() if isinstance(value, str) else ""


def _dict(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = dict.get(holder, name) if isinstance(holder, dict) else None
    return value if isinstance(value, dict) else {}


def _dicts(holder: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    value = dict.get(holder, name) if isinstance(holder, dict) else None
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _plain(holder: Mapping[str, Any], name: str) -> str:
    return plain(_said(holder, name))


def _html(holder: Mapping[str, Any], name: str, base: str, cleaning: Cleaning) -> str:
    return _markup(dict(_dict(holder, f"{name}_detail")) | {"value": _said(holder, name)}, base, cleaning)


def _markup(detail: Mapping[str, Any], base: str, cleaning: Cleaning) -> str:
    value = str(detail.get("value") or "")
    base = str(detail.get("base") or "") or base
    return cleaning.html(value if detail.get("type") in _HTML_TYPES else cleaning.text(value), base)


def _time(entry: Mapping[str, Any], name: str) -> datetime | None:
    parsed = dict.get(entry, f"{name}_parsed") if isinstance(entry, dict) else None
    if isinstance(parsed, struct_time):
        try:
            return datetime(*parsed[:5], min(parsed[5], 59), tzinfo=UTC)
        except ValueError:
            return None
    return parse_date(_said(entry, name))


def _people(holder: Mapping[str, Any]) -> tuple[Author, ...]:
    found = _dicts(holder, "authors") or [dict(_dict(holder, "author_detail"))]
    people = (Author(one_line(_said(one, "name")), _said(one, "href"), _said(one, "email")) for one in found)
    return tuple(dict.fromkeys(person for person in people if person.name or person.email))


def _tag(tag: Mapping[str, Any]) -> str:
    return plain(_said(tag, "label") or _said(tag, "term"))


def _related(holder: Mapping[str, Any], rel: str) -> str:
    return next((_said(one, "href") for one in _dicts(holder, "links") if one.get("rel") == rel), "")


def _enclosures(entry: Mapping[str, Any], base: str) -> tuple[Enclosure, ...]:
    links = [one for one in _dicts(entry, "links") if one.get("rel") == "enclosure" and one.get("href")]
    seconds = seconds_from(_said(entry, "itunes_duration"))
    files = [
        Enclosure(
            address(_said(one, "href"), base), _said(one, "type"), number_from(_said(one, "length")), seconds
        )
        for one in links
    ]
    media = [
        Enclosure(
            address(_said(one, "url"), base), _said(one, "type"), None, seconds_from(_said(one, "duration"))
        )
        for one in _dicts(entry, "media_content")
        if one.get("url")
    ]
    return tuple({one.url: one for one in (*media, *files)}.values())
