"""A page's own entries as a feed, whatever else stands in the page."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transom.engine.core.addresses import is_http
from transom.engine.core.errors import ParseError
from transom.engine.parse import Author, ParsedFeed, discover, parse_hfeed
from transom.engine.parse.hfeed import MEDIA_TYPE, MOST_ENTRIES

URL = "https://slowrooms.example/notes/"
POST = """
<article class="h-entry"><h2><a class="p-name u-url" href="felt">Felt under <i>plinths</i></a></h2>
 <p class="p-summary">What we measured.</p>
 <div class="e-content"><p>It <b>drifts</b>.</p><script>alert(1)</script><img src="/f.png" onerror="alert(1)"></div>
 <time class="dt-published" datetime="2026-03-04T10:00:00+01:00">March</time>
 <time class="dt-updated" datetime="2026-03-05">later</time>
 <a class="p-category" href="/t/felt">felt</a><a class="p-category" href="/t/damp">damp</a>
 <div class="h-cite u-in-reply-to"><a class="p-name u-url" href="https://other.example/x">Another's</a></div>
</article>"""
NOTE = """<div class="h-entry"><div class="p-name e-content">It rained on the loading bay.</div>
 <a class="u-url" href="/notes/2"><time class="dt-published" datetime="2026-03-06 08:30">today</time></a>
 <span class="p-author h-card"><a class="p-name u-url" href="https://kofi.example/">Kofi Adjei</a></span></div>"""


def page(inner: str, head: str = "<title>Slow rooms: notes</title>") -> bytes:
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{inner}</body></html>'.encode()


def feed(inner: str, head: str = "<title>Slow rooms: notes</title>") -> ParsedFeed:
    return parse_hfeed(page(inner, head), url=URL)


def test_an_h_feed_says_who_writes_what_when_and_where() -> None:
    card = '<p class="p-author h-card"><a class="u-url p-name" href="/">Hester Quill</a></p>'
    found = feed(f'<main class="h-feed"><h1 class="p-name">Notes</h1>{card}{POST}{NOTE}</main>')
    assert (found.format, found.title, found.link, found.language) == ("h-feed", "Notes", URL, "en")
    first, second = found.entries
    assert (first.title, first.link) == ("Felt under plinths", "https://slowrooms.example/notes/felt")
    assert first.id == first.link
    assert f"{first.published:%Y-%m-%dT%H:%M%z}" == "2026-03-04T09:00+0000"
    assert f"{first.updated:%Y-%m-%d}" == "2026-03-05"
    assert first.authors == (Author("Hester Quill", "https://slowrooms.example/"),)
    assert first.tags == ("felt", "damp")
    assert first.summary_html == "What we measured."
    assert "<b>drifts</b>" in first.content_html
    assert "alert" not in first.content_html
    assert (second.title, second.link) == ("", "https://slowrooms.example/notes/2")
    assert second.authors == (Author("Kofi Adjei", "https://kofi.example/"),)
    assert "It rained" in second.content_html


def test_entries_without_a_feed_around_them_are_one_where_there_are_two() -> None:
    assert [one.title for one in feed(POST + NOTE).entries] == ["Felt under plinths", ""]
    assert feed(POST + NOTE).title == "Slow rooms: notes"
    with pytest.raises(ParseError):
        feed(POST)


def test_the_feed_with_entries_counts_and_what_others_said_is_none_of_them() -> None:
    said = '<div class="u-comment h-cite"><p class="p-name">Nice.</p></div>'
    inner = f'<div class="h-feed"><p class="p-name">Empty</p></div><div class="h-feed">{POST}{said}</div>'
    assert [one.title for one in feed(inner).entries] == ["Felt under plinths"]


def test_an_entry_that_is_only_a_link_goes_by_its_words() -> None:
    found = feed('<ul class="h-feed"><li class="h-entry"><a href="/a">On damp</a></li></ul>')
    assert [(one.title, one.link) for one in found.entries] == [("On damp", "https://slowrooms.example/a")]


@pytest.mark.parametrize(
    "inner",
    [
        "",
        "<p>Nothing here.</p>",
        '<div class="h-feed"></div>',
        '<div class="h-feed"><div class="h-entry"></div></div>',
        '<div class="h-feed"><div class="h-entry"><a class="u-url" href="javascript:alert(1)">x</a></div></div>',
        '<div class="h-feed"><div class="h-entry"><p class="p-name">A name and nowhere to go</p></div></div>',
        '<div class="h-card"><div class="h-entry"><a href="/a">x</a></div></div>',
    ],
)
def test_what_holds_no_entries_is_no_feed(inner: str) -> None:
    with pytest.raises(ParseError):
        feed(inner)


def test_a_page_of_thousands_gives_its_first_ones() -> None:
    many = "".join(f'<p class="h-entry"><a href="/{n}">{n}</a></p>' for n in range(5000))
    assert len(feed(f'<div class="h-feed">{many}</div>').entries) == MOST_ENTRIES


def test_an_entry_that_is_nested_deeply_is_found_and_one_deeper_than_browsers_go_is_not() -> None:
    def nested(depth: int) -> str:
        return f'<div class="h-feed">{"<div>" * depth}{POST}{"</div>" * depth}</div>'

    assert [one.title for one in feed(nested(100)).entries] == ["Felt under plinths"]
    with pytest.raises(ParseError):
        feed(nested(20_000))


@pytest.mark.parametrize(
    ("head", "offered"),
    [
        ("", [URL]),
        ('<link rel="alternate" type="application/rss+xml" href="/feed">', []),
    ],
)
def test_a_page_is_offered_as_its_own_feed_where_it_declares_none(head: str, offered: list[str]) -> None:
    links = discover(page(f'<div class="h-feed">{POST}</div>', head), url=URL)
    assert [link.url for link in links if link.media_type == MEDIA_TYPE] == offered
    if offered:
        assert links[-1].media_type == MEDIA_TYPE
        assert not links[-1].guessed


PIECES = st.sampled_from(
    [
        '<div class="h-feed">',
        '<div class="h-entry">',
        "</div>",
        '<a class="u-url p-name" href="/x">x</a>',
        '<a class="u-url" href="//[::1">y</a>',
        '<p class="e-content p-name">words',
        '<time class="dt-published" datetime="2026-13-45">',
        '<span class="p-author h-card"><img alt="A" src=x>',
        '<p class="p-category">',
        '<base href="http://[bad">',
        "<!-- h-entry -->",
        "&#0;&#xD800;",
        "<table><tr class=h-entry>",
        '<svg class="h-entry"><a href="/s">s',
        "\x00",
    ]
)


@given(st.lists(PIECES | st.text(max_size=12), max_size=60).map("".join))
@settings(max_examples=300, deadline=None)
def test_whatever_stands_in_a_page_it_is_read_or_refused(inner: str) -> None:
    try:
        found = parse_hfeed(inner.encode("utf-8", "surrogatepass"), url=URL)
    except ParseError:
        return
    assert 0 < len(found.entries) <= MOST_ENTRIES
    for one in found.entries:
        assert not one.link or is_http(one.link)
        assert one.link or one.content_html
        assert "<script" not in one.content_html
        assert all(not author.uri or is_http(author.uri) for author in one.authors)
