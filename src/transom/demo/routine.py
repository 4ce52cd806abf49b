"""What institutions publish out of habit: trap counts, store readings, vacancies, an object a day."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from itertools import chain
from typing import Any

from transom.demo.clock import Clock
from transom.demo.model import Item

YEAR = 364
AHEAD = 119  # a demo kept running goes on publishing its routine for so many days


def notices(table: dict[str, Any], clock: Clock) -> Iterator[Item]:
    """A year of routine notices, the same for the same day offset."""
    weeks = range(1 - AHEAD, YEAR, 7)
    return chain(
        (_traps(table["traps"], ago, clock) for ago in weeks),
        (_readings(table["readings"], ago + 3, clock) for ago in weeks if ago + 3 < YEAR),
        (_vacancy(table["vacancies"], ago + 5, clock) for ago in weeks if ago + 5 < YEAR),
        (_object(table["objects"], ago, clock) for ago in range(-AHEAD, YEAR)),
    )


def _season(clock: Clock, ago: int) -> float:
    """Warmth of the time of year between 0 (late January) and 1 (late July)."""
    day = clock.ahead(-ago).timetuple().tm_yday
    return 0.5 - 0.5 * math.cos(2 * math.pi * (day - 25) / 365)


def _traps(row: dict[str, Any], ago: int, clock: Clock) -> Item:
    dice = random.Random(f"traps {ago}")
    warm = _season(clock, ago)
    counts = [(name, round(dice.uniform(0.4, 1.2) * peak * warm)) for name, peak in row["species"].items()]
    lines = "\n".join(f"- {name}: {count}" for name, count in counts)
    total = sum(count for _, count in counts)
    body = f"{row['opening']}\n\n{lines}\n\nTotal {total} in 140 traps. {dice.choice(row['remarks'])}"
    return _notice(
        row, f"trap-counts-{YEAR - ago}", f"Trap counts, week to {{date:-{ago}}}", body, ago, clock
    )


def _readings(row: dict[str, Any], ago: int, clock: Clock) -> Item:
    dice = random.Random(f"readings {ago}")
    warm = _season(clock, ago)
    lines = [
        f"- {room}: {low + 6 * warm + dice.uniform(-0.5, 0.5):.1f} °C, "
        f"{base + 12 * (warm - 0.4) + dice.uniform(-3, 3):.0f} % RH"
        for room, (low, base) in row["rooms"].items()
    ]
    body = "\n".join([row["opening"], "", *lines, "", dice.choice(row["remarks"])])
    return _notice(
        row, f"store-readings-{YEAR - ago}", f"Store readings, week to {{date:-{ago}}}", body, ago, clock
    )


def _vacancy(row: dict[str, Any], ago: int, clock: Clock) -> Item:
    dice = random.Random(f"vacancy {ago}")
    role, place, term = (dice.choice(row[key]) for key in ("roles", "places", "terms"))
    body = f"{place} is looking for {_a(role.lower())}, {term}. {dice.choice(row['remarks'])}"
    return _notice(row, f"vacancy-{YEAR - ago}", f"{role}, {place}", body, ago, clock)


def _object(row: dict[str, Any], ago: int, clock: Clock) -> Item:
    dice = random.Random(f"object {ago}")
    thing, state, note = (dice.choice(row[key]) for key in ("things", "states", "notes"))
    number = f"{dice.randint(1889, 2019)}.{dice.randint(1, 400)}"
    body = f"**{thing}**, object {number}. {state} {note}"
    return _notice(row, f"drawer-{YEAR - ago}", f"{thing} ({number})", body, ago, clock)


def _notice(row: dict[str, Any], slug: str, title: str, body: str, ago: int, clock: Clock) -> Item:
    published = clock.moment(ago, row["at"])
    return Item(
        slug=slug,
        site=row["site"],
        title=clock.spell(title, "en"),
        authors=(row["by"],),
        published=published,
        updated=published,
        body=body,
        summary="",
        kind=row["kind"],
        tags=tuple(row["tags"]),
    )


def _a(noun: str) -> str:
    """The noun with its article."""
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"
