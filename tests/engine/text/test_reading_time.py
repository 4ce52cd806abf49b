"""How long a text takes to read."""

from __future__ import annotations

import pytest

from transom.engine.text.reading_time import measure, minutes


def test_english_prose_is_read_at_238_words_a_minute() -> None:
    length = measure("word " * 476, "en-GB")
    assert (length.words, length.characters, length.minutes) == (476, 0, 2.0)


def test_scripts_without_spaces_are_read_by_the_character() -> None:
    length = measure("記録管理" * 100, "ja")
    assert (length.words, length.characters) == (0, 400)
    assert length.minutes == pytest.approx(400 / (357 * 238 / 228), rel=0.01)


def test_mixed_text_adds_both() -> None:
    length = measure("ISO 標準 now", "zh")
    assert (length.words, length.characters) == (2, 2)
    assert length.minutes == pytest.approx(minutes(2, "zh") + minutes(0, "zh", characters=2))


def test_a_reader_twice_as_fast_needs_half_the_time() -> None:
    assert minutes(1000, "de", pace=476) == pytest.approx(minutes(1000, "de") / 2)


def test_other_languages_have_their_own_pace() -> None:
    assert minutes(1000, "fi") > minutes(1000, "de") > minutes(1000, "es") > minutes(1000, "en")


def test_punctuation_alone_is_no_word() -> None:
    assert measure("one — two … three !", "en").words == 3
