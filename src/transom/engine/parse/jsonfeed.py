"""JSON Feed 1 and 1.1."""

import json
from collections.abc import Mapping
from typing import Any

from transom.engine.core.addresses import is_http
from transom.engine.core.errors import ParseError
from transom.engine.parse.bodies import Cleaning, address, one_line, plain
from transom.engine.parse.dates import parse_date
from transom.engine.parse.model import Author, Enclosure, ParsedEntry, ParsedFeed

_MOST_ENTRIES = 5000
_NO_FEED = "This is JSON but no JSON Feed: it has no list named items. Check the address of the feed."


def read_json(text: str, *, url: str, cleaning: Cleaning) -> ParsedFeed:
    """Read a JSON Feed; a field of the wrong type counts as missing. Raises ParseError when it is none."""
    try:
        document = json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        raise ParseError(
            f"This looks like a JSON Feed but is no valid JSON: {error}. Ask its publisher to mend it.",
            looks_like="json",
        ) from error
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise ParseError(_NO_FEED, looks_like="json")
    return _feed(document, url, cleaning)


def _feed(feed: Mapping[str, Any], url: str, cleaning: Cleaning) -> ParsedFeed:
    people = _people(feed, url)
    link = address(_text(feed, "home_page_url"), url)
    base = url or (link if is_http(link) else "")
    items = [item for item in feed["items"] if isinstance(item, dict)]
    return ParsedFeed(
        format=f"json {_text(feed, 'version').rstrip('/').rpartition('/')[2]}".strip(),
        title=one_line(_text(feed, "title")),
        link=link,
        description=cleaning.text(_text(feed, "description")),
        language=_text(feed, "language"),
        icon=address(_text(feed, "icon") or _text(feed, "favicon"), base),
        self_url=address(_text(feed, "feed_url"), url),
        hubs=tuple(filter(None, (_text(hub, "url") for hub in _mappings(feed, "hubs")))),
        entries=tuple(_entry(item, base, cleaning, people) for item in items[:_MOST_ENTRIES]),
        problems=()
        if len(items) == len(feed["items"])
        else ("Some items of this JSON Feed were no objects.",),
        fast=True,
        authors=people,
    )


def _entry(item: Mapping[str, Any], base: str, cleaning: Cleaning, people: tuple[Author, ...]) -> ParsedEntry:
    html = _text(item, "content_html") or cleaning.text(_text(item, "content_text"))
    ident = _text(item, "id")
    published, updated = parse_date(_text(item, "date_published")), parse_date(_text(item, "date_modified"))
    return ParsedEntry(
        id=ident or None,
        title=plain(_text(item, "title")),
        link=address(_text(item, "url"), base) or (ident if is_http(ident) else ""),
        published=published or updated,
        updated=updated or published,
        authors=_people(item, base) or people,
        summary_html=cleaning.html(cleaning.text(_text(item, "summary")), base),
        content_html=cleaning.html(html, base),
        tags=tuple(
            dict.fromkeys(tag.strip() for tag in _list(item, "tags") if isinstance(tag, str) and tag.strip())
        ),
        enclosures=tuple(
            _enclosure(one, base) for one in _mappings(item, "attachments") if _text(one, "url")
        ),
        language=_text(item, "language"),
    )


def _people(holder: Mapping[str, Any], base: str) -> tuple[Author, ...]:
    """Version 1.1 has authors, version 1 one author."""
    found = _mappings(holder, "authors") or [a for a in [holder.get("author")] if isinstance(a, dict)]
    people = (Author(one_line(_text(a, "name")), address(_text(a, "url"), base)) for a in found)
    return tuple(person for person in people if person.name or person.uri)


def _enclosure(one: Mapping[str, Any], base: str) -> Enclosure:
    size, seconds = _number(one, "size_in_bytes"), _number(one, "duration_in_seconds")
    return Enclosure(
        address(_text(one, "url"), base),
        _text(one, "mime_type"),
        int(size) if size is not None else None,
        seconds,
    )


def _text(holder: Mapping[str, Any], name: str) -> str:
    """A string; an id that came as a number is taken as JSON Feed asks (version 1.1, id)."""
    value = holder.get(name)
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().strip()
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else ""


def _number(holder: Mapping[str, Any], name: str) -> float | None:
    value = holder.get(name)
    sound = isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 1e15
    return float(value) if sound and value is not None else None


def _list(holder: Mapping[str, Any], name: str) -> list[Any]:
    value = holder.get(name)
    return value if isinstance(value, list) else []


def _mappings(holder: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    return [one for one in _list(holder, name) if isinstance(one, dict)]
