"""The map of a field: those who are listened to most, near those they point at, in clusters with a name each.

Kept as keys and places, never names, so that whoever is forgotten is gone from it too. People stay where they
were the day before as far as they can (see `engine.graph.layout`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from transom.apps.people.models import Facet
from transom.apps.people.standing.graph import FieldGraph
from transom.apps.people.standing.nodes import KINDS, PERSON, kind_of
from transom.engine.graph.communities import communities
from transom.engine.graph.layout import layout
from transom.engine.graph.standing import Vector

MOST_PEOPLE: Final = 150
MOST_LINES: Final = 500
WITHIN, ACROSS = 4.0, 0.15
"""Clusters draw together and apart by so much: a map on which they overlap cannot be read."""
SHARED_BY: Final = 0.5
"""A group or an organisation names a cluster when so many of its people belong there."""

Lines = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]


def draw(
    graph: FieldGraph, values: Vector, before: Mapping[str, Any], followed: Collection[int]
) -> dict[str, Any]:
    """The map as it is kept: {"people": [{person, x, y, cluster, value, followed}], "clusters": [{label}],
    "lines": [[from, to]]}, people by cluster and then by standing; empty where nobody points at anybody.
    """
    chosen = _chosen(graph, values)
    source, target, weight = _lines(graph, chosen)
    joined = sorted({*source.tolist(), *target.tolist()})
    if not joined:
        return {}
    place = {old: new for new, old in enumerate(joined)}
    chosen = [chosen[old] for old in joined]
    source = np.array([place[one] for one in source.tolist()])
    target = np.array([place[one] for one in target.tolist()])
    keys = [kind_of(graph.nodes.keys[node])[1] for node in chosen]
    belongs = communities(source, target, weight, len(chosen))
    together = belongs[source] == belongs[target]
    pull = weight * np.where(together, WITHIN, ACROSS)
    places = layout(
        source, target, pull, len(chosen), community=belongs, before=_earlier(before, keys), seed=1
    )
    order = sorted(range(len(chosen)), key=lambda at: (belongs[at], -values[chosen[at]], keys[at]))
    at_place = {old: new for new, old in enumerate(order)}
    members: dict[int, list[int]] = defaultdict(list)
    for at in order:
        members[int(belongs[at])].append(keys[at])
    strongest = np.argsort(-weight, kind="stable")[:MOST_LINES].tolist()
    return {
        "people": [
            {
                "person": keys[at],
                "x": round(float(places[at, 0]), 4),
                "y": round(float(places[at, 1]), 4),
                "cluster": int(belongs[at]),
                "value": round(float(values[chosen[at]]), 3),
                "followed": keys[at] in followed,
            }
            for at in order
        ],
        "clusters": [{"label": label} for label in _groups([members[one] for one in sorted(members)])],
        "lines": [[at_place[int(source[one])], at_place[int(target[one])]] for one in strongest],
    }


def _chosen(graph: FieldGraph, values: Vector) -> list[int]:
    people = np.flatnonzero((graph.nodes.keys % KINDS == PERSON) & (values > 0))
    order = np.lexsort((graph.nodes.keys[people], -values[people]))[:MOST_PEOPLE]
    chosen: list[int] = people[order].tolist()
    return chosen


def _lines(graph: FieldGraph, chosen: Sequence[int]) -> Lines:
    """Who of them points at whom of them, by their place among the chosen."""
    there = np.array(chosen, dtype=np.int64)
    order = np.argsort(there)
    arcs = graph.arcs
    kept = np.isin(arcs.source, there) & np.isin(arcs.target, there) & (arcs.source != arcs.target)
    source = order[np.searchsorted(there[order], arcs.source[kept])] if len(there) else there
    target = order[np.searchsorted(there[order], arcs.target[kept])] if len(there) else there
    return source, target, arcs.aged[kept]


def _earlier(before: Mapping[str, Any], keys: Sequence[int]) -> NDArray[np.float64] | None:
    stood = {one["person"]: (one["x"], one["y"]) for one in before.get("people", ())}
    if not stood:
        return None
    return np.array([stood.get(key, (np.nan, np.nan)) for key in keys], dtype=np.float64).reshape(-1, 2)


def _groups(clusters: Sequence[Sequence[int]]) -> list[str]:
    """Where half of each cluster's people belong, "" where nowhere: then it goes by those who are listened to most.

    Words that its people come back to were tried; they named no cluster that one would know again.
    """
    through = Facet.people.through.objects
    found, used = [], set[str]()
    for members in clusters:
        rows = through.filter(
            person_id__in=members, facet__kind__in=(Facet.GROUP, Facet.ORGANIZATION)
        ).values_list("facet__label", flat=True)
        best = max(Counter(rows).items(), key=lambda one: (one[1], one[0]), default=("", 0))
        told = best[0] if best[1] >= max(2, SHARED_BY * len(members)) and best[0] not in used else ""
        used.add(told)
        found.append(told)
    return found
