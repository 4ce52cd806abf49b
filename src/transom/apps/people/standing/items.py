"""What items say of themselves, as far as standing asks: who wrote them, where, when, and at which nodes whoever
points at them points.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from transom.apps.base.fingerprints import Fingerprint
from transom.apps.base.numbers import Epoch, Numbers, numbers
from transom.apps.library.models import Authorship, Item
from transom.apps.people.shelf import in_pieces
from transom.apps.people.standing.nodes import AT_ONCE, Who
from transom.apps.people.standing.tables import NONE, Keys, places

MOST_AUTHORS: Final = 8
"""Of a paper by fifty, those after the first eight get nothing from it."""


@dataclass(frozen=True, slots=True)
class Items:
    """n items by their keys, ascending, each array of shape (n,): the identity that wrote it and the source that
    published it (0 for none), when, in epoch seconds, and its address's fingerprint. The nodes of item i, each once,
    are `nodes[starts[i]:starts[i + 1]]`.
    """

    keys: Keys
    by: Numbers
    home: Numbers
    at: Numbers
    address: Numbers
    starts: NDArray[np.int64]
    nodes: Keys

    @classmethod
    def all_of(cls, who: Who) -> Self:
        """All that this view may know."""
        rows = numbers(Item.objects.filter(who.sees()).order_by("pk"), *_COLUMNS)
        written = numbers(Authorship.objects.order_by("item", "position", "pk"), "item_id", "identity_id")
        return cls._made(who, rows, written)

    @classmethod
    def of(cls, who: Who, wanted: Keys) -> Self:
        """Some of them, as far as this view may know them."""
        rows, written = [np.zeros((0, len(_COLUMNS)), dtype=np.int64)], [np.zeros((0, 2), dtype=np.int64)]
        for some in in_pieces(np.unique(wanted).tolist(), AT_ONCE):
            rows.append(numbers(Item.objects.filter(who.sees(), pk__in=some).order_by("pk"), *_COLUMNS))
            authors = Authorship.objects.filter(item__in=some).order_by("item", "position", "pk")
            written.append(numbers(authors, "item_id", "identity_id"))
        return cls._made(who, np.concatenate(rows), np.concatenate(written))

    @classmethod
    def _made(cls, who: Who, rows: Numbers, written: Numbers) -> Self:
        keys, by, home, at, address = (np.ascontiguousarray(column) for column in rows.T)
        place = places(keys, written[:, 0])
        place, author = place[place != NONE], written[place != NONE, 1]
        first = np.flatnonzero(np.append(True, place[1:] != place[:-1])) if len(place) else place
        before = np.repeat(first, np.diff(np.append(first, len(place))))
        among_first = np.arange(len(place)) - before < MOST_AUTHORS
        by = by.copy()
        alone = np.flatnonzero(by > 0)
        alone = alone[~np.isin(alone, place)]
        unsigned = first[by[place[first]] == 0]
        by[place[unsigned]] = author[unsigned]
        published = np.flatnonzero(home > 0)
        at_item = np.concatenate([place[among_first], alone, published])
        node = np.concatenate(
            [who.identities(author[among_first]), who.identities(by[alone]), who.sources(home[published])]
        )
        order = np.lexsort((node, at_item))
        at_item, node = at_item[order], node[order]
        once = np.append(True, (at_item[1:] != at_item[:-1]) | (node[1:] != node[:-1]))[: len(node)]
        starts = np.searchsorted(at_item[once], np.arange(len(keys) + 1))
        return cls(keys, by, home, at, address, starts.astype(np.int64), node[once])

    def find(self, wanted: Keys) -> NDArray[np.int64]:
        """The place of each item here; NONE for what is not here, so that it may be asked for by chance."""
        return places(self.keys, wanted)

    def told_by(self, wanted: Keys) -> tuple[Numbers, Numbers, Numbers]:
        """Who wrote each, where, and when; 0 for what is not here."""
        place = self.find(wanted)
        told = np.zeros((3, len(wanted)), dtype=np.int64)
        told[:, place != NONE] = np.stack([self.by, self.home, self.at])[:, place[place != NONE]]
        return told[0], told[1], told[2]

    def nodes_at(self, places: NDArray[np.int64]) -> tuple[NDArray[np.int64], Keys]:
        """The nodes of the items at some places, as (row, node); rows at NONE have none."""
        rows = np.flatnonzero(places != NONE)
        starts, ends = self.starts[places[rows]], self.starts[places[rows] + 1]
        many = ends - starts
        within = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
        return np.repeat(rows, many), self.nodes[np.repeat(starts, many) + within]


_COLUMNS: Final = ("pk", "author_id", "home_id", Epoch("published_at"), Fingerprint("address"))
