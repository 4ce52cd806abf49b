"""Podcasts and channels of videos are plain feeds: who is heard, how long it is, what is linked, where the feed is."""

from __future__ import annotations

import pytest

from transom.engine.parse import discover, parse_feed
from transom.engine.parse.model import Author, ParsedEntry

URL = "https://cast.example/feed"
HEAD = """<?xml version="1.0"?><rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0"
 xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><title>Store Talk</title><item>
<title>Felt</title><link>https://cast.example/1</link><itunes:author>Store Talk Media</itunes:author>
<enclosure url="https://cast.example/1.mp3" type="audio/mpeg" length="9"/><itunes:duration>31:30</itunes:duration>"""
VIDEO = """<?xml version="1.0"?><feed xmlns:yt="http://www.youtube.com/xml/schemas/2015"
 xmlns:media="http://search.yahoo.com/mrss/" xmlns="http://www.w3.org/2005/Atom"><title>Guild of Keepers</title>
<entry><id>yt:video:abcdefghijk</id><title>Felt</title>
<link rel="alternate" href="https://www.youtube.com/watch?v=abcdefghijk"/>
<author><name>Guild of Keepers</name><uri>https://www.youtube.com/channel/UCkeepers</uri></author>
<media:group><media:description>{words}</media:description></media:group></entry></feed>"""


def episode(*people: str) -> ParsedEntry:
    [entry] = parse_feed(f"{HEAD}{''.join(people)}</item></channel></rss>".encode(), url=URL).entries
    return entry


def test_who_is_heard_is_who_it_is_by_and_who_made_the_recording_is_not() -> None:
    entry = episode(
        '<podcast:person href="https://slowrooms.example/hester">Hester Quill</podcast:person>',
        '<podcast:person role="guest" group="cast">Kofi Adjei</podcast:person>',
        '<podcast:person role="audio editor" group="audio post-production">Crumb</podcast:person>',
        "<podcast:person> </podcast:person>",
    )
    assert entry.authors == (
        Author("Hester Quill", "https://slowrooms.example/hester"),
        Author("Kofi Adjei"),
    )
    assert entry.enclosures[0].seconds == 31.5 * 60


def test_where_nobody_is_named_it_is_by_whom_the_feed_says() -> None:
    assert [one.name for one in episode().authors] == ["Store Talk Media"]


@pytest.mark.parametrize(
    ("words", "links"),
    [
        ("See https://guild.example/felt?a=1&amp;b=2, and so on.", ["https://guild.example/felt?a=1&b=2"]),
        ("(https://guild.example/felt)", ["https://guild.example/felt"]),
        ('He said "https://guild.example/felt"', ["https://guild.example/felt"]),
        (
            "https://guild.example/a\nhttps://guild.example/b",
            ["https://guild.example/a", "https://guild.example/b"],
        ),
        ("No address: guild.example &lt;b&gt;", []),
    ],
)
def test_addresses_in_a_videos_description_are_links(words: str, links: list[str]) -> None:
    [entry] = parse_feed(VIDEO.format(words=words).encode(), url=URL).entries
    assert [link.url for link in entry.links] == links
    assert "<b>" not in entry.summary_html


def test_a_directory_of_podcasts_names_the_feed_of_its_makers() -> None:
    page = rb'<html><body><script>{"feedUrl":"https:\/\/feeds.cast.example\/talk?a=1\u0026b=2"}</script></body></html>'
    found = discover(
        page, url="https://podcasts.apple.com/gb/podcast/store-talk/id123456", content_type="text/html"
    )
    assert [link.url for link in found if "cast.example" in link.url] == [
        "https://feeds.cast.example/talk?a=1&b=2"
    ]
    assert not [link for link in discover(page, url="https://other.example/") if "cast.example" in link.url]


@pytest.mark.parametrize(
    "page", ["https://www.youtube.com/watch?v=abcdefghijk", "https://www.youtube.com/@keepers"]
)
def test_a_video_or_a_handle_leads_to_its_channels_feed(page: str) -> None:
    channel = "UC" + "k" * 22
    html = f'<html><body><script>{{"channelId":"{channel}"}}</script></body></html>'.encode()
    found = discover(html, url=page, content_type="text/html")
    assert [link.url for link in found] == [f"https://www.youtube.com/feeds/videos.xml?channel_id={channel}"]
