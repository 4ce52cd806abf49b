"""How fast is learned and forgotten."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """The scales of learning. The prior of every taste is a normal distribution around 0 with deviation 1.

    The scales say how far one taste moves the log-odds: of a source, an author, a kind, one fact of form, or
    all terms of an item together. `half_life_days` is how long evidence takes to lose half its strength,
    `lately_days` how long it takes until something read is half as familiar.
    """

    half_life_days: float = 90.0
    lately_days: float = 14.0
    source: float = 2.0
    author: float = 1.0
    kind: float = 1.0
    manner: float = 0.5
    terms: float = 1.4
    base: float = 3.0

    def __post_init__(self) -> None:
        if min(self.half_life_days, self.lately_days) <= 0:
            raise ValueError("learning: half-lives must be longer than 0 days")
