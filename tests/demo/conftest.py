"""The demo community, served on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from transom.demo.community import load
from transom.demo.model import Community
from transom.demo.server import DemoServer, serve

FIRST_DAY = datetime(2026, 9, 16, 10, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def community() -> Community:
    """The community on its first day."""
    return load(FIRST_DAY)


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoServer]:
    """A running server that shows the first day; its slow site is not very slow."""
    with serve(now=FIRST_DAY, slow=0.3) as server:
        yield server
