"""A conversation as screens show it, made from the items that belong together."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from transom.engine.graph.heat import heat
from transom.engine.graph.items import DAY, Piece
from transom.engine.graph.people import independent, voices

RECENT_DAYS: Final = 3.0
LEAST_SHARED: Final = 2
_RE: Final = re.compile(r"(?:re:\s*)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Target:
    """An address that members point at, and how many items do (roundups too, where the caller knows)."""

    address: str
    pointing: int


@dataclass(frozen=True, slots=True)
class Conversation:
    """Members' ids in the order of time, and what follows from them.

    `headline` is the title of the item most pointed at, else of the earliest, whose id is `original`. `people`
    counts the independent ones; `voices` names everybody as far as known (engine.graph.people.voice). `first`
    and `latest` are epoch seconds. `per_day` counts items, shape (days,), from the first one's UTC day to the
    latest one's. `growth` compares the last three days with those before: log2 of the rates' ratio, 0 where
    they are equal or nothing is known yet. `targets` are what two or more members point at, and members that
    others point at, most pointed at first. `heat` lies in 0..1.
    """

    id: int
    members: tuple[int, ...]
    headline: str
    original: int
    people: int
    voices: tuple[str, ...]
    first: float
    latest: float
    per_day: NDArray[np.int64]
    growth: float
    targets: tuple[Target, ...]
    heat: float


def describe(
    key: int, pieces: Iterable[Piece], *, now: datetime, pointing: Mapping[str, int] | None = None
) -> Conversation:
    """The conversation of some items under an id that its cluster gave it.

    `pointing` may say how many items in all, roundups too, point at an address. Raises ValueError for none.
    """
    members = sorted(pieces, key=lambda piece: (piece.published, piece.id))
    if not members:
        raise ValueError(f"conversation {key} has no items; drop it")
    counts = Counter(link for piece in members for link in piece.story_links())
    if pointing is not None:
        counts = Counter({link: max(count, pointing.get(link, 0)) for link, count in counts.items()})
    original = _original(members, counts, pointing or {})
    return Conversation(
        id=key,
        members=tuple(piece.id for piece in members),
        headline=_without_re(original.title or next((piece.title for piece in members if piece.title), "")),
        original=original.id,
        people=independent(members),
        voices=voices(members),
        first=members[0].published,
        latest=members[-1].published,
        per_day=per_day(members),
        growth=growth(members, now=now),
        targets=_targets(members, counts),
        heat=heat(members, now=now),
    )


def per_day(members: Iterable[Piece]) -> NDArray[np.int64]:
    """Items on each UTC day from the first to the latest; shape (days,)."""
    days = np.array([math.floor(piece.published / DAY) for piece in members], dtype=np.int64)
    return np.bincount(days - days.min()).astype(np.int64) if len(days) else days


def growth(members: Iterable[Piece], *, now: datetime, recent_days: float = RECENT_DAYS) -> float:
    """log2 of (items a day lately + ½) / (items a day before + ½): above 0 it grows, below 0 it ebbs away.

    "Before" reaches back to the first item; 0 where everything is recent. What is dated ahead counts as new.
    """
    ages = np.array([max(now.timestamp() - piece.published, 0.0) / DAY for piece in members])
    if not len(ages) or ages.max() <= recent_days:
        return 0.0
    lately = np.count_nonzero(ages <= recent_days) / recent_days
    before = np.count_nonzero(ages > recent_days) / max(float(ages.max()) - recent_days, 1.0)
    return math.log2((lately + 0.5) / (before + 0.5))


def _original(members: list[Piece], counts: Mapping[str, int], pointing: Mapping[str, int]) -> Piece:
    """The member most pointed at; of equals the earliest."""

    def pointed(piece: Piece) -> int:
        return max(counts.get(piece.address, 0), pointing.get(piece.address, 0)) if piece.address else 0

    return max(members, key=lambda piece: (pointed(piece), -piece.published, -piece.id))


def _targets(members: list[Piece], counts: Mapping[str, int]) -> tuple[Target, ...]:
    links = Counter(link for piece in members for link in piece.story_links())
    own = {piece.address for piece in members}
    shared = [link for link, count in links.items() if count >= LEAST_SHARED or link in own]
    return tuple(
        Target(link, counts[link]) for link in sorted(shared, key=lambda link: (-counts[link], link))
    )


def _without_re(title: str) -> str:
    """The title of what an answer answers: a thread whose beginning is not here goes by that."""
    return title[found.end() :] if (found := _RE.match(title)) and found.end() < len(title) else title
