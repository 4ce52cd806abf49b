"""The weights of the model: for each level of each comparison, how often it is seen in matches and elsewhere.

A finding weighs log2(m / u) bits (Fellegi and Sunter, A Theory for Record Linkage, JASA 64, 1969). Where u is
None it depends on the value two identities share: it is the share of people who have it (`census`), so that
a rare name says more than a common one (Winkler, Frequency-Based Matching, 2000).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import log2
from typing import Final

from transom.engine.resolve.model import Evidence


@dataclass(frozen=True, slots=True)
class Level:
    """`m` is the share of matching pairs at this level, `u` that of other pairs; None: by rarity."""

    m: float
    u: float | None = None

    def bits(self, rarity: float = 0.0) -> float:
        """log2(m / u); with rarity = −log2 u where u depends on the value."""
        return log2(self.m) + (rarity if self.u is None else -log2(self.u))


NAME: Final = {
    "name-equal": Level(0.40),
    "name-compatible": Level(0.04),
    "name-near": Level(0.02),
    "name-initials": Level(0.015),
    "name-spelled": Level(0.30),
    "name-spelled-short": Level(0.045),
    "name-one-word": Level(0.04),
    "name-part": Level(0.01, 0.02),
    "name-different": Level(0.005, 0.43),
    "name-unknown": Level(0.12, 0.57),
}
HANDLE: Final = {
    "handle-equal": Level(0.42),
    "handle-near": Level(0.015),
    "handle-different": Level(0.56, 0.99),
}
ACCOUNT: Final = {"account-other": Level(0.04, 0.98)}
ACTIVITY: Final = {
    "active-together": Level(0.84, 0.35),
    "active-close": Level(0.08, 0.25),
    "active-apart": Level(0.08, 0.40),
}
CONTEXT: Final = {
    "domain-equal": Level(0.3),
    "link-equal": Level(0.3),
    "organization-equal": Level(0.6),
    "organization-different": Level(0.4, 0.98),
    "coauthor-shared": Level(0.3, 0.01),
}
DEFAULTS: Final[Mapping[str, Level]] = {**NAME, **HANDLE, **ACCOUNT, **ACTIVITY, **CONTEXT}


@dataclass(frozen=True, slots=True)
class Weights:
    """All levels by code. `mail` is what one shared mailbox says beyond one in the number of identities."""

    levels: Mapping[str, Level] = field(default_factory=lambda: dict(DEFAULTS))
    mail: float = 11.0

    def bits(self, code: str, rarity: float = 0.0) -> float:
        """What a finding weighs."""
        return self.levels[code].bits(rarity)

    def evidence(self, code: str, rarity: float = 0.0, **params: str) -> Evidence:
        """A finding with what it weighs."""
        return Evidence(code, self.bits(code, rarity), params)

    def with_levels(self, changed: Mapping[str, Level]) -> Weights:
        """These weights with some levels learnt anew."""
        return replace(self, levels={**self.levels, **changed})
