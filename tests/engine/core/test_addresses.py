"""When two addresses are the same page, and who stands behind a host."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transom.engine.core.addresses import (
    canonical,
    host_of,
    is_http,
    registrable_domain,
    resolve,
    without_tracking_wrapper,
)


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("HTTPS://Boxes.Example:443/A", "https://boxes.example/A"),
        ("https://boxes.example", "https://boxes.example/"),
        ("https://boxes.example/a/./b/../c", "https://boxes.example/a/c"),
        ("https://boxes.example/%7eann/%e4", "https://boxes.example/~ann/%E4"),
        ("https://boxes.example/größe", "https://boxes.example/gr%C3%B6%C3%9Fe"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://boxes.example/a#comments", "https://boxes.example/a"),
        ("https://boxes.example/#/route", "https://boxes.example/#/route"),
        ("https://boxes.example/a?utm_source=x&id=7&fbclid=y", "https://boxes.example/a?id=7"),
        ("https://boxes.example/a?b=2&a=1", "https://boxes.example/a?b=2&a=1"),
        ("https://www.youtube.com/watch?v=abc&si=xyz", "https://www.youtube.com/watch?v=abc"),
        ("https://boxes.example/story/amp/", "https://boxes.example/story/"),
        ("https://boxes.example/100%", "https://boxes.example/100%25"),
    ],
)
def test_spellings_of_one_address_become_one(written: str, same: str) -> None:
    assert canonical(written) == same


@pytest.mark.parametrize(
    ("wrapped", "inside"),
    [
        ("https://www.google.com/url?q=https%3A%2F%2Fboxes.example%2Fa&sa=D", "https://boxes.example/a"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fboxes.example%2Fa&h=x", "https://boxes.example/a"),
        (
            "https://eu01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fboxes.example%2Fa&data=x",
            "https://boxes.example/a",
        ),
        ("https://boxes.example/a", "https://boxes.example/a"),
        (
            "https://www.google.com/url?q=javascript:alert(1)",
            "https://www.google.com/url?q=javascript:alert(1)",
        ),
    ],
)
def test_wrappers_that_carry_their_destination_are_undone(wrapped: str, inside: str) -> None:
    assert without_tracking_wrapper(wrapped) == inside


@pytest.mark.parametrize(
    "text",
    [
        "",
        "boxes",
        "mailto:a@b.example",
        "javascript:x",
        "https://",
        "http://[::1",
        "file:///x",
        "https://boxes at forum.example",
    ],
)
def test_what_is_no_web_address_has_no_canonical_form(text: str) -> None:
    assert canonical(text) == ""
    assert not is_http(text)


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.boxes.example", "boxes.example"),
        ("archive.leeds.ac.uk", "leeds.ac.uk"),
        ("ann.github.io", "ann.github.io"),
        ("a.b.substack.com", "b.substack.com"),
        ("127.0.0.1", "127.0.0.1"),
        ("localhost", "localhost"),
        ("", ""),
    ],
)
def test_the_holder_of_a_host_is_told_from_its_neighbours(host: str, domain: str) -> None:
    assert registrable_domain(host) == domain


@pytest.mark.parametrize(
    ("base", "reference", "absolute"),
    [
        ("https://a.example/b/", "../c", "https://a.example/c"),
        ("https://a.example/b", " https://other.example/x ", "https://other.example/x"),
        ("https://a.example/", "https://other.example/x/../y", "https://other.example/x/../y"),
        ("", "c", "c"),
        ("https://a.example/", "http://[::1", "http://[::1"),
    ],
)
def test_references_are_seen_from_their_base(base: str, reference: str, absolute: str) -> None:
    assert resolve(base, reference) == absolute


@given(st.text(max_size=80) | st.text(max_size=60).map("https://a.example/{}".format))
def test_the_canonical_form_is_final(text: str) -> None:
    once = canonical(text)
    assert canonical(once) == once
    if once:
        assert is_http(once)
        assert host_of(once)
