"""Names of months."""

from __future__ import annotations

import pytest

from transom.engine.core.months import month_number


@pytest.mark.parametrize(
    ("name", "number"),
    [("Feb", 2), ("février", 2), ("Dezember", 12), ("Sept.", 9), ("января", 1), ("box", 0), ("", 0)],
)
def test_a_month_is_known_in_many_languages(name: str, number: int) -> None:
    assert month_number(name) == number
