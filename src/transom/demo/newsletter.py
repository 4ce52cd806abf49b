"""The weekly curated newsletter: written issues, and older ones gathered from the story's own items."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from transom.demo.chatter import plain
from transom.demo.clock import Clock
from transom.demo.model import Item

WEEKS = 52
PICKS = 7
_UNPICKED = {"status", "newsletter", "agenda", "log", "job", "call"}


def issues(items: list[Item], plan: dict[str, Any], clock: Clock) -> Iterator[Item]:
    """One issue a week for a year, newest first; `plan["issues"]` holds the hand-written ones."""
    slugs = {item.slug for item in items}
    for week in range(WEEKS):
        ago = plan["ago"] + 7 * week
        written = plan["issues"][week] if week < len(plan["issues"]) else None
        picks = _written(written, slugs) if written else _gathered(items, clock, ago)
        intro = written["intro"] if written else plan["intros"][week % len(plan["intros"])]
        yield _issue(plan["first"] - week, clock, ago, intro, picks, plan)


def _written(issue: dict[str, Any], slugs: set[str]) -> list[tuple[str, str, str]]:
    return [(row["title"], row["item"], row["line"]) for row in issue["picks"] if row["item"] in slugs]


def _gathered(items: list[Item], clock: Clock, ago: int) -> list[tuple[str, str, str]]:
    end = clock.moment(ago, "06:00")
    week = [
        item
        for item in items
        if end - timedelta(days=7) <= item.published < end
        and item.kind not in _UNPICKED
        and not item.canonical
    ]
    longest = sorted(week, key=lambda item: (-len(item.body), item.slug))[:PICKS]
    return [(item.title, item.slug, item.summary or _first_sentence(item.body)) for item in longest]


def _first_sentence(body: str) -> str:
    return plain(body.split("\n\n")[0]).split(". ")[0].rstrip(".") + "."


def _issue(
    number: int, clock: Clock, ago: int, intro: str, picks: list[tuple[str, str, str]], plan: dict[str, Any]
) -> Item:
    published = clock.moment(ago, "06:10")
    lines = [f"**[{title}](@{slug})** {line}" for title, slug, line in picks]
    return Item(
        slug=f"accession-{number}",
        site=plan["site"],
        title=f"The Accession, no. {number}",
        authors=(plan["editor"],),
        published=published,
        updated=published,
        body="\n\n".join([clock.spell(intro, "en"), *lines, plan["foot"]]),
        summary=clock.spell(intro, "en"),
        kind="newsletter",
        tags=("newsletter",),
    )
