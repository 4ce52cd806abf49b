"""Who pointed at whom, read from the library: endorsements, and links of items to items.

An endorsement points at the authors of its item, and at the source that published it. Where the library does not
have the item, it points at whose it is, as its service says, else at the one source at that host, if any. A link to
where one writes oneself costs attention and gives none (see `engine.graph.shares`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, NamedTuple

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from transom.apps.base.beside import ahead
from transom.apps.base.fingerprints import Fingerprint
from transom.apps.base.numbers import Epoch, Numbers, numbers
from transom.apps.library.models import Endorsement, EndorsementKind, Link
from transom.apps.people.shelf import in_pieces
from transom.apps.people.standing.goals import Goals
from transom.apps.people.standing.items import Items
from transom.apps.people.standing.nodes import AT_ONCE, Who
from transom.apps.people.standing.tables import NONE, Keys, Nodes
from transom.engine.core import addresses
from transom.engine.graph import Endorsements
from transom.engine.graph.ordering import order_of_pairs

BATCH: Final = 250_000

HostsOf = Callable[[NDArray[np.int64]], list[str]]
"""The hosts that some rows lead to, by their places."""


@dataclass(slots=True)
class Rows:
    """Pointings as they are read, in pieces of arrays; `within` is the item in which somebody pointed, 0 for none."""

    nodes: Nodes
    _pieces: list[tuple[NDArray[Any], ...]] = field(default_factory=list)

    def add(self, by: Keys, at_whom: Keys, kind: Numbers | int, at: Numbers, within: Numbers) -> None:
        """Pointings by and at the nodes of these keys; arrays of one length."""
        kinds = np.broadcast_to(np.asarray(kind, dtype=np.int8), by.shape)
        self._pieces.append((by, at_whom, kinds, at.astype(np.float64), within))

    def done(self) -> tuple[Endorsements, NDArray[np.int64]]:
        """All that was added, in the order of who points at whom, and the item in which each stands."""
        by, at_whom, kind, at, within = zip(*self._pieces, strict=True) if self._pieces else ((),) * 5
        self._pieces = []
        self.nodes.add([*by, *at_whom])
        source, target = (_joined(map(self.nodes.numbers, some), np.int32) for some in (by, at_whom))
        told = Endorsements(source, target, _joined(kind, np.int8), _joined(at, np.float64))
        return in_order(told, _joined(within, np.int64))


def _joined(pieces: Iterable[NDArray[Any]], kind: type[np.generic]) -> NDArray[Any]:
    return np.concatenate([np.zeros(0, dtype=kind), *pieces])


def in_order(told: Endorsements, within: NDArray[np.int64]) -> tuple[Endorsements, NDArray[np.int64]]:
    """The same in the order of who points at whom."""
    order = order_of_pairs(told.source, told.target)
    return (told, within) if order is None else (told[order], within[order])


class Read(NamedTuple):
    """Up to which rows was read."""

    link: int = 0
    endorsement: int = 0


def read_public(who: Who, rows: Rows, after: Read = Read()) -> Read:  # noqa: B008  (a value)
    """Adds what everybody may know and is newer than `after`; up to where that was."""
    items = Items.all_of(who) if after == Read() else None
    return Read(
        _read_links(who, rows, after.link, items, owner_id=None),
        _read_endorsements(who, rows, after.endorsement, items, owner_id=None),
    )


def points_alone(user_id: int) -> bool:
    """Whether anything in the user's own sources points anywhere."""
    links = Link.objects.filter(item__owner_id=user_id)
    return links.exists() or Endorsement.objects.filter(owner_id=user_id).exists()


def read_owned(who: Who, rows: Rows) -> None:
    """Adds what stands in the own sources of the user whose view `who` is."""
    assert who.user_id is not None
    _read_links(who, rows, 0, None, owner_id=who.user_id)
    _read_endorsements(who, rows, 0, None, owner_id=who.user_id)


def _batches(asked: QuerySet[Any, Any], after: int, *columns: Any) -> Iterator[Numbers]:
    """Rows by key, some hundred thousand at a time; the key stands first."""
    while len(rows := numbers(asked.filter(pk__gt=after).order_by("pk"), "pk", *columns, most=BATCH)):
        yield rows
        after = int(rows[-1, 0])


