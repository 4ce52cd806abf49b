"""What the reader shows of a text: pictures by the proxy, marks where they were made."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transom.interfaces.web.article import find_passage, prepare


def proxied(address: str) -> str:
    return f"/image/{len(address)}/"


def test_pictures_come_by_the_proxy_and_bring_nothing_else() -> None:
    shown = prepare(
        '<p>See <img src="https://p.example.org/a.png" srcset="https://p.example.org/b.png 2x" alt="a door"> it</p>',
        picture=proxied,
    ).html
    assert "p.example.org" not in shown
    assert re.search(r'<img [^>]*src="/image/27/"', shown)
    assert 'alt="a door"' in shown
    assert shown.endswith(" it</p>")


def test_a_picture_of_one_pixel_is_a_spy_and_goes() -> None:
    shown = prepare('<p>a<img src="https://p.example.org/t.gif" width="1" height="1">b</p>', picture=proxied)
    assert shown.html == "<p>ab</p>"


def test_pictures_may_be_left_out_and_are_counted() -> None:
    shown = prepare(
        '<p><img src="https://p.example.org/a.png" alt="a door"> tail</p>',
        picture=proxied,
        load_pictures=False,
        left_out="[picture]",
    )
    assert shown.pictures == 1
    assert "img" not in shown.html
    assert "[picture] a door</span> tail" in shown.html


@pytest.mark.parametrize("source", ["data:image/png;base64,AAAA", "/door.png", "javascript:alert(1)", ""])
def test_pictures_that_are_not_on_the_web_go(source: str) -> None:
    assert prepare(f'<p>a<img src="{source}">b</p>', picture=proxied).html == "<p>ab</p>"


def test_a_passage_is_marked_across_elements_and_spaces() -> None:
    shown = prepare(
        "<p>What they needed was <em>not the\n page</em> but the promise.</p>",
        picture=proxied,
        passages=[(7, "needed was not the page but", 0)],
    ).html
    marked = re.findall(r"<mark[^>]*>(.*?)</mark>", shown, re.DOTALL)
    assert " ".join("".join(marked).split()) == "needed was not the page but"
    assert shown.count('id="passage-7"') == 1


def test_a_passage_that_is_gone_changes_nothing() -> None:
    html = "<p>All new words here.</p>"
    assert prepare(html, picture=proxied, passages=[(7, "the old words", 0)]).html == html


def test_links_tell_nobody_where_one_came_from() -> None:
    assert "noreferrer" in prepare('<p><a href="https://example.org/">x</a></p>', picture=proxied).html


def test_an_empty_text_stays_empty() -> None:
    assert prepare("  ", picture=proxied).html == ""


TEXTS = st.text(alphabet="ab \n", min_size=1, max_size=40)


@given(TEXTS, st.data())
def test_every_passage_of_a_text_is_found_in_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    quote = text[start:end]
    place = find_passage(text, quote, near=start / len(text))
    if not quote.strip():
        assert place is None
        return
    assert place is not None
    assert "".join(text[place[0] : place[1]].split()) == "".join(quote.split())


def test_of_several_the_nearest_is_meant() -> None:
    text = "page one, page two, page three"
    assert find_passage(text, "page", near=0.99) == (20, 24)
    assert find_passage(text, "page", near=0.0) == (0, 4)


@given(
    st.lists(st.sampled_from(["<p>", "</p>", "<b>", "</b>", "word ", "<img src='https://a/b.png'>", "&amp;"]))
)
def test_any_fragment_can_be_prepared(parts: list[str]) -> None:
    html = prepare("".join(parts), picture=proxied, passages=[(1, "word word", 0)]).html
    assert "https://a/" not in html
