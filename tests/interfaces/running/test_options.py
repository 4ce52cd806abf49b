"""Options from the environment: what is misspelt stops the command, what belongs to us does not."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from tests.interfaces.running.instances import command, environment

from transom.config.options import OptionError, load

ROOT = Path(__file__).resolve().parents[3]


def test_a_misspelt_option_stops_a_command_and_says_which_was_meant(tmp_path: Path) -> None:
    refused = command(environment(tmp_path / "home", smpt_host="mail.example.org"), "migrate")
    assert refused.returncode == 1
    assert "TRANSOM_SMPT_HOST: there is no such option. Did you mean TRANSOM_SMTP_HOST?" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("name", ["TRANSOM_port", "TRANSOM_", "TRANSOM_EXTRA", "TRANSOM_HOMES"])
def test_only_what_is_read_is_accepted(tmp_path: Path, name: str) -> None:
    with pytest.raises(OptionError, match="no such option"):
        load({"TRANSOM_HOME": str(tmp_path), name: "1"})


def test_what_transom_and_its_tests_tell_themselves_is_no_option(tmp_path: Path) -> None:
    ours = {"TRANSOM_HOME": str(tmp_path), "TRANSOM_PROCESS": "web", "TRANSOM_TEST_ON": "sqlite"}
    assert load({**ours, "TRANSOM_PORT": "9000", "PATH": "/bin"}).port == 9000


@pytest.mark.parametrize(("given", "said"), [({"PORT": "8117"}, "run --port 8117"), ({}, "transom run ")])
def test_make_run_passes_a_port_on_and_none_of_its_own(given: dict[str, str], said: str) -> None:
    env = {name: value for name, value in os.environ.items() if name != "PORT"}
    shown = subprocess.run(
        ["make", "-n", "run"], cwd=ROOT, env={**env, **given}, capture_output=True, text=True, check=True
    )
    assert said in shown.stdout
    assert ("--port" in shown.stdout) == bool(given)
