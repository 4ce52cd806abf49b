"""Storing what standing came to: everybody's in small batches of what changed, each user's in one row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import numpy as np
from django.db import transaction
from django.db.models import Model, QuerySet
from numpy.typing import NDArray

from transom.apps.base.numbers import Millionths, numbers
from transom.apps.library.models import Identity
from transom.apps.people.models import FieldView, Person, Pointing, SourceStanding
from transom.apps.people.shelf import in_pieces
from transom.apps.people.standing.graph import FieldGraph
from transom.apps.people.standing.nodes import KINDS, PERSON, SOURCE, kind_of
from transom.apps.people.standing.reasons import reasons
from transom.apps.people.standing.tables import NONE, Keys, Table
from transom.apps.people.writing import change
from transom.apps.sources.models import Source
from transom.engine.graph import ranks
from transom.engine.graph.standing import Vector, standing

AT_ONCE: Final = 200
LEAST_CHANGE: Final = 0.002
"""On a scale where 0.1 is the mean: less is not worth a write."""
MOST_KEPT: Final = 4000
REASONS_SHARED: Final = 1000
REASONS_OWN: Final = 60


def values_of(graph: FieldGraph, reached: Vector) -> Vector:
    """The standing of each node, 0 for those at whom nobody points."""
    found = standing(ranks(reached), community=graph.shares.endorsed())
    pointed = np.zeros(len(graph), dtype=bool)
    if len(graph.shares):
        given = np.add.reduceat(graph.shares.in_share, graph.shares.in_starts)
        pointed[graph.shares.in_nodes[given > 0]] = True
    return np.where(pointed, found, 0.0)


def keep_shared(graph: FieldGraph, reached: Vector) -> int:
    """Everybody's standing: of people, of sources, and why; how many rows changed."""
    values = values_of(graph, reached)
    people, sources = (_valued(graph, values, kind) for kind in (PERSON, SOURCE))
    places, nodes = graph.who.own_places()
    at = graph.nodes.find(nodes)
    theirs = np.where(at == NONE, 0.0, values[at])
    listened = theirs > 0
    of_sources = dict(zip(sources[0].tolist(), sources[1].tolist(), strict=True))
    of_sources |= dict(zip(places[listened].tolist(), theirs[listened].tolist(), strict=True))
    changed = _keep_people(*people) + _keep_sources(of_sources)
    best = _best(values, REASONS_SHARED)
    _keep_reasons(list(reasons(graph, reached, best)), None)
    return changed


def _valued(graph: FieldGraph, values: Vector, kind: int) -> tuple[Keys, Vector]:
    """The nodes of one kind whose standing is above 0: their primary keys, and their standing."""
    there = (graph.nodes.keys % KINDS == kind) & (values > 0)
    return graph.nodes.keys[there] // KINDS, values[there]


def _keep_people(people: Keys, values: Vector) -> int:
    rows = numbers(Person.objects.public().filter(standing__isnull=False), "pk", Millionths("standing"))
    known = Table.of(rows[:, 0], rows[:, 1])
    before = known(people, -1_000_000) / 1_000_000
    new = np.abs(before - values) > LEAST_CHANGE
    gone = known.keys[~np.isin(known.keys, people)]
    wanted: dict[int, float | None] = dict.fromkeys(gone.tolist())
    wanted |= dict(zip(people[new].tolist(), values[new].tolist(), strict=True))
    change(Person, ("standing",), ((wanted[pk], pk) for pk in sorted(wanted)))
    return len(wanted)


def _keep_sources(wanted: dict[int, float]) -> int:
    known = dict(SourceStanding.objects.values_list("pk", "standing").iterator())
    for some in in_pieces([pk for pk in known if pk not in wanted], AT_ONCE):
        SourceStanding.objects.filter(pk__in=some).delete()
    changed = [pk for pk, one in wanted.items() if abs(known.get(pk, -1.0) - one) > LEAST_CHANGE]
    for some in in_pieces(changed, AT_ONCE):
        with transaction.atomic():
            there = Source.objects.public().filter(pk__in=some).values_list("pk", flat=True)
            SourceStanding.objects.bulk_create(
                [SourceStanding(source_id=pk, standing=wanted[pk]) for pk in there],
                update_conflicts=True,
                unique_fields=["source"],
                update_fields=["standing"],
            )
    return len(changed)


def keep_own(
    graph: FieldGraph, user_id: int, reached: Vector, drawn: dict[str, object], *, now: datetime
) -> None:
    """One user's: the few thousand who are listened to most, why the first are, and their map."""
    values = values_of(graph, reached)
    best = _best(values, MOST_KEPT)
    keys, found = _with_own_places(graph, best, values)
    with transaction.atomic():
        FieldView.objects.update_or_create(
            user_id=user_id,
            defaults={
                "actor_id": user_id,
                "keys": keys.tobytes(),
                "values": found.tobytes(),
                "made_at": now,
                "map": drawn,
            },
        )
    people = [at for at in best if kind_of(graph.nodes.keys[at])[0] == PERSON][:REASONS_OWN]
    _keep_reasons(list(reasons(graph, reached, people, user_id)), user_id)


def _best(values: Vector, most: int) -> list[int]:
    """The nodes that are listened to most, the most first."""
    order = np.lexsort((np.arange(len(values)), -values))[:most]
    return [int(at) for at in order if values[at] > 0]


def _with_own_places(
    graph: FieldGraph, best: Sequence[int], values: Vector
) -> tuple[Keys, NDArray[np.float32]]:
    """Keys (ascending) and values of these nodes, and of the places of their own that people are found at."""
    places, nodes = graph.who.own_places()
    there = np.isin(nodes, graph.nodes.keys[best])
    keys = np.concatenate([graph.nodes.keys[best], places[there] * KINDS + SOURCE])
    at = np.concatenate([np.array(best, dtype=np.int64), graph.nodes.find(nodes[there])])
    order = np.argsort(keys, kind="stable")
    return keys[order], values[at[order]].astype(np.float32)


def _keep_reasons(rows: list[Pointing], owner_id: int | None) -> None:
    """The new ones stand before the old ones go, so that there are always some; the latest are shown."""
    old = list(Pointing.objects.filter(owner_id=owner_id).values_list("pk", flat=True))
    rows = _still_there(rows)
    for start in range(0, len(rows), AT_ONCE):
        with transaction.atomic():
            Pointing.objects.bulk_create(rows[start : start + AT_ONCE])
    for gone in in_pieces(old, AT_ONCE):
        with transaction.atomic():
            Pointing.objects.filter(pk__in=gone).delete()


def _still_there(rows: Iterable[Pointing]) -> list[Pointing]:
    """Without rows about what is gone: somebody may have been forgotten, or a source deleted, meanwhile."""
    rows = list(rows)
    for names, model in (
        (("person_id", "by_person_id"), Person),
        (("source_id", "by_source_id"), Source),
        (("by_identity_id",), Identity),
    ):
        asked = {getattr(row, name) for row in rows for name in names} - {None}
        there = {pk for some in in_pieces(asked) for pk in _keys_of(model, some)} | {None}
        rows = [row for row in rows if all(getattr(row, name) in there for name in names)]
    return rows


def _keys_of(model: type[Model], keys: list[int]) -> QuerySet[Any, Any]:
    return model._default_manager.filter(pk__in=keys).values_list("pk", flat=True)
