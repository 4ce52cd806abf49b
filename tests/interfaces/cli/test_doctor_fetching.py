"""The score card on the command line."""

from __future__ import annotations

import json

import pytest

from transom.engine.fetch import behaviour
from transom.engine.fetch.behaviour import CaseResult
from transom.engine.fetch.behaviour_cases import CASES
from transom.interfaces.cli.main import main


def test_the_card_is_printed_and_holds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--fetching"]) == 0
    printed = capsys.readouterr().out
    assert printed.endswith(f"{len(CASES)} of {len(CASES)} passed\n")
    assert all(f"pass  {case.name}: " in printed for case in CASES)


def test_a_case_that_fails_shows_in_the_exit_code(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(behaviour, "run_score_card", lambda: [CaseResult("One", False, "asked too often")])
    assert main(["doctor", "--fetching", "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == [
        {"name": "One", "passed": False, "detail": "asked too often"}
    ]


def test_every_case_is_in_the_documentation(request: pytest.FixtureRequest) -> None:
    page = (request.config.rootpath / "docs" / "fetching.md").read_text(encoding="utf-8")
    assert [case.name for case in CASES if f"- {case.name}\n" not in page] == []
