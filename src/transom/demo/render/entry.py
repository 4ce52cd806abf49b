"""Items made ready for any format: absolute addresses, HTML, plain text."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from markdown_it import MarkdownIt
from markdown_it.token import Token

from transom.demo.chatter import plain
from transom.demo.model import Community, Item, Person, Site, StoryError

_MARKDOWN = MarkdownIt("commonmark", {"html": False})


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as a feed shows it. `html` is the full text; `content` what this feed may give away."""

    item: Item
    site: Site
    address: str
    guid: str
    authors: tuple[Person, ...]
    html: str
    content: str
    enclosure: str = ""


def escape(text: str) -> str:
    """Text made safe for XML and HTML, in elements and attributes."""
    return html.escape(text, quote=True).replace("&#x27;", "&#39;")


def rfc822(moment: datetime) -> str:
    """A date as RSS wants it."""
    return format_datetime(moment)


def iso(moment: datetime) -> str:
    """A date as Atom and JSON Feed want it (RFC 3339)."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def address(community: Community, item: Item, base: str) -> str:
    """Where the item can be read."""
    if item.form == "pdf":
        return f"{base}/{item.site}/files/{item.slug}.pdf"
    return f"{base}/{item.site}/articles/{item.slug}"


def resolver(community: Community, base: str) -> Callable[[str], str]:
    """Turns the story's `@slug`, `@slug.pdf`, `@site:slug` and `@person:slug` into addresses."""

    def resolve(target: str) -> str:
        if not target.startswith("@"):
            return target
        name = target[1:]
        kind, _, slug = name.rpartition(":")
        if kind == "site" and slug in community.sites:
            return f"{base}/{slug}/"
        if kind == "person" and slug in community.people:
            return f"{base}/people/{slug}"
        item = community.items.get(name.removesuffix(".pdf"))
        if kind or item is None:
            raise StoryError(f"a text links to {target}, which is nothing in the story; mend the link")
        return (
            f"{base}/{item.site}/files/{item.slug}.pdf"
            if name.endswith(".pdf")
            else address(community, item, base)
        )

    return resolve


def to_html(body: str, resolve: Callable[[str], str]) -> str:
    """The Markdown as HTML, links made absolute."""
    tokens = _MARKDOWN.parse(body)
    for token in tokens:
        for child in token.children or ():
            _point(child, resolve)
    return str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))


def _point(token: Token, resolve: Callable[[str], str]) -> None:
    if token.type == "link_open":
        token.attrSet("href", resolve(str(token.attrGet("href"))))


def to_text(body: str) -> str:
    """The Markdown as plain paragraphs."""
    return "\n\n".join(plain(re.sub(r"(?m)^[#>]+ ?", "", part)) for part in body.split("\n\n"))


def entry(community: Community, item: Item, base: str) -> Entry:
    """The item with everything a format needs."""
    site = community.sites[item.site]
    full = to_html(item.body, resolver(community, base)) + _media(community, item, base)
    return Entry(
        item=item,
        site=site,
        address=address(community, item, base),
        guid=f"tag:{site.host},{item.published.year}:{item.slug}",
        authors=tuple(community.people[slug] for slug in item.authors),
        html=full,
        content=_excerpt(item) if site.form == "excerpt" or item.access != "open" else full,
        enclosure=f"{base}/{item.site}/media/{item.slug}.mp3" if item.duration else "",
    )


def _excerpt(item: Item) -> str:
    note = (
        " (For members.)"
        if item.access == "member"
        else " (For subscribers.)"
        if item.access == "paid"
        else ""
    )
    return f"<p>{escape(item.summary)}{note}</p>\n"


def _media(community: Community, item: Item, base: str) -> str:
    if not item.pdf:
        return ""
    return f'<p><a href="{base}/{item.site}/files/{item.slug}.pdf" type="application/pdf">PDF</a></p>\n'


def entries(community: Community, site: Site, base: str) -> list[Entry]:
    """What the site's feed lists, newest first."""
    return [entry(community, item, base) for item in community.items_of(site.slug)[: site.limit]]
