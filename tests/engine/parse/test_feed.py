"""Feeds of every format, as their makers write them."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from transom.engine.core.errors import ParseError
from transom.engine.parse import Author, Enclosure, OutLink, parse_feed
from transom.engine.parse.model import ParsedEntry

URL = "https://boxes.example/feed"
WHEN = datetime(2026, 2, 3, 8, 30, tzinfo=UTC)

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:atom="http://www.w3.org/2005/Atom" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"
 xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:ev="http://purl.org/rss/1.0/modules/event/">
<channel><title>Boxes &amp; co</title><link>https://boxes.example/</link>
<description>About &lt;b&gt;boxes&lt;/b&gt;</description>
<language>en-gb</language><ttl>90</ttl><sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>
<atom:link rel="self" href="https://boxes.example/feed"/><atom:link rel="hub" href="https://hub.example/"/>
<image><url>/icon.png</url></image><generator>Pencil 2</generator>
<managingEditor>ed@boxes.example (Ed Itor)</managingEditor>
<item><title>The &lt;i&gt;lift&lt;/i&gt;</title><link>/posts/lift</link><guid isPermaLink="false">box-1</guid>
<pubDate>Tue, 03 Feb 2026 09:30:00 +0100</pubDate><dc:creator>Ines Moreau</dc:creator><category>Moves</category>
<category>Lifts</category><description>Short.</description><comments>https://boxes.example/posts/lift#c</comments>
<content:encoded><![CDATA[<p onclick="x()">Long, with <a href="/other">a link</a>
<script>bad()</script></p>]]></content:encoded>
<enclosure url="https://boxes.example/1.mp3" type="audio/mpeg" length="1234"/><itunes:duration>12:30</itunes:duration>
<ev:startdate>2026-06-03T09:00:00Z</ev:startdate><ev:location>Leeds</ev:location></item></channel></rss>"""

ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" xml:base="https://boxes.example/">
<title type="html">Boxes &amp;amp; co</title><link href="/"/><link rel="self" href="feed"/><link rel="hub" href="https://hub.example/"/>
<author><name>Ed Itor</name><email>ed@boxes.example</email></author>
<entry xml:base="posts/"><id>tag:boxes.example,2026:1</id><title>The lift</title>
<link rel="enclosure" href="1.mp3" type="audio/mpeg"
 length="1234"/><link rel="alternate" type="text/html" href="lift"/>
