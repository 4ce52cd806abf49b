"""The few named features on fixed scales that value is a linear model over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from transom.engine.rank.candidates import READ, Candidates
from transom.engine.rank.tastes import DAY

if TYPE_CHECKING:
    from transom.engine.rank.model import Model


Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature: its name in code, what its scale means, and the prior of its weight."""

    name: str
    scale: str
    prior_mean: float
    prior_sd: float


SQUASH: Final = 3.0
"""Log-odds are brought to -1..1 by tanh(x / SQUASH); a weight of SQUASH gives small ones back unchanged."""
UNKNOWN_HALF_LIFE: Final = 4.0
SHORTEST_HALF_LIFE, LONGEST_HALF_LIFE = 1.0, 21.0
GAPS_A_HALF_LIFE: Final = 2.0
MINUTES_OF_DEPTH: Final = 4.0
"""A text that takes so long has a depth of one half. To have finished more of one is worth more."""
WEEKLY: Final = 7.0
COMMON_A_WEEK: Final = 2.0
"""A source that publishes so often has a rarity of one half."""

FEATURES: tuple[Feature, ...] = (
    Feature("interest", "-1..1: log-odds of its terms by what was finished, squashed", SQUASH, 1.0),
    Feature("source", "-1..1: log-odds of its source by what was finished, squashed", SQUASH, 1.0),
    Feature("author", "-1..1: log-odds of its author by what was finished, squashed", SQUASH, 1.0),
    Feature("kind", "-1..1: log-odds of its kind by what was finished, squashed", SQUASH, 1.0),
    Feature("manner", "-1..1: log-odds of how its title speaks by what was finished, squashed", SQUASH, 1.0),
    Feature("tie", "0..1: how close its author is to the user", 1.0, 0.7),
    Feature("standing", "0..1: how much the field points to its author", 0.8, 0.7),
    Feature("heat", "0..1: how many independent people talk about it now", 0.8, 0.7),
    Feature("novelty", "0..1: how little of it is in what was read lately", 0.5, 0.7),
    Feature("rarity", "0..1: how seldom its source publishes", 0.5, 0.7),
    Feature("freshness", "0..1: halves with each half-life of its channel", 0.8, 0.7),
    Feature("depth", "0..1: how much there is to it: 1 - 2^(-minutes / 4); 0 for things to do", 2.0, 0.7),
    Feature("attention", "0..1: how much its kind of context needs attention", 0.5, 0.5),
    Feature("vendor", "0 or 1: written by a supplier", -0.7, 0.7),
    Feature("closed", "0 or 1: the user cannot open it", -0.7, 0.7),
    Feature("returned", "0 or 1: it was offered before and left alone", -0.7, 0.7),
)
NAMES: tuple[str, ...] = tuple(feature.name for feature in FEATURES)


def matrix(candidates: Candidates, model: Model, *, now: datetime) -> NDArray[np.float32]:
    """The features of all candidates: n x len(FEATURES), in the order of NAMES."""
    found = np.zeros((len(candidates), len(NAMES)), dtype=np.float32)
    if not len(candidates):
        return found
    view, rhythm = model.view(now), _Rhythm(candidates)
    interest, familiar = view.of_terms(candidates)
    columns: dict[str, NDArray[np.float32] | NDArray[np.bool_]] = {
        "interest": np.tanh(interest / np.float32(SQUASH)),
        "manner": np.tanh(view.of_manner(candidates.manner) / np.float32(SQUASH)),
        "novelty": 1 - familiar,
        "rarity": rhythm.rarity(),
        "freshness": rhythm.freshness(now),
        "depth": _depth(candidates),
        "vendor": candidates.vendor,
        "closed": candidates.cannot_open,
        "returned": candidates.returned,
    }
    for name in ("source", "author", "kind"):
        columns[name] = np.tanh(view.of_codes(name, getattr(candidates, name)) / np.float32(SQUASH))
    for name in ("tie", "standing", "heat", "attention"):
        columns[name] = np.clip(getattr(candidates, name), 0, 1)
    for at, name in enumerate(NAMES):
        found[:, at] = columns[name]
    return np.nan_to_num(found, copy=False, nan=0.0)


def _depth(candidates: Candidates) -> Floats:
    depth = 1 - np.exp2(-np.maximum(candidates.cost_minutes, 0) / np.float32(MINUTES_OF_DEPTH))
    depth[candidates.section != READ] = 0
    result: Floats = depth.astype(np.float32)
    return result


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
        """1 / (1 + items a week / 2); one half for an unknown source."""
        weekly = self._counts / self._days * WEEKLY
        rare = 1.0 / (1.0 + weekly / COMMON_A_WEEK)
        rare[self._sources < 0] = 0.5
        result: Floats = rare[self._of].astype(np.float32)
        return result

    def freshness(self, now: datetime) -> Floats:
        """2^-(age / half-life of the channel); what is dated ahead counts as new."""
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
        known = (channels >= 0) & (channels <= largest)
        return table[np.where(known, channels, largest + 1)]
