"""Putting items together as they come: what grows, what merges, what stays alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from transom.engine.graph.cluster import Cluster, Fit
from transom.engine.graph.common import Common
from transom.engine.graph.items import DAY, Piece
from transom.engine.graph.people import independent, voice
from transom.engine.text.similarity import title_key, uncommon_words

LEAST_PEOPLE: Final = 2
TITLE_WORDS: Final = 4
RAREST: Final = 3
LEAST_RETOLD: Final = 2


@dataclass(frozen=True, slots=True)
class Rules:
    """What makes two things belong together; all but `shared` are parts of a cosine of terms, 0..1.

    Tied by links to half of the members, `touching` is enough; tied to some, it takes `close`; with no link at
    all, `same` (of two items; of larger ones as much more as `Fit.asked` says) and `shared` uncommon terms. These
    three are about what uncommon terms make up. A near duplicate is `copied` word for word nearly, `retold` in
    the same uncommon terms, or has the same telling title within `title_days` (weekly columns have it weekly).
    """

    window_days: float = 10.0
    touching: float = 0.03
    close: float = 0.04
    same: float = 0.12
    shared: int = 4
    copied: float = 0.7
    retold: float = 0.5
    title_days: float = 5.0

    def together(self, fit: Fit, *, same_title: bool = False, others: bool = True) -> bool:
        """Whether so good a fit belongs together; words alone tie only where `others` than one voice speak."""
        if fit.linked >= 0.5 and fit.telling >= self.touching:
            return True
        if fit.linked > 0 and fit.telling >= self.close:
            return True
        if others and fit.telling >= fit.asked(self.same) and fit.shared >= self.shared:
            return True
        retold = fit.telling >= self.retold and fit.shared >= LEAST_RETOLD
        return same_title or retold or fit.similarity >= self.copied


@dataclass(frozen=True, slots=True)
class Merged:
    """Two clusters that turned out to be one: `gone` went into `kept`, the older."""

    kept: int
    gone: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What a batch brought: the cluster of each new item, merges in their order, and all clusters touched."""

    joined: dict[int, int] = field(default_factory=dict)
    merged: tuple[Merged, ...] = ()
    touched: frozenset[int] = frozenset()


