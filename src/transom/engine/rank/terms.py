"""The weighted, hashed terms of a text, and the names and frequencies behind them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Terms:
    """At most WIDTH hashed terms of one text, heaviest first; the weights' squares add up to 1."""

    ids: NDArray[np.uint32]
    weights: NDArray[np.float32]


def term_id(term: str) -> int:
    """The 32-bit hash of a term, the same in every process."""
    raise NotImplementedError


class Frequencies:
    """In how many texts each term occurred: compact, grows by one text at a time."""

    def add(self, ids: Iterable[int]) -> None:
        raise NotImplementedError


def weigh(title: Sequence[str], body: Sequence[str], frequencies: Frequencies) -> Terms:
    """The heaviest terms of a text, given the terms (see engine.text.tokens) of its title and its body."""
    raise NotImplementedError


def pack(terms: Terms) -> bytes:
    """As stored with an item."""
    raise NotImplementedError


def unpack(data: bytes) -> Terms:
    """What `pack` stored; anything damaged reads as no terms."""
    raise NotImplementedError
