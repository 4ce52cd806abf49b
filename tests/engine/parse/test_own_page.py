"""A site's own page: who keeps it, which other pages are theirs; and pages that were made to mislead."""

from __future__ import annotations

import json
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transom.engine.core.errors import ParseError
from transom.engine.parse.own_page import MOST_ME, OwnPage, parse_own_page

URL = "https://boxes.example/"


def read(body: str, head: str = "") -> OwnPage:
    html = f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"
    return parse_own_page(html.encode(), url=URL, content_type="text/html; charset=utf-8")


def linked_data(*nodes: object) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(node)}</script>' for node in nodes)


def test_rel_me_in_head_and_body_is_found_once_and_absolute() -> None:
    page = read(
        '<a rel="noopener ME" href="https://Keepers.example:443/@maud?utm_source=x">me</a>'
        '<a rel="me" href="/mine#top">mine</a><a rel="me" href="https://boxes.example/">here</a>'
        '<a rel="me" href="mailto:maud@boxes.example">mail</a><a rel="me" href="javascript:alert(1)">no</a>'
        '<a rel="friend" href="https://other.example/">friend</a><a rel="me" href="">nothing</a>',
        '<link rel="me" href="https://keepers.example/@maud">',
    )
    assert page.me == ("https://keepers.example/@maud", "https://boxes.example/mine")


def test_a_card_that_is_the_page_itself_names_its_keeper() -> None:
    page = read(
        f'<div class="h-card"><a class="p-name u-url u-uid" href="{URL}">Maud Ellingham</a>, '
        '<span class="p-job-title">Head of <b>records</b></span> at '
        '<span class="p-org h-card"><a class="p-name u-url" href="https://tarnholt.example/">Tarnholt Archive</a>'
        "</span>"
        "</div>"
    )
    assert page.card is not None
    assert (page.card.name, page.card.organisation) == ("Maud Ellingham", "Tarnholt Archive")
    assert page.card.role == "Head of records"
    assert page.card.pages == (URL,)


def test_a_card_whose_page_is_linked_as_me_names_its_keeper_among_others() -> None:
    page = read(
        '<a class="h-card" rel="me" href="https://maud.example/">Maud Ellingham</a>'
        '<p class="h-entry">By <a class="p-author h-card" href="https://osric.example/">Osric Thane</a></p>'
    )
    assert page.card is not None
    assert page.card.name == "Maud Ellingham"


def test_cards_of_others_only_name_nobody() -> None:
    page = read(
        '<p class="h-card"><a class="u-url" href="https://a.example/">Ann Tansley</a></p>'
        '<p class="h-card"><a class="u-url" href="https://b.example/">Bashir Oduya</a></p>'
    )
    assert page.card is None


def test_a_card_of_an_organisation_names_nobody() -> None:
    page = read(
        f'<div class="h-card"><a class="p-name p-org u-url u-uid" href="{URL}">Tarnholt Archive</a></div>'
    )
    assert page.card is None


def test_json_ld_names_whom_the_site_is_by() -> None:
    page = read(
        "",
        linked_data(
            {
                "@context": "https://schema.org",
                "@graph": [
                    {
                        "@type": "WebSite",
                        "author": {
                            "@type": ["Person", "Thing"],
                            "name": "Maud Ellingham",
                            "jobTitle": {"@type": "DefinedTerm", "name": "Records manager"},
                            "worksFor": [{"@type": "Organization", "name": "Tarnholt Archive"}],
                            "sameAs": ["https://orcid.org/0000-0002-1825-0097", 7, "not an address"],
                        },
                    },
                    {"@type": "Organization", "name": "Host Ltd", "sameAs": "https://host.example/"},
                ],
            }
        ),
    )
    assert page.card is not None
    assert (page.card.name, page.card.role) == ("Maud Ellingham", "Records manager")
    assert page.card.organisation == "Tarnholt Archive"
    assert page.card.pages == ("https://orcid.org/0000-0002-1825-0097",)
    assert page.me == ()


def test_json_ld_that_names_two_people_names_nobody() -> None:
    people = [{"@type": "Person", "name": name} for name in ("Maud Ellingham", "Osric Thane")]
    assert read("", linked_data({"@type": "Blog", "author": people})).card is None
    assert read("", linked_data(*people)).card is None


