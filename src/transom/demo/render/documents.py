"""From a path to the bytes that stand there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from transom.demo.model import Community, Item, Site
from transom.demo.render import atom10, calendar, media, opml, page
from transom.demo.render.damage import APPLY
from transom.demo.render.entry import entries, entry, to_text


@dataclass(frozen=True, slots=True)
class Document:
    """What is served at a path. `location` is set for a redirect; `status` is 200, 301 or 410."""

    body: bytes
    content_type: str
    modified: datetime
    status: int = 200
    location: str = ""
    delayed: bool = False


def document(community: Community, path: str, base: str) -> Document | None:
    """The document at `path` (with its leading slash), addresses made absolute with `base`; None: 404."""
    parts = path.strip("/").split("/")
    match parts:
        case [""]:
            return _plain(community, page.front(community, base), page.CONTENT_TYPE)
        case ["community.opml"]:
            return _plain(community, opml.render(community, base), opml.CONTENT_TYPE)
        case ["style.css"]:
            return _plain(community, page.STYLE.encode(), "text/css; charset=utf-8")
        case ["robots.txt"]:
            return _plain(community, page.ROBOTS, "text/plain; charset=utf-8")
        case ["people", slug] if slug in community.people:
            body = page.profile(community, community.people[slug], base)
            return _plain(community, body, page.CONTENT_TYPE)
        case [slug, *rest]:
            return _at_site(community, slug, rest, base)
    return None


def _at_site(community: Community, slug: str, rest: list[str], base: str) -> Document | None:
    moved = next((site for site in community.sites.values() if site.moved_from == slug), None)
    if moved:
        location = "/".join([base, moved.slug, *rest])
        return Document(b"Moved.\n", "text/plain; charset=utf-8", community.now, 301, location)
    site = community.sites.get(slug)
    if site is None:
        return None
    if site.gone:
        return Document(b"This site has closed.\n", "text/plain; charset=utf-8", community.now, 410)
    return _within(community, site, rest, base)


def _within(community: Community, site: Site, rest: list[str], base: str) -> Document | None:
    latest = max((item.updated for item in community.items_of(site.slug)), default=community.now)
    match rest:
        case [] | [""]:
            return Document(page.home(community, site, base), page.CONTENT_TYPE, latest)
        case ["calendar.ics"]:
            return Document(calendar.render(community, site, base), calendar.CONTENT_TYPE, latest)
        case [name] if name == (site.feed or "posts.atom"):
            return _feed(community, site, base, latest)
        case [folder, name]:
            return _of_item(community, site, folder, name, base)
    return None


def _feed(community: Community, site: Site, base: str, latest: datetime) -> Document:
    writer = page.FEEDS.get(site.format, atom10)
    body = writer.render(site, entries(community, site, base), base)
    if site.damage:
        body = APPLY[site.damage](body)
    return Document(body, writer.CONTENT_TYPE, latest, delayed=site.delay)


def _of_item(community: Community, site: Site, folder: str, name: str, base: str) -> Document | None:
    item = community.items.get(name.partition(".")[0])
    if item is None or item.site != site.slug:
        return None
    match folder, name.partition(".")[2]:
        case "articles", "":
            body = page.article(community, entry(community, item, base), base)
            return Document(body, page.CONTENT_TYPE, item.updated)
        case "files", "pdf" if (item.pdf or item.form == "pdf") and item.access == "open":
            return Document(_pdf(item), "application/pdf", item.updated)
        case "media", "mp3" if item.duration:
            return Document(media.SILENCE, "audio/mpeg", item.updated)
    return None


def _pdf(item: Item) -> bytes:
    return media.pdf(item.title, to_text(item.body))


def _plain(community: Community, body: bytes, content_type: str) -> Document:
    latest = max((item.updated for item in community.items.values()), default=community.now)
    return Document(body, content_type, latest)
