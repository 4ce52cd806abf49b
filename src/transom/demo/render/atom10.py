"""Atom 1.0 (RFC 4287), with replies as in RFC 4685."""

from __future__ import annotations

from transom.demo.model import Site
from transom.demo.render.entry import Entry, escape, iso

CONTENT_TYPE = "application/atom+xml; charset=utf-8"


def render(site: Site, entries: list[Entry], base: str) -> bytes:
    """The feed; `updated` moves when an entry was edited."""
    updated = max((one.item.updated for one in entries), default=None)
    stamp = f"<updated>{iso(updated)}</updated>" if updated else "<updated>2000-01-01T00:00:00Z</updated>"
    body = "".join(_entry(one) for one in entries)
    return f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{site.lang}">
<title>{escape(site.title)}</title>
<subtitle>{escape(site.about)}</subtitle>
<id>tag:{site.host},2020:{site.slug}</id>
<link rel="self" type="application/atom+xml" href="{base}/{site.slug}/{site.feed or "posts.atom"}"/>
<link rel="alternate" type="text/html" href="{base}/{site.slug}/"/>
<author><name>{escape(site.title)}</name></author>
{stamp}
{body}</feed>
""".encode()


def _entry(one: Entry) -> str:
    item = one.item
    authors = "".join(f"<author><name>{escape(person.name)}</name></author>" for person in one.authors)
    tags = "".join(f'<category term="{escape(tag)}"/>' for tag in item.tags)
    content = "" if one.site.form == "excerpt" else f'<content type="html">{escape(one.content)}</content>\n'
    return f"""<entry>
<title>{escape(item.title)}</title>
<id>{one.guid}</id>
<link rel="alternate" type="text/html" href="{one.address}"/>
<published>{iso(item.published)}</published>
<updated>{iso(item.updated)}</updated>
{authors}{tags}
<summary>{escape(item.summary)}</summary>
{content}</entry>
"""
