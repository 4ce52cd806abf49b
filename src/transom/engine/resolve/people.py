"""Identities to people, all at once: prepare, count, pair, weigh, group, ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from transom.engine.resolve.block import keys_of, pairs_of
from transom.engine.resolve.census import Census, take
from transom.engine.resolve.cluster import group, in_order
from transom.engine.resolve.model import Decision, Identity, Pair, Resolution, Thresholds
from transom.engine.resolve.questions import questions
from transom.engine.resolve.traits import Traits, traits_of
from transom.engine.resolve.weigh import pair_of, prior_bits
from transom.engine.resolve.weights import Weights

KEPT_BITS: Final = 8.0
"""Pairs this far below the question threshold are not kept: nothing but new evidence revives them."""


class Scorer:
    """Weighs pairs of known identities, each once."""

    def __init__(
        self,
        traits: Mapping[int, Traits],
        census: Census,
        weights: Weights | None = None,
        known: Iterable[Pair] = (),
    ) -> None:
        self.traits = traits
        self.census = census
        self.weights = weights or Weights()
        self._known = {(pair.a, pair.b): pair for pair in known}

    def __call__(self, a: int, b: int) -> Pair:
        """The pair, whichever is named first."""
        key = (a, b) if a < b else (b, a)
        found = self._known.get(key)
        if found is None:
            found = pair_of(self.traits[key[0]], self.traits[key[1]], self.census, self.weights)
            self._known[key] = found
        return found


def resolve(
    identities: Iterable[Identity],
    *,
    decisions: Sequence[Decision] = (),
    census: Census | None = None,
    weights: Weights | None = None,
    thresholds: Thresholds | None = None,
) -> Resolution:
    """Who is who among the identities (distinct ids). The same for any order; about 10,000 a second.

    `census` is taken of the identities themselves unless given (a smaller library may stand on a larger one).
    """
    traits = {one.id: traits_of(one) for one in identities}
    return resolve_traits(
        traits, census or take(traits.values()), decisions=decisions, weights=weights, thresholds=thresholds
    )


def resolve_traits(
    traits: Mapping[int, Traits],
    census: Census,
    *,
    decisions: Sequence[Decision] = (),
    weights: Weights | None = None,
    thresholds: Thresholds | None = None,
) -> Resolution:
    """The same of identities that were made ready, by their ids."""
    scorer = Scorer(traits, census, weights)
    weak, chained = pairs_of((key, one.id) for one in traits.values() for key in keys_of(one))
    pairs = [scorer(a, b) for a, b in sorted(weak | set(chained))]
    return resolution(traits, pairs, scorer, decisions=decisions, thresholds=thresholds)


def floor_bits(census: Census, thresholds: Thresholds | None = None) -> float:
    """The bits below which a pair is not kept."""
    return (thresholds or Thresholds()).ask_bits - prior_bits(census) - KEPT_BITS


def resolution(
    ids: Iterable[int],
    pairs: Iterable[Pair],
    scorer: Scorer,
    *,
    decisions: Sequence[Decision] = (),
    thresholds: Thresholds | None = None,
) -> Resolution:
    """The people that pairs make, with what is left to ask."""
    prior, limits = prior_bits(scorer.census), thresholds or Thresholds()
    floor = floor_bits(scorer.census, limits)
    kept = in_order(pair for pair in pairs if pair.joined or pair.parted or pair.bits >= floor)
    groups = group(ids, kept, scorer, prior=prior, decisions=decisions, thresholds=limits)
    asked = questions(groups, kept, scorer, prior=prior, decisions=decisions, thresholds=limits)
    return Resolution(groups.all(), tuple(kept), asked)
