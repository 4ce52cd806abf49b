"""The few named features on fixed scales that value is a linear model over."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from transom.engine.rank.candidates import Candidates
from transom.engine.rank.evidence import DAY, MASK
from transom.engine.rank.model import FEATURES, NAMES, Feature, Model

INTEREST_SCALE: Final = 1.5
UNKNOWN_HALF_LIFE: Final = 4.0
SHORTEST_HALF_LIFE, LONGEST_HALF_LIFE = 1.0, 21.0
GAPS_A_HALF_LIFE: Final = 2.0
WEEKLY: Final = 7.0
COMMON_A_WEEK: Final = 2.0
"""A source that publishes so often has a rarity of one half."""

__all__ = ["FEATURES", "NAMES", "Feature", "matrix"]

Floats = NDArray[np.float32]


def matrix(candidates: Candidates, model: Model, *, now: datetime) -> NDArray[np.float32]:
    """The features of all candidates: n x len(FEATURES)."""
    columns = np.zeros((len(candidates), len(FEATURES)), dtype=np.float32)
    if not len(candidates):
        return columns
    rhythm = _Rhythm(candidates)
    interest, novelty = _by_terms(candidates, model)
    found = {
        "interest": interest,
        "source": model.sources.of(candidates.source),
        "author": model.authors.of(candidates.author),
        "kind": model.kinds.of(candidates.kind),
        "tie": candidates.tie,
        "standing": candidates.standing,
        "heat": candidates.heat,
        "novelty": novelty,
        "rarity": rhythm.rarity(),
        "freshness": rhythm.freshness(now),
        "attention": candidates.attention,
        "vendor": candidates.vendor,
        "closed": candidates.cannot_open,
    }
    for at, name in enumerate(NAMES):
        columns[:, at] = found[name]
    return np.nan_to_num(columns, copy=False, nan=0.0, posinf=1.0, neginf=-1.0)


def _by_terms(candidates: Candidates, model: Model) -> tuple[Floats, Floats]:
    """Topical interest (tanh of the weighted log-odds) and novelty (1 - the share that was read lately)."""
    at = candidates.terms & np.uint32(MASK)
    weights = candidates.term_weights
    odds = np.einsum("ij,ij->i", model.term_scores[at], weights)
    mass = weights.sum(axis=1)
    known = np.einsum("ij,ij->i", model.lately[at], weights) if model.lately.any() else np.zeros_like(mass)
    novelty = 1.0 - known / np.maximum(mass, np.float32(1e-6))
    return np.tanh(INTEREST_SCALE * odds).astype(np.float32), novelty.astype(np.float32)


class _Rhythm:
    """How often each source publishes, judged by the candidates themselves."""

    def __init__(self, candidates: Candidates) -> None:
        self._candidates = candidates
        self._sources, self._of, self._counts = np.unique(
            candidates.source, return_inverse=True, return_counts=True
        )
        published = candidates.published
        self._days = max(float(published.max() - published.min()) / DAY, WEEKLY)

    def rarity(self) -> Floats:
        """1 / (1 + items a week / 2)."""
        weekly = self._counts / self._days * WEEKLY
        result: Floats = (1.0 / (1.0 + weekly / COMMON_A_WEEK))[self._of].astype(np.float32)
        return result

    def freshness(self, now: datetime) -> Floats:
        """2^-(age / half-life of the channel)."""
        age = np.maximum(now.timestamp() - self._candidates.published, 0.0) / DAY
        result: Floats = np.exp2(-age / self._half_lives()).astype(np.float32)
        return result

    def _half_lives(self) -> NDArray[np.float64]:
        """Of each candidate's channel, in days: twice the usual gap between two items of its sources."""
        first = np.zeros(len(self._sources), dtype=np.int64)
        first[self._of[::-1]] = np.arange(len(self._of))[::-1]
        channel_of_source = self._candidates.channel[first]
        gaps = self._days / self._counts
        lives: dict[int, float] = {
            int(code): float(np.median(gaps[channel_of_source == code])) * GAPS_A_HALF_LIFE
            for code in np.unique(channel_of_source)
            if code >= 0
        }
        largest = max(lives, default=-1)
        table = np.full(largest + 2, UNKNOWN_HALF_LIFE)
        for code, life in lives.items():
            table[code] = min(max(life, SHORTEST_HALF_LIFE), LONGEST_HALF_LIFE)
        channels = self._candidates.channel
        return table[np.where(channels >= 0, channels, largest + 1)]
