"""Why this: the two strongest reasons for a candidate and the strongest against, in plain words."""

from __future__ import annotations

from dataclasses import dataclass


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
