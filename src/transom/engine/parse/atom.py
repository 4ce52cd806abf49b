"""Atom 0.3 and 1.0, from a parsed tree."""

import base64
import binascii
from dataclasses import replace

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
    one_line,
    plain,
    text_of,
)
from transom.engine.parse.dates import parse_date
from transom.engine.parse.model import Author, Enclosure, ParsedEntry, ParsedFeed
from transom.engine.parse.modules import (
    authors_in,
    enclosures_in,
    event_in,
    media_description,
    media_title,
    number_from,
    update_minutes,
)
from transom.engine.parse.names import ATOM_VERSIONS, atom_key_of, namespace_of

_MOST_ENTRIES = 5000
_HTML_TYPES = frozenset({"html", "text/html", "application/xhtml+xml", "xhtml"})


def read_atom(root: Element, *, url: str, cleaning: Cleaning) -> ParsedFeed:
    """Read `<feed>`, or a lone `<entry>` as a feed of one (RFC 4287 section 2)."""
    fields = fields_of(root, atom_key_of)
    base = base_of(root, url)
    language = language_of(root)
    version = ATOM_VERSIONS.get(namespace_of(root.tag)) or (root.get("version") or "").strip()
    if atom_key_of(root.tag) == "entry":
        entry = _entry(root, url, cleaning, ())
        return ParsedFeed(format=f"atom {version}".strip(), entries=(entry,), language=language, fast=True)
    people = _people(fields, base)
    base_inside = base or _link(fields, "")
    base_inside = base_inside if is_http(base_inside) else base
    entries = fields.get("entry", [])[:_MOST_ENTRIES]
    return ParsedFeed(
        format=f"atom {version}".strip(),
        title=_plain_of(fields, "title") or plain(first_text(fields, "dc:title")),
        link=_link(fields, base),
        description=_first_markup(
            fields, ("subtitle", "tagline", "info", "dc:description"), base_inside, cleaning
        ),
        language=language or first_text(fields, "dc:language", "language"),
        icon=address(first_text(fields, "icon", "logo"), base_inside),
        self_url=_related(fields, "self", base),
        hubs=tuple(address(e.get("href") or "", base) for e in fields.get("link", ()) if _rel(e) == "hub"),
        update_minutes=update_minutes(fields),
        entries=tuple(_entry(entry, base_inside, cleaning, people) for entry in entries),
        generator=first_text(fields, "generator"),
        fast=True,
        authors=people,
    )


def _entry(element: Element, base: str, cleaning: Cleaning, people: tuple[Author, ...]) -> ParsedEntry:
    fields = fields_of(element, atom_key_of)
    base = base_of(element, base)
    source = fields_of(fields["source"][0], atom_key_of) if "source" in fields else {}
    start, end, place = event_in(fields)
    ident = first_text(fields, "id")
    published = parse_date(first_text(fields, "published", "issued", "created", "dc:date", "pubdate"))
    updated = parse_date(first_text(fields, "updated", "modified", "dcterms:modified"))
    return ParsedEntry(
        id=ident or None,
        title=_plain_of(fields, "title") or plain(first_text(fields, "dc:title") or media_title(fields)),
        link=_link(fields, base) or (ident if is_http(ident) else ""),
        published=published or updated,
        updated=updated or published,
        authors=_people(fields, base) or authors_in(fields, "dc:creator") or _people(source, base) or people,
        summary_html=_first_markup(fields, ("summary", "dc:description"), base, cleaning)
        or cleaning.html(media_description(fields), base),
        content_html=_first_markup(fields, ("content", "xhtml:body", "content:encoded"), base, cleaning),
        tags=_tags(fields),
        enclosures=_enclosures(fields, base),
        language=language_of(element) or first_text(fields, "dc:language"),
        comments_url=_replies(fields, base),
        canonical_url=first_text(fields, "feedburner:origlink") or _related(fields, "canonical", base),
        event_start=start,
        event_end=end,
        event_place=place,
    )


def _rel(link: Element) -> str:
    """RFC 4287 section 4.2.7.2: no rel means alternate; registered names may be written as IANA addresses."""
    rel = (link.get("rel") or "alternate").strip().lower()
    return rel.rsplit("/", 1)[-1] if rel.startswith("http://www.iana.org/assignments/relation/") else rel


def _link(fields: Fields, base: str) -> str:
    """The alternate link, a web page before any other type; the first of equals."""
    links = [
        link
        for link in fields.get("link", ())
        if _rel(link) == "alternate" and (link.get("href") or text_of(link))
    ]
    pages = [link for link in links if (link.get("type") or "text/html").strip().lower() in _HTML_TYPES]
    for link in (*pages, *links):
        return address(link.get("href") or text_of(link), base_of(link, base))
    return ""


def _related(fields: Fields, rel: str, base: str) -> str:
    return next((address(e.get("href") or "", base) for e in fields.get("link", ()) if _rel(e) == rel), "")


