"""What the documents say is so: the two commands, links, the picture; and nothing that does not belong there."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from tests.diagram import diagram

ROOT = Path(__file__).resolve().parents[1]
DOCS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
# Split, so that this file does not hold what it looks for.
UNWANTED = [
    "py" + "pi.org",
    "files.python" + "hosted",
    "npm" + "js.org",
    "--index" + "-url",
    "extra-index" + "-url",
    "/wo" + "rk/main",
    "/wo" + "rk/shared",
    "far" + "m-studio",
    "far" + "m-bench",
]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def tracked() -> list[Path]:
    """Every file under version control; what is there where there is none."""
    found = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    names = found.stdout.split("\n") if found.returncode == 0 else []
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def test_the_picture_is_the_contract() -> None:
    assert diagram() in text("docs/architecture.md")


def test_the_two_commands_of_the_readme_are_those_that_ci_runs() -> None:
    readme, makefile, ci = text("README.md"), text("Makefile"), text(".ci/run")
    for command in ("make run", "make test"):
        assert command in readme
        assert f"\n{command.removeprefix('make ')}:" in makefile
    assert "make check" in ci
    assert "make test" in ci


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    targets = LINK.findall(path.read_text(encoding="utf-8"))
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_nothing_names_an_index_or_somebodys_machine() -> None:
    found = []
    for path in tracked():
        if path.suffix in {".png", ".gz", ".ico", ".woff2", ".zip"}:
            continue
        content = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT)}: {word}" for word in UNWANTED if word in content]
    assert found == []


def test_no_file_has_grown_too_long() -> None:
    long = {
        path.relative_to(ROOT).as_posix(): count
        for path in tracked()
        if path.suffix == ".py" and (count := len(path.read_text(encoding="utf-8").splitlines())) > 520
    }
    assert long == {}
