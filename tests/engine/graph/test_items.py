"""Which links of an item may lead to a story, and which items are roundups."""

from __future__ import annotations

from tests.engine.graph.talk import piece

from transom.engine.graph.items import Piece


def story(*links: str) -> tuple[str, ...]:
    return piece(1, home="ann.example", links=links).story_links()


def test_links_home_and_front_pages_are_no_stories() -> None:
    assert story("https://www.ann.example/about", "https://bo.example/", "https://bo.example") == ()
    assert story("https://bo.example/post", "https://bo.example/?p=7") == (
        "https://bo.example/post",
        "https://bo.example/?p=7",
    )


def test_a_link_counts_once_and_keeps_its_place() -> None:
    assert story("https://b.example/x", "https://c.example/x", "https://b.example/x") == (
        "https://b.example/x",
        "https://c.example/x",
    )


def test_what_is_no_address_is_no_link() -> None:
    assert story("", "mailto:ann@ann.example", "not an address") == ()


def test_more_than_eight_stories_make_a_roundup() -> None:
    links = tuple(f"https://site{n}.example/story" for n in range(9))
    assert piece(1, links=links, home="ann.example").is_roundup
    assert not piece(1, links=links[:8], home="ann.example").is_roundup
    assert not piece(1, links=(*links[:8], "https://ann.example/x"), home="ann.example").is_roundup


def test_what_it_answers_is_a_story_in_its_own_place_too() -> None:
    answered, home = "https://forum.example/t/drift/1", "https://forum.example/t/other/2"
    said = Piece(
        1, 0.0, address="https://forum.example/t/drift/1/2", links=(home, answered), answers=(answered,)
    )
    assert said.story_links() == (answered,)
