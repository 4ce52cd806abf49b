"""Why this: the two strongest reasons for a candidate and the strongest against, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from transom.engine.rank.candidates import Candidates
from transom.engine.rank.features import NAMES
from transom.engine.rank.model import Model
from transom.engine.rank.tastes import term_buckets

MOST_FOR: Final = 2
MOST_AGAINST: Final = 1
LEAST: Final = 0.05
"""A contribution smaller than this, in log-odds, decides nothing and is not named."""
LEARNED: Final = frozenset(("interest", "source", "author", "kind", "manner"))
TOLD: Final = frozenset(("tie", "standing", "heat"))
DEEP: Final = 0.5
SURE: Final = 0.02
"""What the reader did is only claimed where the feature itself says so, and not because the others say less."""


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


FOR: Final[Mapping[str, str]] = {
    "interest": "Its subject is one you tend to finish",
    "source": "You often finish what this source publishes",
    "author": "You often finish what this author writes",
    "kind": "You often finish things of this kind",
    "manner": "You often finish things told in this way",
    "tie": "You know or follow its author",
    "standing": "Your field often points to its author",
    "heat": "Several people are talking about it",
    "novelty": "It is new compared with what you read lately",
    "rarity": "Its source seldom publishes",
    "freshness": "It is fresh",
    "depth": "There is much to it",
    "attention": "You have heard little from this side lately",
    "vendor": "It does not come from a vendor",
    "closed": "You can open it",
    "returned": "It was not offered before",
}
AGAINST: Final[Mapping[str, str]] = {
    "interest": "You seldom finish things about its subject",
    "source": "You seldom finish what this source publishes",
    "author": "You seldom finish what this author writes",
    "kind": "You seldom finish things of this kind",
    "manner": "You seldom finish things told in this way",
    "tie": "You neither know nor follow its author",
    "standing": "Your field seldom points to its author",
    "heat": "Few people are talking about it",
    "novelty": "You read much like it lately",
    "rarity": "Its source publishes a lot",
    "freshness": "It is not new any more",
    "depth": "There is little to it",
    "attention": "You hear enough from this side",
    "vendor": "It comes from a vendor",
    "closed": "You may not be able to open it",
    "returned": "It was offered before and left alone",
}
ABOUT_TERM: Final = "It is about %(term)s, one of your subjects"
LIKE_EARLIER: Final = "It is like “%(title)s”, which you finished"


def reasons(
    candidates: Candidates,
    index: int,
    contributions: NDArray[np.float64],
    features: NDArray[np.float32],
    model: Model,
) -> list[Reason]:
    """At most two reasons for and one against, strongest first; both arrays in the order of NAMES."""
    order = np.argsort(-contributions, kind="stable").tolist()
    best = [at for at in order if contributions[at] >= LEAST and _holds(at, features, 1)][:MOST_FOR]
    against = [at for at in reversed(order) if contributions[at] <= -LEAST and _holds(at, features, -1)]
    return [
        _reason(candidates, index, NAMES[at], float(contributions[at]), model)
        for at in best + against[:MOST_AGAINST]
    ]


def _holds(at: int, features: NDArray[np.float32], sign: int) -> bool:
    """Whether the sentence would be true of this candidate alone, whatever the others are like."""
    if NAMES[at] in LEARNED:
        return bool(sign * features[at] >= SURE)
    if NAMES[at] == "depth":
        return bool(sign * features[at] >= sign * DEEP)
    return sign < 0 or NAMES[at] not in TOLD or bool(features[at] >= SURE)


def _reason(candidates: Candidates, index: int, feature: str, contribution: float, model: Model) -> Reason:
    if contribution < 0:
        return Reason(feature, contribution, AGAINST[feature])
    if feature == "interest":
        return _interest(candidates, index, contribution, model)
    return Reason(feature, contribution, FOR[feature])


def _interest(candidates: Candidates, index: int, contribution: float, model: Model) -> Reason:
    """Names the word of the profile or the earlier item behind the term that moved the interest most."""
    terms = candidates.terms[index]
    at = term_buckets(terms)
    moved = model.tastes.mean[at] * candidates.term_weights[index]
    for best in np.argsort(-moved, kind="stable").tolist():
        if moved[best] <= 0:
            break
        if word := model.words.get(int(terms[best])):
            return Reason("interest", contribution, ABOUT_TERM, term=word)
        earlier = int(model.tastes.earlier[at[best]])
        if earlier and earlier != int(candidates.ids[index]):
            return Reason("interest", contribution, LIKE_EARLIER, item=earlier)
    return Reason("interest", contribution, FOR["interest"])