def _read_endorsements(who: Who, rows: Rows, after: int, items: Items | None, owner_id: int | None) -> int:
    asked = Endorsement.objects.filter(owner_id=owner_id) if owner_id else Endorsement.objects.public()
    columns = ("by_id", "kind", Epoch("at"), "source_id", "item_id", "within_id", "to_id")
    for some in ahead(_batches(asked, after, *columns)):
        after = int(some[-1, 0])
        pk, by, kind, at, source, item, within, to = some.T
        known = items or Items.of(who, item)
        me, here = who.endorsers(by, source), who.sources(source)
        row, whom = _whom(who, known, item, partial(_hosts_of, pk), to)
        # Pointing at the place one writes at is pointing at oneself.
        whom = np.where(whom == here[row], me[row], whom)
        rows.add(me[row], whom, kind[row], at[row], within[row])
    return after


def _hosts_of(endorsements: Keys, places: NDArray[np.int64]) -> list[str]:
    """The hosts that those at some places point at."""
    endorsements = endorsements[places]
    targets: dict[int, str] = {}
    for some in in_pieces(endorsements.tolist(), AT_ONCE):
        targets |= dict(Endorsement.objects.filter(pk__in=some).values_list("pk", "target"))
    return [_host(targets.get(pk, "")) for pk in endorsements.tolist()]


def _host(target: str) -> str:
    """The host of a canonical address, whose host is folded already."""
    host = target.partition("://")[2].partition("/")[0]
    return host if host and not {"@", ":", "?", "#"} & set(host) else addresses.host_of(target)


def _read_links(who: Who, rows: Rows, after: int, items: Items | None, owner_id: int | None) -> int:
    # What stands in items that this view may not know is left out with them.
    asked = Link.objects.exclude(target="")
    asked = asked.filter(item__owner_id=owner_id) if owner_id else asked
    goals = Goals.of_all(items) if items else None
    for some in ahead(_batches(asked, after, "item_id", Fingerprint("target"))):
        batch = asked.filter(pk__gt=after, pk__lte=int(some[-1, 0]))
        after = int(some[-1, 0])
        pk, item, goal = (goals or Goals.of(who, batch)).found(*some.T)
        known = items or Items.of(who, np.concatenate([item, goal]))
        _add_links(who, rows, known, item, goal, partial(_hosts_between, batch, pk))
    return after


def _hosts_between(links: QuerySet[Link], pks: Keys, places: NDArray[np.int64]) -> list[str]:
    """The hosts that the links at some places lead to, of a stretch of them."""
    hosts = dict(links.values_list("pk", "host"))
    return [hosts.get(pk, "") for pk in pks[places].tolist()]


def _add_links(who: Who, rows: Rows, items: Items, item: Keys, goal: Keys, hosts_of: HostsOf) -> None:
    """Links of some items to others (0 where the library lacks them), and where they lead to."""
    by, home, at = items.told_by(item)
    known = by > 0
    here = np.where(home > 0, who.sources(home), NONE)
    me = np.where(known, np.where(home > 0, who.endorsers(by, home), who.identities(by)), here)
    row, whom = _whom(who, items, goal, hosts_of)
    whom = np.where(whom == here[row], me[row], whom)
    can = me[row] != NONE
    row, whom = row[can], whom[can]
    rows.add(me[row], whom, EndorsementKind.LINK, at[row], item[row])


def _whom(
    who: Who, items: Items, wanted: Keys, hosts_of: HostsOf, to: Keys | None = None
) -> tuple[NDArray[np.int64], Keys]:
    """At which nodes each row points: (row, node key), one for each.

    Of rows whose item the library lacks, `to` are the identities whose it is (0 where nobody says), and `hosts_of`
    gives the hosts of the others, by their places.
    """
    place = items.find(wanted)
    row, whom = items.nodes_at(place)
    lost = np.flatnonzero(place == NONE)
    if to is not None:
        named = lost[to[lost] > 0]
        row, whom = np.concatenate([row, named]), np.concatenate([whom, who.identities(to[named])])
        lost = lost[to[lost] <= 0]
    if not len(lost):
        return row, whom
    at_hosts = who.at_hosts(hosts_of(lost))
    there = at_hosts != NONE
    return np.concatenate([row, lost[there]]), np.concatenate([whom, at_hosts[there]])
