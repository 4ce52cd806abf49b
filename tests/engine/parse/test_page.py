"""Pages handed in: what they are called, who wrote them, and the part one reads."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transom.engine.core.errors import ParseError
from transom.engine.parse import main_text, parse_page
from transom.engine.parse.html_documents import read_page
from transom.engine.parse.model import ParsedPage

URL = "https://archive.example/stories/boxes"
PARAGRAPH = (
    "<p>We moved nine thousand boxes in two days, and the list was what saved us: every box had a number on two "
    'sides, every lorry a list, and <a href="/people/ines">Ines</a> had the only pencil that counted.</p>'
)
ARTICLE = f"""<!doctype html><html lang="en-GB"><head><meta charset="utf-8">
<title>Nine thousand boxes | The Archive</title>
<link rel="canonical" href="https://archive.example/stories/nine-thousand-boxes">
<meta name="description" content="What a move teaches.">
<meta property="article:published_time" content="2026-02-03T09:30:00+01:00">
<meta name="author" content="Ines Moreau"></head>
<body><nav class="menu"><a href="/">Home</a> <a href="/about">About us and our long history of boxes</a></nav>
<div class="page"><article><h1>Nine thousand boxes</h1>{PARAGRAPH * 4}<script>track()</script>
<img src="pictures/lorry.jpg" alt="A lorry"><div class="share-buttons">Share this with all your friends</div></article>
<aside class="related"><p>Related, but not the story: a very long teaser about something else entirely, with commas,
many of them, and no meaning whatever.</p></aside></div>
<div id="comments"><p>First! I was there, and it was more like eight thousand boxes.</p></div>
<footer>Cookies and imprint</footer></body></html>"""


def read(markup: str, content_type: str | None = "text/html") -> ParsedPage:
    return parse_page(markup.encode(), url=URL, content_type=content_type)


@pytest.fixture(params=["library", "measure"])
def extraction(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """With trafilatura, and as it is where that extra is not installed."""
    if request.param == "measure":
        monkeypatch.setattr(main_text, "find_spec", lambda name: None)
    return str(request.param)


def test_the_facts_of_an_article_are_found() -> None:
    page = read(ARTICLE)
    assert page.title == "Nine thousand boxes"
    assert page.author == "Ines Moreau"
    assert page.published == datetime(2026, 2, 3, 8, 30, tzinfo=UTC)
    assert page.canonical_url == "https://archive.example/stories/nine-thousand-boxes"
    assert (page.language, page.description) == ("en-GB", "What a move teaches.")


@pytest.mark.usefixtures("extraction")
def test_the_story_is_kept_and_what_surrounds_it_is_not() -> None:
    body = read(ARTICLE).body_html
    assert body.count("nine thousand boxes") >= 1
    assert 'href="https://archive.example/people/ines"' in body
    for noise in ("Related, but", "First! I was", "Share this", "track()", "Cookies", "About us"):
        assert noise not in body


@pytest.mark.usefixtures("extraction")
def test_a_story_without_marks_is_found_by_its_density() -> None:
    markup = (
        f"<html><title>Boxes</title><body><div><a href=/a>One</a><a href=/b>Two</a></div>"
        f"<div><div>{PARAGRAPH * 5}</div></div><div class=sidebar><p>Buy, buy, buy, and buy again, friends.</p></div>"
    )
    body = read(markup).body_html
    assert "every lorry a list" in body
    assert "Buy, buy" not in body


def test_linked_data_is_believed_first() -> None:
    data = (
        '{"@graph": [{"@type": "NewsArticle", "headline": "The lift", "datePublished": "2026-01-02",'
        ' "author": [{"name": "Ana Silva"}, {"name": "Bo Lund"}]}]}'
    )
    page = read(f'<html><head><script type="application/ld+json">{data}</script></head>{PARAGRAPH}')
    assert (page.title, page.author) == ("The lift", "Ana Silva, Bo Lund")
    assert page.published == datetime(2026, 1, 2, tzinfo=UTC)


def test_an_event_page_tells_when_and_where() -> None:
    data = (
        '{"@type": "EducationEvent", "name": "Mould day", "startDate": "2026-06-03T09:00:00+02:00", "endDate":'
        ' "2026-06-04", "location": {"name": "Old Mill", "address": {"addressLocality": "Leeds"}}}'
    )
    page = read(f'<html><head><script type="application/ld+json">{data}</script></head>{PARAGRAPH}')
    assert page.event_start == datetime(2026, 6, 3, 7, tzinfo=UTC)
    assert page.event_end == datetime(2026, 6, 4, tzinfo=UTC)
    assert page.event_place == "Old Mill, Leeds"


def test_a_paper_names_its_authors_as_libraries_do() -> None:
    page = read(
        '<meta name="citation_title" content="On boxes"><meta name="citation_author" content="Moreau, Ines">'
        '<meta name="citation_author" content="Bo Lund"><meta name="citation_publication_date" content="2025/11/04">'
        + PARAGRAPH
    )
    assert (page.title, page.author) == ("On boxes", "Ines Moreau, Bo Lund")
    assert page.published == datetime(2025, 11, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    "damage", ['{"@type": "Article", ', "[[[[", '{"@type": 7, "headline": {}}', "null", '"x"']
)
def test_damaged_linked_data_is_passed_over(damage: str) -> None:
    page = read(f'<title>Plain</title><script type="application/ld+json">{damage}</script>{PARAGRAPH}')
    assert page.title == "Plain"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ('<meta charset="windows-1252"><title>Größe</title><p>x</p>'.encode("cp1252"), "text/html"),
        ("<title>Größe</title><p>x</p>".encode(), "text/html; charset=utf-8"),
        ("<title>Größe</title><p>x</p>".encode("utf-16"), "text/html"),
        ("<title>Größe</title><p>x</p>".encode("cp1252"), None),
    ],
)
def test_encodings_are_found_out(body: bytes, content_type: str | None) -> None:
    assert parse_page(body, url=URL, content_type=content_type).title == "Größe"


def test_the_title_does_not_stand_in_the_text_again() -> None:
    assert "<h1>" not in read(ARTICLE).body_html


@pytest.mark.parametrize("body", [b"", b"just words", b"\x89PNG\r\n\x1a\n\x00\x00", b"{}"])
def test_what_is_no_page_is_refused(body: bytes) -> None:
    with pytest.raises(ParseError):
        parse_page(body, url=URL)


def test_a_page_that_builds_itself_in_the_browser_says_so() -> None:
    with pytest.raises(ParseError, match="Paste the text"):
        read("<html><head><script src=app.js></script></head><body><div id=root></div></body></html>")


@pytest.mark.usefixtures("extraction")
def test_hostile_nesting_ends_in_time() -> None:
    page = read("<title>Deep</title>" + "<div class=comment>" * 5000 + PARAGRAPH * 3)
    assert page.title == "Deep"


@given(st.binary(max_size=300))
def test_no_bytes_break_it(body: bytes) -> None:
    with suppress(ParseError):
        assert isinstance(parse_page(b"<html>" + body, url=URL), ParsedPage)


def test_a_base_element_moves_relative_addresses() -> None:
    page = read_page(b'<base href="/deep/"><a href=x>x</a>', url=URL, content_type=None)
    assert page.base == "https://archive.example/deep/"
