"""The pages for whoever runs an instance say what is so."""

from __future__ import annotations

import re
from dataclasses import MISSING, fields
from pathlib import Path

from transom.config.options import CHOICES, Options

DOCS = Path(__file__).resolve().parents[3] / "docs"
ROW = re.compile(r"^\| `(\w+)` \| (.+?) \| (.+) \|$", re.MULTILINE)


def rows() -> dict[str, tuple[str, str]]:
    return {
        name: (default, words) for name, default, words in ROW.findall((DOCS / "settings.md").read_text())
    }


def test_every_option_is_described_and_no_other() -> None:
    assert set(rows()) == {field.name for field in fields(Options)} - {"home", "extra"}


def test_what_holds_without_an_option_is_what_the_page_says() -> None:
    for field in fields(Options):
        if field.name not in rows() or field.default is MISSING or field.default in ("", (), 0):
            continue
        said = str(field.default).lower() if isinstance(field.default, bool) else str(field.default)
        assert rows()[field.name][0] == f"`{said}`", field.name


def test_every_choice_is_named() -> None:
    for name, choices in CHOICES.items():
        for choice in choices:
            assert f"`{choice}`" in " ".join(rows()[name]), f"{name}: {choice}"


def test_links_between_the_pages_lead_somewhere() -> None:
    for page in [DOCS / name for name in ("cli.md", "operations.md", "settings.md")]:
        for target in re.findall(r"\]\(([\w./-]+\.md)[^)]*\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
