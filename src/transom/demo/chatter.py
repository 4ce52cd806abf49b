"""Short remarks in the community's corridor: one person pointing at another's item."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Any

from transom.demo.clock import Clock
from transom.demo.model import Item, Person

SITE = "corridor"
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_REMARKED = {"post", "paper", "episode", "draft", "consultation", "report", "review"}


def plain(text: str) -> str:
    """Markdown without its links and emphasis, on one line."""
    return " ".join(_LINK.sub(r"\1", text).replace("**", "").replace("*", "").replace("`", "").split())


def remarks(
    items: list[Item], table: dict[str, Any], clock: Clock, people: dict[str, Person]
) -> Iterator[Item]:
    """The written remarks of `table`, then one on every third longer item, the same on every run."""
    for number, row in enumerate(table["remarks"], 1):
        yield _status(
            f"corridor-{number}", row["by"], row["text"], row.get("ago", 0), row.get("at", "12:30"), clock
        )
    for item in items:
        if item.kind in _REMARKED and not item.canonical:
            yield from _on(item, table["phrases"], clock, people)


def _on(item: Item, phrases: list[str], clock: Clock, people: dict[str, Person]) -> Iterator[Item]:
    dice = random.Random(item.slug)  # seeded by name: the same remark by the same person each time
    others = [
        person.slug for person in people.values() if person.slug not in item.authors and person.lang == "en"
    ]
    age = (clock.midnight.date() - item.published.date()).days
    for number in range(dice.choice((0, 0, 1))):
        person, phrase, days = dice.choice(others), dice.choice(phrases), dice.randint(1, 4)
        text = f"{phrase} [{item.title}](@{item.slug})"
        at = f"{dice.randint(6, 21):02}:{dice.randint(0, 59):02}"
        yield _status(f"on-{item.slug}-{number + 1}", person, text, age - days, at, clock)


def _status(slug: str, author: str, text: str, ago: int, at: str, clock: Clock) -> Item:
    published = clock.moment(ago, at)
    body = clock.spell(text, "en")
    return Item(
        slug=slug,
        site=SITE,
        title="",
        authors=(author,),
        published=published,
        updated=published,
        body=body,
        summary=plain(body),
        kind="status",
    )
