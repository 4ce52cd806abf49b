"""What a log of feedback says about sources, authors, kinds, manners and terms: one sparse logistic regression.

Each known code, each fact of form and each term has a weight with a normal prior; all are fitted together to
the whole log, so that what a source explains is not put down to its words. A row counts half as much with each
half-life, and with it the weights go back to the prior. Nothing is kept but the log itself and the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from transom.engine.rank import sparse
from transom.engine.rank.candidates import Candidates
from transom.engine.rank.settings import Settings
from transom.engine.rank.signals import EVIDENCE, NO_WEIGHTS, FeedbackRow

BUCKETS: Final = 1 << 18
"""Weights of terms are kept in so many buckets; a collision makes two rare terms share one."""
CODE_BITS: Final = 16
"""Sources, authors and kinds have 2**16 buckets each, apart from the terms and from each other."""
BASE: Final = BUCKETS + (3 << CODE_BITS)
MANNERS: Final = 24
"""Facts of form there may be (see engine.text.manner); each has a weight of its own behind the base."""
COLUMNS: Final = BASE + 1 + MANNERS
DAY: Final = 86_400.0
_FIELDS: Final = ("source", "author", "kind")
_GOLDEN: Final = 0x9E3779B97F4A7C15
_POSITIVE: Final = 0.5
_EARLIER_SIGNAL: Final = 0.9
_NO_KEYS: Final = np.zeros(0, dtype=np.int32)

Floats = NDArray[np.float64]


def term_buckets(terms: NDArray[np.uint32]) -> NDArray[np.intp]:
    """The buckets of hashed terms."""
    return (terms & np.uint32(BUCKETS - 1)).astype(np.intp)


def code_buckets(name: str, codes: NDArray[np.int32] | NDArray[np.int64]) -> NDArray[np.intp]:
    """The buckets of the codes of one field ("source", "author" or "kind"), spread by multiplication."""
    spread = (codes.astype(np.uint64) * np.uint64(_GOLDEN)) >> np.uint64(64 - CODE_BITS)
    return spread.astype(np.intp) + (BUCKETS + (_FIELDS.index(name) << CODE_BITS))


@dataclass(frozen=True, slots=True)
class Log:
    """The rows that say something, n of them: entries as in `sparse.Evidence`, `day` in days."""

    rows: NDArray[np.int32]
    keys: NDArray[np.int32]
    values: NDArray[np.float32]
    label: Floats
    weight: Floats
    day: Floats

    @classmethod
    def of(cls, rows: Sequence[FeedbackRow], settings: Settings) -> Self:
        """Rows of evidence as arrays."""
        parts = [_entries(row, settings) for row in rows]
        told = [EVIDENCE[row.signal] for row in rows]
        return cls(
            np.repeat(np.arange(len(rows), dtype=np.int32), [len(keys) for keys, _ in parts]),
            np.concatenate([_NO_KEYS, *(keys for keys, _ in parts)]),
            np.concatenate([NO_WEIGHTS, *(values for _, values in parts)]),
            np.array([one.label for one in told], dtype=np.float64),
            np.array([one.weight for one in told], dtype=np.float64),
            np.array([row.at / DAY for row in rows], dtype=np.float64),
        )

    def joined(self, other: Log) -> Log:
        """These rows and then those."""
        return Log(
            np.concatenate([self.rows, other.rows + np.int32(len(self.label))]),
            *(
                np.concatenate([getattr(self, name), getattr(other, name)])
                for name in ("keys", "values", "label", "weight", "day")
            ),
        )

    def evidence(self, day: float, half_life_days: float) -> sparse.Evidence:
        """How much each row still counts at a time, in days."""
        left = 0.5 ** (np.maximum(day - self.day, 0.0) / half_life_days)
        return sparse.Evidence(self.rows, self.keys, self.values, self.label, self.weight * left)


def _entries(row: FeedbackRow, settings: Settings) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The columns that one row touches, and with what."""
    codes = [(name, getattr(row, name)) for name in _FIELDS if getattr(row, name) >= 0]
    bits = np.flatnonzero((row.manner >> np.arange(MANNERS)) & 1)
    used = row.term_weights > 0
    keys = [
        np.array([BASE, *(code_buckets(name, np.array([code]))[0] for name, code in codes)]),
        BASE + 1 + bits,
        term_buckets(row.terms[used]),
    ]
    values = [
        np.array([settings.base, *(getattr(settings, name) for name, _ in codes)]),
        np.full(len(bits), settings.manner),
        settings.terms * row.term_weights[used],
    ]
    return np.concatenate(keys).astype(np.int32), np.concatenate(values).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Tastes:
    """The weights of all columns (buckets, the base rate, the manners) as fitted to the log so far.

    `prior` is the mean without any evidence. `familiar` counts how many texts read lately hold a term, as of
    `familiar_at`; `earlier` is the item last finished that holds it, or 0.
    """

    settings: Settings
    log: Log
    prior: Floats
    mean: Floats
    familiar: Floats
    familiar_at: Floats
    earlier: NDArray[np.int64]

    @classmethod
    def empty(cls, settings: Settings, interests: NDArray[np.uint32], strength: float) -> Self:
        """Before any feedback; the terms of `interests` start out with `strength`."""
        prior = np.zeros(COLUMNS)
        prior[term_buckets(interests)] = strength
        return cls(
            settings,
            Log.of([], settings),
            prior=prior,
            mean=prior.copy(),
            familiar=np.zeros(BUCKETS),
            familiar_at=np.zeros(BUCKETS),
            earlier=np.zeros(BUCKETS, dtype=np.int64),
        )

    def extended(self, rows: Sequence[FeedbackRow], day: float) -> Tastes:
        """With more rows, in the order of time and none older than the log, as of a time in days."""
        telling = [row for row in rows if row.signal in EVIDENCE]
        log = self.log.joined(Log.of(telling, self.settings)) if telling else self.log
        mean = sparse.fit(log.evidence(day, self.settings.half_life_days), self.prior, self.mean)
        finished = [row for row in telling if _is_finished(row)]
        if not finished:
            return replace(self, log=log, mean=mean)
        return replace(self, log=log, mean=mean)._remembering(finished)

    def _remembering(self, finished: Sequence[FeedbackRow]) -> Tastes:
        familiar, since, earlier = self.familiar.copy(), self.familiar_at.copy(), self.earlier.copy()
        for row in finished:
            at, day = term_buckets(row.terms), row.at / DAY
            gone = 0.5 ** ((day - since[at]) / self.settings.lately_days)
            familiar[at] = familiar[at] * gone + 1.0
            since[at] = day
            earlier[at] = row.item
        return replace(self, familiar=familiar, familiar_at=since, earlier=earlier)

    def at(self, day: float) -> View:
        """What counts at a time, in days: the weights, and how familiar each term is (0..1)."""
        familiar = np.zeros(BUCKETS, dtype=np.float32)
        read = np.flatnonzero(self.familiar)
        gone = 0.5 ** (np.maximum(day - self.familiar_at[read], 0.0) / self.settings.lately_days)
        familiar[read] = np.minimum(self.familiar[read] * gone, 1.0)
        return View(self.settings, self.mean.astype(np.float32), familiar)


