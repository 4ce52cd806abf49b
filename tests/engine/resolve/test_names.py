"""Names of every script: folded, read and compared without transliteration."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transom.engine.resolve.names import (
    Agreement,
    Name,
    compare,
    fold,
    is_joint,
    is_role,
    kind,
    read,
    slips,
    spellings,
)

TEXT = st.text(max_size=60)
WORDS = st.lists(st.text("abcdeé王김иñ", min_size=1, max_size=7), min_size=1, max_size=4)


def name(text: str) -> Name:
    (found, *_) = read(text)
    return found


@given(TEXT)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(TEXT)
def test_case_makes_no_difference(text: str) -> None:
    assert fold(text.lower()) == fold(text.lower().casefold())


@given(TEXT)
def test_reading_never_fails_and_gives_words(text: str) -> None:
    for found in read(text):
        assert found.words
        assert all(found.words)


@given(WORDS, WORDS)
def test_agreement_is_symmetric(one: list[str], other: list[str]) -> None:
    a, b = Name(tuple(one)), Name(tuple(other))
    assert compare(a, b)[0] == compare(b, a)[0]
    assert sorted(compare(a, b)[1]) == sorted(compare(b, a)[1])


@given(WORDS)
def test_a_name_equals_itself_in_any_order(words: list[str]) -> None:
    assert compare(Name(tuple(words)), Name(tuple(reversed(words))))[0] is Agreement.EQUAL


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ondřej Čertík", "ondrej certik"),
        ("Øyvind Łukasz", "oyvind lukasz"),
        ("Straße", "strasse"),
        ("ＡＢＣ", "abc"),
        ("Пётр", "петр"),
        ("Γιώργος", "γιωργοσ"),
        ("김민준", "김민준"),
        ("गगनदीप", "गगनदीप"),
        ("יוסי", "יוסי"),
    ],
)
def test_accents_go_and_letters_stay(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Certik, Ondrej", ("certik", "ondrej")),
        ("Dr. Jane O'Neill, PhD", ("jane", "oneill")),
        ("Jean-Pierre Martin", ("jean", "pierre", "martin")),
        ("anne-marie", ("annemarie",)),
        ("王伟", ("王", "伟")),
        ("김민준", ("김", "민준")),
        ("诸葛亮", ("诸葛", "亮")),
        ("佐藤健", ("佐藤", "健")),
        ("mark-i-m", ("markim",)),
        ("Davide_sd", ("davidesd",)),
    ],
)
def test_a_name_is_read_in_words(text: str, words: tuple[str, ...]) -> None:
    assert name(text).words == words


def test_what_stands_in_brackets_or_quotes_is_a_name_beside() -> None:
    assert [one.words for one in read("garasubo (ガラスボー)")] == [("garasubo",), ("ガラスボー",)]
    assert ("vorner",) in [one.words for one in read("Michal 'vorner' Vaner")]
    assert ("michal", "vaner") in [one.words for one in read("Michal 'vorner' Vaner")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "unknown",
        "root",
        "None",
        "Anonymous",
        "=",
        "12345",
        "…",
        "admin",
        "x" * 500,
        "the undersigned",
    ],
)
def test_placeholders_are_no_names(text: str) -> None:
    assert read(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "The Rust Core Team",
        "dependabot[bot]",
        "Release automation bot",
        "ACME Inc",
        "Editorial Board",
        "Security WG",
    ],
)
def test_bodies_and_programs_are_roles(text: str) -> None:
    assert is_role(text)
    assert read(text) == ()


@pytest.mark.parametrize("text", ["Ann Lee", "Theo Team-Smith", "Bot", "Li Press"[:2], "Anna Bothe"])
def test_people_are_no_roles(text: str) -> None:
    assert is_role(text) is (text == "Theo Team-Smith")


@pytest.mark.parametrize(
    ("text", "joint"),
    [
        ("David Tolnay and Alex Crichton", True),
        ("A. Weiss, D. Patterson, N. Matsakis", True),
        ("Ann Lee & Bo Ek", True),
        ("Ann Lee; Bo Ek", True),
        ("Ann Lee, Bo Ek", True),
        ("Certik, Ondrej", False),
        ("Alexander Sand", False),
        ("Ana y Luis", True),
        ("Ann Lee (she/her)", False),
    ],
)
def test_several_people_are_no_person(text: str, joint: bool) -> None:
    assert is_joint(text) is joint
    assert bool(read(text)) is not joint


@pytest.mark.parametrize(
    ("one", "other", "agreement"),
    [
        ("Ondřej Čertík", "Certik Ondrej", Agreement.EQUAL),
        ("Sangyub Lee", "Sang Yub Lee", Agreement.EQUAL),
        ("Björn Dahlgren", "Björn Ingvar Dahlgren", Agreement.COMPATIBLE),
        ("Chris Smith", "Christopher Smith", Agreement.COMPATIBLE),
        ("Saurab Sharma", "Saurabh Sharma", Agreement.NEAR),
        ("J. Smith", "John Smith", Agreement.INITIALS),
        ("Smith, J", "John Smith", Agreement.INITIALS),
        ("Advait", "Advait Pote", Agreement.ONE_WORD),
        ("John Smith", "Mary Smith", Agreement.PART),
        ("John Smith", "Mary Jones", Agreement.DIFFERENT),
        ("Li Na", "Li Bo", Agreement.PART),
        ("Patrick Ott", "Patricia Ott", Agreement.PART),
        ("Matthew Ott", "Matthias Ott", Agreement.PART),
        ("王伟", "Wang Wei", Agreement.INCOMPARABLE),
        ("Иван Петров", "Ivan Petrov", Agreement.INCOMPARABLE),
        ("王伟", "王芳", Agreement.PART),
        ("محمد علي", "محمد علي", Agreement.EQUAL),
        ("neo", "trinity", Agreement.INCOMPARABLE),
    ],
)
def test_names_agree_by_degrees(one: str, other: str, agreement: Agreement) -> None:
    assert compare(name(one), name(other))[0] is agreement


def test_a_weaker_form_of_a_word_says_less() -> None:
    _, equal = compare(name("Robert Ott"), name("Robert Ott"))
    _, short = compare(name("Bob Ott"), name("Robert Ott"))
    assert dict(equal) == {"robert": 0.0, "ott": 0.0}
    assert dict(short)["robert"] > 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("smith", "smyth", True),
        ("li", "lu", False),
        ("lee", "lea", False),
        ("anna", "anne", False),
        ("dahlgren", "dahlhren", True),
        ("schwarzenegger", "schwartzeneger", True),
        ("martin", "marin", True),
        ("hansen", "jensen", False),
    ],
)
def test_slips_of_the_pen_need_long_words(one: str, other: str, same: bool) -> None:
    assert slips(one, other) is same


def test_forms_of_a_name_do_not_lead_through_a_nickname_to_another() -> None:
    assert kind("matt", "matthew") is Agreement.COMPATIBLE
    assert kind("matt", "matthias") is Agreement.COMPATIBLE
    assert kind("matthew", "matthias") is Agreement.DIFFERENT


def test_a_full_name_makes_handles() -> None:
    whole, short = spellings(name("Advait Pote"))
    assert "advaitpote" in whole
    assert "poteadvait" in whole
    assert "advaitp" in short
    assert spellings(name("Advait")) == (frozenset(), frozenset())


def test_short_spellings_are_left_out() -> None:
    whole, short = spellings(name("Bo Ek"))
    assert not whole
    assert not short
