"""Lists of subscriptions from other readers, and for them."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import SHARED

from transom.engine.core.errors import ParseError
from transom.engine.parse import Outline, parse_opml, write_opml

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)

NESTED = b"""<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.1"><head><title>Mine</title></head><body>
  <outline text="Archives">
    <outline text="Standards" title="Standards &amp; drafts">
      <outline type="rss" text="Retention Notes" xmlUrl="https://retention.example/feed" htmlUrl="https://retention.example/"/>
    </outline>
    <outline TEXT="Loud" XMLURL="https://loud.example/rss.xml"/>
  </outline>
  <outline title="No folder" type="rss" url="https://plain.example/atom"/>
  <outline text="A link" type="link" url="https://page.example/"/>
  <outline text="By category" xmlUrl="feed://by.example/rss" category="/Work/Nursing,/Other"/>
</body></opml>"""


def test_folders_titles_and_addresses_are_read() -> None:
    assert parse_opml(NESTED) == (
        Outline(
            "Retention Notes",
            "https://retention.example/feed",
            "https://retention.example/",
            ("Archives", "Standards & drafts"),
        ),
        Outline("Loud", "https://loud.example/rss.xml", "", ("Archives",)),
        Outline("No folder", "https://plain.example/atom"),
        Outline("By category", "http://by.example/rss", "", ("Work", "Nursing")),
    )


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        ("feed:https://a.example/x", "https://a.example/x"),
        ("feed://a.example/x", "http://a.example/x"),
        ("a.example/x", "https://a.example/x"),
        (" https://a.example/\n x", "https://a.example/x"),
        ("javascript:alert(1)", "javascript:alert(1)"),
    ],
)
def test_an_address_is_tidied_but_never_dropped(written: str, understood: str) -> None:
    body = f'<opml><body><outline xmlUrl="{written}"/></body></opml>'.encode()
    assert [outline.feed_url for outline in parse_opml(body)] == [understood]


@pytest.mark.parametrize(
    "damage",
    [
        NESTED[: NESTED.index(b"By category") - 20],
        NESTED.replace(b"&amp;", b"&"),
        NESTED.replace(b'encoding="UTF-8"', b'encoding="UTF-16"'),
        b"\n\n" + NESTED,
        NESTED.replace(b"</outline>", b"", 1),
        NESTED.replace(b"Mine", b"Mine\x00\x0b"),
    ],
)
def test_a_damaged_list_keeps_the_feeds_before_the_damage(damage: bytes) -> None:
    assert parse_opml(damage)[0].feed_url == "https://retention.example/feed"


@pytest.mark.parametrize("body", [b"", b"hello", b"<rss><channel/></rss>", b"\x89PNG\r\n", b"{}"])
def test_anything_else_is_refused_with_advice(body: bytes) -> None:
    with pytest.raises(ParseError, match="Export one"):
        parse_opml(body)


def test_an_empty_list_is_a_list() -> None:
    assert parse_opml(b"<opml version='2.0'><head/><body/></opml>") == ()


def test_ten_thousand_feeds_are_read() -> None:
    feeds = [
        Outline(f"Feed {n}", f"https://host{n % 90}.example/{n}", "", (f"F{n % 40}",)) for n in range(10_000)
    ]
    assert len(parse_opml(write_opml(feeds, title="Many", now=NOW))) == 10_000


def test_entities_are_not_expanded_and_nothing_is_loaded() -> None:
    bomb = b'<!DOCTYPE o [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    body = bomb + b'<opml><body><outline text="&f;&b;x" xmlUrl="https://a.example/"/></body></opml>'
    (outline,) = parse_opml(body)
    assert "root" not in outline.title
    assert len(outline.title) < 20


def test_nesting_without_end_is_refused_or_cut_short() -> None:
    deep = b"<opml><body>" + b'<outline text="f">' * 50_000 + b'<outline xmlUrl="https://a.example/"/>'
    with suppress(ParseError):
        assert all(len(outline.folders) <= 20 for outline in parse_opml(deep))


_words = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Z", "Co", "Cn"), exclude_characters="<>&"),
    min_size=1,
    max_size=12,
)
_outlines = st.builds(
    Outline,
    title=_words,
    feed_url=st.integers(0, 999).map("https://a.example/{}".format),
    site_url=st.just("") | st.just("https://a.example/"),
    folders=st.lists(_words, max_size=3).map(tuple),
)


@given(st.lists(_outlines, max_size=20))
def test_what_is_written_is_read_again(outlines: list[Outline]) -> None:
    again = parse_opml(write_opml(outlines, title="T", now=NOW))
    assert sorted(again, key=repr) == sorted(outlines, key=repr)


@given(st.data())
def test_no_mutation_breaks_it(data: st.DataObject) -> None:
    body = bytearray(NESTED)
    for _ in range(data.draw(st.integers(1, 20))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    with suppress(ParseError):
        assert all(outline.feed_url for outline in parse_opml(bytes(body)))


def test_control_characters_do_not_spoil_the_file() -> None:
    body = write_opml([Outline("a\x00b\x1f", "https://a.example/")], title="x\x08", now=NOW)
    assert parse_opml(body)[0].title == "ab"


@pytest.mark.shared
def test_every_list_of_the_collection_is_read_and_survives_a_round_trip() -> None:
    lists = sorted((SHARED / "data" / "opml").glob("*.opml"))
    if not lists:
        pytest.skip("the shared data are not beside this checkout")
    for path in random.Random(1).sample(lists, 12):
        outlines = parse_opml(path.read_bytes())
        assert len(outlines) == path.read_bytes().lower().count(b"xmlurl="), path.name
        again = parse_opml(write_opml(outlines, title="again", now=NOW))
        assert {outline.feed_url for outline in again} == {outline.feed_url for outline in outlines}
