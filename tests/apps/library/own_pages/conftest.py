from collections.abc import Iterator

import pytest
from tests.apps.library.own_pages.sites import Sites, sites_on_loopback


@pytest.fixture
def sites() -> Iterator[Sites]:
    """Invented people's sites on loopback."""
    with sites_on_loopback() as made:
        yield made
