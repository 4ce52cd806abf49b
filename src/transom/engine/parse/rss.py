"""RSS 0.9x to 2.0 and RDF (RSS 0.90, 1.0, 1.1), from a parsed tree."""

from datetime import datetime

from transom.engine.core.addresses import is_http
from transom.engine.parse.bodies import (
    Cleaning,
    Element,
    Fields,
    address,
    base_of,
    fields_of,
    first_text,
    language_of,
    markup_of,
    plain,
    text_of,
)
from transom.engine.parse.dates import parse_date
from transom.engine.parse.model import Author, ParsedEntry, ParsedFeed
from transom.engine.parse.modules import (
    authors_in,
    enclosures_in,
    event_in,
    media_description,
    media_title,
    speakers_in,
    ttl_minutes,
    update_minutes,
)
from transom.engine.parse.names import RDF_ABOUT, RDF_RESOURCE, key_of, namespace_of

_MOST_ENTRIES = 5000


def read_rss(root: Element, *, url: str, cleaning: Cleaning) -> ParsedFeed:
    """Read `<rss>`, `<rdf:RDF>` or a bare `<channel>`; items count wherever they stand below the root."""
    top = fields_of(root, key_of)
    channel = root if key_of(root.tag) == "channel" else next(iter(top.get("channel", ())), root)
    fields = top if channel is root else fields_of(channel, key_of)
    base = base_of(channel, base_of(root, url))
    language = first_text(fields, "language", "dc:language") or language_of(channel, language_of(root))
    link = _link(fields, base)
    inner = base or (link if is_http(link) else "")
    items = _items(fields) + (_items(top) if top is not fields else [])
    return ParsedFeed(
        format=_version(root),
        title=plain(first_text(fields, "title", "dc:title")),
        link=link,
        description=cleaning.html(
            first_text(fields, "description", "dc:description", "itunes:summary"), inner
        ),
        language=language,
        icon=address(_icon(fields, top), inner),
        self_url=_related(fields, "self", base),
        hubs=tuple(hub for element in _links(fields) if (hub := _href(element, "hub", base))),
        ttl_minutes=ttl_minutes(fields),
        update_minutes=update_minutes(fields),
        entries=tuple(_entry(item, inner, cleaning) for item in items[:_MOST_ENTRIES]),
        generator=first_text(fields, "generator"),
        fast=True,
        authors=authors_in(
            fields, "itunes:author", "dc:creator", "dc:author", "managingeditor", "author", "webmaster"
        ),
    )


def _items(fields: Fields) -> list[Element]:
    found = fields.get("item", [])
    for wrapper in fields.get("items", ()):
        found = found + [
            child for child in wrapper if isinstance(child.tag, str) and key_of(child.tag) == "item"
        ]
    return found


def _version(root: Element) -> str:
    name = key_of(root.tag)
    if name == "rdf:rdf":
        return (
            "rdf 0.90"
            if any("0.9" in namespace_of(c.tag) for c in root if isinstance(c.tag, str))
            else "rdf 1.0"
        )
    return f"rss {(root.get('version') or '').strip()}".strip()


def _entry(item: Element, base: str, cleaning: Cleaning) -> ParsedEntry:
    fields = fields_of(item, key_of)
    base = base_of(item, base)
    published, updated = _times(fields)
    start, end, place = event_in(fields)
    return ParsedEntry(
        id=_id(item, fields),
        title=plain(first_text(fields, "title", "dc:title") or media_title(fields)),
        link=_link(fields, base) or _permalink(fields) or _about(item),
        published=published,
        updated=updated,
        authors=speakers_in(fields, base) or _authors(fields),
        summary_html=cleaning.html(_summary(fields), base),
        content_html=cleaning.html(_content(fields), base),
        tags=_tags(fields),
        enclosures=enclosures_in(fields, base),
        language=first_text(fields, "dc:language", "language") or language_of(item),
        comments_url=address(first_text(fields, "comments"), base),
        canonical_url=first_text(fields, "feedburner:origlink", "pheedo:origlink")
        or _related(fields, "canonical", base),
        event_start=start,
        event_end=end,
        event_place=place,
    )


