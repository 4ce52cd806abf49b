"""When two texts are the same story."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from transom.engine.text.similarity import body_similarity, title_key, uncommon_words

STORY = (
    "The archive moved nine thousand boxes over the weekend and lost none of them. Each box had a number on two "
    "sides, and every lorry a list. What went wrong was the lift, which nobody had asked about its opening hours."
)


def test_a_text_is_like_itself_whatever_its_case_and_punctuation() -> None:
    assert body_similarity(STORY, STORY.upper().replace(".", " -- ")) == 1.0


def test_a_shortened_copy_is_still_close_and_another_story_is_not() -> None:
    assert body_similarity(STORY, STORY + " Read the rest on our site.") > 0.85
    assert (
        body_similarity(STORY, "A standards body opened a consultation about metadata for moving images.")
        == 0.0
    )


def test_an_empty_text_is_like_nothing() -> None:
    assert body_similarity("", "") == 0.0


def test_headlines_compare_without_case_accents_and_punctuation() -> None:
    assert title_key("Café «Archive»: What’s next?") == title_key("cafe archive what s next")


def test_words_that_many_headlines_share_tell_nothing() -> None:
    assert uncommon_words("Introducing our new weekly newsletter, issue 42", "en") == frozenset()
    assert len(uncommon_words("Mould outbreak closes the Leeds map archive", "en")) >= 4


@given(st.text(max_size=200), st.text(max_size=200))
def test_similarity_is_a_share_and_has_no_direction(a: str, b: str) -> None:
    assert 0 <= body_similarity(a, b) == body_similarity(b, a) <= 1
