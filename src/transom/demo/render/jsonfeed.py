"""JSON Feed 1.1."""

from __future__ import annotations

import json
from typing import Any

from transom.demo.model import Site
from transom.demo.render.entry import Entry, iso

CONTENT_TYPE = "application/feed+json; charset=utf-8"


def render(site: Site, entries: list[Entry], base: str) -> bytes:
    """The feed; notes without a title have none, as the format allows."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": site.title,
        "description": site.about,
        "language": site.lang,
        "home_page_url": f"{base}/{site.slug}/",
        "feed_url": f"{base}/{site.slug}/{site.feed}",
        "items": [_item(one, base) for one in entries],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode()


def _item(one: Entry, base: str) -> dict[str, Any]:
    item = one.item
    values: dict[str, Any] = {
        "id": one.guid,
        "url": one.address,
        "title": item.title,
        "content_html": one.content,
        "summary": item.summary if item.title else "",
        "date_published": iso(item.published),
        "date_modified": iso(item.updated) if item.updated != item.published else "",
        "authors": [{"name": who.name, "url": f"{base}/people/{who.slug}"} for who in one.authors],
        "tags": list(item.tags),
        "language": item.lang if item.lang != one.site.lang else "",
    }
    return {key: value for key, value in values.items() if value}
