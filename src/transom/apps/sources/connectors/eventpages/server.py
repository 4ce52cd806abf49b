"""A society's site: a list of events, a page for each with JSON-LD, and a map of the site."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

from transom.apps.sources.connectors.serving import Asked, Reply, Service, with_etag

Node = dict[str, Any]


def page(title: str, nodes: list[Any], links: tuple[str, ...] = (), head: str = "") -> bytes:
    """A page that describes these objects for search engines, and links to others."""
    data = json.dumps(nodes[0] if len(nodes) == 1 else nodes).replace("</", "<\\/")
    script = f'<script type="application/ld+json">{data}</script>' if nodes else ""
    anchors = "".join(f'<li><a href="{escape(one)}">{escape(one)}</a></li>' for one in links)
    return (
        f'<!doctype html><html lang="en"><head><title>{escape(title)}</title>{head}{script}</head>'
        f"<body><h1>{escape(title)}</h1><ul>{anchors}</ul></body></html>"
    ).encode()


def site_map(pages: dict[str, str], base: str, kind: str = "url") -> bytes:
    """A map of pages with the day each changed; of maps where `kind` is "sitemap"."""
    rows = "".join(
        f"<{kind}><loc>{base}{path}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</{kind}>"
        for path, day in pages.items()
    )
    root = "urlset" if kind == "url" else "sitemapindex"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</{root}>'
    ).encode()


def service(pages: dict[str, bytes], maps: dict[str, dict[str, str]] | None = None) -> Service:
    """Serves pages by path, and maps that name them."""

    def answer(asked: Asked) -> Reply:
        if maps and asked.path in maps:
            kind = "sitemap" if asked.path.endswith("_index.xml") else "url"
            return with_etag(
                asked, Reply(body=site_map(maps[asked.path], asked.base, kind), content_type="text/xml")
            )
        found = pages.get(asked.path)
        if found is None:
            return Reply(404, b"<!doctype html><title>Not here</title>", content_type="text/html")
        return with_etag(asked, Reply(body=found, content_type="text/html; charset=utf-8"))

    return answer


def event(name: str, starts: str, ends: str = "", **more: Any) -> Node:
    """An event as a site's program writes it."""
    return {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": name,
        "startDate": starts,
        **({"endDate": ends} if ends else {}),
        **more,
    }


def hall(city: str = "Tarnholt", country: str = "GB") -> Node:
    address = {"@type": "PostalAddress", "addressLocality": city, "addressCountry": country}
    return {"@type": "Place", "name": "Guildhall", "address": address}


def sample_service(now: datetime | None = None) -> Service:
    today = (now or datetime.now(UTC)).date()
    summit, evening = today + timedelta(days=75), today + timedelta(days=20)
    hester = {
        "@type": "Person",
        "name": "Hester Quill",
        "sameAs": ["https://orcid.org/0000-0002-1825-0097"],
        "worksFor": {"@type": "Organization", "name": "Slow Rooms Institute"},
    }
    stewards = event(
        "Stores &amp; Stewards Summit",
        f"{summit}",
        f"{summit + timedelta(days=2)}",
        location=hall(),
        organizer={"@type": "Organization", "name": "Guild of Keepers"},
        performer=[hester],
        description="<p>Three days on shelves. Earns 12 CPD points.</p>",
    )
    seminar = event(
        "Reading a logger",
        f"{evening}T18:00:00",
        f"{evening}T19:30:00",
        eventAttendanceMode="https://schema.org/OnlineEventAttendanceMode",
        location=[{"@type": "VirtualLocation", "url": "https://guild.example/join"}, hall()],
    )
    return service(
        {
            "/events/": page("Events of the Guild", [], ("/events/stewards/", "/events/logger/", "/about/")),
            "/events/stewards/": page("Summit", [{"@context": "https://schema.org", "@graph": [stewards]}]),
            "/events/logger/": page("Seminar", [seminar]),
        },
        {"/sitemap.xml": {"/about/": "", "/events/stewards/": f"{today}", "/events/logger/": f"{today}"}},
    )
