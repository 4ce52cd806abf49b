"""The command line as such: help, wrong use, errors, terminals."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.interfaces.cli.site import FEED
from tests.interfaces.running.instances import COMMAND, command, environment

from transom.interfaces.cli import main as entry
from transom.interfaces.cli.parser import build_parser, read
from transom.interfaces.cli.terminal import shows_links

DOCS = Path(__file__).resolve().parents[3] / "docs"


def commands() -> dict[str, argparse.ArgumentParser]:
    for action in build_parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    raise AssertionError("no commands")


def options() -> Iterator[tuple[str, str]]:
    for name, parser in commands().items():
        for action in parser._actions:
            for word in action.option_strings:
                if word not in {"-h", "--help"}:
                    yield name, word


def test_help_loads_no_framework() -> None:
    code = (
        "import sys\nfrom transom.interfaces.cli.main import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n"
        "    print(sorted({'django', 'numpy', 'aiohttp'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("[]")


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_has_help_and_can_be_loaded(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        entry.main([name, "--help"])
    assert ended.value.code == 0
    assert f"usage: transom {name}" in capsys.readouterr().out
    place = commands()[name].get_default("command")
    assert callable(entry._command(place))


@pytest.mark.parametrize(
    "words",
    [
        ["fly"],
        [],
        ["follow"],
        ["run", "--port", "0"],
        ["search", "--limit", "many"],
        ["search", "--limit", "0"],
        ["search", "--limit", "10001"],
        ["search", "--limit", "9" * 20],
        ["search", "--limit", "9" * 5000],
        ["search", "x", "--since", "junk"],
        ["search", "--until", "2026-13-01"],
        ["brief", "--day", "x"],
    ],
)
def test_wrong_use_ends_with_two(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        entry.main(words)
    assert ended.value.code == entry.WRONG_USE
    assert "usage: transom" in capsys.readouterr().err


def test_every_command_and_option_is_in_the_docs() -> None:
    page = (DOCS / "cli.md").read_text()
    for name in commands():
        assert f"## transom {name}\n" in page
    for name, word in options():
        section = page.partition(f"## transom {name}\n")[2].partition("\n## ")[0]
        assert f"`{word}" in section, f"{name} {word}"


def test_the_docs_name_no_command_that_is_gone() -> None:
    named = [
        line[11:] for line in (DOCS / "cli.md").read_text().splitlines() if line.startswith("## transom ")
    ]
    assert sorted(named) == sorted(commands())


def test_an_option_that_cannot_be_used_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "transom.toml").write_text("prot = 8017\n")
    done = command(environment(tmp_path), "sources")
    assert done.returncode == 1
    assert "prot" in done.stderr
    assert "Traceback" not in done.stderr


def test_output_that_nobody_reads_to_its_end_is_no_fault(tmp_path: Path) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_bytes(FEED.replace(b"Two drains met", b"Two drains met. " * 20_000))
    words = [*COMMAND, "parse", str(feed)]
    with subprocess.Popen(
        words, env=environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as typed:
        assert typed.stdout is not None
        assert typed.stderr is not None
        typed.stdout.read(10)
        typed.stdout.close()
        assert typed.stderr.read() == b""
    assert typed.returncode == 0


def test_arguments_carry_their_command() -> None:
    assert read(["brief", "--week"]).command == "reading:brief"


@pytest.mark.parametrize(
    ("environ", "tty", "links"),
    [
        ({"TERM": "xterm-kitty"}, True, True),
        ({"TERM": "xterm-256color", "VTE_VERSION": "6003"}, True, True),
        ({"TERM": "xterm-256color", "VTE_VERSION": "4205"}, True, False),
        ({"TERM": "xterm-256color"}, True, False),
        ({"TERM": "dumb", "VTE_VERSION": "6003"}, True, False),
        ({"TERM": "xterm-kitty"}, False, False),
    ],
)
def test_links_hide_behind_titles_only_where_the_terminal_can(
    environ: dict[str, str], tty: bool, links: bool
) -> None:
    assert shows_links(environ, tty=tty) is links
