"""How many of those who were at a meeting are found in its minutes.

    python -m benchmarks.minutes [--show]

Real minutes of one group over a year, against who was there as the attendance lists say. Names count as found where
they are the same without case, accents and signs. `--show` prints what was missed, and what was found beside it.
"""

from __future__ import annotations

import json
import sys
import time
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.figure import Figure
from transom.apps.sources.connectors.minutes.dates import day_of_path
from transom.apps.sources.connectors.minutes.reading import meetings_of

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "standards"
BODY = "spdx-tech"
MUST_FIND = 0.95


class Compared(NamedTuple):
    file: str
    wanted: dict[str, str]
    found: dict[str, str]
    day_is_right: bool


def folded(name: str) -> str:
    """A name without case, accents and signs."""
    apart = unicodedata.normalize("NFKD", name.casefold())
    return " ".join(
        "".join(one if one.isalpha() else " " for one in apart if not unicodedata.combining(one)).split()
    )


def attendance() -> dict[str, dict[str, str]]:
    """Who was there by file: names (and organisations, "" where none) without case and signs."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    with (FOLDER / "attendance.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            found[row["file"]][folded(row["name"])] = row["org"] or ""
    return found


def compared() -> Iterator[Compared]:
    """Each file of minutes with who is wanted and who was found."""
    wanted = attendance()
    for path in sorted((FOLDER / "minutes" / BODY).rglob("*.md")):
        name = f"tech/{path.relative_to(FOLDER / 'minutes' / BODY).as_posix()}"
        meetings = meetings_of(path.read_text(encoding="utf-8"))
        people = {folded(one.name): one.organisation for meeting in meetings for one in meeting.present}
        by_path = day_of_path(name)
        yield Compared(
            name,
            wanted[name],
            people,
            str(by_path) in name and all(m.day in (by_path, None) for m in meetings),
        )


def figures() -> list[Figure]:
    """Attendees found, and how many beside them."""
    if not (FOLDER / "attendance.jsonl").is_file():
        return [Figure("minutes", "the data beside the checkout is missing", holds=None)]
    started = time.perf_counter()
    rows = list(compared())
    took = time.perf_counter() - started
    wanted = sum(len(one.wanted) for one in rows)
    found = sum(len(one.wanted.keys() & one.found.keys()) for one in rows)
    beside = sum(len(one.found.keys() - one.wanted.keys()) for one in rows)
    share = found / wanted if wanted else 0.0
    how = f"{len(rows)} minutes, {wanted:,} attendees, {len(rows) / took:,.0f} minutes/s"
    return [
        Figure("minutes: attendees found", f"{share:.4f}", f">= {MUST_FIND}", share >= MUST_FIND, how),
        Figure("minutes: found beside them", f"{beside}", how="names that the lists do not have"),
        Figure(
            "minutes: days that agree with the file's name",
            f"{sum(one.day_is_right for one in rows)} of {len(rows)}",
        ),
    ]


def show() -> None:
    for one in compared():
        missed, beside = one.wanted.keys() - one.found.keys(), one.found.keys() - one.wanted.keys()
        if missed or beside or not one.day_is_right:
            print(one.file, "missed:", sorted(missed), "beside:", sorted(beside), "day:", one.day_is_right)


if __name__ == "__main__":
    if "--show" in sys.argv:
        show()
    for figure in figures():
        print(figure.name, figure.value, figure.must, figure.how)
