"""The things a brief is chosen from, as a struct of arrays that grows and shrinks in place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final, Self

import numpy as np
from numpy.typing import DTypeLike, NDArray

from transom.engine.rank.signals import NO_TERMS, NO_WEIGHTS

READ: Final = 0
DO: Final = 1
UNKNOWN: Final = -1
WIDTH: Final = 32
"""Terms kept for each item; shorter rows are filled up with weight 0."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One candidate in plain values.

    `id` is unique in a pool (an opportunity's key may be negated to keep it apart from items);
    `published` and `deadline` are epoch seconds (a deadline may be nan); codes are non-negative, such
    as database keys or those of `Codes`, -1 = unknown; `item` is what is read, or what something is to be
    done about. `tie`, `standing`, `heat` and `attention` lie in 0..1 and stay 0 (neutral) until a later stage
    knows better. `manner` holds the bits of engine.text.manner.
    """

    id: int
    cost_minutes: float
    published: float
    source: int = UNKNOWN
    author: int = UNKNOWN
    channel: int = UNKNOWN
    kind: int = UNKNOWN
    topic: int = UNKNOWN
    conversation: int = UNKNOWN
    item: int = UNKNOWN
    language: int = UNKNOWN
    section: int = READ
    deadline: float = float("nan")
    vendor: bool = False
    returned: bool = False
    cannot_open: bool = False
    tie: float = 0.0
    standing: float = 0.0
    heat: float = 0.0
    attention: float = 0.0
    manner: int = 0
    terms: NDArray[np.uint32] = field(default_factory=lambda: NO_TERMS)
    term_weights: NDArray[np.float32] = field(default_factory=lambda: NO_WEIGHTS)


@dataclass(frozen=True, slots=True)
class Candidates:
    """n candidates, one array a field (see `Candidate` for units); the two of terms are n x WIDTH."""

    ids: NDArray[np.int64]
    cost_minutes: NDArray[np.float32]
    published: NDArray[np.float64]
    source: NDArray[np.int32]
    author: NDArray[np.int32]
    channel: NDArray[np.int32]
    kind: NDArray[np.int32]
    topic: NDArray[np.int32]
    conversation: NDArray[np.int64]
    item: NDArray[np.int64]
    language: NDArray[np.int32]
    section: NDArray[np.int8]
    deadline: NDArray[np.float64]
    vendor: NDArray[np.bool_]
    returned: NDArray[np.bool_]
    cannot_open: NDArray[np.bool_]
    tie: NDArray[np.float32]
    standing: NDArray[np.float32]
    heat: NDArray[np.float32]
    attention: NDArray[np.float32]
    manner: NDArray[np.uint32]
    terms: NDArray[np.uint32]
    term_weights: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def of(cls, rows: Iterable[Candidate]) -> Self:
        """The arrays of some rows."""
        rows = list(rows)
        columns: dict[str, NDArray[Any]] = {
            name: np.array([getattr(row, _attribute(name)) for row in rows], dtype=kind)
            for name, kind in _COLUMNS.items()
        }
        terms, weights = _term_rows(rows)
        return cls(**columns, terms=terms, term_weights=weights)

    def take(self, indices: NDArray[np.int64] | Sequence[int]) -> Self:
        """The candidates at these indices, copied, in that order."""
        at = np.asarray(indices, dtype=np.int64)
        return type(self)(**{f.name: getattr(self, f.name)[at] for f in fields(self)})


_COLUMNS: Final[dict[str, DTypeLike]] = {
    "ids": np.int64,
    "cost_minutes": np.float32,
    "published": np.float64,
    "source": np.int32,
    "author": np.int32,
    "channel": np.int32,
    "kind": np.int32,
    "topic": np.int32,
    "conversation": np.int64,
    "item": np.int64,
    "language": np.int32,
    "section": np.int8,
    "deadline": np.float64,
    "vendor": np.bool_,
    "returned": np.bool_,
    "cannot_open": np.bool_,
    "tie": np.float32,
    "standing": np.float32,
    "heat": np.float32,
    "attention": np.float32,
    "manner": np.uint32,
}


def _attribute(column: str) -> str:
    return "id" if column == "ids" else column


def _term_rows(rows: Sequence[Candidate]) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
    terms = np.zeros((len(rows), WIDTH), dtype=np.uint32)
    weights = np.zeros((len(rows), WIDTH), dtype=np.float32)
    for at, row in enumerate(rows):
        count = min(WIDTH, len(row.terms))
        terms[at, :count] = row.terms[:count]
        weights[at, :count] = row.term_weights[:count]
    return terms, weights


class Pool:
    """A warm process's candidates: appending costs the batch, dropping costs what is dropped.

    Buffers grow by half when full and shrink when three quarters lie empty, so memory stays within
    a constant factor of what is held (about 350 bytes a candidate). Not safe for concurrent writers.
    """

    def __init__(self, candidates: Candidates | None = None) -> None:
        start = Candidates.of([]) if candidates is None else candidates
        self._columns: dict[str, NDArray[Any]] = {
            f.name: getattr(start, f.name).copy() for f in fields(Candidates)
        }
        self._size = len(start)
        self._at: dict[int, int] = {int(key): at for at, key in enumerate(start.ids)}

    def __len__(self) -> int:
        return self._size

    def __contains__(self, key: int) -> bool:
        return key in self._at

    def view(self) -> Candidates:
        """The candidates now, without copying: valid until the next change of the pool."""
        return Candidates(**{name: column[: self._size] for name, column in self._columns.items()})

    def append(self, batch: Candidates | Sequence[Candidate]) -> None:
        """Add a batch; a candidate whose id is already here replaces the earlier one."""
        new = batch if isinstance(batch, Candidates) else Candidates.of(batch)
        self.drop(int(key) for key in new.ids)
        new = _last_of_each_id(new)
        self._reserve(self._size + len(new))
        for name, column in self._columns.items():
            column[self._size : self._size + len(new)] = getattr(new, name)
        self._at.update(zip(new.ids.tolist(), range(self._size, self._size + len(new)), strict=True))
        self._size += len(new)

    def drop(self, ids: Iterable[int]) -> int:
        """Remove what has these ids, moving the last rows into the holes. Returns how many were here."""
        holes = sorted({self._at.pop(key) for key in set(ids) if key in self._at}, reverse=True)
        for hole in holes:
            self._size -= 1
            if hole != self._size:
                self._move(self._size, hole)
        if self._size < self._capacity // 4:
            self._resize(max(_SMALLEST, self._size * 2))
        return len(holes)

    @property
    def _capacity(self) -> int:
        return len(self._columns["ids"])

    def _move(self, origin: int, target: int) -> None:
        for column in self._columns.values():
            column[target] = column[origin]
        self._at[int(self._columns["ids"][target])] = target

    def _reserve(self, wanted: int) -> None:
        if wanted > self._capacity:
            self._resize(max(wanted, self._capacity * 3 // 2, _SMALLEST))

    def _resize(self, capacity: int) -> None:
        if capacity == self._capacity:
            return
        for name, column in self._columns.items():
            grown = np.zeros((capacity, *column.shape[1:]), dtype=column.dtype)
            grown[: self._size] = column[: self._size]
            self._columns[name] = grown


_SMALLEST: Final = 256


def _last_of_each_id(batch: Candidates) -> Candidates:
    last = {key: at for at, key in enumerate(batch.ids.tolist())}
    return batch if len(last) == len(batch) else batch.take(sorted(last.values()))


class Codes:
    """Small integers for names (kinds, channels, languages, topics), stable while the process lives."""

    def __init__(self) -> None:
        self._code: dict[str, int] = {}
        self._names: list[str] = []

    def code(self, name: str) -> int:
        """The code of a name, made on first sight; the empty name is unknown."""
        if not name:
            return UNKNOWN
        if name not in self._code:
            self._code[name] = len(self._names)
            self._names.append(name)
        return self._code[name]

    def name(self, code: int) -> str:
        """The name of a code; empty for unknown."""
        return self._names[code] if 0 <= code < len(self._names) else ""
