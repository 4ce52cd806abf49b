"""Why do we think so: for two identities the findings in bits, and for two of one person the links between."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from transom.engine.resolve.census import Census
from transom.engine.resolve.model import Decision, Evidence, Identity, Pair, Thresholds
from transom.engine.resolve.questions import probability
from transom.engine.resolve.traits import traits_of
from transom.engine.resolve.weigh import prior_bits, weigh
from transom.engine.resolve.weights import Weights


@dataclass(frozen=True, slots=True)
class Explanation:
    """Findings about a pair, the weightiest first. `prior` and `bits` (their sum with it) are log2 odds.

    `verdict` is "decided-same", "decided-different" (by the user), "joined", "parted" (by one finding),
    "merge", "ask" or "apart" (by the sum).
    """

    verdict: str
    prior: float
    bits: float
    probability: float
    evidence: tuple[Evidence, ...]


def explain(
    a: Identity,
    b: Identity,
    census: Census,
    *,
    decisions: Iterable[Decision] = (),
    weights: Weights | None = None,
    thresholds: Thresholds | None = None,
) -> Explanation:
    """What speaks for and against a and b being one person, and what follows for them alone."""
    first, second = sorted((a, b), key=lambda one: one.id)
    found = weigh(traits_of(first), traits_of(second), census, weights or Weights())
    prior = prior_bits(census)
    bits = prior + sum(one.bits for one in found)
    said = [one.same for one in decisions if {one.a, one.b} == {a.id, b.id}]
    told = [one for one in found if one.bits]
    return Explanation(
        _verdict(said, found, bits, thresholds or Thresholds()),
        prior,
        bits,
        probability(bits),
        tuple(sorted(told, key=lambda one: (-abs(one.bits), one.code))),
    )


def _verdict(said: list[bool], found: list[Evidence], bits: float, limits: Thresholds) -> str:
    if said:
        return "decided-same" if said[-1] else "decided-different"
    if any(one.strong and one.bits < 0 for one in found):
        return "parted"
    if any(one.strong for one in found):
        return "joined"
    if bits >= limits.merge_bits:
        return "merge"
    return "ask" if bits >= limits.ask_bits else "apart"


def links_between(a: int, b: int, pairs: Iterable[Pair]) -> tuple[Pair, ...]:
    """The chain of pairs from a to b whose weakest link is strongest; empty where none leads there.

    For two identities of one person that were never alike themselves: which others they hang together by.
    """
    beside: dict[int, list[tuple[float, int, Pair]]] = defaultdict(list)
    for pair in pairs:
        strength = float("inf") if pair.joined else pair.bits
        beside[pair.a].append((strength, pair.b, pair))
        beside[pair.b].append((strength, pair.a, pair))
    reached: dict[int, tuple[Pair, ...]] = {}
    queue: list[tuple[float, int, int, tuple[Pair, ...]]] = [(float("-inf"), 0, a, ())]
    while queue:
        weakest, steps, one, way = heapq.heappop(queue)
        if one in reached:
            continue
        reached[one] = way
        if one == b:
            break
        for strength, other, pair in beside[one]:
            if other not in reached:
                heapq.heappush(queue, (max(weakest, -strength), steps + 1, other, (*way, pair)))
    return reached.get(b, ())
