"""RSS 2.0, with content:encoded and dc:creator."""

from __future__ import annotations

from transom.demo.model import Site
from transom.demo.render.entry import Entry, escape, rfc822

CONTENT_TYPE = "application/rss+xml; charset=utf-8"


def render(site: Site, entries: list[Entry], base: str) -> bytes:
    """The feed; full text in content:encoded, the summary in description."""
    latest = f"<lastBuildDate>{rfc822(entries[0].item.published)}</lastBuildDate>" if entries else ""
    items = "".join(_item(one) for one in entries)
    return f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>{escape(site.title)}</title>
<link>{base}/{site.slug}/</link>
<atom:link rel="self" type="application/rss+xml" href="{base}/{site.slug}/{site.feed}"/>
<description>{escape(site.about)}</description>
<language>{site.lang}</language>
{latest}
<ttl>60</ttl>
{items}</channel>
</rss>
""".encode()


def _item(one: Entry) -> str:
    item = one.item
    title = f"<title>{escape(item.title)}</title>\n" if item.title else ""
    creators = "".join(f"<dc:creator>{escape(person.name)}</dc:creator>" for person in one.authors)
    tags = "".join(f"<category>{escape(tag)}</category>" for tag in item.tags)
    full = "" if one.site.form == "excerpt" else f"<content:encoded>{escape(one.content)}</content:encoded>\n"
    return f"""<item>
{title}<link>{one.address}</link>
<guid isPermaLink="false">{one.guid}</guid>
<pubDate>{rfc822(item.published)}</pubDate>
{creators}{tags}
<description>{escape(item.summary)}</description>
{full}</item>
"""
