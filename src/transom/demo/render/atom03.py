"""Atom 0.3, the draft some old programs still write."""

from __future__ import annotations

from transom.demo.model import Site
from transom.demo.render.entry import Entry, escape, iso

CONTENT_TYPE = "application/atom+xml; charset=utf-8"


def render(site: Site, entries: list[Entry], base: str) -> bytes:
    """The feed with `modified`, `issued` and escaped content, as the draft had them."""
    modified = iso(max(one.item.updated for one in entries)) if entries else "2000-01-01T00:00:00Z"
    body = "".join(_entry(one) for one in entries)
    return f"""<?xml version="1.0" encoding="utf-8"?>
<feed version="0.3" xmlns="http://purl.org/atom/ns#" xml:lang="{site.lang}">
<title>{escape(site.title)}</title>
<tagline>{escape(site.about)}</tagline>
<link rel="alternate" type="text/html" href="{base}/{site.slug}/"/>
<id>tag:{site.host},2004:{site.slug}</id>
<modified>{modified}</modified>
{body}</feed>
""".encode()


def _entry(one: Entry) -> str:
    authors = "".join(f"<author><name>{escape(person.name)}</name></author>" for person in one.authors)
    return f"""<entry>
<title>{escape(one.item.title)}</title>
<link rel="alternate" type="text/html" href="{one.address}"/>
<id>{one.guid}</id>
<issued>{iso(one.item.published)}</issued>
<modified>{iso(one.item.updated)}</modified>
{authors}
<summary type="text/plain">{escape(one.item.summary)}</summary>
<content type="text/html" mode="escaped">{escape(one.content)}</content>
</entry>
"""
