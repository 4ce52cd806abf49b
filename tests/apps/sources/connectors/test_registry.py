"""Which connectors there are, that each is complete, and what they make of what a user types."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.apps.sources.connectors.tools import page

from transom.apps.sources.connectors import registry
from transom.apps.sources.connectors.interface import Connector
from transom.apps.sources.connectors.serving import serving
from transom.apps.sources.errors import SourceError

ROOT = Path(__file__).resolve().parents[4]
NAMES = sorted(registry.OWN)


def test_what_is_known_here_is_what_the_package_registers() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"][registry.GROUP]
    assert told == registry.OWN


@pytest.mark.parametrize("name", NAMES)
def test_each_is_complete(name: str) -> None:
    reader = registry.connector(name)
    folder = ROOT / "src/transom/apps/sources/connectors" / name
    assert {"client.py", "mapping.py", "server.py"} <= {path.name for path in folder.iterdir()}
    assert (ROOT / f"tests/apps/sources/connectors/test_{name}.py").is_file()
    text = (ROOT / f"docs/connectors/{name}.md").read_text()
    assert f"--connector {name} " in text
    assert "**Not confirmed**" in text
    assert f"[{name}]({name}.md)" in (ROOT / "docs/connectors/README.md").read_text()
    assert reader.name == name
    assert reader.says
    assert reader.every_minutes >= 60


@pytest.mark.parametrize("name", NAMES)
def test_each_understands_its_own_stand_in(name: str) -> None:
    reader = registry.connector(name)
    service = reader.service()
    assert service is not None
    with serving(service) as server:
        found = page(reader, reader.sample, server)
        again = page(reader, reader.sample, server, found.cursor)
    assert len(found) > 0
    assert reader.address(reader.checked({**reader.sample, "at": server.base})).startswith("http")
    assert len(again) <= len(found)


def test_mapping_knows_no_network_and_no_database() -> None:
    for name in NAMES:
        module = import_module(f"transom.apps.sources.connectors.{name}.mapping")
        source = Path(str(module.__file__)).read_text()
        assert "engine.net" not in source
        assert "django" not in source


@pytest.mark.parametrize(
    ("name", "words", "query"),
    [
        ("datatracker", "HTTPBIS", {"group": "httpbis"}),
        ("datatracker", "httpbis at=https://dt.example", {"group": "httpbis", "at": "https://dt.example"}),
        ("fedreg", "electronic records", {"about": "electronic records"}),
        ("crossref", 'words="nursing records"', {"words": "nursing records"}),
        ("arxiv", 'cs.DL author="Hester Quill"', {"search": "cs.DL", "author": "Hester Quill"}),
        ("arxiv", 'ti="slow room"', {"search": 'ti="slow room"'}),
        ("pubmed", '"slow room"[Title]', {"search": '"slow room"[Title]'}),
        ("mastodon", "name@Server.example", {"account": "@name@server.example"}),
    ],
)
def test_what_is_typed_becomes_a_query(name: str, words: str, query: dict[str, str]) -> None:
    assert registry.connector(name).understood(words) == query


@pytest.mark.parametrize(
    ("name", "words"),
    [("datatracker", ""), ("datatracker", "../x"), ("mastodon", "nobody"), ("ical", "x"), ("no", "x")],
)
def test_what_makes_no_sense_is_said_in_words(name: str, words: str) -> None:
    with pytest.raises(SourceError) as raised:
        registry.connector(name).understood(words)
    assert raised.value.permanent


@pytest.mark.parametrize("name", sorted(registry.WITHOUT))
def test_what_is_read_as_a_feed_says_so(name: str) -> None:
    with pytest.raises(SourceError, match=r"Follow the .* by its address"):
        registry.connector(name)


def test_a_package_may_add_one_and_one_that_is_broken_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    class Other(Connector):
        name, title, asks = "other", "Other", ()

    places = [
        SimpleNamespace(name="other", value="x:Broken"),
        SimpleNamespace(name="ical", value="x:Impostor"),
    ]
    monkeypatch.setattr(registry, "entry_points", lambda group: places)
    registry._loaded.cache_clear()
    try:
        assert [one.name for one in registry.connectors() if one.name == "other"] == []
        assert type(registry.connector("ical")).__module__.startswith("transom.")
    finally:
        registry._loaded.cache_clear()


def test_threads_that_ask_at_once_all_find_every_connector() -> None:
    """In an interpreter that has loaded none: a worker's first two rounds begin together."""
    code = (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from transom.apps.sources.connectors.registry import OWN, connectors\n"
        "def write(): import transom.apps.participation.calendar_file\n"
        "with ThreadPoolExecutor(5) as pool:\n"
        "    pool.submit(write)\n"
        "    found = [pool.submit(connectors) for _ in range(4)]\n"
        "assert all(len(one.result()) >= len(OWN) for one in found), found\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
