"""Why somebody is listened to: who points most at them, how often, and in which items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from transom.apps.people.models import Pointing
from transom.apps.people.standing.graph import FieldGraph
from transom.apps.people.standing.nodes import IDENTITY, PERSON, SOURCE, kind_of
from transom.engine.graph import pointed_to_by
from transom.engine.graph.standing import Vector

VERSION: Final = 1
MOST_ITEMS: Final = 3


@dataclass(frozen=True, slots=True)
class _Told:
    """The single pointings at some nodes, by (who, whom) with the latest first."""

    rows: dict[tuple[int, int], list[int]]
    times: dict[tuple[int, int], int]


def reasons(
    graph: FieldGraph, reached: Vector, nodes: Sequence[int], owner_id: int | None = None
) -> Iterator[Pointing]:
    """The three who point most at each of these nodes, as rows to store; sources stand for their only author."""
    pointers = {
        node: pointed_to_by(graph.shares, reached, node)
        for node in nodes
        if kind_of(graph.nodes.keys[node])[0] in (PERSON, SOURCE)
    }
    told = _told(graph, [(one.node, node) for node, some in pointers.items() for one in some])
    for node, some in pointers.items():
        kind, pk = kind_of(graph.nodes.keys[node])
        for place, pointer in enumerate(some, 1):
            pair = (pointer.node, node)
            yield Pointing(
                owner_id=owner_id,
                actor_id=owner_id,
                place=place,
                share=pointer.share,
                times=told.times.get(pair, 1),
                items=told.rows.get(pair, []),
                rule_version=VERSION,
                **_about("person", "source", kind, pk),
                **_by(graph.nodes.keys[pointer.node]),
            )


def _about(person: str, source: str, kind: int, pk: int) -> dict[str, int]:
    return {f"{person if kind == PERSON else source}_id": pk}


def _by(key: int) -> dict[str, int]:
    kind, pk = kind_of(key)
    return {{PERSON: "by_person_id", IDENTITY: "by_identity_id", SOURCE: "by_source_id"}[kind]: pk}


def _told(graph: FieldGraph, pairs: Sequence[tuple[int, int]]) -> _Told:
    """The pointings of some pairs. Each item counts once, however many authors its link reached."""
    if not pairs:
        return _Told({}, {})
    wanted = np.unique(np.array([source << 32 | target for source, target in pairs], dtype=np.int64))
    targets = np.unique(wanted & 0xFFFFFFFF).astype(np.int32)
    at = np.flatnonzero(np.isin(graph.told.target, targets))
    at = at[np.isin(graph.told.source[at].astype(np.int64) << 32 | graph.told.target[at], wanted)]
    at = at[np.argsort(-graph.told.at[at], kind="stable")]
    rows: dict[tuple[int, int], list[int]] = {}
    times: dict[tuple[int, int], int] = {}
    seen: set[tuple[int, int, int]] = set()
    for one in at.tolist():
        pair = int(graph.told.source[one]), int(graph.told.target[one])
        item = int(graph.within[one])
        if item and (*pair, item) in seen:
            continue
        seen.add((*pair, item))
        times[pair] = times.get(pair, 0) + 1
        if item and len(rows.setdefault(pair, [])) < MOST_ITEMS:
            rows[pair].append(item)
    return _Told(rows, times)
