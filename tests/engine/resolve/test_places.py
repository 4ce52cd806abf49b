"""Names of employers that may mean one place, and those that do not."""

from __future__ import annotations

import pytest

from transom.engine.resolve.places import same_place


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dry Rooms", "Dry Rooms Ltd"),
        ("Dry Rooms, Inc.", "DRY ROOMS LTD."),
        ("The Selwick Museum", "Selwick Museum, Tarnholt"),
        ("Universität Tarnholt", "UNIVERSITAT TARNHOLT"),
        ("Tarnholt General Hospital", "Ward 7, Tarnholt General Hospital, Tarnholt"),
        ("東京文書館", "国立東京文書館"),
    ],
)
def test_spellings_of_one_place(one: str, other: str) -> None:
    assert same_place(one, other)
    assert same_place(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Selwick Museum", "Tarnholt Archive"),
        ("MIT", "Smith Ltd"),
        ("Ltd", "Dry Rooms Ltd"),
        ("", "Dry Rooms"),
        ("東京文書館", "京都文書館"),
    ],
)
def test_names_that_really_differ(one: str, other: str) -> None:
    assert not same_place(one, other)
    assert not same_place(other, one)
