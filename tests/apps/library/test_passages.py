"""Where a marked passage stands after its text was edited."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transom.apps.library.passages import locate, occurrence, place, squeeze

SIGNS = "ab .\n\u3000記録庫のأرشيف"
TEXTS = st.text(alphabet=SIGNS, max_size=60)
OTHERS = st.text(alphabet="xyz \n館書", max_size=300)


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, int, int]:
    """A text and a passage in it that is not only white space."""
    text = draw(TEXTS.filter(lambda text: squeeze(text) != ""))
    solid = [at for at, sign in enumerate(text) if not sign.isspace()]
    first, last = sorted((draw(st.sampled_from(solid)), draw(st.sampled_from(solid))))
    return text, first, last + 1


@given(marked())
def test_in_an_unchanged_text_it_stands_where_it_stood(given: tuple[str, int, int]) -> None:
    text, start, end = given
    assert place(text[start:end], text, start, end, text) == (start, end)


@given(marked(), TEXTS)
def test_what_is_found_are_the_same_words_whatever_became_of_the_text(
    given: tuple[str, int, int], later: str
) -> None:
    text, start, end = given
    quote = text[start:end]
    span = place(quote, text, start, end, later)
    assert (span is None) == (squeeze(quote) not in squeeze(later))
    if span is not None:
        assert squeeze(later[span[0] : span[1]]) == squeeze(quote)


@given(marked(), OTHERS, OTHERS)
def test_what_is_written_before_and_behind_moves_it_along(
    given: tuple[str, int, int], before: str, behind: str
) -> None:
    text, start, end = given
    quote = text[start:end]
    later = f"{before}{text}{behind}"
    span = place(quote, text, start, end, later)
    assert span == (len(before) + start, len(before) + end)


@given(marked(), st.sampled_from(["", " ", "\n\n", "\u3000"]))
def test_other_white_space_changes_nothing(given: tuple[str, int, int], space: str) -> None:
    text, start, end = given
    later = space.join(squeeze(text))
    span = place(text[start:end], text, start, end, later)
    assert span is not None
    assert len(squeeze(later[: span[0]])) == len(squeeze(text[:start]))


def test_of_several_places_the_surroundings_tell_which() -> None:
    kept = "The lorry came late. We moved the crates. Then it rained and we moved the crates again."
    start = kept.rindex("the crates")
    later = (
        "It rained and we moved the crates again. Before that we had moved the crates, and the lorry came."
    )
    assert place("the crates", kept, start, start + 10, later) == (
        later.index("the crates"),
        later.index("the crates") + 10,
    )


def test_offsets_that_lie_are_not_believed() -> None:
    assert place("herring", "short", 90, 97, "smelling of herring") == (12, 19)
    assert place("", "short", 0, 0, "short") is None
    assert place("  ", "a   b", 1, 3, "a   b") is None


def test_the_same_words_before_it_are_counted() -> None:
    text = "記録と記 録、記録"
    assert [occurrence(text, at, "記録") for at in (0, 3, 7)] == [0, 1, 2]


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("国家档案馆 的 记录", "档案馆的"),
        ("سجلات الأرشيف الوطني", "الأرشيف\nالوطني"),
        ("保存の 記録", "の記録"),
    ],
)
def test_a_selection_is_found_without_its_white_space(text: str, quote: str) -> None:
    span = locate(text, quote, start=2, end=2 + len(quote))
    assert span is not None
    assert squeeze(text[span[0] : span[1]]) == squeeze(quote)


@given(TEXTS, TEXTS, st.integers(-5, 4000), st.integers(-5, 4000))
def test_a_place_is_never_made_up(text: str, quote: str, start: int, end: int) -> None:
    span = locate(text, quote, start=start, end=end)
    if span is not None:
        assert squeeze(text[span[0] : span[1]]) == squeeze(quote) != ""


def test_a_selection_far_from_where_it_is_said_to_be_is_refused() -> None:
    assert locate("herring" + " and more" * 1000, "herring", start=8000, end=8007) is None
    assert locate("x" * 30_000, "x" * 25_000, start=3, end=9) is None
