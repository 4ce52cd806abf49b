"""HTML pages: the front page, a site, an article, a person."""

from __future__ import annotations

import json
from typing import Any

from transom.demo.model import Community, Person, Site
from transom.demo.render import atom03, atom10, jsonfeed, podcast, rdf, rss091, rss2
from transom.demo.render.entry import Entry, entries, escape, iso

CONTENT_TYPE = "text/html; charset=utf-8"
FEEDS = {
    "rss2": rss2,
    "rss091": rss091,
    "rdf": rdf,
    "atom10": atom10,
    "atom03": atom03,
    "jsonfeed": jsonfeed,
    "podcast": podcast,
}
ROBOTS = b"User-agent: *\nAllow: /\n"
STYLE = """body{max-width:38rem;margin:2.5rem auto;padding:0 1rem;font:1.06rem/1.6 Georgia,serif;color:#222;
background:#fdfcf9}h1{line-height:1.2;font-size:1.9rem}h2{font-size:1.25rem;margin-top:2rem}a{color:#7a3b1d}
header,footer,.meta{color:#6a645c;font-size:.9rem}blockquote{border-left:3px solid #cbbfae;margin-left:0;
padding-left:1rem;color:#555}li{margin:.3rem 0}[dir=rtl] blockquote{border-left:0;border-right:3px solid #cbbfae;
padding:0 1rem 0 0;margin-right:0}.notice{background:#f1e9da;padding:.7rem 1rem}
@media (prefers-color-scheme:dark){body{background:#1c1b19;color:#e6e1d8}a{color:#e0a383}.notice{background:#332d24}
header,footer,.meta{color:#a49c90}blockquote{color:#bbb}}
"""


def front(community: Community, base: str) -> bytes:
    """The page that lists the sites."""
    rows = "".join(
        f'<li><a href="{base}/{site.slug}/">{escape(site.title)}</a> {escape(site.about)}</li>\n'
        for site in community.sites.values()
        if not site.gone
    )
    head = f'<link rel="alternate" type="text/x-opml" href="{base}/community.opml">'
    body = f"<h1>{escape(community.title)}</h1><p>Invented people, real HTTP.</p><ul>{rows}</ul>"
    return _page(community.title, "en", head, body, base)


def home(community: Community, site: Site, base: str) -> bytes:
    """A site's home page: its feed by autodiscovery, then its items."""
    listed = "".join(_listed(one) for one in entries(community, site, base))
    authors = ", ".join(_byline(community.people[slug], base) for slug in site.authors)
    body = f"""<header class="h-card">{authors}</header><h1>{escape(site.title)}</h1>
<p>{escape(site.about)}</p><ul class="h-feed">{listed}</ul>"""
    return _page(site.title, site.lang, _discovery(community, site, base), body, base)


def _discovery(community: Community, site: Site, base: str) -> str:
    if site.format == "page":
        feed, kind = "posts.atom", "application/atom+xml"
    else:
        feed, kind = site.feed, FEEDS[site.format].CONTENT_TYPE.partition(";")[0]
    links = [
        f'<link rel="alternate" type="{kind}" title="{escape(site.title)}" href="{base}/{site.slug}/{feed}">',
        f'<link rel="alternate" type="text/calendar" title="Dates" href="{base}/{site.slug}/calendar.ics">',
        *(f'<link rel="me" href="{base}/people/{author}">' for author in site.authors),
        *(f'<link rel="me" href="{profile}">' for profile in community.profiles.get(site.slug, ())),
    ]
    return "\n".join(links)


def _listed(one: Entry) -> str:
    title = one.item.title or one.item.summary
    return (
        f'<li class="h-entry"><a class="u-url p-name" href="{one.address}">{escape(title)}</a> '
        f'<time class="dt-published meta" datetime="{iso(one.item.published)}">{one.item.published:%Y-%m-%d}'
        "</time></li>\n"
    )


def article(community: Community, one: Entry, base: str) -> bytes:
    """One item as a page, with what machines read in its head."""
    item, site = one.item, one.site
    title = item.title or item.summary
    authors = ", ".join(_byline(person, base) for person in one.authors)
    body = f"""<header><a href="{base}/{site.slug}/">{escape(site.title)}</a></header>
<article class="h-entry"><h1 class="p-name">{escape(title)}</h1>
<p class="meta"><span class="p-author">{authors}</span>
<time class="dt-published" datetime="{iso(item.published)}">{item.published:%Y-%m-%d}</time></p>
{_reply(community, one, base)}
<div class="e-content">
{one.html if item.access == "open" else _closed(one)}</div>{_audio(one)}</article>"""
    return _page(title, item.lang, _article_head(community, one, base), body, base)


