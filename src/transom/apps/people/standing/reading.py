"""Who pointed at whom, read from the library: endorsements, and links of items to items.

An endorsement points at the authors of its item, and at the source that published it. Where the library does not
have the item, it points at whose it is, as its service says, else at the one source at that host, if any. A link to
where one writes oneself costs attention and gives none (see `engine.graph.shares`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from transom.apps.library.models import Authorship, Endorsement, EndorsementKind, Item, Link
from transom.apps.people.standing.nodes import Nodes, Who
from transom.engine.core import addresses
from transom.engine.graph import Endorsements

BATCH: Final = 2000
MOST_AUTHORS: Final = 8
"""Of a paper by fifty, those after the first eight get nothing from it."""


class Place(NamedTuple):
    """What an item says of itself: its author, its home, its owner, and when it was published."""

    author: int | None
    home: int | None
    owner: int | None
    at: datetime


@dataclass(slots=True)
class Rows:
    """Arcs as they are read, in pieces of arrays; `within` is the item in which somebody pointed, 0 for none."""

    nodes: Nodes
    _lists: tuple[list[int], list[int], list[int], list[float], list[int]] = field(
        default_factory=lambda: ([], [], [], [], [])
    )
    _pieces: list[tuple[NDArray[np.generic], ...]] = field(default_factory=list)

    def add(self, by: int, at_whom: Iterable[int], kind: int, at: datetime, within: int) -> None:
        """One pointing at the nodes of these keys."""
        source, when = self.nodes.number(by), at.timestamp()
        sources, targets, kinds, times, items = self._lists
        for key in at_whom:
            sources.append(source)
            targets.append(self.nodes.number(key))
            kinds.append(kind)
            times.append(when)
            items.append(within)
        if len(sources) > 50_000:
            self._pack()

    def done(self) -> tuple[Endorsements, NDArray[np.int64]]:
        """All that was added: the endorsements, and the item in which each stands."""
        self._pack()
        source, target, kind, at, within = (np.concatenate(some) for some in zip(*self._pieces, strict=True))
        return Endorsements(source, target, kind, at), within

    def _pack(self) -> None:
        types = (np.int32, np.int32, np.int8, np.float64, np.int64)
        self._pieces.append(
            tuple(np.array(some, dtype=kind) for some, kind in zip(self._lists, types, strict=True))
        )
        for some in self._lists:
            some.clear()


class Read(NamedTuple):
    """Up to which rows was read."""

    link: int = 0
    endorsement: int = 0


def read_public(who: Who, rows: Rows, after: Read = Read()) -> Read:  # noqa: B008  (a value)
    """Adds what everybody may know and is newer than `after`; up to where that was."""
    return Read(
        _read_links(who, rows, after.link, owner_id=None),
        _read_endorsements(who, rows, after.endorsement, owner_id=None),
    )


def points_alone(user_id: int) -> bool:
    """Whether anything in the user's own sources points anywhere."""
    links = Link.objects.filter(item__owner_id=user_id)
    return links.exists() or Endorsement.objects.filter(owner_id=user_id).exists()


def read_owned(who: Who, rows: Rows) -> None:
    """Adds what stands in the own sources of the user whose view `who` is."""
    assert who.user_id is not None
    _read_links(who, rows, 0, owner_id=who.user_id)
    _read_endorsements(who, rows, 0, owner_id=who.user_id)


def _read_endorsements(who: Who, rows: Rows, after: int, owner_id: int | None) -> int:
    asked = Endorsement.objects.filter(owner_id=owner_id) if owner_id else Endorsement.objects.public()
    last = after
    while some := list(
        asked.filter(pk__gt=last)
        .order_by("pk")
        .values_list("pk", "by_id", "kind", "at", "source_id", "item_id", "target", "within_id", "to_id")[
            :BATCH
        ]
    ):
        items = places_of({row[5] for row in some if row[5]}, who)
        authors = _authors_of(items)
        for pk, by, kind, at, source_id, item_id, target, within, to in some:
            last = pk
            keys = _whom(who, item_id, target, items, authors, to)
            if keys:
                rows.add(
                    who.endorser(by, source_id), _own_as_self(who, by, source_id, keys), kind, at, within or 0
                )
    return last


