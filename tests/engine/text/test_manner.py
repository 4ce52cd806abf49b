"""How a title speaks: facts of form, in several languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transom.engine.text.manner import FLAGS, manner


def named(title: str) -> set[str]:
    bits = manner(title)
    return {name for at, name in enumerate(FLAGS) if bits >> at & 1}


@pytest.mark.parametrize(
    ("title", "has", "has_not"),
    [
        ("Why do we keep box 14?", {"question", "asks-how", "first-person", "number"}, {"version"}),
        ("Wie wir das Archiv umzogen", {"asks-how", "first-person"}, {"question"}),
        ("Shelf 2.4.1 released", {"version", "announces"}, {"question"}),
        ("{shelf} 0.3.0", {"bracketed", "version"}, {"article"}),
        ("Moving a store, part 2", {"part", "article"}, {"version"}),
        ("Your first survey: a guide", {"second-person", "two-parts", "teaches"}, {"first-person"}),
        ("Counting moths", {"gerund", "words-2"}, {"words-1"}),
        ("What a Chief Archivist Really Does Every Winter", {"capitals"}, {"two-parts"}),
        ("Use shelve() and not pickle", {"code"}, {"quotes"}),
        ("私の箱はどこですか？", {"question"}, {"exclaims"}),
    ],
)
def test_what_a_title_shows(title: str, has: set[str], has_not: set[str]) -> None:
    assert has <= named(title)
    assert not has_not & named(title)


@given(st.text(max_size=200))
def test_any_text_has_a_manner_that_fits(title: str) -> None:
    bits = manner(title)
    assert 0 <= bits < 1 << 24
    lengths = [name for name in named(title) if name.startswith("words-")]
    assert len(lengths) == (1 if bits else 0)


def test_no_title_has_none() -> None:
    assert manner("") == manner("… –") == 0
