"""How long `transom run` takes from the command to its first page, and `transom --help` to its last line."""

from __future__ import annotations

import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from benchmarks.figure import Figure

TIMES = 5
MOST_SECONDS = 3.0
MOST_FOR_HELP = 0.3
PORT = 8971
COMMAND = [sys.executable, "-m", "transom.interfaces.cli.main"]
LINK = re.compile(r"http://localhost:\d+/sign-in/\S+")


def figures() -> list[Figure]:
    """Starts on a library that is up to date, after a first start on an empty folder; median of five."""
    with tempfile.TemporaryDirectory(prefix="transom-start-") as folder:
        env = {**os.environ, "TRANSOM_HOME": str(Path(folder) / "home"), "TRANSOM_DATABASE_URL": ""}
        first, _ = to_first_page(env)
        before = _children_seconds()
        again = [to_first_page(env)[0] for _ in range(TIMES)]
        processor = (_children_seconds() - before) / TIMES
        helped = [_help(env) for _ in range(TIMES)]
    middle = statistics.median(again)
    return [
        Figure(
            "start: run to first page",
            f"{middle:.2f} s",
            f"<= {MOST_SECONDS:.0f} s",
            middle <= MOST_SECONDS,
            f"from the command to the page behind its link, median of {TIMES}, {os.cpu_count()} cores",
        ),
        Figure(
            "start: processor time",
            f"{processor:.2f} s",
            how="of all processes together, mean, with their end",
        ),
        Figure("start: on an empty folder", f"{first:.2f} s", how="once, with making the database"),
        Figure(
            "start: --help",
            f"{statistics.median(helped):.2f} s",
            f"<= {MOST_FOR_HELP} s",
            statistics.median(helped) <= MOST_FOR_HELP,
            f"median of {TIMES}",
        ),
    ]


def to_first_page(env: dict[str, str]) -> tuple[float, str]:
    """Seconds from the command to the whole first page, and that page."""
    started = time.perf_counter()
    words = [*COMMAND, "run", "--no-browser", "--port", str(PORT)]
    process = subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        link = next(found[0] for line in process.stdout if (found := LINK.search(line)))
        with urllib.request.urlopen(link, timeout=60) as answer:
            page = answer.read().decode()
        return time.perf_counter() - started, page
    finally:
        process.terminate()
        process.wait()


def _help(env: dict[str, str]) -> float:
    started = time.perf_counter()
    subprocess.run([*COMMAND, "--help"], env=env, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the figures; 1 where one does not hold."""
    found = figures()
    for one in found:
        print(f"{one.name}: {one.value} {one.must} {one.how}")
    return int(any(one.holds is False for one in found))


if __name__ == "__main__":
    sys.exit(main())
