"""How many of confs.tech's real entries are kept, and which are taken for one.

    python -m benchmarks.events [--show N]

Every topic is a source of its own, as it would be for somebody who follows them all, and so is each year's list of
the Python organizers, which knows many of the same conferences under other names. `--show N` prints N of the
joined pairs, drawn by lot, to be judged by hand; what was judged stands in `benchmarks/events_judged.json`.
"""

from __future__ import annotations

import csv
import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.figure import Figure
from transom.apps.sources.connectors.confstech.mapping import call_of, conference_of
from transom.apps.sources.connectors.records import EventRecord
from transom.engine.graph.same_event import DAYS_APART, EventFacts, event_address, likeness, same_event

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "conferences"
DATA = FOLDER / "confs-tech.jsonl"
SEED = 20261126
MUST_KEEP = 0.99


class Entry(NamedTuple):
    topic: str
    record: EventRecord
    facts: EventFacts


class Joined(NamedTuple):
    rule: str
    one: Entry
    other: Entry


def facts_of(record: EventRecord) -> EventFacts:
    return EventFacts(
        record.kind,
        record.title,
        record.starts,
        record.all_day,
        event_address(record.address),
        record.city,
        record.country,
        record.online,
    )


def entries() -> Iterator[dict[str, Any]]:
    with DATA.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def read() -> tuple[list[Entry], int, int, int]:
    """Conferences; how many lines there were, how many closing dates, and how many of those were understood."""
    found, lines, dates, understood = [], 0, 0, 0
    for line in entries():
        lines += 1
        record = conference_of(line)
        if record is None:
            continue
        found.append(Entry(line["topic"], record, facts_of(record)))
        if line.get("cfpEndDate"):
            dates += 1
            understood += call_of(line, record) is not None
    return found, lines, dates, understood


def organizers() -> Iterator[Entry]:
    """The Python organizers' lists, one a year."""
    for path in sorted((FOLDER / "python").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                city, _, country = (row.get("Location") or "").rpartition(",")
                record = conference_of(
                    {
                        "name": row.get("Subject"),
                        "startDate": row.get("Start Date"),
                        "endDate": row.get("End Date"),
                        "city": city.partition(",")[0].strip() or country.strip(),
                        "country": country.strip() if city else "",
                        "online": "online" in (row.get("Location") or "").lower(),
                        "url": row.get("Website URL"),
                    }
                )
                if record is not None:
                    yield Entry(f"organizers {path.stem}", record, facts_of(record))


def joined(found: list[Entry], *, alone: bool = False) -> tuple[list[Joined], int]:
    """Pairs that were taken for one, as the library would: list after list, never two of one list. And events left.

    `alone`: as if every entry stood in a list of its own, which is harder.
    """
    by_day: dict[date, list[list[Entry]]] = defaultdict(list)
    pairs: list[Joined] = []
    events = 0
    seen: set[tuple[str, str]] = set()
    for entry in sorted(found, key=lambda one: one.topic):
        if (entry.topic, entry.record.uid) in seen:
            continue
        seen.add((entry.topic, entry.record.uid))
        match = _match(entry, by_day, alone)
        if match is None:
            events += 1
            by_day[entry.facts.day].append([entry])
        else:
            rule, members, other = match
            members.append(entry)
            pairs.append(Joined(rule, entry, other))
    return pairs, events


def _match(
    entry: Entry, by_day: dict[date, list[list[Entry]]], alone: bool
) -> tuple[str, list[Entry], Entry] | None:
    for apart in range(-DAYS_APART, DAYS_APART + 1):
        for members in by_day.get(entry.facts.day + timedelta(days=apart), ()):
            if not alone and any(one.topic == entry.topic for one in members):
                continue
            for one in members:
                if rule := same_event(entry.facts, one.facts):
                    return rule, members, one
    return None


def figures() -> list[Figure]:
    """Entries kept, closing dates understood, what was joined, speed."""
    if not DATA.is_file():
        return [
            Figure("events, entries of confs.tech kept", "not measured: ../shared/data/conferences is absent")
        ]
    found, lines, dates, understood = read()
    began = time.monotonic()
    pairs, events = joined([*found, *organizers()])
    seconds = time.monotonic() - began
    kept = len(found) / lines
    unlike = [pair for pair in pairs if not _certain(pair)]
    return [
        Figure(
            "events, entries of confs.tech kept", f"{kept:.2%}", f">= {MUST_KEEP:.0%}", kept >= MUST_KEEP,
            f"{len(found)} of {lines} entries, every start date understood",
        ),
        Figure(
            "events, closing dates understood", f"{understood / dates:.2%}", f">= {MUST_KEEP:.0%}",
            understood / dates >= MUST_KEEP, f"{understood} of {dates}",
        ),
        Figure(
            "events, entries joined across lists", f"{len(pairs)}",
            how=f"{events} events left; {len(unlike)} pairs not alike; {len(found) / seconds:.0f} entries/s",
        ),
        _judged_figure(pairs),
    ]  # fmt: skip


def _certain(pair: Joined) -> bool:
    same_title = likeness(pair.one.facts, pair.other.facts) == 1
    return same_title and pair.one.record.city == pair.other.record.city


def key(pair: Joined) -> str:
    return " = ".join(f"{one.topic}: {one.record.uid}" for one in (pair.one, pair.other))


def _judged_figure(pairs: list[Joined]) -> Figure:
    path = Path(__file__).with_name("events_judged.json")
    judged: dict[str, bool] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    there = {key(pair) for pair in pairs}
    right = [name for name in there if judged.get(name) is True]
    wrong = [name for name in there if judged.get(name) is False]
    return Figure(
        "events, wrong merges among those judged by hand",
        f"{len(wrong)} of {len(right) + len(wrong)}",
        "none of 100, or of all there are",
        not wrong and len(right) >= min(100, len(there)),
        "the least alike first, the rest by lot",
    )


def to_judge(pairs: list[Joined], most: int) -> list[Joined]:
    """All that are not alike word for word, and others by lot."""
    unsure = [pair for pair in pairs if not _certain(pair)]
    sure = [pair for pair in pairs if _certain(pair)]
    random.Random(SEED).shuffle(sure)
    return (unsure + sure)[:most]


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--show"]:
        for pair in to_judge(joined([*read()[0], *organizers()], alone=True)[0], int(arguments[1])):
            print(f"{pair.rule:8} {likeness(pair.one.facts, pair.other.facts):.2f}")
            for one in (pair.one, pair.other):
                record = one.record
                print(f"    {one.topic:12} {record.title} | {record.starts:%Y-%m-%d} | {record.place}"
                      f"{' online' if record.online else ''} | {record.address}")  # fmt: skip
        return 0
    found = figures()
    for one in found:
        print(f"{one.name}: {one.value} {one.must} ({one.how})")
    return int(any(one.holds is False for one in found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