def _replies(fields: Fields, base: str) -> str:
    """The page with the comments (RFC 4685 section 3.2 of threading), not their feed."""
    for link in fields.get("link", ()):
        if _rel(link) == "replies" and (link.get("type") or "text/html").strip().lower() in _HTML_TYPES:
            return address(link.get("href") or "", base)
    return address(first_text(fields, "comments"), base)


def _people(fields: Fields, base: str) -> tuple[Author, ...]:
    return tuple(person for element in fields.get("author", ()) if (person := _person(element, base)))


def _person(element: Element, base: str) -> Author | None:
    inner = fields_of(element, atom_key_of)
    name = one_line(first_text(inner, "name")) or ("" if len(element) else one_line(text_of(element)))
    email = first_text(inner, "email")
    uri = address(first_text(inner, "uri", "url", "homepage"), base)
    return Author(name, uri, email) if name or email or uri else None


def _tags(fields: Fields) -> tuple[str, ...]:
    tags = [plain(e.get("label") or e.get("term") or text_of(e)) for e in fields.get("category", ())]
    tags += [plain(text_of(e)) for e in fields.get("dc:subject", ())]
    return tuple(dict.fromkeys(filter(None, tags)))


def _enclosures(fields: Fields, base: str) -> tuple[Enclosure, ...]:
    linked = {
        (url := address(e.get("href") or "", base)): Enclosure(
            url, (e.get("type") or "").strip(), number_from(e.get("length") or "")
        )
        for e in fields.get("link", ())
        if _rel(e) == "enclosure" and e.get("href")
    }
    others = {one.url: one for one in enclosures_in(fields, base)}
    for url, one in linked.items():
        if url in others and others[url].seconds:
            linked[url] = replace(one, seconds=others[url].seconds)
    return tuple((others | linked).values()) if not linked else (*linked.values(), *_missing(others, linked))


def _missing(others: dict[str, Enclosure], known: dict[str, Enclosure]) -> list[Enclosure]:
    return [one for url, one in others.items() if url not in known]


def _kind(element: Element) -> str:
    """How the characters inside a text construct are meant: "text", "html" or "xhtml" ("base64" decoded before).

    Atom 1.0 says so in type (RFC 4287 section 3.1.1, 4.1.3.3), Atom 0.3 in type and mode.
    """
    kind = (element.get("type") or "").strip().lower()
    mode = (element.get("mode") or "").strip().lower()
    if kind in ("html", "xhtml"):
        return kind
    if kind == "application/xhtml+xml" or mode == "xml":
        return "xhtml" if len(element) or kind != "text/plain" else "text"
    if mode == "escaped" or kind == "text/html":
        return "text" if kind == "text/plain" else "html"
    if len(element):
        return "xhtml"
    return "text" if kind in ("", "text", "text/plain") else "html" if "html" in kind else "text"


def _is_base64(element: Element) -> bool:
    """Atom 0.3 says so in mode; in Atom 1.0 every media type but text and XML is base64 (RFC 4287 section 4.1.3.3)."""
    if mode := (element.get("mode") or "").strip().lower():
        return mode == "base64"
    kind = (element.get("type") or "").partition(";")[0].strip().lower()
    return "/" in kind and not kind.startswith("text/") and not kind.endswith(("xml", "/html"))


def _decoded(element: Element) -> str | None:
    """Content carried in base64 as text, "" when it is a picture or the like; None for content that is not."""
    if not _is_base64(element):
        return None
    try:
        return base64.b64decode(element.text or "", validate=False).decode("utf-8")
    except UnicodeDecodeError:
        return ""
    except (binascii.Error, ValueError):
        return None


def _markup(element: Element, cleaning: Cleaning) -> str:
    decoded = _decoded(element)
    kind = _kind(element)
    if decoded is not None:
        return (
            decoded if (element.get("type") or "").strip().lower() != "text/plain" else cleaning.text(decoded)
        )
    if kind == "text":
        return cleaning.text(element.text or "") if not len(element) else cleaning.text(text_of(element))
    if kind == "xhtml" and not len(element):
        return cleaning.text(element.text or "")
    return markup_of(element)


def _first_markup(fields: Fields, names: tuple[str, ...], base: str, cleaning: Cleaning) -> str:
    for name in names:
        for element in fields.get(name, ()):
            if markup := _markup(element, cleaning):
                return cleaning.html(markup, base_of(element, base))
    return ""


def _plain_of(fields: Fields, name: str) -> str:
    """A text construct as plain text: markup is undone only where the type says that there is some."""
    for element in fields.get(name, ()):
        decoded = _decoded(element)
        text = decoded if decoded is not None else text_of(element)
        if _kind(element) == "html" or decoded is not None:
            text = plain(text)
        elif len(element):
            text = plain(markup_of(element))
        if text := one_line(text):
            return text
    return ""
