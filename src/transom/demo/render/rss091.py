"""RSS 0.91: titles, links and descriptions, no dates and no ids."""

from __future__ import annotations

from transom.demo.model import Site
from transom.demo.render.entry import Entry, escape

CONTENT_TYPE = "text/xml; charset=utf-8"


def render(site: Site, entries: list[Entry], base: str) -> bytes:
    """The feed as a site of the year 2000 would write it."""
    items = "".join(
        f"<item><title>{escape(one.item.title)}</title><link>{one.address}</link>"
        f"<description>{escape(one.content)}</description></item>\n"
        for one in entries
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="0.91"><channel>
<title>{escape(site.title)}</title>
<link>{base}/{site.slug}/</link>
<description>{escape(site.about)}</description>
<language>{site.lang}</language>
{items}</channel></rss>
""".encode()
