"""Podcast RSS: RSS 2.0 with enclosures and iTunes durations."""

from __future__ import annotations

from transom.demo.model import Site
from transom.demo.render.entry import Entry, escape, rfc822
from transom.demo.render.media import SILENCE

CONTENT_TYPE = "application/rss+xml; charset=utf-8"


def render(site: Site, entries: list[Entry], base: str) -> bytes:
    """The feed; each episode's show notes are its text."""
    items = "".join(_episode(one) for one in entries)
    return f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
 xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel>
<title>{escape(site.title)}</title>
<link>{base}/{site.slug}/</link>
<description>{escape(site.about)}</description>
<language>{site.lang}</language>
<itunes:explicit>false</itunes:explicit>
{items}</channel>
</rss>
""".encode()


def _episode(one: Entry) -> str:
    item = one.item
    authors = ", ".join(person.name for person in one.authors)
    enclosure = (
        f'<enclosure url="{one.enclosure}" length="{len(SILENCE)}" type="audio/mpeg"/>\n'
        f"<itunes:duration>{_clock(item.duration)}</itunes:duration>\n"
        if item.duration
        else ""
    )
    return f"""<item>
<title>{escape(item.title)}</title>
<link>{one.address}</link>
<guid isPermaLink="false">{one.guid}</guid>
<pubDate>{rfc822(item.published)}</pubDate>
<itunes:author>{escape(authors)}</itunes:author>
<description>{escape(item.summary)}</description>
<content:encoded>{escape(one.content)}</content:encoded>
{enclosure}</item>
"""


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
