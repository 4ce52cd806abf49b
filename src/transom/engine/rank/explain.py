"""Why this: the two strongest reasons for a candidate and the strongest against, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from transom.engine.rank.evidence import MASK
from transom.engine.rank.model import NAMES, Model

MOST_FOR: Final = 2
LEAST: Final = 0.05
"""A contribution smaller than this is no reason to speak of."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason. `contribution` is w * (x - the day's median), in log-odds.

    `phrase` is a message id in English with named placeholders; `evidence` fills them: `term` is a word
    of the item, `item` the id of an earlier item it resembles, else empty and 0.
    """

    feature: str
    contribution: float
    phrase: str
    term: str = ""
    item: int = 0


ABOUT_WORD: Final = "About %(term)s, which you named as yours"
LIKE_ITEM: Final = "Like “%(title)s”, which you finished or kept"
PHRASES: Final[Mapping[str, tuple[str, str]]] = {
    "interest": ("Close to what you usually finish", "Far from what you usually finish"),
    "source": ("You often finish what this source publishes", "You seldom finish what this source publishes"),
    "author": ("You often finish what this author writes", "You seldom finish what this author writes"),
    "kind": ("You often finish this kind of thing", "You seldom finish this kind of thing"),
    "tie": ("By somebody you know", "By nobody you know"),
    "standing": ("Many in your field point to its author", "Few in your field point to its author"),
    "heat": ("Several people are talking about it", "Hardly anybody is talking about it"),
    "novelty": ("New to you: you have read little like it lately", "You have read much like it lately"),
    "rarity": ("Its source seldom publishes", "Its source publishes very often"),
    "freshness": ("It is fresh", "It is not fresh any more"),
    "attention": ("You have heard little of its kind lately", "You hear enough of its kind"),
    "vendor": ("Not from a vendor", "It comes from a vendor"),
    "closed": ("You can open it", "You may not be able to open it"),
}


def reasons_for(
    contributions: NDArray[np.float64],
    terms: NDArray[np.uint32],
    weights: NDArray[np.float32],
    model: Model,
) -> list[Reason]:
    """At most two reasons for and one against, from one candidate's contributions (by feature) and terms."""
    order = np.argsort(-contributions, kind="stable")
    strongest = [int(at) for at in order[:MOST_FOR] if contributions[at] >= LEAST]
    worst = int(order[-1])
    found = [_for(at, float(contributions[at]), terms, weights, model) for at in strongest]
    if contributions[worst] <= -LEAST:
        found.append(Reason(NAMES[worst], float(contributions[worst]), PHRASES[NAMES[worst]][1]))
    return found


def _for(
    at: int, contribution: float, terms: NDArray[np.uint32], weights: NDArray[np.float32], model: Model
) -> Reason:
    name = NAMES[at]
    if name != "interest":
        return Reason(name, contribution, PHRASES[name][0])
    buckets = (terms & np.uint32(MASK)).astype(np.int64)
    parts = model.term_scores[buckets] * weights
    for place in np.argsort(-parts, kind="stable"):
        if parts[place] <= 0:
            break
        bucket = int(buckets[place])
        if item := int(model.latest_item[bucket]):
            return Reason(name, contribution, LIKE_ITEM, item=item)
        if word := model.named.get(bucket, ""):
            return Reason(name, contribution, ABOUT_WORD, term=word)
    return Reason(name, contribution, PHRASES[name][0])
