"""Who pointed at whom, as arrays: one identity's link, citation, boost, pick of or reply to another's item."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray


class Kind(IntEnum):
    """How somebody pointed at somebody else's item; the number is what is stored."""

    LINK = 0
    CITATION = 1
    BOOST = 2
    PICK = 3
    REPLY = 4


# A pick was chosen among many; a boost costs one press; a reply is attention and need not be approval.
WEIGHTS: Final[NDArray[np.float64]] = np.array([1.0, 1.0, 0.5, 2.0, 0.5])
WEIGHTS.setflags(write=False)


@dataclass(frozen=True, slots=True)
class Endorsements:
    """m endorsements, one array a field, each of shape (m,).

    `source` and `target` number the identities (or the people, once they are known) from 0; `kind` holds
    values of `Kind`; `at` is in epoch seconds.
    """

    source: NDArray[np.int32]
    target: NDArray[np.int32]
    kind: NDArray[np.int8]
    at: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Raises ValueError for arrays of unlike length, negative nodes, unknown kinds and times that are none."""
        if len({len(self.source), len(self.target), len(self.kind), len(self.at)}) > 1:
            raise ValueError(
                "endorsements need as many sources as targets, kinds and times; check the reader"
            )
        if not len(self.source):
            return
        if min(int(self.source.min()), int(self.target.min())) < 0:
            raise ValueError("an endorsement names a node below 0; number the identities from 0")
        if int(self.kind.min()) < 0 or int(self.kind.max()) >= len(WEIGHTS):
            raise ValueError(f"an endorsement is of no known kind; kinds are 0 to {len(WEIGHTS) - 1}")
        if not np.isfinite(self.at).all():
            raise ValueError("an endorsement has no time; leave it out or date it by when it was seen")

    def __len__(self) -> int:
        return len(self.source)

    @classmethod
    def of(cls, rows: Iterable[tuple[int, int, int, float]]) -> Self:
        """The arrays of some (source, target, kind, epoch seconds)."""
        given = list(rows)
        source, target, kind, at = zip(*given, strict=True) if given else ((), (), (), ())
        return cls(
            np.array(source, dtype=np.int32),
            np.array(target, dtype=np.int32),
            np.array(kind, dtype=np.int8),
            np.array(at, dtype=np.float64),
        )

    def __getitem__(self, places: NDArray[np.int64] | NDArray[np.bool_]) -> Self:
        """Those at some places."""
        return type(self)(self.source[places], self.target[places], self.kind[places], self.at[places])

    def weights(self) -> NDArray[np.float64]:
        """The weight of each by its kind alone: neither aged nor discounted."""
        found: NDArray[np.float64] = WEIGHTS[self.kind]
        return found
