"""A topic for each candidate: the term it shares with most of the others, without being everybody's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from transom.engine.rank.candidates import UNKNOWN

HEAVIEST: Final = 6
"""Of an item's terms, so many of the heaviest may name its topic."""
LARGEST_SHARE: Final = 0.05
"""A term in more of the items than this names no topic."""
SMALLEST: Final = 2
CODE_BITS: Final = 0x7FFFFFFF


@dataclass(frozen=True, slots=True)
class Topics:
    """In how many candidates each term occurs; ``terms`` ascending."""

    terms: NDArray[np.uint32] = field(default_factory=lambda: np.zeros(0, dtype=np.uint32))
    counts: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    most: int = 0
    made_for: int = 0

    @classmethod
    def of(cls, terms: NDArray[np.uint32], weights: NDArray[np.float32]) -> Topics:
        """Counted over n candidates; both arrays are n x width."""
        found, counts = np.unique(terms[:, :HEAVIEST][weights[:, :HEAVIEST] > 0], return_counts=True)
        return cls(found, counts, max(int(len(terms) * LARGEST_SHARE), SMALLEST), len(terms))

    def fits(self, size: int) -> bool:
        """Whether the counts still describe so many candidates."""
        return abs(size - self.made_for) <= max(self.made_for // 5, 20)

    def assign(self, terms: NDArray[np.uint32], weights: NDArray[np.float32]) -> NDArray[np.int32]:
        """The topic's code of each candidate, unknown where no term of it is shared."""
        if not len(self.terms):
            return np.full(len(terms), UNKNOWN, dtype=np.int32)
        head, present = terms[:, :HEAVIEST], weights[:, :HEAVIEST] > 0
        at = np.minimum(np.searchsorted(self.terms, head), len(self.terms) - 1)
        shared = np.where(present & (self.terms[at] == head), self.counts[at], 0)
        shared[(shared < SMALLEST) | (shared > self.most)] = 0
        best = shared.argmax(axis=1)
        rows = np.arange(len(terms))
        codes: NDArray[np.int32] = (head[rows, best] & CODE_BITS).astype(np.int32)
        codes[shared[rows, best] == 0] = UNKNOWN
        return codes
