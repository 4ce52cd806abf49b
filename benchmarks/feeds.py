"""Does our parser agree with what other parsers' authors expect of the same feeds?

Without arguments: answers for the examination, file paths on stdin, one JSON line each on stdout.
With --figures (or at a terminal): the figures, and every expectation not met.
"""

# ruff: noqa: E402
from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

if not __package__:
    # The examinations may start this file by its path; its own folder holds no top-level modules.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.core_expectations import core_expectations, failures
from benchmarks.figure import Figure
from transom.engine.core.errors import ParseError
from transom.engine.parse import ParsedFeed, parse_feed

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
DATA = SHARED / "data" / "feeds"
EXAMINATION = SHARED / "eval" / "feeds.py"
FIELD_AGREEMENT = 0.97
CORE_AGREEMENT = 0.95


def answer(path: str) -> dict[str, object]:
    """One file as the examination asks for it; an unreadable one carries the error instead of items."""
    try:
        return {"path": path, "error": None, **as_asked(parse_feed(Path(path).read_bytes()))}
    except (ParseError, OSError) as error:
        return {"path": path, "error": str(error)}


def as_asked(feed: ParsedFeed) -> dict[str, object]:
    return {
        "title": feed.title,
        "link": feed.link,
        "items": [
            {
                "id": entry.id,
                "title": entry.title,
                "link": entry.link,
                "published": entry.published.isoformat() if entry.published else None,
                "updated": entry.updated.isoformat() if entry.updated else None,
                "authors": [author.name for author in entry.authors if author.name],
            }
            for entry in feed.entries
        ],
    }


def examined(show: int = 0) -> dict[str, object]:
    """What the examination says of this parser; disagreements go to stderr."""
    command = [sys.executable, str(EXAMINATION), "--data", str(DATA), "--show", str(show)]
    done = subprocess.run(
        [*command, "--", sys.executable, "-m", "benchmarks.feeds"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        check=True,
        text=True,
    )
    result: dict[str, object] = json.loads(done.stdout)
    return result


def figures() -> list[Figure]:
    """Files answered, field agreement, and the share of feedparser's core expectations met."""
    if not DATA.is_dir():
        return [Figure("parser agreement", "not measured: ../shared/data/feeds is absent")]
    result = examined()
    expectations = core_expectations(DATA)
    missed = failures(expectations)
    agreement = float(str(result["field agreement"]))
    core = 1 - len(missed) / len(expectations)
    return [
        Figure(
            "parser: files answered",
            f"{result['answered']} of {result['files']}",
            "every file",
            result["answered"] == result["files"] and result["exit"] == 0,
            "eval/feeds.py",
        ),
        Figure(
            "parser: field agreement",
            f"{agreement:.4f}",
            f">= {FIELD_AGREEMENT}",
            agreement >= FIELD_AGREEMENT,
            "eval/feeds.py; rulings in docs/formats.md",
        ),
        Figure(
            "parser: feedparser's core expectations",
            f"{core:.4f} ({len(expectations) - len(missed)} of {len(expectations)})",
            f">= {CORE_AGREEMENT}",
            core >= CORE_AGREEMENT,
            "benchmarks/core_expectations.py",
        ),
    ]


def main(argv: list[str] | None = None) -> int:
    arguments = sys.argv[1:] if argv is None else argv
    if "--figures" not in arguments and not sys.stdin.isatty():
        for line in sys.stdin:
            print(json.dumps(answer(line.rstrip("\n"))), flush=True)
        return 0
    if not DATA.is_dir():
        print(f"{DATA} is absent; nothing to measure.", file=sys.stderr)
        return 1
    print(json.dumps(examined(show=1000), indent=1))
    for missed in failures(core_expectations(DATA)):
        where = ".".join(map(str, missed.path))
        print(
            f"{missed.file.relative_to(DATA)}: {where}: expected {missed.expected!r}, got {missed.got!r}"[
                :300
            ]
        )
    measured = figures()
    for one in measured:
        print(f"{one.name}: {one.value} (must: {one.must})")
    return 0 if all(one.holds is not False for one in measured) else 1


if __name__ == "__main__":
    sys.exit(main())