class Grower:
    """The clusters of lately published items, in memory.

    `known` are items from an earlier run with the clusters they are in, oldest cluster first: ids go on as
    they were. What one batch becomes does not depend on the order inside it: its items are taken by their
    time of publication and then by id. Not safe for concurrent writers.
    """

    def __init__(self, known: Iterable[tuple[Piece, int]] = (), rules: Rules | None = None) -> None:
        self.rules = Rules() if rules is None else rules
        self._common = Common(self.rules.window_days)
        self._clusters: dict[int, Cluster] = {}
        self._cluster_of: dict[int, int] = {}
        self._by_address: dict[str, int] = {}
        self._by_title: dict[str, list[int]] = {}
        self._age: dict[int, int] = {}
        self._uncommon: dict[int, list[int]] = {}
        for piece, key in known:
            self._common.add([piece])
            self._settle(piece, self._clusters.get(key) or self._found(key))

    def add(self, batch: Iterable[Piece]) -> Changes:
        """Put some new items where they belong. Roundups endorse and never join; known items change nothing."""
        new = sorted(
            {piece.id: piece for piece in batch if piece.id not in self._cluster_of}.values(),
            key=lambda piece: (piece.published, piece.id),
        )
        self._common.add(new)
        self._uncommon.clear()
        placed, merged = [piece for piece in new if not piece.is_roundup], list[Merged]()
        for piece in placed:
            merged += self._place(piece)
        # What came first was judged by little: look again, now that what it may belong to has grown.
        for piece in placed:
            own = self._cluster_of[piece.id]
            merged += self._merge_all([own, *(key for key in self._nearby(piece) if key != own)])
        joined = {piece.id: self._cluster_of[piece.id] for piece in placed}
        return Changes(joined, tuple(merged), frozenset(joined.values()))

    def conversations(self) -> dict[int, tuple[Piece, ...]]:
        """The members, in the order of time, of each cluster with two or more independent people, by id."""
        found = {key: self.members(key) for key in sorted(self._clusters)}
        return {key: pieces for key, pieces in found.items() if independent(pieces) >= LEAST_PEOPLE}

    def members(self, key: int) -> tuple[Piece, ...]:
        """A cluster's items in the order of time; raises KeyError for one that is not (or no longer) here."""
        pieces = self._clusters[key].members.values()
        return tuple(sorted(pieces, key=lambda piece: (piece.published, piece.id)))

    def pointing_at(self, address: str) -> int:
        """How many items, roundups too, point at an address."""
        return len(self._common.pointing_at(address))

    def forget(self, before: float) -> tuple[int, ...]:
        """Close the clusters whose latest item is from before a time (epoch seconds); returns their ids."""
        closed = tuple(sorted(key for key, one in self._clusters.items() if one.latest < before))
        for key in closed:
            for piece in self._clusters.pop(key).members.values():
                del self._cluster_of[piece.id]
            del self._age[key]
        self._by_address = {a: piece for a, piece in self._by_address.items() if piece in self._cluster_of}
        titles = {t: [one for one in ids if one in self._cluster_of] for t, ids in self._by_title.items()}
        self._by_title = {title: ids for title, ids in titles.items() if ids}
        self._common.forget(before)
        return closed

    def _found(self, key: int) -> Cluster:
        self._age[key] = max(self._age.values(), default=0) + 1
        self._clusters[key] = Cluster(key)
        return self._clusters[key]

    def _settle(self, piece: Piece, cluster: Cluster) -> None:
        cluster.add(piece)
        self._cluster_of[piece.id] = cluster.id
        if piece.address:
            self._by_address.setdefault(piece.address, piece.id)
        if key := _telling_title(piece):
            self._by_title.setdefault(key, []).append(piece.id)

    def _place(self, piece: Piece) -> list[Merged]:
        alone = Cluster.of(piece.id, [piece])
        fits = {key: fit for key in self._nearby(piece) if (fit := self._fit(self._clusters[key], alone))}
        twins = set(self._twins(piece))
        good = [
            key
            for key, fit in fits.items()
            if self.rules.together(
                fit, same_title=key in twins, others=self._differ(key, voices=frozenset([voice(piece)]))
            )
        ]
        if not good:
            self._settle(piece, self._found(piece.id))
            return []
        good.sort(key=lambda key: (-fits[key].telling - fits[key].linked, self._age[key]))
        self._settle(piece, self._clusters[good[0]])
        return list(self._merge_all(good))

    def _merge_all(self, keys: Sequence[int]) -> Iterator[Merged]:
        """Merge into the first what, now that an item fits both, belongs to it as a whole."""
        kept = keys[0]
        for other in keys[1:]:
            fit = self._fit(self._clusters[kept], self._clusters[other])
            if fit is not None and self.rules.together(fit, others=self._differ(kept, other)):
                kept, gone = sorted((kept, other), key=self._age.__getitem__)
                self._merge(kept, gone)
                yield Merged(kept, gone)

    def _merge(self, kept: int, gone: int) -> None:
        for piece in self._clusters.pop(gone).members.values():
            self._clusters[kept].add(piece)
            self._cluster_of[piece.id] = kept
        del self._age[gone]

    def _nearby(self, piece: Piece) -> list[int]:
        """The clusters that an item could belong to at all: tied by a link, a rare term or a title."""
        near = {self._cluster_of[other] for other in self._linked(piece)}
        near.update(self._twins(piece))
        for term in {*self._uncommon_terms(piece), *self._common.rarest_terms(piece, RAREST)}:
            near |= {self._cluster_of[one] for one in self._common.with_term(term) if one in self._cluster_of}
        return sorted(near)

    def _fit(self, cluster: Cluster, other: Cluster) -> Fit | None:
        """How well they fit; None where they are further apart than the window."""
        if cluster.gap(other) > self.rules.window_days * DAY:
            return None
        pieces = other.members.values()
        pairs = sum(one in cluster.members for piece in pieces for one in self._linked(piece))
        uncommon = {term for piece in pieces for term in self._uncommon_terms(piece)}
        return cluster.fits(other, uncommon, pairs)

    def _twins(self, piece: Piece) -> Iterator[int]:
        """The clusters with an item of the same telling title, a few days away at most."""
        for one in self._by_title.get(_telling_title(piece), ()):
            key = self._cluster_of[one]
            twin = self._clusters[key].members[one]
            if abs(twin.published - piece.published) <= self.rules.title_days * DAY:
                yield key

    def _differ(self, *keys: int, voices: frozenset[str] = frozenset()) -> bool:
        """Whether more than one voice speaks in some clusters: one writer's series is no conversation."""
        members = (piece for key in keys for piece in self._clusters[key].members.values())
        return len(voices.union(voice(piece) for piece in members)) > 1

    def _uncommon_terms(self, piece: Piece) -> list[int]:
        """Worked out once a batch, while what is common stays the same."""
        if piece.id not in self._uncommon:
            self._uncommon[piece.id] = self._common.uncommon_terms(piece)
        return self._uncommon[piece.id]

    def _linked(self, piece: Piece) -> set[int]:
        """The placed items tied to an item by a link: to, from, or to the same uncommon target."""
        links = piece.story_links()
        found = {self._by_address[link] for link in links if link in self._by_address}
        if piece.address:
            found.update(self._common.pointing_at(piece.address))
        for link in links:
            if self._common.is_uncommon(link, piece.published):
                found.update(self._common.pointing_at(link))
        return {one for one in found if one in self._cluster_of and one != piece.id}


def _telling_title(piece: Piece) -> str:
    """The title to know a copy by: with four uncommon words at least, else ""."""
    return title_key(piece.title) if len(uncommon_words(piece.title)) >= TITLE_WORDS else ""
