"""All figures in one table: ``make bench``, or ``python -m benchmarks [NAME ...]``."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.figure import Figure

ALL = (
    "feeds",
    "parse_speed",
    "refresh",
    "brief",
    "choice",
    "curators",
    "conversations",
    "events",
    "minutes",
    "standing_scale",
    "identities",
    "across_channels",
    "search",
    "pages",
    "start",
    "resolve_scale",
    "people_scale",
)


def main(names: list[str]) -> int:
    """Measures what is named (everything where nothing is); 1 where a figure does not hold."""
    console = Console(width=None if sys.stdout.isatty() else 160)
    table = Table("figure", "measured", "must", "holds", "how", title="Transom's figures", show_lines=False)
    failed = False
    for name in names or ALL:
        started = time.monotonic()
        found = _measured(name)
        console.print(f"[dim]{name}: {time.monotonic() - started:.0f} s[/dim]")
        for figure in found:
            failed |= figure.holds is False
            table.add_row(figure.name, figure.value, figure.must, _word(figure.holds), figure.how)
    console.print(table)
    return int(failed)


def _measured(name: str) -> list[Figure]:
    """One benchmark's figures, from a process of its own: each needs a data folder of its own.

    A benchmark's fault becomes a line of the table, and the others still run.
    """
    code = (
        "import dataclasses, json, sys; from importlib import import_module as load; "
        "found = load('benchmarks.' + sys.argv[1]).figures(); "
        "open(sys.argv[2], 'w').write(json.dumps([dataclasses.asdict(one) for one in found]))"
    )
    with tempfile.NamedTemporaryFile(suffix=".json") as answer:
        done = subprocess.run([sys.executable, "-c", code, name, answer.name], check=False)
        if done.returncode:
            return [Figure(name, f"failed with exit code {done.returncode}", holds=False)]
        return [Figure(**one) for one in json.loads(Path(answer.name).read_text())]


def _word(holds: bool | None) -> str:
    return {None: "", True: "yes", False: "NO"}[holds]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