def _article_head(community: Community, one: Entry, base: str) -> str:
    item = one.item
    original = community.items[item.canonical] if item.canonical else item
    canonical = f"{base}/{original.site}/articles/{original.slug}"
    authors = "".join(f'<meta name="author" content="{escape(person.name)}">' for person in one.authors)
    data = json.dumps(_linked_data(one, canonical, base), ensure_ascii=False).replace("</", "<\\/")
    return f"""{_discovery(community, one.site, base)}
{authors}<link rel="canonical" href="{canonical}">
<meta name="description" content="{escape(item.summary)}">
<meta property="article:published_time" content="{iso(item.published)}">
<script type="application/ld+json">{data}</script>"""


def _linked_data(one: Entry, canonical: str, base: str) -> dict[str, Any]:
    item, occasion = one.item, one.item.occasion
    values: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event" if occasion and occasion.start else "Article",
        "headline": item.title,
        "name": item.title,
        "url": canonical,
        "datePublished": iso(item.published),
        "dateModified": iso(item.updated),
        "inLanguage": item.lang,
        "isAccessibleForFree": item.access == "open",
        "author": [
            {"@type": "Person", "name": who.name, "url": f"{base}/people/{who.slug}"} for who in one.authors
        ],
        "publisher": {"@type": "Organization", "name": one.site.title},
    }
    if occasion:
        spans = {"startDate": occasion.start, "endDate": occasion.end, "expires": occasion.closes}
        values |= {key: iso(value) for key, value in spans.items() if value} | {"location": occasion.place}
    return values


def _reply(community: Community, one: Entry, base: str) -> str:
    targets = [community.items[slug] for slug in one.item.reply if slug in community.items]
    return "".join(
        f'<p class="meta">In reply to <a class="u-in-reply-to" href="{base}/{target.site}/articles/{target.slug}">'
        f"{escape(target.title)}</a></p>"
        for target in targets
    )


def _closed(one: Entry) -> str:
    whom = "members of the Guild" if one.item.access == "member" else "subscribers"
    return f'<p>{escape(one.item.summary)}</p><p class="notice">The rest is for {whom}.</p>'


def _audio(one: Entry) -> str:
    return f'<audio controls src="{one.enclosure}"></audio>' if one.enclosure else ""


def _byline(person: Person, base: str) -> str:
    return f'<a rel="author" href="{base}/people/{person.slug}">{escape(person.name)}</a>'


def profile(community: Community, person: Person, base: str) -> bytes:
    """A person's page: name, work, site, latest items."""
    work = community.organizations.get(person.organization)
    site = community.sites.get(person.site)
    host = work.host if work else "keepers.example"
    linked = (
        f'<p><a class="u-url" rel="me" href="{base}/{site.slug}/">{escape(site.title)}</a></p>'
        if site
        else ""
    )
    organization = (
        f', <span class="p-org">{escape(work.name)}</span>, <span class="p-locality">{escape(work.place)}</span>'
        if work
        else ""
    )
    body = f"""<div class="h-card"><h1 class="p-name">{escape(person.name)}</h1>
<p><span class="p-job-title">{escape(person.role)}</span>{organization}</p>
<p class="u-email">{person.slug}@{host}</p>{linked}</div><ul>{_latest(community, person, base)}</ul>"""
    return _page(person.name, "en", "", body, base)


def _latest(community: Community, person: Person, base: str) -> str:
    written = [item for item in community.items.values() if person.slug in item.authors and item.title]
    written.sort(key=lambda item: item.published, reverse=True)
    return "".join(
        f'<li><a href="{base}/{item.site}/articles/{item.slug}">{escape(item.title)}</a></li>\n'
        for item in written[:20]
    )


def _page(title: str, lang: str, head: str, body: str, base: str) -> bytes:
    direction = "rtl" if lang == "ar" else "ltr"
    return f"""<!doctype html>
<html lang="{lang}" dir="{direction}"><head><meta charset="utf-8"><title>{escape(title)}</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="{base}/style.css">
{head}
</head><body>{body}<footer><p>All people, places and organisations here are invented.</p></footer></body></html>
""".encode()
