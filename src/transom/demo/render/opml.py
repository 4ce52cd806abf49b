"""The community's list of feeds as OPML 2.0."""

from __future__ import annotations

from transom.demo.model import Community, Site
from transom.demo.render.entry import escape, rfc822

CONTENT_TYPE = "text/x-opml; charset=utf-8"


def render(community: Community, base: str) -> bytes:
    """Every site that is offered, vendors in a folder of their own."""
    offered = [community.sites[source.slug] for source in community.starter]
    people = "".join(_outline(site, base) for site in offered if not site.vendor)
    vendors = "".join(_outline(site, base) for site in offered if site.vendor)
    return f"""<?xml version="1.0" encoding="utf-8"?>
<opml version="2.0"><head><title>{escape(community.title)}</title>
<dateModified>{rfc822(community.now)}</dateModified></head><body>
<outline text="{escape(community.title)}">
{people}</outline>
<outline text="Vendors">
{vendors}</outline>
</body></opml>
""".encode()


def _outline(site: Site, base: str) -> str:
    return (
        f'<outline type="rss" text="{escape(site.title)}" title="{escape(site.title)}" '
        f'xmlUrl="{base}/{site.slug}/{site.feed}" htmlUrl="{base}/{site.slug}/" '
        f'description="{escape(site.about)}"/>\n'
    )