<link rel="canonical" href="https://first.example/lift"/>
<published>2026-02-03T09:30:00+01:00</published><updated>2026-02-04T00:00:00Z</updated>
<category term="m" label="Moves"/>
<summary>Short &lt;not markup&gt;</summary><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Long, with
<a href="other">a link</a></p></div></content></entry></feed>"""

RDF = """<?xml version="1.0"?><rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://boxes.example/"><title>Boxes</title>
<link>https://boxes.example/</link></channel><item rdf:about="https://boxes.example/lift"><title>The lift</title>
<link>https://boxes.example/lift</link><dc:date>2026-02-03T09:30:00+01:00</dc:date><dc:creator>Ines Moreau</dc:creator>
<description>Short.</description></item></rdf:RDF>"""

JSON = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Boxes",
    "home_page_url": "https://boxes.example/",
    "authors": [{"name": "Ed Itor"}],
    "items": [
        {
            "id": 7,
            "url": "/lift",
            "title": "The lift",
            "content_html": "<p>Long</p>",
            "date_published": "2026-02-03T09:30:00+01:00",
            "tags": ["Moves"],
            "attachments": [{"url": "1.mp3", "mime_type": "audio/mpeg", "duration_in_seconds": 750}],
        }
    ],
}


def only(body: str | bytes, **arguments: str) -> ParsedEntry:
    raw = body.encode() if isinstance(body, str) else body
    (entry,) = parse_feed(raw, url=URL, **arguments).entries
    return entry


def test_rss_is_read_with_its_modules() -> None:
    feed = parse_feed(RSS.encode(), url=URL)
    assert (feed.format, feed.title, feed.link, feed.fast) == (
        "rss 2.0",
        "Boxes & co",
        "https://boxes.example/",
        True,
    )
    assert (feed.description, feed.language, feed.generator) == ("About <b>boxes</b>", "en-gb", "Pencil 2")
    assert (feed.ttl_minutes, feed.update_minutes) == (90, 720)
    assert (feed.self_url, feed.hubs) == ("https://boxes.example/feed", ("https://hub.example/",))
    assert feed.icon == "https://boxes.example/icon.png"
    assert feed.authors == (Author("Ed Itor", email="ed@boxes.example"),)
    entry = feed.entries[0]
    assert (entry.id, entry.title, entry.link) == ("box-1", "The lift", "https://boxes.example/posts/lift")
    assert entry.published == entry.updated == WHEN
    assert (entry.authors, entry.tags) == ((Author("Ines Moreau"),), ("Moves", "Lifts"))
    assert entry.summary_html == "Short."
    assert "onclick" not in entry.content_html
    assert "bad()" not in entry.content_html
    assert entry.links == (OutLink("https://boxes.example/other", "a link"),)
    assert entry.enclosures == (Enclosure("https://boxes.example/1.mp3", "audio/mpeg", 1234, 750.0),)
    assert (entry.event_start, entry.event_place) == (datetime(2026, 6, 3, 9, tzinfo=UTC), "Leeds")
    assert entry.comments_url == "https://boxes.example/posts/lift#c"


def test_atom_is_read_with_bases_and_kinds_of_text() -> None:
    feed = parse_feed(ATOM.encode(), url=URL)
    assert (feed.format, feed.title, feed.link) == ("atom 1.0", "Boxes & co", "https://boxes.example/")
    assert feed.self_url == "https://boxes.example/feed"
    entry = feed.entries[0]
    assert (entry.link, entry.canonical_url) == (
        "https://boxes.example/posts/lift",
        "https://first.example/lift",
    )
    assert (entry.published, entry.updated) == (WHEN, datetime(2026, 2, 4, tzinfo=UTC))
    assert entry.authors == (Author("Ed Itor", email="ed@boxes.example"),)
    assert (entry.tags, entry.summary_html) == (("Moves",), "Short &lt;not markup&gt;")
    assert entry.links == (OutLink("https://boxes.example/posts/other", "a link"),)
    assert entry.enclosures == (Enclosure("https://boxes.example/posts/1.mp3", "audio/mpeg", 1234),)


def test_rdf_is_read_though_its_items_stand_outside_the_channel() -> None:
    feed = parse_feed(RDF.encode(), url=URL)
    assert (feed.format, feed.title) == ("rdf 1.0", "Boxes")
    entry = feed.entries[0]
    assert (entry.id, entry.published) == ("https://boxes.example/lift", WHEN)
    assert entry.authors == (Author("Ines Moreau"),)


def test_json_is_read_and_numbers_serve_as_ids() -> None:
    feed = parse_feed(json.dumps(JSON).encode(), url=URL)
    assert (feed.format, feed.title) == ("json 1.1", "Boxes")
    entry = feed.entries[0]
    assert (entry.id, entry.link, entry.published) == ("7", "https://boxes.example/lift", WHEN)
    assert entry.authors == (Author("Ed Itor"),)
    assert entry.enclosures == (Enclosure("https://boxes.example/1.mp3", "audio/mpeg", None, 750.0),)


@pytest.mark.parametrize(
    "damage",
    [
        RSS.replace("Boxes &amp; co", "Boxes & co"),
        RSS.replace("Boxes &amp; co", "Boxes &nbsp; co"),
        RSS.replace(' xmlns:dc="http://purl.org/dc/elements/1.1/"', ""),
        RSS.replace("utf-8", "utf-16"),
        "\n\n  " + RSS,
        RSS.replace("Short.", "Short.\x0c\x01"),
        RSS.replace("<rss", "<!DOCTYPE rss [<!ENTITY x 'y'>]><rss"),
        RSS[: RSS.index("</item>") + 7],
        RSS.replace("</channel></rss>", "</rss>"),
        RSS + "<!-- served by cache --><script>1</script>",
    ],
)
def test_damage_costs_nothing_that_can_be_read(damage: str) -> None:
    entry = only(damage)
    assert (entry.id, entry.link, entry.published) == ("box-1", "https://boxes.example/posts/lift", WHEN)
    assert entry.authors == (Author("Ines Moreau"),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-32", "cp1252", "iso-8859-15"])
def test_any_encoding_is_read(encoding: str) -> None:
    body = RSS.replace("utf-8", encoding).replace("The &lt;i&gt;lift&lt;/i&gt;", "Größe").encode(encoding)
    assert only(body).title == "Größe"


def test_a_lying_encoding_is_found_out() -> None:
    assert only(RSS.replace("Short.", "Größe").encode("cp1252")).summary_html == "Größe"


def test_windows_characters_in_disguise_are_read_as_meant() -> None:
    assert only(RSS.replace("Short.", "don\x92t &#146;n&#x94;")).summary_html == "don’t ’n”"


@pytest.mark.parametrize("kind", ["text/html", "application/octet-stream", "image/png; charset=utf-7", ""])
def test_a_lying_content_type_changes_nothing(kind: str) -> None:
    assert only(RSS, content_type=kind).id == "box-1"


@pytest.mark.parametrize(
    ("body", "looks_like"),
    [
        (b"", "empty"),
        (b" \n\xef\xbb\xbf\n", "empty"),
        (b"<!doctype html><html><body>404</body></html>", "html"),
        (b"<html><head><title>Log in</title></head></html>", "html"),
        (b'{"error": "gone"}', "json"),
        (b"{not json", "json"),
        (b"[1, 2]", "json"),
        (b"\x89PNG\r\n\x1a\n\x00", "binary"),
        (b"<opml version='2.0'><body/></opml>", "opml"),
        (b"<sitemap><url/></sitemap>", "xml"),
    ],
)
def test_what_is_no_feed_says_what_it_seems_to_be(body: bytes, looks_like: str) -> None:
    with pytest.raises(ParseError) as raised:
        parse_feed(body, url=URL)
    assert raised.value.looks_like == looks_like
    assert raised.value.message


def test_a_feed_without_entries_is_a_feed() -> None:
    feed = parse_feed(b"<rss version='2.0'><channel><title>Quiet</title></channel></rss>")
    assert (feed.title, feed.entries) == ("Quiet", ())


@pytest.mark.parametrize(
    "bomb",
    [
        '<!DOCTYPE x [<!ENTITY a "ha">'
        + "".join(f'<!ENTITY a{n} "&a{n - 1 if n else ""};&a{n - 1 if n else ""};">' for n in range(40))
        + "]>",
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd"> %p;]>',
        f'<!DOCTYPE x [<!ENTITY a "{"b" * 2000}">]>',
    ],
)
def test_entities_neither_explode_nor_fetch(bomb: str) -> None:
    body = (
        bomb + f"<rss version='2.0'><channel><item><title>{'&a;&a39;' * 2000}</title></item></channel></rss>"
    )
    with suppress(ParseError):
        title = only(body).title
        assert "root:" not in title
        assert len(title) < 5_000_000


@pytest.mark.parametrize("element", ["<a>", "<item>", "<div xmlns='http://www.w3.org/1999/xhtml'>"])
def test_nesting_without_end_ends(element: str) -> None:
    body = f"<rss version='2.0'><channel><title>Deep</title><item><description>{element * 100_000}"
    with suppress(ParseError):
        assert parse_feed(body.encode()).title in ("Deep", "")


def test_a_huge_attribute_and_many_entries_are_bounded() -> None:
    huge = RSS.replace('type="audio/mpeg"', f'type="{"x" * 5_000_000}"')
    assert only(huge).id == "box-1"
    many = "<rss version='2.0'><channel>" + "<item><title>x</title></item>" * 6000 + "</channel></rss>"
    assert len(parse_feed(many.encode()).entries) == 5000


def test_everything_else_a_feed_says_is_there_on_request() -> None:
    feed = parse_feed(RSS.replace("<ttl>", "<copyright>Mine</copyright><ttl>").encode(), url=URL)
    said = feed.extra["feed"]
    assert isinstance(said, dict)
    assert said["rights"] == "Mine"
