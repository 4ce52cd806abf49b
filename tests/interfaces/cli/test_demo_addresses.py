"""Addresses of the demo community, typed in another terminal than the one it was started in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.interfaces.cli.site import Site
from tests.interfaces.running.instances import command, environment


@pytest.fixture
def community(tmp_path: Path) -> Iterator[Site]:
    """A community that a demo beside one's own folder has noted as its own."""
    home = tmp_path / "mine-demo"
    home.mkdir()
    with Site() as site:
        port = int(site.host.partition(":")[2])
        (home / "demo.json").write_text(json.dumps({"port": port, "epoch": "2026-11-24T00:00:00+00:00"}))
        yield site


def test_they_can_be_parsed_from_anywhere(tmp_path: Path, community: Site) -> None:
    answer = command(environment(tmp_path / "mine"), "parse", f"{community.url}/feed.xml")
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout)["kind"] == "feed"


def test_they_are_followed_in_the_demos_folder_alone(tmp_path: Path, community: Site) -> None:
    address = f"{community.url}/feed.xml"
    refused = command(environment(tmp_path / "mine"), "follow", address)
    assert refused.returncode == 1
    assert f"TRANSOM_HOME={tmp_path / 'mine-demo'} transom follow {address}" in refused.stderr
    followed = command(environment(tmp_path / "mine-demo"), "follow", address)
    assert followed.returncode == 0, followed.stderr
    assert "You follow Shelf Notes" in followed.stdout


def test_no_other_port_of_this_computer_is_open_there(tmp_path: Path, community: Site) -> None:
    with Site() as other:
        refused = command(environment(tmp_path / "mine-demo"), "parse", f"{other.url}/feed.xml")
    assert refused.returncode == 1
    assert "allowed_private" in refused.stderr
