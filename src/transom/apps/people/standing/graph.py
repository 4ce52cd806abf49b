"""The graph that standing flows over: for everybody, and with one user's own rows added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from transom.apps.people.models import StandingRun
from transom.apps.people.standing import shelf
from transom.apps.people.standing.nodes import Who, organisations_of
from transom.apps.people.standing.reading import Read, Rows, in_order, points_alone, read_owned, read_public
from transom.apps.people.standing.tables import Nodes
from transom.apps.sources.models import Subscription
from transom.engine.graph import Arcs, Endorsements, Shares


@dataclass(frozen=True, slots=True)
class FieldGraph:
    """Who points at whom. `told` are the single pointings with the item each stands in; `read` up to which rows."""

    who: Who
    nodes: Nodes
    told: Endorsements
    within: NDArray[np.int64]
    arcs: Arcs
    shares: Shares
    read: Read

    def __len__(self) -> int:
        return len(self.nodes)


def read_graph(now: datetime, since: StandingRun | None = None) -> FieldGraph:
    """What everybody may know: all of it, or what was kept of an earlier run and what came since."""
    who = Who.load()
    kept = shelf.take(since, who) if since else None
    nodes = kept[0] if kept else Nodes()
    rows = Rows(nodes)
    read = Read(since.last_link, since.last_endorsement) if since and kept else Read()
    read = read_public(who, rows, read)
    _add_sources(who, nodes)
    told, within = rows.done()
    if kept:
        told, within = in_order(both(kept[1], told), np.concatenate([kept[2], within]))
    return made(who, nodes, told, within, Arcs.of(told, now=now), read)


def with_own(graph: FieldGraph, user_id: int, now: datetime) -> FieldGraph:
    """The same graph with what stands in a user's own sources; itself where there is nothing."""
    if not points_alone(user_id):
        return graph
    who = Who.load(user_id)
    rows = Rows(graph.nodes.copy())
    read_owned(who, rows)
    told, within = rows.done()
    if not len(told):
        return graph
    arcs = graph.arcs.plus(told, now=now)
    return made(
        who, rows.nodes, both(graph.told, told), np.concatenate([graph.within, within]), arcs, graph.read
    )


def both(one: Endorsements, other: Endorsements) -> Endorsements:
    """These and those."""
    names = ("source", "target", "kind", "at")
    return Endorsements(*(np.concatenate([getattr(one, name), getattr(other, name)]) for name in names))


def made(
    who: Who, nodes: Nodes, told: Endorsements, within: NDArray[np.int64], arcs: Arcs, read: Read
) -> FieldGraph:
    """The graph of these arcs, with those who work at one place discounted."""
    codes = organisations_of(nodes.keys)
    shares = Shares.of(arcs, nodes=len(nodes), organisation=codes)
    return FieldGraph(who, nodes, told, within, arcs, shares, read)


def _add_sources(who: Who, nodes: Nodes) -> None:
    """Sources that are followed belong to the graph, though nobody points at them."""
    followed = Subscription.objects.filter(source__owner=None).values_list("source_id", flat=True).distinct()
    writing = [key for keys in who.authors_of(followed).values() for key in keys]
    themselves = who.sources(np.array(sorted(followed), dtype=np.int64))
    nodes.numbers(np.concatenate([themselves, np.array(writing, dtype=np.int64)]))
