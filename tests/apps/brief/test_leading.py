"""Where a line to know leads: the keys in it, and the same place under other keys."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transom.apps.brief.leading import keys_of, moved, pair_of, rows_within
from transom.interfaces.web.brief_page import place_of

texts = st.one_of(
    st.text(max_size=30),
    st.lists(st.sampled_from(["person", "conversation", "question", "7", "9" * 40, "", "x", "²"])).map(
        ":".join
    ),
)


@given(texts)
def test_whatever_stands_there_nothing_raises(leads_to: str) -> None:
    what, keys = keys_of(leads_to)
    assert bool(what) == bool(keys)
    assert (pair_of(leads_to) is not None) == (what == "question")
    assert all(key in keys for _, key in rows_within(leads_to))
    again = moved(leads_to, lambda label, key: key)
    assert again in {"", leads_to} or keys_of(again) == (what, keys)
    assert place_of(leads_to) == "" or place_of(leads_to).startswith("/")


@pytest.mark.parametrize(
    ("leads_to", "there"),
    [
        ("person:7", "person:17"),
        ("question:3:8", "question:13:18"),
        ("question", "question"),
        ("conversation:9", ""),
        ("person:99", ""),
        ("question:3:99", ""),
    ],
)
def test_keys_become_those_that_rows_have_here(leads_to: str, there: str) -> None:
    assert moved(leads_to, lambda label, key: None if key == 99 else key + 10) == there
