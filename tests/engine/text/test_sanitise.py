"""Strangers' markup, made safe to show, without losing what it says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html
from tests.engine.text.hostile_html import attacks

from transom.engine.text.sanitise import ATTRIBUTES, SCHEMES, SET_ATTRIBUTES, TAGS, sanitise, to_text

BASE = "https://boxes.example/posts/"
_ADDRESSES = {"href", "src", "cite", "poster"}


def assert_harmless(markup: str) -> None:
    """Nothing but the allow-list, read by a parser other than the one that made it."""
    tree = lxml_html.fragment_fromstring(markup, create_parent="div")
    for element in tree.iterdescendants():
        assert isinstance(element.tag, str), markup
        assert element.tag in TAGS, markup
        allowed = (
            ATTRIBUTES["*"]
            | ATTRIBUTES.get(element.tag, set())
            | {"rel", *SET_ATTRIBUTES.get(element.tag, {})}
        )
        for name, value in element.attrib.items():
            assert name in allowed, markup
            if name in _ADDRESSES:
                assert value.partition(":")[0].lower() in SCHEMES, markup


@pytest.mark.parametrize("attack", attacks())
def test_no_attack_leaves_anything_but_harmless_markup(attack: str) -> None:
    assert_harmless(sanitise(attack, base_url=BASE))
    assert_harmless(sanitise(attack))


@pytest.mark.parametrize("attack", [attack for attack in attacks() if not attack.startswith("<a><table><a>")])
def test_sanitising_again_changes_nothing(attack: str) -> None:
    once = sanitise(attack, base_url=BASE)
    assert sanitise(once, base_url=BASE) == once


_PIECES = """
    <p> </p> <b> </b> <a/href='javascript:hit()'> </a> <svg> </svg> <math> <style> </style> <script> </script>
    <!-- --> <table> <td> </table> <mglyph> <title> <img/src=x/onerror=hit()> <select> <form> </form> <template>
    <noscript> text &lt; &#60; <iframe/src=//a.example> </iframe> <embed/src=//a.example> <object> ' " > < =
    """.split()


@given(st.lists(st.sampled_from([*_PIECES, " ", "\x00"]), max_size=25).map("".join))
def test_no_mixture_of_dangerous_pieces_gets_through(markup: str) -> None:
    clean = sanitise(markup, base_url=BASE)
    assert_harmless(clean)
    assert_harmless(sanitise(clean, base_url=BASE))


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=200))
def test_no_text_breaks_it(markup: str) -> None:
    assert_harmless(sanitise(markup))
    assert isinstance(to_text(markup), str)


@pytest.mark.parametrize(
    ("reference", "absolute"),
    [
        ("/a", "https://boxes.example/a"),
        ("a?b=c&d=e", "https://boxes.example/posts/a?b=c&amp;d=e"),
        ("//cdn.example/x", "https://cdn.example/x"),
        ("#part", "https://boxes.example/posts/#part"),
        ("http://other.example/", "http://other.example/"),
        ("mailto:ines@boxes.example", "mailto:ines@boxes.example"),
    ],
)
def test_links_become_absolute_and_leave_no_trace(reference: str, absolute: str) -> None:
    assert (
        sanitise(f'<a href="{reference}">x</a>', base_url=BASE)
        == f'<a href="{absolute}" rel="noopener noreferrer nofollow">x</a>'
    )


@pytest.mark.parametrize(
    "base", ["", "not an address", "ftp://a.example/", "http://[::1", "http://exa mple/"]
)
def test_relative_links_without_a_usable_base_are_dropped(base: str) -> None:
    assert sanitise('<a href="/x">x</a>', base_url=base) == '<a rel="noopener noreferrer nofollow">x</a>'


@pytest.mark.parametrize(
    ("frame", "link"),
    [
        (
            '<iframe src="https://www.youtube.com/embed/abc?rel=0"></iframe>',
            "https://www.youtube.com/watch?v=abc",
        ),
        ('<iframe src="//player.vimeo.com/video/42"></iframe>', "https://vimeo.com/42"),
        ('<iframe title="A map" src="https://maps.example/x"></iframe>', "https://maps.example/x"),
        ('<embed src="https://www.youtube.com/embed/abc">', "https://www.youtube.com/watch?v=abc"),
    ],
)
def test_frames_that_play_or_have_a_title_become_links(frame: str, link: str) -> None:
    assert f'href="{link}"' in sanitise(f"<p>x</p>{frame}", base_url=BASE)


def test_other_frames_go_and_what_follows_them_stays() -> None:
    for frame in (
        "<iframe src=//ads.example></iframe>",
        "<iframe src=//ads.example/>",
        "<embed src=//ads.example>",
    ):
        clean = sanitise(f"<p>before</p>{frame}<p>after</p>", base_url=BASE)
        assert "ads.example" not in clean
        assert "<p>after</p>" in clean


@pytest.mark.parametrize(
    "pixel",
    [
        '<img src="https://t.example/p" width="1" height="1">',
        "<img width=0 src=https://t.example/p>",
        '<img src="https://t.example/p" height="1px">',
        "<IMG HEIGHT='1' SRC='https://t.example/p'/>",
    ],
)
def test_tracking_pixels_go_and_pictures_stay(pixel: str) -> None:
    picture = '<img src="https://a.example/box.jpg" width="640" height="100">'
    clean = sanitise(pixel + picture)
    assert "t.example" not in clean
    assert 'src="https://a.example/box.jpg"' in clean


def test_text_that_nests_beyond_reason_keeps_its_words() -> None:
    clean = sanitise("<blockquote>" * 3000 + "still here")
    assert "still here" in clean
    assert clean.count("<blockquote>") < 200


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p><p>two</p>", "One\ntwo"),
        ("a<br>b &amp; c&nbsp;d", "a\nb & c d"),
        ("<script>x()</script>seen<style>y</style><!-- z -->", "seen"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1 2"),
        ("plain text", "plain text"),
        ("2 < 3 and 4 > 1", "2 < 3 and 4 > 1"),
    ],
)
def test_markup_reads_as_text(markup: str, text: str) -> None:
    assert to_text(markup) == text


@pytest.mark.parametrize(
    "piece",
    [
        "<div ",
        "<img ",
        "<img width=",
        "<iframe ",
        "<script ",
        "<td ",
        "</td ",
        "<a href='",
        "<!--",
        "&#",
        "< ",
    ],
)
def test_a_piece_repeated_without_end_is_dealt_with_in_one_pass(piece: str) -> None:
    """A hundred kilobytes: with the square of the length, times the pieces, a run would stand out."""
    hostile = piece * (100_000 // len(piece))
    assert_harmless(sanitise(hostile, base_url=BASE)[:10_000].rpartition("<")[0])
    assert isinstance(to_text(hostile), str)