def test_the_authors_of_articles_on_it_are_not_its_keepers() -> None:
    post = {"@type": "BlogPosting", "author": {"@type": "Person", "name": "Osric Thane"}}
    assert read("", linked_data(post)).card is None


@pytest.mark.parametrize(
    ("body", "about", "elsewhere"),
    [
        ('<a rel="author" href="/who-we-are">Maud</a>', "https://boxes.example/who-we-are", False),
        ('<a href="/about/">About</a><a href="/about/">About</a>', "https://boxes.example/about/", False),
        ('<a rel="author me" href="https://maud.example/">M</a>', "https://maud.example/", True),
        ('<a rel="author" href="https://maud.example/">M</a>', "", False),
        ('<a rel="author" href="/ann">A</a><a rel="author" href="/bo">B</a>', "", False),
        ('<a href="https://host.example/about">About our host</a>', "", False),
        ("", "", False),
    ],
)
def test_where_a_page_says_more_of_its_author(body: str, about: str, elsewhere: bool) -> None:
    page = read(body)
    assert (page.about, page.about_elsewhere) == (about, elsewhere)


def test_the_feeds_it_declares_are_known_and_its_translations_are_none() -> None:
    page = read(
        "",
        '<link rel="alternate" type="application/atom+xml" href="/posts.atom">'
        '<link rel="alternate" hreflang="de" href="/de/">',
    )
    assert page.feeds == ("https://boxes.example/posts.atom",)


def test_a_page_with_a_hundred_own_pages_has_none() -> None:
    links = [f'<a rel="me" href="https://a{number}.example/">x</a>' for number in range(100)]
    assert len(read("".join(links[:MOST_ME])).me) == MOST_ME
    assert read("".join(links)).me == ()


@pytest.mark.parametrize(
    "bomb",
    [
        '{"@graph":' * 20_000 + "1" + "}" * 20_000,
        "[" * 100_000,
        json.dumps({"@graph": [{"@type": "Person", "name": f"Nobody {number}"} for number in range(9000)]}),
        json.dumps({"@type": "Person", "name": "x" * 400_000}),
        '{"@type": "Person", "name": {"@type": {"@type": []}}, "sameAs": {"a": 1}, "worksFor": [[[]]]}',
        '{"@type": "Person", "name": 1e999, "url": null, "jobTitle": [null]}',
    ],
)
def test_json_ld_bombs_name_nobody_and_take_no_time(bomb: str) -> None:
    started = time.perf_counter()
    page = read("", f'<script type="application/ld+json">{bomb}</script>')
    assert page.card is None
    assert time.perf_counter() - started < 2


def test_cards_within_cards_take_no_time() -> None:
    started = time.perf_counter()
    read('<div class="h-card p-name u-url">' * 50_000)
    read('<p class="h-card"><a class="u-url" href="/x">Ann</a></p>' * 20_000)
    read('<a rel="me" href="https://a.example/">x</a>' * 100_000)
    assert time.perf_counter() - started < 5


WORDS = st.sampled_from(
    [
        "<a ",
        "rel=me ",
        'class="h-card" ',
        'class="p-name u-url" ',
        "href=//x.example",
        ">",
        "</a>",
        "<div ",
        "Ann",
        '<script type="application/ld+json">',
        '{"@type":"Person","name":',
        '"Maud"',
        "}",
        "</script>",
        "\x00",
        "\ud7ff",
    ]
)


@given(st.lists(WORDS, max_size=60).map("".join) | st.text(max_size=200))
def test_whatever_a_page_holds_the_answer_is_short_and_of_addresses(text: str) -> None:
    with suppress(ParseError):
        page = parse_own_page(text.encode("utf-8", "replace"), url=URL)
        assert all(one.startswith(("http://", "https://")) for one in (*page.me, *page.feeds))
        assert URL not in page.me
        assert page.card is None or 0 < len(page.card.name) <= 120


@given(st.binary(max_size=300))
def test_bytes_of_any_kind_are_a_page_or_none(body: bytes) -> None:
    with suppress(ParseError):
        parse_own_page(body, url=URL, content_type="text/html")
