"""From a page to its feeds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transom.engine.parse import FeedLink, discover

URL = "https://blog.example/2026/post.html"


def found(markup: str, url: str = URL, content_type: str | None = None) -> tuple[FeedLink, ...]:
    return discover(
        f"<!doctype html><html><head>{markup}</head></html>".encode(), url=url, content_type=content_type
    )


def declared(markup: str, url: str = URL) -> list[str]:
    return [link.url for link in found(markup, url) if not link.guessed]


@pytest.mark.parametrize(
    "link",
    [
        '<link rel="alternate" type="application/rss+xml" href="/feed">',
        "<LINK REL=Alternate TYPE='application/atom+xml; charset=utf-8' HREF=/feed>",
        '<link rel="alternate home" type="application/feed+json" href="https://blog.example/feed">',
        '<link rel="feed" href="../feed">',
        '<link rel="alternate" type="application/json" href="/x" ><link rel="alternate" type="text/xml" href="/feed">',
        '<base href="https://blog.example/deep/er/"><link rel=alternate type=application/rss+xml href="../../feed">',
        '<link rel="alternate" type="application/rss+xml" href="feed:https://blog.example/feed">',
    ],
)
def test_a_declared_feed_is_found_however_it_is_written(link: str) -> None:
    assert declared(link) == ["https://blog.example/feed"]


@pytest.mark.parametrize(
    "link",
    [
        '<link rel="alternate" hreflang="de" href="/de/">',
        '<link rel="alternate stylesheet" type="text/css" href="/feed.css">',
        '<link rel="alternate" type="application/json" href="https://blog.example/wp-json/wp/v2/posts/1">',
        '<link rel="alternate" type="application/json+oembed" href="/oembed?url=x">',
        '<link rel="alternate" type="text/xml+oembed" href="/oembed?format=xml">',
        '<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">',
        '<link rel="alternate" type="application/rss+xml" href="file:///etc/passwd">',
        '<link rel="alternate" type="application/rss+xml">',
    ],
)
def test_alternates_that_are_no_feeds_are_passed_over(link: str) -> None:
    assert declared(link) == []


def test_titles_and_types_are_kept_and_comments_come_last() -> None:
    links = found(
        '<link rel=alternate type=application/rss+xml title="Blog &raquo; Comments Feed" href=/comments/feed>'
        '<link rel=alternate type=application/rss+xml title="Blog &raquo; Feed" href=/feed>'
    )
    assert links == (
        FeedLink("https://blog.example/feed", "Blog » Feed", "application/rss+xml"),
        FeedLink("https://blog.example/comments/feed", "Blog » Comments Feed", "application/rss+xml"),
    )


def test_links_that_look_like_feeds_are_guesses_the_own_site_first() -> None:
    page = (
        '<a href="https://elsewhere.example/rss.xml">x</a> <a href="/atom.xml">new posts</a>'
        '<a href="/by/mail">RSS feed</a> <a href="/how-to-feed-a-cat">a cat</a> <a href="/feedback">say</a>'
        '<a href="https://feedly.com/i/subscription/feed/x">Feedly</a>'
    )
    links = found(page)
    assert [link.url for link in links] == [
        "https://blog.example/atom.xml",
        "https://blog.example/by/mail",
        "https://elsewhere.example/rss.xml",
    ]
    assert all(link.guessed for link in links)


def test_a_page_that_tells_nothing_gets_the_usual_paths() -> None:
    links = found("<title>Nothing</title>")
    assert "https://blog.example/feed" in [link.url for link in links]
    assert all(link.guessed for link in links)


@pytest.mark.parametrize(
    ("url", "feed"),
    [
        ("https://github.com/ann/tools", "https://github.com/ann/tools/releases.atom"),
        ("https://github.com/ann", "https://github.com/ann.atom"),
        ("https://www.reddit.com/r/Archivists/", "https://www.reddit.com/r/Archivists/.rss"),
        ("https://ann.substack.com/p/one", "https://ann.substack.com/feed"),
        ("https://medium.com/@ann/some-story-123", "https://medium.com/feed/@ann"),
        ("https://bsky.app/profile/ann.example", "https://bsky.app/profile/ann.example/rss"),
        (
            "https://www.youtube.com/channel/UC" + "a" * 22,
            "https://www.youtube.com/feeds/videos.xml?channel_id=UC" + "a" * 22,
        ),
        (
            "https://www.youtube.com/playlist?list=PL123",
            "https://www.youtube.com/feeds/videos.xml?playlist_id=PL123",
        ),
    ],
)
def test_known_sites_have_feeds_by_custom(url: str, feed: str) -> None:
    assert feed in [link.url for link in found("", url)]
    assert feed in [link.url for link in discover(b"", url=url)]


@pytest.mark.parametrize(
    ("generator", "path", "feed"),
    [
        ("WordPress 6.9", "/2026/post", "https://blog.example/feed/"),
        ("Mastodon v4.5", "/@ann", "https://blog.example/@ann.rss"),
        ("Ghost 6.1", "/", "https://blog.example/rss/"),
        ("Hugo 0.150", "/posts/", "https://blog.example/index.xml"),
    ],
)
def test_programs_have_feeds_by_custom(generator: str, path: str, feed: str) -> None:
    links = found(f'<meta name="generator" content="{generator}">', f"https://blog.example{path}")
    assert [link.url for link in links if link.guessed] == [feed]


def test_the_channel_of_a_handle_is_read_from_the_page() -> None:
    channel = "UC" + "b" * 22
    page = f'<script>var x = {{"externalId":"{channel}"}}</script>'
    assert [link.url for link in found(page, "https://www.youtube.com/@ann")] == [
        f"https://www.youtube.com/feeds/videos.xml?channel_id={channel}"
    ]


@given(st.binary(max_size=400), st.sampled_from(["", "text/html; charset=utf-16", "image/png", None]))
def test_no_bytes_break_it(body: bytes, content_type: str | None) -> None:
    for link in discover(b"<html>" + body, url=URL, content_type=content_type):
        assert link.url.startswith(("http://", "https://"))


def test_a_page_of_endless_nesting_is_read_in_time() -> None:
    deep = b"<html><head><link rel=alternate type=application/rss+xml href=/feed></head>" + b"<div>" * 200_000
    assert discover(deep, url=URL)[0].url == "https://blog.example/feed"
