"""What the tests of the brief share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.apps.brief.world import Reader, make_reader

from transom.apps.brief.candidates import warm


@pytest.fixture(autouse=True)
def _nothing_is_warm() -> Iterator[None]:
    warm.forget()
    yield
    warm.forget()


@pytest.fixture
def nora() -> Reader:
    return make_reader()
