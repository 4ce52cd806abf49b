"""Ids of items: positive, 63 bits, always growing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transom.engine.core.ids import LARGEST, item_ids

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@given(st.integers(0, 5000), st.integers(0, 2**61))
def test_ids_grow_whatever_the_clock_says(count: int, after: int) -> None:
    ids = item_ids(count, now=NOW, after=after)
    assert len(ids) == count
    assert all(after < one <= LARGEST for one in (*ids[:1], *ids[-1:]))


def test_ids_read_as_microseconds() -> None:
    assert item_ids(1, now=NOW, after=0)[0] == int(NOW.timestamp()) * 1_000_000


@pytest.mark.parametrize(("count", "after"), [(-1, 0), (1, LARGEST)])
def test_what_cannot_be_handed_out_is_refused(count: int, after: int) -> None:
    with pytest.raises(ValueError, match=r"cannot|would not"):
        item_ids(count, now=NOW, after=after)
