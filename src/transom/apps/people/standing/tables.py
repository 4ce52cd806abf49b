"""Very many keys at a time: what each leads to, and the numbers that nodes have in the arrays of a graph.

Primary keys are mostly counted up from 1, so that a list with a place for each is short, and sooner read than
searched. Where they lie far apart, they are searched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.int64]

NONE: Final = -1
SPARSE: Final = 16
"""A list has at most so many places for each key, and SPARE more."""
SPARE: Final = 1 << 20
EMPTY: Final = np.iinfo(np.int64).min


def nothing() -> Keys:
    """No keys."""
    return np.zeros(0, dtype=np.int64)


def _fits(keys: Keys) -> bool:
    """Whether a list with a place for each key up to the greatest is short."""
    return bool(len(keys)) and int(keys.min()) >= 0 and int(keys.max()) < SPARSE * len(keys) + SPARE


def distinct(keys: Keys) -> Keys:
    """Each key once, ascending."""
    if not _fits(keys):
        return np.unique(keys)
    there = np.zeros(int(keys.max()) + 1, dtype=bool)
    there[keys] = True
    return np.flatnonzero(there)


def places(keys: Keys, asked: Keys) -> NDArray[np.int64]:
    """The place of each among keys, which ascend; NONE of those that are not among them."""
    if not len(keys):
        return np.full(len(asked), NONE, dtype=np.int64)
    # In order, each search begins near where the last one ended, which is several times as quick.
    order = np.argsort(asked)
    at = np.empty(len(asked), dtype=np.int64)
    at[order] = np.minimum(np.searchsorted(keys, asked[order]), len(keys) - 1)
    return np.where(keys[at] == asked, at, NONE)


@dataclass(frozen=True, slots=True)
class Table:
    """From keys, ascending, to values; two arrays of one length. `listed` are the values by their keys, where
    that is short, with EMPTY between.
    """

    keys: Keys
    values: Keys
    listed: Keys | None = None

    @classmethod
    def of(cls, keys: Keys, values: Keys) -> Table:
        """Of several values of one key the last counts."""
        if len(keys) and not (keys[1:] > keys[:-1]).all():
            order = np.argsort(keys, kind="stable")
            keys, values = keys[order], values[order]
            last = np.append(keys[1:] != keys[:-1], True)
            keys, values = keys[last], values[last]
        if not _fits(keys):
            return cls(keys, values)
        listed = np.full(int(keys[-1]) + 1, EMPTY, dtype=np.int64)
        listed[keys] = values
        return cls(keys, values, listed)

    def __call__(self, asked: Keys, missing: Keys | int) -> Keys:
        """The value of each key; `missing` where there is none."""
        if not len(self.keys):
            return np.broadcast_to(np.asarray(missing, dtype=np.int64), asked.shape).copy()
        if self.listed is None:
            at = places(self.keys, asked)
            return np.where(at == NONE, missing, self.values[at])
        outside = (asked < 0) | (asked >= len(self.listed))
        found = np.take(self.listed, asked, mode="clip")
        return np.where(outside | (found == EMPTY), missing, found)

    def get(self, key: int, missing: int = NONE) -> int:
        """The value of one key."""
        return int(self(np.array([key]), missing)[0])


NOTHING: Final = Table(nothing(), nothing())


@dataclass(slots=True)
class Nodes:
    """Nodes numbered from 0: `keys` has the key of each. Those met later have greater numbers."""

    keys: Keys = field(default_factory=nothing)
    _number: Table = NOTHING

    def __len__(self) -> int:
        return len(self.keys)

    @classmethod
    def met(cls, keys: Keys) -> Nodes:
        """Nodes in the order they are met first."""
        first = np.unique(keys, return_index=True)[1]
        nodes = cls()
        nodes._append(keys[np.sort(first)])
        return nodes

    def add(self, pieces: Sequence[Keys]) -> None:
        """Numbers what is new among some pieces of keys, in the order of their keys."""
        met = distinct(np.concatenate([nothing(), *map(distinct, pieces)]))
        new = met[self.find(met) == NONE]
        if len(new):
            self._append(new)

    def numbers(self, keys: Keys) -> NDArray[np.int32]:
        """The number of each of some nodes; new ones get theirs first."""
        found = self.find(keys)
        if (found == NONE).any():
            self.add([keys])
            found = self.find(keys)
        return found.astype(np.int32)

    def find(self, keys: Keys) -> Keys:
        """The number of each of some nodes; NONE of those that are not among these."""
        return self._number(keys, NONE)

    def copy(self) -> Nodes:
        """The same nodes, to which more may come without changing these."""
        return Nodes(self.keys, self._number)

    def _append(self, new: Keys) -> None:
        self.keys = np.concatenate([self.keys, new])
        self._number = Table.of(self.keys, np.arange(len(self.keys)))
