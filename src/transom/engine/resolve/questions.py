"""What to ask a user, the most useful first: one question for any two groups, however many pairs link them."""

from __future__ import annotations

from collections.abc import Iterable
from math import log2

from transom.engine.resolve.cluster import Groups, Score, combined
from transom.engine.resolve.model import Decision, Pair, Question, Thresholds


def questions(
    groups: Groups,
    pairs: Iterable[Pair],
    score: Score,
    *,
    prior: float,
    decisions: Iterable[Decision] = (),
    thresholds: Thresholds | None = None,
) -> tuple[Question, ...]:
    """Pairs of groups the evidence neither joins nor leaves apart, sorted by what an answer is worth.

    Worth is the uncertainty an answer removes (the entropy of its probability, Shannon 1948) for each of
    the pairs of identities it settles.
    """
    least = (thresholds or Thresholds()).ask_bits
    best: dict[tuple[int, int], Pair] = {}
    open_pairs = [pair for pair in pairs if pair.bits + prior >= least or pair.joined]
    for pair in sorted(open_pairs, key=lambda pair: (-pair.bits, pair.a, pair.b)):
        a, b = sorted((groups.root(pair.a), groups.root(pair.b)))
        if a != b and groups.may_join(a, b):
            best.setdefault((a, b), pair)
    found = [_question(groups, pair, combined(groups, pair, score) + prior) for pair in best.values()]
    kept = [one for one in found if one.probability >= (thresholds or Thresholds()).ask]
    return tuple(sorted(kept, key=lambda one: (-one.worth, one.a, one.b)))


def _question(groups: Groups, pair: Pair, bits: float) -> Question:
    chance = probability(bits)
    settles = len(groups.members(pair.a)) * len(groups.members(pair.b))
    return Question(pair.a, pair.b, round(chance, 4), settles, round(entropy(chance) * settles, 4))


def probability(bits: float) -> float:
    """The probability whose log2 odds are `bits`."""
    return 1.0 / (1.0 + float(2.0 ** -max(-60.0, min(60.0, bits))))


def entropy(chance: float) -> float:
    """Bits of uncertainty of a yes or no with this probability."""
    shares = [share for share in (chance, 1 - chance) if share > 0]
    return sum((-share * log2(share) for share in shares), 0.0)
