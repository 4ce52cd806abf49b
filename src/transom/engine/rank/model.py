"""What was learned from one user's feedback log: rebuilt from it alone, so undo is delete and learn again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from transom.engine.rank.evidence import BUCKETS, HALF_LIFE, LATELY, MASK, Evidence, Floats, Tally
from transom.engine.rank.signals import FeedbackRow
from transom.engine.rank.terms import term_id
from transom.engine.rank.weights import fit
from transom.engine.text.tokens import terms


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature: its name in code, what its scale means, and the prior of its weight."""

    name: str
    scale: str
    prior_mean: float
    prior_sd: float


FEATURES: tuple[Feature, ...] = (
    Feature("interest", "-1..1: log-odds of its terms by what was finished, squashed", 2.0, 1.0),
    Feature("source", "-1..1: how often this user finishes what this source publishes", 1.5, 1.0),
    Feature("author", "-1..1: how often this user finishes what this author writes", 1.0, 1.0),
    Feature("kind", "-1..1: how often this user finishes this kind of thing", 0.5, 0.7),
    Feature("tie", "0..1: how close its author is to the user", 1.0, 0.7),
    Feature("standing", "0..1: how much the field points to its author", 0.8, 0.7),
    Feature("heat", "0..1: how many independent people talk about it now", 0.8, 0.7),
    Feature("novelty", "0..1: how little of it is in what was read lately", 0.5, 0.7),
    Feature("rarity", "0..1: how seldom its source publishes", 0.5, 0.7),
    Feature("freshness", "0..1: halves with each half-life of its channel", 0.8, 0.7),
    Feature("attention", "0..1: how much its kind of context needs attention", 0.5, 0.5),
    Feature("vendor", "0 or 1: written by a supplier", -0.7, 0.7),
    Feature("closed", "0 or 1: the user cannot open it", -0.7, 0.7),
)
NAMES: tuple[str, ...] = tuple(feature.name for feature in FEATURES)
BIAS: Final = (-1.6, 1.0)
_MEANS: Final = np.array([*(one.prior_mean for one in FEATURES), BIAS[0]])
_DEVIATIONS: Final = np.array([*(one.prior_sd for one in FEATURES), BIAS[1]])

BASE_RATE: Final = 0.3
BASE_MASS: Final = 10.0
"""So much evidence of a usual rate is assumed before any is there."""
TERM_MASS: Final = 1.0
NAMED_MASS: Final = 3.0
"""A word the user named counts like so many finished items, and never fades."""
RATE_MASS: Final = {"source": 4.0, "author": 3.0, "kind": 8.0}


@dataclass(frozen=True, slots=True)
class Rates:
    """How far each code's rate lies from the usual one, squashed to -1..1; `codes` ascending."""

    codes: NDArray[np.int64]
    scores: Floats

    def of(self, codes: NDArray[np.int32]) -> Floats:
        """The scores of many; 0 for what is not known."""
        if not len(self.codes):
            return np.zeros(len(codes), dtype=np.float32)
        at = np.minimum(np.searchsorted(self.codes, codes), len(self.codes) - 1)
        return np.where(self.codes[at] == codes, self.scores[at], np.float32(0))


@dataclass(frozen=True, slots=True)
class Model:
    """Everything the ranking knows about one user. Immutable; holds no rows of the log.

    `weights` and `bias` are those of `FEATURES`; `term_scores`, `lately` and `latest_item` are by bucket of
    a term's id: its log-odds, how much of it was read lately (0..1), the latest item that stood for it.
    """

    weights: NDArray[np.float64]
    bias: float
    sources: Rates
    authors: Rates
    kinds: Rates
    term_scores: Floats
    lately: Floats
    latest_item: NDArray[np.int64]
    named: Mapping[int, str]
    evidence: Evidence


def learn(log: Iterable[FeedbackRow], *, now: datetime, interests: Sequence[str] = ()) -> Model:
    """Learn from a whole log (any order; rows after `now` are ignored). Under a second for 20,000 rows.

    `interests` are words of the user's profile; they count as topical interest from day one.
    """
    moment = now.timestamp()
    evidence = Evidence(moment, NAMES)
    evidence.add(sorted((row for row in log if row.at <= moment), key=lambda row: row.at))
    return _model(evidence, _named(interests), moment)


def extend(model: Model, rows: Iterable[FeedbackRow], *, now: datetime) -> Model:
    """The model that `learn` would give with `rows` added, where none of them is older than the log."""
    moment = now.timestamp()
    evidence = model.evidence.copy()
    evidence.add(row for row in rows if row.at <= moment)
    return _model(evidence, model.named, moment)


def _named(interests: Sequence[str]) -> dict[int, str]:
    """Buckets of the words the user named, with the word as written."""
    named: dict[int, str] = {}
    for phrase in interests:
        for word in phrase.replace(",", " ").split():
            for term in terms(word):
                named.setdefault(term_id(term) & MASK, word.strip(".,;:()\"'"))
    return named


def _model(evidence: Evidence, named: Mapping[int, str], moment: float) -> Model:
    faded = 2.0 ** (-(moment - evidence.reference) / HALF_LIFE)
    base = (evidence.total_for * faded + BASE_MASS * BASE_RATE) / (evidence.total * faded + BASE_MASS)
    weights = fit(
        evidence.shown.features,
        evidence.shown.labels,
        np.asarray(evidence.shown.masses) * faded,
        means=_MEANS,
        deviations=_DEVIATIONS,
    )
    for at, name in enumerate(NAMES):
        # "Wrong reason" changes the named feature and nothing else.
        weights[at] *= 0.5 ** (evidence.wrong.get(name, 0.0) * faded)
    return Model(
        weights=weights[:-1],
        bias=float(weights[-1]),
        sources=_rates(evidence.sources, RATE_MASS["source"], base, faded),
        authors=_rates(evidence.authors, RATE_MASS["author"], base, faded),
        kinds=_rates(evidence.kinds, RATE_MASS["kind"], base, faded),
        term_scores=_term_scores(evidence, named, base, faded),
        lately=np.minimum(evidence.lately * 2.0 ** (-(moment - evidence.reference) / LATELY), 1.0).astype(
            np.float32
        ),
        latest_item=evidence.latest_item,
        named=named,
        evidence=evidence,
    )


def _rates(tally: Tally, mass: float, base: float, faded: float) -> Rates:
    """Shrunk rates, (p + k b) / (n + k), as log-odds against the usual rate b, squashed by tanh."""
    codes, positive, total = tally.columns()
    rate = (positive * faded + mass * base) / (total * faded + mass)
    scores = np.tanh(0.5 * (_logit(rate) - _logit(np.array(base))))
    return Rates(codes, scores.astype(np.float32))


def _logit(rate: NDArray[np.float64]) -> NDArray[np.float64]:
    clipped = np.clip(rate, 1e-4, 1 - 1e-4)
    result: NDArray[np.float64] = np.log(clipped / (1 - clipped))
    return result


def _term_scores(evidence: Evidence, named: Mapping[int, str], base: float, faded: float) -> Floats:
    """ln of a term's shrunk rate over the usual one: above 0 where it stands for what is finished."""
    positive, total = evidence.term_for * faded, evidence.term_all * faded
    if named:
        at = np.fromiter(named, dtype=np.int64)
        positive[at] += NAMED_MASS
        total[at] += NAMED_MASS
    scores = np.log((positive + TERM_MASS * base) / ((total + TERM_MASS) * base))
    assert len(scores) == BUCKETS
    return scores.astype(np.float32)