def _is_finished(row: FeedbackRow) -> bool:
    told = EVIDENCE[row.signal]
    return told.label > _POSITIVE and told.weight >= _EARLIER_SIGNAL


@dataclass(frozen=True, slots=True)
class View:
    """The tastes at one moment, for many candidates."""

    settings: Settings
    mean: NDArray[np.float32]
    familiar: NDArray[np.float32]

    def of_codes(self, name: str, codes: NDArray[np.int32]) -> NDArray[np.float32]:
        """The log-odds of each code of a field; 0 for unknown ones."""
        scale = np.float32(getattr(self.settings, name))
        found: NDArray[np.float32] = np.where(codes >= 0, scale * self.mean[code_buckets(name, codes)], 0.0)
        return found.astype(np.float32)

    def of_manner(self, masks: NDArray[np.uint32]) -> NDArray[np.float32]:
        """The log-odds of how each speaks, looked up by halves of its bits."""
        weights = np.float32(self.settings.manner) * self.mean[BASE + 1 :]
        half = MANNERS // 2
        low, high = _sums(weights[:half]), _sums(weights[half:])
        found: NDArray[np.float32] = low[masks & (len(low) - 1)] + high[(masks >> half) & (len(high) - 1)]
        return found

    def of_terms(self, candidates: Candidates) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The log-odds of each candidate's terms, and the share of its terms that was read lately."""
        odds = np.empty(len(candidates), dtype=np.float32)
        familiar = np.empty(len(candidates), dtype=np.float32)
        for start in range(0, len(candidates), _CHUNK):
            part = slice(start, start + _CHUNK)
            at, weights = term_buckets(candidates.terms[part]), candidates.term_weights[part]
            odds[part] = np.einsum("ij,ij->i", self.mean[at], weights)
            familiar[part] = np.einsum("ij,ij,ij->i", self.familiar[at], weights, weights)
        return np.float32(self.settings.terms) * odds, np.minimum(familiar, np.float32(1))


_CHUNK: Final = 2048
"""Rows at once, so that what is gathered stays in the processor's cache."""


def _sums(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """The sum of the chosen weights for every choice of bits."""
    sums = np.zeros(1, dtype=np.float32)
    for weight in weights:
        sums = np.concatenate([sums, sums + weight])
    return sums
