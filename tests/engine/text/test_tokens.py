"""Words: what search finds and what ranking compares."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transom.engine.text.tokens import Query, fold, index_text, query_terms, terms, words


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("The records of the archives", "en", ["record", "archiv"]),
        ("Policies, policy", "en", ["policy", "policy"]),
        ("Die Behörden der Länder", "de", ["behord", "land"]),
        ("Les journaux régionaux", "fr", ["journal", "regional"]),
        ("国际标准", "zh", ["国际", "际标", "标准"]),
        ("記録 管理", "ja", ["記録", "管理"]),
        ("표준", "ko", ["표준"]),
        ("السجلات والسجلات", "ar", ["سجل", "سجل"]),
        ("الأرشيف في المدينة", "ar", ["ارشيف", "مدين"]),
        ("प्रबंधन", "hi", ["प्रबंधन"]),
    ],
)
def test_terms_are_folded_stemmed_and_free_of_stopwords(
    text: str, language: str, expected: list[str]
) -> None:
    assert terms(text, language) == expected


def test_one_character_alone_is_a_term_where_words_have_no_spaces() -> None:
    assert terms("水", "zh") == ["水"]


def test_words_longer_than_any_word_are_no_terms() -> None:
    assert terms("short " + "x" * 200, "en") == ["short"]


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Café", "cafe"),
        ("STRASSE", "straße"),
        ("ﬁle", "file"),
        ("Ångström", "angstrom"),
        ("أَرشيفُ", "ارشيف"),
        ("مكتبة", "مكتبه"),
        ("ＡＢＣ", "abc"),
    ],
)
def test_what_a_reader_types_meets_what_was_written(written: str, typed: str) -> None:
    assert fold(written) == fold(typed)


def test_every_character_of_a_script_without_spaces_is_indexed_by_itself() -> None:
    assert index_text("新しいISO標準、2026年") == "新 し い iso 標 準 2026 年"


def test_words_count_as_written() -> None:
    assert words("Don't stop the re-use of 記録") == ["Don't", "stop", "the", "re-use", "of", "記", "録"]


def test_a_query_has_words_phrases_and_exclusions() -> None:
    assert query_terms('Records "retention schedule" -vendor -"press release"') == Query(
        words=("records",), phrases=("retention schedule",), excluded=("vendor", "press release")
    )


@pytest.mark.parametrize(
    ("typed", "phrase"),
    [
        ("東京", "東 京"),
        ("e-mail", "e mail"),
        ("“Größe der Akte”", "grosse der akte"),
        ('"left open', "left open"),
    ],
)
def test_parts_that_belong_together_become_a_phrase(typed: str, phrase: str) -> None:
    assert query_terms(typed).phrases == (phrase,)


@given(st.text(max_size=300))
def test_whatever_is_typed_is_understood_without_syntax(typed: str) -> None:
    query = query_terms(typed)
    for part in (*query.words, *query.phrases, *query.excluded):
        assert part == index_text(part) != ""


@given(st.text(max_size=300), st.sampled_from(["", "en", "de", "ar", "zh"]))
def test_terms_carry_no_spaces_and_no_capitals(text: str, language: str) -> None:
    for term in terms(text, language):
        assert term
        assert term == term.lower()
        assert not any(map(str.isspace, term))


@given(st.text(max_size=200))
def test_indexed_text_stays_as_it_is_when_indexed_again(text: str) -> None:
    once = index_text(text)
    assert index_text(once) == once
