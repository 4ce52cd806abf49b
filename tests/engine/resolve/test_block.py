"""Pairs worth comparing: bounded, complete for what can agree, each once."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.resolve.made import who

from transom.engine.resolve import Account, Identity, traits_of
from transom.engine.resolve.block import LARGEST, keys_of, kind, number, pairs_of

KEYS = st.lists(
    st.tuples(st.sampled_from(["n:a", "h:b", "w:c", "!a:d", "m:e"]), st.integers(0, 8)), max_size=30
)


def meet(a: Identity, b: Identity) -> bool:
    weak, chained = pairs_of((key, one.id) for one in (a, b) for key in keys_of(traits_of(one)))
    return bool(weak or chained)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (who(1, "Annika Ottersbach"), who(2, "Ottersbach Annika")),
        (who(1, "Annika Ottersbach"), who(2, "A. Ottersbach")),
        (who(1, "Annika Ottersbach"), who(2, "Annika Otersbach")),
        (who(1, "Annika Ottersbach"), who(2, "Annika")),
        (who(1, "Annika Ottersbach"), who(2, "", "annika.ottersbach@x.com")),
        (who(1, "Annika Ottersbach"), who(2, "", "aottersbach12@x.com")),
        (who(1, "Robert Ott"), who(2, "Bob Ott")),
        (who(1, handles=("kestrel77",)), who(2, handles=("kestrel",))),
        (who(1, "", "q.z@firm.com"), who(2, "", "q.z@firm.com")),
        (who(1, domains=("lee.net",)), who(2, home="https://lee.net")),
        (who(1, accounts=(Account("forge", "1"),)), who(2, accounts=(Account("FORGE", "1"),))),
        (who(1, "王伟"), who(2, "王伟")),
    ],
)
def test_what_may_be_one_person_meets(a: Identity, b: Identity) -> None:
    assert meet(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (who(1, "Annika Ottersbach"), who(2, "Zoe Quisling")),
        (who(1, "unknown", "devnull@localhost"), who(2, "unknown", "devnull@localhost")),
        (who(1, "The Core Team"), who(2, "The Core Team")),
        (who(1), who(2)),
    ],
)
def test_what_shares_nothing_does_not_meet(a: Identity, b: Identity) -> None:
    assert not meet(a, b)


def test_a_block_too_large_to_tell_is_left_out() -> None:
    bound = LARGEST["w"]
    assert pairs_of([("w:smith", n) for n in range(bound)])[0]
    assert not pairs_of([("w:smith", n) for n in range(bound + 1)])[0]


def test_a_strong_block_is_a_chain_of_any_length() -> None:
    weak, chained = pairs_of([("!a:forge:1", n) for n in range(10_000)])
    assert not weak
    assert len(chained) == 9_999


@given(KEYS, st.randoms(use_true_random=False))
def test_pairs_are_ordered_distinct_and_the_same_for_any_order(
    keys: list[tuple[str, int]], order: random.Random
) -> None:
    weak, chained = pairs_of(keys)
    assert all(a < b for a, b in weak | set(chained))
    order.shuffle(keys)
    assert pairs_of([*keys, *keys]) == (weak, chained)


def test_every_kind_of_key_has_a_bound_or_is_strong() -> None:
    full = Identity(
        1,
        ("Annika Ottersbach",),
        handles=("kestrel",),
        orcid="0000-0002-1825-0097",
        home="https://lee.net",
        me=("https://social.example.org/@ann",),
        organization="Lee",
    )
    assert {kind(key) for key in keys_of(traits_of(full))} <= LARGEST.keys() | {"!o", "!a", "!v", "!me"}


def test_keys_have_numbers_a_database_keeps() -> None:
    assert number("n:ann lee") == number("n:ann lee")
    assert -(2**63) <= number("\udc80 broken") < 2**63
