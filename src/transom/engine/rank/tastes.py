"""What a log of feedback says about sources, authors, kinds and terms: one sparse logistic regression.

Each known code and each term has a weight with a normal prior and posterior; a row of the log moves the
weights of what it holds, in the order of time. The posterior is kept as mean and precision of each weight by
itself (the diagonal Laplace approximation of Chapelle and Li, *An empirical evaluation of Thompson sampling*,
NIPS 2011, algorithm 3), with an implicit step, which cannot overshoot (Kulis and Bartlett, *Implicit online
learning*, ICML 2010). Evidence fades: the precision beyond the prior halves with each half-life, and the mean
goes back to the prior with it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from transom.engine.rank.candidates import Candidates
from transom.engine.rank.settings import Settings
from transom.engine.rank.signals import EVIDENCE, FeedbackRow

BUCKETS: Final = 1 << 17
"""Weights are kept in so many buckets; a collision makes two rare terms share one."""
BASE: Final = BUCKETS
DAY: Final = 86_400.0
_SALTS: Final = {"source": 0x5BD1E995, "author": 0x2545F491, "kind": 0x1B873593}
_GOLDEN: Final = 0x9E3779B97F4A7C15
_STEPS: Final = 4
_POSITIVE: Final = 0.5
_EARLIER_SIGNAL: Final = 0.9

Floats = NDArray[np.float64]
Keys = NDArray[np.int64]


def term_buckets(terms: NDArray[np.uint32]) -> NDArray[np.intp]:
    """The buckets of hashed terms."""
    return (terms & np.uint32(BUCKETS - 1)).astype(np.intp)


def code_buckets(name: str, codes: NDArray[np.int32] | NDArray[np.int64]) -> NDArray[np.intp]:
    """The buckets of the codes of one field ("source", "author" or "kind"), spread by multiplication."""
    mixed = (codes.astype(np.uint64) ^ np.uint64(_SALTS[name])) * np.uint64(_GOLDEN)
    return (mixed >> np.uint64(64 - 17)).astype(np.intp)


@dataclass(frozen=True, slots=True)
class Tastes:
    """Means and precisions of all weights (BUCKETS + 1: the last is the base rate) as of `touched`, in days.

    `prior` is the mean without any evidence. `familiar` counts how many texts read lately hold a term, as of
    `familiar_at`; `earlier` is the item last finished that holds it, or 0.
    """

    settings: Settings
    prior: Floats
    mean: Floats
    precision: Floats
    touched: Floats
    familiar: Floats
    familiar_at: Floats
    earlier: NDArray[np.int64]

    @classmethod
    def empty(cls, settings: Settings, interests: NDArray[np.uint32], strength: float) -> Self:
        """Before any feedback; the terms of `interests` start out with `strength`."""
        prior = np.zeros(BUCKETS + 1)
        prior[term_buckets(interests)] = strength
        zeros = np.zeros(BUCKETS + 1)
        return cls(
            settings,
            prior=prior,
            mean=prior.copy(),
            precision=np.ones(BUCKETS + 1),
            touched=zeros.copy(),
            familiar=zeros.copy(),
            familiar_at=zeros.copy(),
            earlier=np.zeros(BUCKETS + 1, dtype=np.int64),
        )

    def copy(self) -> Tastes:
        """The same with arrays of its own."""
        return Tastes(
            self.settings,
            self.prior,
            self.mean.copy(),
            self.precision.copy(),
            self.touched.copy(),
            self.familiar.copy(),
            self.familiar_at.copy(),
            self.earlier.copy(),
        )

    def absorb(self, row: FeedbackRow) -> None:
        """Learn from one row, changing the arrays in place; rows come in the order of time."""
        evidence = EVIDENCE.get(row.signal)
        if evidence is None:
            return
        keys, scales = self._parts(row)
        day = row.at / DAY
        mean, precision = _faded(self, keys, day)
        odds, spread = float(mean @ scales), float((scales * scales / precision).sum())
        step, curvature = _implicit_step(odds, spread, evidence.label, evidence.weight)
        self.mean[keys] = mean + step * scales / precision
        self.precision[keys] = precision + scales * scales * curvature
        self.touched[keys] = day
        if evidence.label > _POSITIVE and evidence.weight >= _EARLIER_SIGNAL:
            self._remember(row, day)

    def _parts(self, row: FeedbackRow) -> tuple[Keys, Floats]:
        settings = self.settings
        keys: list[int] = [BASE]
        scales: list[float] = [settings.base]
        for name, code, scale in (
            ("source", row.source, settings.source),
            ("author", row.author, settings.author),
            ("kind", row.kind, settings.kind),
        ):
            if code >= 0:
                keys.append(_code_bucket(name, code))
                scales.append(scale)
        at = np.concatenate([np.array(keys, dtype=np.int64), term_buckets(row.terms)])
        values = np.concatenate([np.array(scales), settings.terms * row.term_weights.astype(np.float64)])
        return at, values

    def _remember(self, row: FeedbackRow, day: float) -> None:
        at = term_buckets(row.terms)
        gone = 0.5 ** ((day - self.familiar_at[at]) / self.settings.lately_days)
        self.familiar[at] = self.familiar[at] * gone + 1.0
        self.familiar_at[at] = day
        self.earlier[at] = row.item

    def at(self, day: float) -> View:
        """What counts at a time, in days: means after forgetting, and how familiar each term is (0..1)."""
        mean, familiar = self.prior.astype(np.float32), np.zeros(BUCKETS + 1, dtype=np.float32)
        moved = np.flatnonzero(self.precision > 1.0)
        mean[moved] = _faded(self, moved, day)[0]
        read = np.flatnonzero(self.familiar)
        gone = 0.5 ** (np.maximum(day - self.familiar_at[read], 0.0) / self.settings.lately_days)
        familiar[read] = np.minimum(self.familiar[read] * gone, 1.0)
        return View(self.settings, mean, familiar)


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


def _code_bucket(name: str, code: int) -> int:
    mixed = ((code ^ _SALTS[name]) * _GOLDEN) & 0xFFFFFFFFFFFFFFFF
    return mixed >> (64 - 17)


def _faded(tastes: Tastes, keys: Keys, day: float) -> tuple[Floats, Floats]:
    """Mean and precision after forgetting: evidence halves with each half-life, the prior (1) stays."""
    prior, precision = tastes.prior[keys], tastes.precision[keys]
    left = 0.5 ** (np.maximum(day - tastes.touched[keys], 0.0) / tastes.settings.half_life_days)
    now = 1.0 + (precision - 1.0) * left
    return prior + (tastes.mean[keys] - prior) * precision * left / now * (precision > 1.0), now


def _implicit_step(odds: float, spread: float, label: float, weight: float) -> tuple[float, float]:
    """Solve step = weight * (label - sigmoid(odds + spread * step)) by Newton; also the curvature there."""
    step = 0.0
    for _ in range(_STEPS):
        chance = sigmoid(odds + spread * step)
        slope = weight * chance * (1.0 - chance)
        step -= (step - weight * (label - chance)) / (1.0 + spread * slope)
    chance = sigmoid(odds + spread * step)
    return step, weight * chance * (1.0 - chance)


def sigmoid(odds: float) -> float:
    """1 / (1 + e^-odds), without overflow."""
    if odds >= 0:
        return 1.0 / (1.0 + math.exp(-min(odds, 700.0)))
    grown = math.exp(max(odds, -700.0))
    return grown / (1.0 + grown)
