"""Items that belong together, and how well another item or cluster fits them as a whole."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Self

from transom.engine.graph.items import Piece

SETTLED: Final = 3
USUAL: Final = 5


@dataclass(frozen=True, slots=True)
class Fit:
    """How well something fits a cluster.

    `similarity` is the cosine of its terms and the centroid's, 0..1, and `telling` the part of that which
    uncommon terms make up: words of a topic that everybody writes about bring things close, but not together.
    `linked` is the share of pairs tied by a link, 0..1; `shared` how many uncommon terms it has in common with
    at least a fifth of the members; `sizes` how many members both have.
    """

    similarity: float
    telling: float
    linked: float
    shared: int
    sizes: tuple[int, int] = (1, 1)

    def asked(self, similarity: float) -> float:
        """What a similarity asked of two items asks of these: a centroid is nearer to all than they to each other.

        Where any two of n items have cosine c, their centroid has cosine c·√n / √(1 + (n − 1)·c) with another
        such item. Beyond three members those who joined late, and say less of it, hold that back.
        """
        for size in self.sizes:
            counted = min(size, SETTLED)
            similarity *= math.sqrt(counted / (1 + (counted - 1) * similarity))
        return similarity


@dataclass(slots=True)
class Cluster:
    """Its members by id; `id` is that of the item that founded it and never changes."""

    id: int
    members: dict[int, Piece] = field(default_factory=dict)
    first: float = math.inf
    latest: float = -math.inf
    _centroid: dict[int, float] = field(default_factory=dict)
    _with_term: Counter[int] = field(default_factory=Counter)
    _square: float = 0.0

    @classmethod
    def of(cls, key: int, pieces: Iterable[Piece]) -> Self:
        """A cluster of some items."""
        made = cls(key)
        for piece in pieces:
            made.add(piece)
        return made

    def add(self, piece: Piece) -> None:
        """Take an item in; one that is here already changes nothing."""
        if piece.id in self.members:
            return
        self.members[piece.id] = piece
        self.first, self.latest = min(self.first, piece.published), max(self.latest, piece.published)
        for term, weight in zip(piece.terms.tolist(), piece.weights.tolist(), strict=True):
            before = self._centroid.get(term, 0.0)
            self._centroid[term] = before + weight
            self._square += weight * (2 * before + weight)
            self._with_term[term] += 1

    def fits(self, other: Cluster, uncommon: Iterable[int], linked_pairs: int) -> Fit:
        """How well another cluster (or an item, as a cluster of one) fits.

        `uncommon` are the other's terms that count as uncommon; `linked_pairs` how many pairs of a member of
        each are tied by a link.
        """
        shared = [term for term in uncommon if term in self._centroid and term in other._centroid]
        usual = sum(self._is_usual(term) and other._is_usual(term) for term in shared)
        sizes = len(self.members), len(other.members)
        return Fit(
            self._cosine(other, None),
            self._cosine(other, shared),
            linked_pairs / math.prod(sizes),
            usual,
            sizes,
        )

    def gap(self, other: Cluster) -> float:
        """The seconds between the two, 0 where their times overlap."""
        return max(self.first - other.latest, other.first - self.latest, 0.0)

    def _is_usual(self, term: int) -> bool:
        return USUAL * self._with_term[term] >= len(self.members)

    def _cosine(self, other: Cluster, among: Iterable[int] | None) -> float:
        """The cosine of the two centroids, or the part of it that some terms make up."""
        small, large = sorted((self._centroid, other._centroid), key=len)
        length = math.sqrt(max(self._square, 0.0) * max(other._square, 0.0))
        terms = small if among is None else among
        dot = math.fsum(small.get(term, 0.0) * large.get(term, 0.0) for term in terms)
        return min(dot / length, 1.0) if length > 0 else 0.0
