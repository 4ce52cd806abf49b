"""Names in bits: what each form of agreement is worth beside the others."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.resolve.made import crowd, who

from transom.engine.resolve import Identity, Weights, take, traits_of
from transom.engine.resolve.agreement import NO_NAME, of_names, spelled_rarity
from transom.engine.resolve.census import MOST_BITS
from transom.engine.resolve.handles import of_handles

CENSUS, WEIGHTS = take(map(traits_of, crowd(2000))), Weights()
NAMES = st.sampled_from(
    [
        "Annika Ottersbach",
        "A. Ottersbach",
        "Annika",
        "Ottersbach",
        "aottersbach",
        "Annika Maria Ottersbach",
        "王伟",
        "",
    ]
)


def bits(a: Identity, b: Identity) -> float:
    """What the names of two identities say."""
    return of_names(traits_of(a), traits_of(b), CENSUS, WEIGHTS).bits


def handle_bits(a: Identity, b: Identity) -> float:
    """What their handles say, once their names were heard."""
    one, other = traits_of(a), traits_of(b)
    name = of_names(one, other, CENSUS, WEIGHTS)
    return sum(found.bits for found in of_handles(one, other, name, CENSUS, WEIGHTS))


def test_the_closer_the_names_the_more_they_say() -> None:
    full = who(1, "Annika Ottersbach")
    forms = [
        "Annika Ottersbach",
        "Annika M. Ottersbach",
        "A. Ottersbach",
        "Annika",
        "kestrel",
        "Zoe Quisling",
    ]
    worth = [bits(full, who(2, form)) for form in forms]
    assert all(more > less for more, less in itertools.pairwise(worth))


@given(NAMES, NAMES)
def test_no_name_says_more_than_one_in_four_million(one: str, other: str) -> None:
    assert bits(who(1, one), who(2, other)) <= MOST_BITS
    assert bits(who(1, one), who(2, other)) == bits(who(2, other), who(1, one))


def test_the_best_of_several_names_counts() -> None:
    married = Identity(1, ("Annika Quisling", "Annika Ottersbach"))
    assert bits(married, who(2, "Annika Ottersbach")) == bits(
        who(1, "Annika Ottersbach"), who(2, "Annika Ottersbach")
    )


def test_nothing_to_compare_says_nothing() -> None:
    assert of_names(traits_of(who(1)), traits_of(who(2)), CENSUS, WEIGHTS) is NO_NAME
    assert bits(who(1, "王伟"), who(2, "Wang Wei")) == 0
    assert bits(who(1, "kestrel"), who(2, "magpie")) == 0


@pytest.mark.parametrize(
    ("mail", "spells"),
    [
        ("annikaottersbach@x.com", True),
        ("annika.ottersbach77@x.com", True),
        ("ottersbach.annika@x.com", True),
        ("annika_git@x.com", False),
        ("ottersb@x.com", False),
    ],
)
def test_a_handle_may_spell_a_name(mail: str, spells: bool) -> None:
    assert (bits(who(1, "Annika Ottersbach"), who(2, "", mail)) > 15) is spells


def test_a_spelled_end_says_more_than_its_initial() -> None:
    named = traits_of(who(1, "Annika Ottersbach"))
    both = spelled_rarity(named, "annikaottersbach", CENSUS)
    one = spelled_rarity(named, "aottersbach", CENSUS)
    assert both > one > 0


def test_a_common_end_spelled_says_little() -> None:
    smith = spelled_rarity(traits_of(who(1, "Annika Smith")), "asmith", CENSUS)
    rare = spelled_rarity(traits_of(who(1, "Annika Ottersbach")), "aottersbach", CENSUS)
    assert smith < rare - 4


def test_a_first_name_and_a_handle_with_the_rest_make_a_name() -> None:
    full = who(1, "Muhammad Maaz")
    assert bits(full, who(2, "Maaz", "mmaaz-git@x.com")) > bits(full, who(2, "Maaz", "kestrel@x.com")) + 3


@pytest.mark.parametrize(
    ("one", "other", "sign"),
    [
        ("kestrel77", "kestrel77", 1),
        ("kestrel77", "kestrel78", 1),
        ("kestrelwing", "kestrelwings", 1),
        ("kes7", "kes8", -1),
        ("kestrel77", "magpie12", -1),
    ],
)
def test_handles_agree_or_do_not(one: str, other: str, sign: int) -> None:
    assert handle_bits(who(1, handles=(one,)), who(2, handles=(other,))) * sign > 0


def test_without_handles_on_both_sides_nothing_is_said() -> None:
    assert handle_bits(who(1, handles=("kestrel77",)), who(2, "Ann Lee")) == 0


def test_a_handle_that_follows_from_a_shared_name_adds_nothing() -> None:
    rows = [who(n, "Annika Ottersbach", handles=("aottersbach",)) for n in (1, 2)]
    assert handle_bits(*rows) == 0
    words = [who(n, "Annika Ottersbach", handles=("annika",)) for n in (1, 2)]
    assert handle_bits(*words) == 0


def test_longer_words_are_likelier_handles_than_given_names() -> None:
    short = handle_bits(who(1, "zorelda"), who(2, "zorelda"))
    longer = handle_bits(who(1, "zoreldane"), who(2, "zoreldane"))
    coined = handle_bits(who(1, "zoreldane7"), who(2, "zoreldane7"))
    assert short < longer < coined
