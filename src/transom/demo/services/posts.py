"""Who said what on the two networks: the written posts, and who points at whose articles."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from transom.demo.model import Item, StoryError
from transom.demo.services.stage import Row, Stage, table

POINTED_AT = frozenset({"post", "paper", "episode", "report", "review", "consultation", "draft"})
HEARD = (
    "maren-oduya",
    "ines-calloway",
    "dunstan-pyle",
    "kofi-asantewood",
    "callum-varrick",
    "fiona-strathcairn",
)
"""Whom the community points at more often than at others."""


@dataclass(frozen=True, slots=True)
class Boost:
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Post:
    """One post by an account (a name of Mastodon, a handle of Bluesky); Markdown, or the address it ends in."""

    key: str
    by: str
    at: datetime
    text: str
    about: str = ""
    boosts: tuple[Boost, ...] = ()
    answers_to: str = ""


def accounts() -> dict[str, Row]:
    """Every account of both networks, by name or handle."""
    rows = table("social")
    return {row["name"]: row for row in rows["mastodon"]} | {row["handle"]: row for row in rows["bluesky"]}


def posts(stage: Stage) -> list[Post]:
    """All posts that were there by now, oldest first."""
    found = [*_written(stage), *_pointing(stage)]
    return sorted((one for one in found if stage.has_come(one.at)), key=lambda one: (one.at, one.key))


def same_network(one: str, other: str) -> bool:
    """Whether two accounts see each other's posts: handles have dots, names have none."""
    return ("." in one) == ("." in other)


def _written(stage: Stage) -> Iterator[Post]:
    known = accounts()
    for number, row in enumerate(table("social")["posts"], start=1):
        at, key = stage.clock.moment(row["ago"], row["at"]), f"own-{number}"
        others = [*row.get("boosts", ()), *(who for who, _ in row.get("answers", ()))]
        if strange := [who for who in (row["by"], *others) if who not in known]:
            raise StoryError(f"social.toml: no account is called {strange[0]}")
        boosts = tuple(
            Boost(who, at + timedelta(minutes=17 * place))
            for place, who in enumerate(row.get("boosts", ()), 1)
        )
        yield Post(key, row["by"], at, row["text"], boosts=_come(stage, boosts))
        for place, (who, text) in enumerate(row.get("answers", ()), start=1):
            yield Post(f"{key}-{place}", who, at + timedelta(minutes=41 * place), text, answers_to=key)


def _come(stage: Stage, boosts: tuple[Boost, ...]) -> tuple[Boost, ...]:
    return tuple(one for one in boosts if stage.has_come(one.at))


def _pointing(stage: Stage) -> Iterator[Post]:
    for item in stage.community.items.values():
        if item.kind in POINTED_AT and item.title and not item.canonical:
            yield from _at(item, stage)


def _at(item: Item, stage: Stage) -> Iterator[Post]:
    """Nobody to two people point at an item, at three where its author is much heard; others pass that on."""
    dice = random.Random(f"social {item.slug}")  # seeded by name: the same post by the same account each time
    own = set(item.authors)
    others = [name for name, row in accounts().items() if row.get("person") and row["person"] not in own]
    most = 3 if own & set(HEARD) else 2
    for number in range(dice.randint(0, most)):
        by = others.pop(dice.randrange(len(others)))
        at = item.published + timedelta(hours=dice.randint(5, 90), minutes=dice.randint(0, 59))
        phrases = table("social")["phrases"]
        words = dice.choice(phrases["lines"]).format(who=_first_name(stage, item.authors[0]))
        readers = [name for name in accounts() if same_network(name, by) and name != by]
        boosts = tuple(
            Boost(name, at + timedelta(minutes=dice.randint(9, 900)))
            for name in dice.sample(readers, 3)
            if dice.random() < phrases["boosted"]
        )
        key = f"on-{item.slug}-{number + 1}"
        yield Post(key, by, at, words, about=item.slug, boosts=_come(stage, boosts))
        if dice.random() < 0.25:
            who = dice.choice(readers)
            answered = at + timedelta(minutes=dice.randint(20, 1500))
            yield Post(f"{key}-answer", who, answered, dice.choice(phrases["answers"]), answers_to=key)


def _first_name(stage: Stage, slug: str) -> str:
    return stage.name(slug).removeprefix("Sister ").split()[0]
