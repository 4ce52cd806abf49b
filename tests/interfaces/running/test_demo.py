"""`transom demo`: an invented community, served beside Transom and followed by one click on the first page."""

from __future__ import annotations

import json
import os
import signal
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.interfaces.running.instances import Instance, command, running, wait_until


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """The demo on its own folder; always on SQLite, whatever the operator's own instance uses."""
    home = tmp_path_factory.mktemp("demo") / "mine"
    with running(home, "postgresql://nobody@127.0.0.1:1/nothing", "demo") as started:
        yield started


def folder(demo: Instance) -> Path:
    return Path(demo.env["TRANSOM_HOME"] + "-demo")


def community(demo: Instance) -> str:
    return f"http://127.0.0.1:{json.loads((folder(demo) / 'demo.json').read_text())['port']}"


def test_one_click_on_the_first_page_brings_a_brief_of_invented_people(demo: Instance) -> None:
    browser = demo.signed_in()
    browser.get(f"{demo.address}/welcome/")
    browser.post(
        f"{demo.address}/welcome/",
        job="Head of collections care at a museum",
        minutes="15",
        start="demo",
        time_zone="UTC",
    )
    assert "/welcome/" not in browser.address

    def has_lines() -> bool:
        return "/read/" in browser.get(f"{demo.address}/")

    wait_until(has_lines, "a brief with something to read")


def test_the_demo_never_touches_the_operators_own_folder(demo: Instance) -> None:
    assert demo.link
    assert (folder(demo) / "transom.sqlite3").exists()
    assert not Path(demo.env["TRANSOM_HOME"]).exists()


def test_a_community_that_dies_is_started_again_at_its_address(demo: Instance) -> None:
    assert demo.link
    wait_until(lambda: demo.child("demo") > 0, "a server")
    dead = demo.child("demo")
    os.kill(dead, signal.SIGKILL)
    wait_until(lambda: demo.child("demo") not in (0, dead), "another server")

    def answers() -> bool:
        try:
            with urllib.request.urlopen(f"{community(demo)}/", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    wait_until(answers, "the community answers")


def test_a_second_demo_shows_the_way_into_the_first(demo: Instance) -> None:
    first = demo.address
    second = command(demo.env, "demo", "--no-browser")
    assert second.returncode == 0, second.stderr
    assert f"{first}/sign-in/" in second.stdout


def test_a_running_demo_is_not_forgotten(demo: Instance) -> None:
    assert demo.link
    refused = command(demo.env, "demo", "--fresh", "--no-browser")
    assert refused.returncode == 1
    assert "Stop it" in refused.stderr
    assert (folder(demo) / "demo.json").exists()


def test_only_a_demo_is_ever_forgotten(tmp_path: Path) -> None:
    precious = tmp_path / "home-demo" / "thesis.txt"
    precious.parent.mkdir()
    precious.write_text("years of work")
    with running(tmp_path / "home", "", "demo", "--fresh") as refused:
        assert refused.process.wait(60) == 1
    assert precious.read_text() == "years of work"
