"""The weekly curated newsletter: each issue gathered from the week's items, with the editor's own lines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from transom.demo.chatter import plain
from transom.demo.clock import Clock
from transom.demo.model import Item

WEEKS = 52
AHEAD = 17  # a demo kept running gets its newsletter for so many weeks more
PICKS = 7
FEWEST = 3  # filled up with small things in a thin week; one with less still is left out
_SMALL = "note"  # picked only where a week has little else
_UNPICKED = {"status", "newsletter", "agenda", "log", "job", "call"}


def issues(items: list[Item], plan: dict[str, Any], clock: Clock) -> Iterator[Item]:
    """One issue a week for a year and some weeks on, newest first.

    `plan["intros"]` open the issues in turn; `plan["lines"]` holds, by slug, what the editor says of an item
    (else its own summary stands).
    """
    for week in range(-AHEAD, WEEKS):
        ago = plan["ago"] + 7 * week
        picks = _gathered(items, plan["lines"], clock, ago)
        if len(picks) >= FEWEST:
            intro = plan["intros"][week % len(plan["intros"])]
            yield _issue(plan["first"] - week, clock, ago, intro, picks, plan)


def _gathered(items: list[Item], lines: dict[str, str], clock: Clock, ago: int) -> list[tuple[str, str, str]]:
    end = clock.moment(ago, "06:00")
    week = [
        item
        for item in items
        if end - timedelta(days=7) <= item.published < end
        and item.kind not in _UNPICKED
        and not item.canonical
    ]
    longest = sorted(week, key=lambda item: (item.kind == _SMALL, -len(item.body), item.slug))
    articles = sum(item.kind != _SMALL for item in week)
    return [
        (item.title, item.slug, lines.get(item.slug) or item.summary or _first_sentence(item.body))
        for item in longest[: min(PICKS, max(FEWEST, articles))]
    ]


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
