"""What a feedback log adds up to: tallies that fade with time, and the features of what was shown.

Everything is kept as of a fixed moment (`reference`), so that rows can be added without touching the others;
a half-life is exponential, and reading at a later moment is one multiplication.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from transom.engine.rank.signals import EVIDENCE, FeedbackRow, Signal

DAY: Final = 86_400.0
HALF_LIFE: Final = 90 * DAY
"""What was learned forgets toward the prior at this pace."""
LATELY: Final = 14 * DAY
"""How long what was read counts as read lately."""
BUCKETS: Final = 1 << 17
MASK: Final = BUCKETS - 1
READ_SIGNALS: Final = frozenset({Signal.OPENED, Signal.FINISHED, Signal.SAVED, Signal.ACTED})

Floats = NDArray[np.float32]


@dataclass(slots=True)
class Tally:
    """For each code: how much evidence there is, and how much of it was for."""

    masses: dict[int, tuple[float, float]] = field(default_factory=dict)

    def add(self, code: int, label: float, mass: float) -> None:
        if code >= 0:
            before = self.masses.get(code, (0.0, 0.0))
            self.masses[code] = (before[0] + mass * label, before[1] + mass)

    def columns(self) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
        """Codes in rising order, the mass for, and all mass."""
        codes = np.array(sorted(self.masses), dtype=np.int64)
        pairs = np.array([self.masses[int(code)] for code in codes], dtype=np.float64).reshape(-1, 2)
        return codes, pairs[:, 0], pairs[:, 1]

    def copy(self) -> Tally:
        return Tally(dict(self.masses))


@dataclass(slots=True)
class Shown:
    """The features of what was shown and what came of it: n x F, labels 0..1, masses and times."""

    features: list[Sequence[float]] = field(default_factory=list)
    labels: list[float] = field(default_factory=list)
    masses: list[float] = field(default_factory=list)

    def copy(self) -> Shown:
        return Shown(list(self.features), list(self.labels), list(self.masses))


def _buckets() -> Floats:
    return np.zeros(BUCKETS, dtype=np.float32)


@dataclass(slots=True)
class Evidence:
    """The sums over one user's log. `reference` is in epoch seconds; add rows in the order of time."""

    reference: float
    names: Sequence[str]
    total: float = 0.0
    total_for: float = 0.0
    sources: Tally = field(default_factory=Tally)
    authors: Tally = field(default_factory=Tally)
    kinds: Tally = field(default_factory=Tally)
    term_for: Floats = field(default_factory=_buckets)
    term_all: Floats = field(default_factory=_buckets)
    lately: Floats = field(default_factory=_buckets)
    latest_item: NDArray[np.int64] = field(default_factory=lambda: np.zeros(BUCKETS, dtype=np.int64))
    wrong: dict[str, float] = field(default_factory=dict)
    shown: Shown = field(default_factory=Shown)

    def copy(self) -> Self:
        """A copy that can grow without changing this one."""
        return type(self)(
            self.reference,
            self.names,
            self.total,
            self.total_for,
            self.sources.copy(),
            self.authors.copy(),
            self.kinds.copy(),
            self.term_for.copy(),
            self.term_all.copy(),
            self.lately.copy(),
            self.latest_item.copy(),
            dict(self.wrong),
            self.shown.copy(),
        )

    def add(self, rows: Iterable[FeedbackRow]) -> None:
        """Count these rows."""
        for row in rows:
            faded = 2.0 ** ((row.at - self.reference) / HALF_LIFE)
            if row.signal is Signal.WRONG_REASON:
                self.wrong[row.feature] = self.wrong.get(row.feature, 0.0) + faded
            else:
                evidence = EVIDENCE[row.signal]
                self._count(row, evidence.label, evidence.weight * faded)

    def _count(self, row: FeedbackRow, label: float, mass: float) -> None:
        self.total += mass
        self.total_for += mass * label
        for tally, code in ((self.sources, row.source), (self.authors, row.author), (self.kinds, row.kind)):
            tally.add(code, label, mass)
        at = row.terms & MASK
        self.term_all[at] += row.term_weights * mass
        self.term_for[at] += row.term_weights * (mass * label)
        if row.signal in READ_SIGNALS:
            self.lately[at] += row.term_weights * 2.0 ** ((row.at - self.reference) / LATELY)
            if label > 0 and row.item > 0 and row.signal is not Signal.OPENED:
                self.latest_item[at] = row.item
        if row.features:
            self._remember(row.features, label, mass)

    def _remember(self, features: Mapping[str, float], label: float, mass: float) -> None:
        self.shown.features.append([features.get(name, 0.0) for name in self.names])
        self.shown.labels.append(label)
        self.shown.masses.append(mass)
