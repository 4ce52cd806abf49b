"""RSS 1.0, an RDF document, with Dublin Core."""

from __future__ import annotations

from transom.demo.model import Site
from transom.demo.render.entry import Entry, escape, iso

CONTENT_TYPE = "application/rdf+xml; charset=utf-8"


def render(site: Site, entries: list[Entry], base: str) -> bytes:
    """The feed: a channel that lists its items, then the items."""
    listed = "".join(f'<rdf:li rdf:resource="{one.address}"/>' for one in entries)
    items = "".join(_item(one) for one in entries)
    return f"""<?xml version="1.0" encoding="utf-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
<channel rdf:about="{base}/{site.slug}/{site.feed}">
<title>{escape(site.title)}</title>
<link>{base}/{site.slug}/</link>
<description>{escape(site.about)}</description>
<dc:language>{site.lang}</dc:language>
<sy:updatePeriod>daily</sy:updatePeriod>
<items><rdf:Seq>{listed}</rdf:Seq></items>
</channel>
{items}</rdf:RDF>
""".encode()


def _item(one: Entry) -> str:
    creators = "".join(f"<dc:creator>{escape(person.name)}</dc:creator>" for person in one.authors)
    return f"""<item rdf:about="{one.address}">
<title>{escape(one.item.title)}</title>
<link>{one.address}</link>
<dc:date>{iso(one.item.published)}</dc:date>
{creators}
<description>{escape(one.item.summary)}</description>
<content:encoded>{escape(one.content)}</content:encoded>
</item>
"""