def _own_as_self(who: Who, by: int | None, source_id: int | None, keys: list[int]) -> list[int]:
    """Pointing at the place one writes at is pointing at oneself."""
    if source_id is None:
        return keys
    here = who.source(source_id)
    me = who.endorser(by, source_id) if by else here
    return [me if key == here else key for key in keys]


def _read_links(who: Who, rows: Rows, after: int, owner_id: int | None) -> int:
    asked = (
        Link.objects.filter(item__owner_id=owner_id) if owner_id else Link.objects.filter(item__owner=None)
    )
    last = after
    while some := list(
        asked.filter(pk__gt=last).order_by("pk").values_list("pk", "item_id", "target", "host")[:BATCH]
    ):
        last = some[-1][0]
        from_items = places_of({row[1] for row in some}, who)
        told = _endorsed_within(from_items)
        found = _items_at({row[2] for row in some}, who)
        to_items = places_of(set(found.values()), who)
        authors = _authors_of({**from_items, **to_items})
        seen: set[tuple[int, str]] = set()
        for _, item_id, target, _host in some:
            if (item_id, target) in told or (item_id, target) in seen or item_id not in from_items:
                continue
            seen.add((item_id, target))
            keys = _whom(who, found.get(target), target, to_items, authors)
            if keys:
                _add_link(who, rows, item_id, from_items[item_id], authors, keys)
    return last


def _add_link(
    who: Who, rows: Rows, item_id: int, place: Place, authors: dict[int, list[int]], keys: list[int]
) -> None:
    by = place.author or next(iter(authors.get(item_id, ())), None)
    if place.home is None and by is None:
        return
    if by is None:
        assert place.home is not None
        me = who.source(place.home)
    else:
        me = who.endorser(by, place.home) if place.home else who.identity(by)
    rows.add(me, _own_as_self(who, by, place.home, keys), EndorsementKind.LINK, place.at, item_id)


def _whom(
    who: Who,
    item_id: int | None,
    target: str,
    items: dict[int, Place],
    authors: dict[int, list[int]],
    to: int | None = None,
) -> list[int]:
    """The nodes that an address stands for, each once."""
    place = items.get(item_id) if item_id else None
    if place is None or item_id is None:
        if to is not None:
            return [who.identity(to)]
        node = who.at_host(addresses.host_of(target))
        return [node] if node else []
    named = authors.get(item_id) or ([place.author] if place.author else [])
    keys = [who.identity(one) for one in named[:MOST_AUTHORS]]
    if place.home:
        keys.append(who.source(place.home))
    return list(dict.fromkeys(keys))


def places_of(item_ids: Iterable[int], who: Who) -> dict[int, Place]:
    """What these items say of themselves, as far as this view may know them."""
    rows = Item.objects.filter(who.sees(), pk__in=list(item_ids))
    return {
        pk: Place(author, home, owner, at)
        for pk, author, home, owner, at in rows.values_list(
            "pk", "author_id", "home_id", "owner_id", "published_at"
        )
    }


def _authors_of(items: Iterable[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    rows = Authorship.objects.filter(item__in=list(items)).order_by("item_id", "position", "pk")
    for item_id, identity_id in rows.values_list("item_id", "identity_id"):
        found.setdefault(item_id, []).append(identity_id)
    return found


def _endorsed_within(items: Iterable[int]) -> set[tuple[int, str]]:
    """Links that are endorsements already, such as a newsletter's picks."""
    rows = Endorsement.objects.filter(within__in=list(items))
    return {(item_id, target) for item_id, target in rows.values_list("within_id", "target") if item_id}


def _items_at(targets: Iterable[str], who: Who) -> dict[str, int]:
    wanted = [one for one in targets if one]
    rows = Item.objects.filter(who.sees(), address__in=wanted).exclude(address="")
    # The earliest where an address has several.
    return dict(rows.order_by("-pk").values_list("address", "pk"))
