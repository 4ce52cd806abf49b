"""What is said and pointed at everywhere, and therefore ties nothing together."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Mapping
from typing import Final, TypeVar

from transom.engine.graph.items import DAY, Piece

TERM_SHARE: Final = 0.05
TERM_FAR_SHARE: Final = 0.004
FEWEST_WITH_TERM: Final = 12
MOST_OF_FEW: Final = 0.25
TARGET_SHARE: Final = 0.1
TARGETS_FAR: Final = 2
FEWEST_POINTING: Final = 25
MEMORY_WINDOWS: Final = 8

K = TypeVar("K")


class Common:
    """Who used which terms and pointed at which targets lately. Grows a batch at a time, and forgets.

    A term is uncommon at a time when around it (a window either way) at most a twentieth of the items have it
    (while items are few: twelve, or a quarter of all known), and at other times at most four in a thousand; an
    address, when around it at most a tenth (or 25) point there, and at other times two. A story is new and
    passes; a field's words and the pages that all link to are always there.
    """

    def __init__(self, window_days: float) -> None:
        self._window = window_days * DAY
        self._times: list[float] = []
        self._with_term: dict[int, dict[int, float]] = {}
        self._pointing: dict[str, dict[int, float]] = {}

    def add(self, pieces: Iterable[Piece]) -> None:
        """Count some items, each given once; of roundups only what they point at."""
        for piece in pieces:
            for target in piece.story_links():
                self._pointing.setdefault(target, {})[piece.id] = piece.published
            if not piece.is_roundup:
                insort(self._times, piece.published)
                for term in piece.terms.tolist():
                    self._with_term.setdefault(term, {})[piece.id] = piece.published

    def uncommon_terms(self, piece: Piece) -> list[int]:
        """The item's terms that are uncommon at its time."""
        at, near = piece.published, self._near(piece.published)
        most = max(TERM_SHARE * near, min(FEWEST_WITH_TERM, MOST_OF_FEW * len(self._times)), 2.0)
        far = TERM_FAR_SHARE * (len(self._times) - near)
        known = ((term, self._with_term.get(term, {})) for term in piece.terms.tolist())
        return [term for term, times in known if self._is_passing(times, at, most, far)]

    def rarest_terms(self, piece: Piece, count: int) -> list[int]:
        """The item's terms that fewest items have: a copy made of ordinary words is found by these."""
        return sorted(piece.terms.tolist(), key=lambda term: (len(self._with_term.get(term, ())), term))[
            :count
        ]

    def with_term(self, term: int) -> Iterable[int]:
        """The ids of the items with a term."""
        return self._with_term.get(term, {})

    def pointing_at(self, target: str) -> dict[int, float]:
        """The ids of the items that point at an address, roundups too, each with its time of publication."""
        return self._pointing.get(target, {})

    def is_uncommon(self, target: str, at: float) -> bool:
        """Whether few items point at an address but for those around a time (epoch seconds)."""
        most = max(FEWEST_POINTING, TARGET_SHARE * self._near(at))
        return self._is_passing(self._pointing.get(target, {}), at, most, TARGETS_FAR)

    def forget(self, before: float) -> None:
        """Drop items from well before a time (epoch seconds): eight windows, to know what is always there."""
        past = before - MEMORY_WINDOWS * self._window
        del self._times[: bisect_left(self._times, past)]
        self._with_term = _since(self._with_term, past)
        self._pointing = _since(self._pointing, past)

    def _near(self, at: float) -> int:
        """How many items were published around a time."""
        return bisect_right(self._times, at + self._window) - bisect_left(self._times, at - self._window)

    def _is_passing(self, times: Mapping[int, float], at: float, most_near: float, most_far: float) -> bool:
        if len(times) > most_near + most_far:
            return False
        here = sum(abs(time - at) <= self._window for time in times.values())
        return here <= most_near and len(times) - here <= most_far


def _since(index: dict[K, dict[int, float]], past: float) -> dict[K, dict[int, float]]:
    left = {name: {key: at for key, at in held.items() if at >= past} for name, held in index.items()}
    return {name: held for name, held in left.items() if held}