def _times(fields: Fields) -> tuple[datetime | None, datetime | None]:
    """dc:date is the time of publishing where nothing else is, and of a change beside a pubDate."""
    dated = parse_date(first_text(fields, "dc:date"))
    published = parse_date(first_text(fields, "pubdate", "published", "atom:published", "dcterms:issued"))
    published = published or dated
    published = published or parse_date(first_text(fields, "dcterms:created", "date", "atom:issued"))
    updated = parse_date(
        first_text(fields, "atom:updated", "dcterms:modified", "lastbuilddate", "atom:modified")
    )
    updated = updated or dated
    return published or updated, updated or published


def _id(item: Element, fields: Fields) -> str | None:
    return (
        first_text(fields, "guid", "atom:id", "dc:identifier") or (item.get(RDF_ABOUT) or "").strip() or None
    )


def _link(fields: Fields, base: str) -> str:
    for element in fields.get("link", ()):
        if text := text_of(element) or element.get("href") or element.get(RDF_RESOURCE) or "":
            return address(text, base)
    return _related(fields, "alternate", base)


def _permalink(fields: Fields) -> str:
    """RSS 2.0: a guid is the item's address unless isPermaLink says false."""
    for guid in fields.get("guid", ()):
        if (guid.get("isPermaLink") or "true").lower() != "false" and is_http(text := text_of(guid)):
            return text
    return ""


def _about(item: Element) -> str:
    about = (item.get(RDF_ABOUT) or "").strip()
    return about if is_http(about) else ""


def _links(fields: Fields) -> list[Element]:
    return fields.get("atom:link", []) + [element for element in fields.get("link", ()) if element.get("rel")]


def _related(fields: Fields, rel: str, base: str) -> str:
    return next((href for element in _links(fields) if (href := _href(element, rel, base))), "")


def _href(element: Element, rel: str, base: str) -> str:
    found = (element.get("rel") or "alternate").lower() == rel
    return address(element.get("href") or "", base) if found else ""


def _icon(fields: Fields, top: Fields) -> str:
    for image in (*fields.get("image", ()), *top.get("image", ())):
        if url := first_text(fields_of(image, key_of), "url") or image.get(RDF_RESOURCE) or "":
            return url
    return next((e.get("href") or "" for e in fields.get("itunes:image", ())), "")


def _authors(fields: Fields) -> tuple[Author, ...]:
    people = authors_in(fields, "author", "dc:creator", "dc:author", "itunes:author", "dc:contributor")
    if people:
        return people
    found = []
    for element in fields.get("atom:author", ()):
        inner = fields_of(element, key_of)
        name = first_text(inner, "atom:name", "name") or ("" if len(element) else text_of(element))
        found.append(
            Author(name, first_text(inner, "atom:uri", "uri"), first_text(inner, "atom:email", "email"))
        )
    return tuple(person for person in found if person.name or person.email)


def _summary(fields: Fields) -> str:
    for name in ("description", "dc:description", "atom:summary", "itunes:summary", "itunes:subtitle"):
        for element in fields.get(name, ()):
            if markup := markup_of(element):
                return markup
    return media_description(fields)


def _content(fields: Fields) -> str:
    for name in ("content:encoded", "xhtml:body", "xhtml:div", "atom:content", "fullitem", "body"):
        for element in fields.get(name, ()):
            if markup := markup_of(element):
                return markup
    return ""


def _tags(fields: Fields) -> tuple[str, ...]:
    tags = [plain(tag) for element in fields.get("tags", ()) for tag in text_of(element).split(",")]
    tags += [plain(text_of(e)) for name in ("category", "dc:subject") for e in fields.get(name, ())]
    tags += [(e.get("term") or "").strip() for e in fields.get("atom:category", ())]
    tags += [plain(e.get("label") or text_of(e)) for e in fields.get("media:category", ())]
    for element in fields.get("itunes:category", ()):
        tags += [(e.get("text") or "").strip() for e in element.iter(element.tag)]
    for element in (*fields.get("media:keywords", ()), *fields.get("itunes:keywords", ())):
        tags += [tag.strip() for tag in text_of(element).split(",")]
    return tuple(dict.fromkeys(filter(None, tags)))
