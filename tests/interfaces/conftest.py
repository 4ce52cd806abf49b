from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.interfaces.running.instances import Instance, Library, new_database, new_library, running


@pytest.fixture
def database() -> Iterator[str]:
    """The address of an empty database for an instance; "" for SQLite in its folder."""
    with new_database() as url:
        yield url


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """An empty library that others are copied from: bringing a database up to date takes seconds."""
    with new_library(tmp_path_factory.mktemp("pattern") / "home") as library:
        yield library


@pytest.fixture
def library(pattern: Library, tmp_path: Path) -> Iterator[Library]:
    """An empty library for commands to work on."""
    with pattern.copied(tmp_path / "home") as copied:
        yield copied


@pytest.fixture
def instance(library: Library) -> Iterator[Instance]:
    """A Transom that runs on an empty library."""
    with running(library.home, library.url) as started:
        yield started


@pytest.fixture(scope="module")
def held(pattern: Library, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """One running Transom for the tests that leave it as it is."""
    home = tmp_path_factory.mktemp("held") / "home"
    with pattern.copied(home) as copied, running(copied.home, copied.url) as started:
        yield started
