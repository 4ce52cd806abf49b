"""Where the restart is: the sources and people that users chose.

Whom a user follows and knows is kept by a later stage; it says so here (`choose_by`), since this one may not ask.
What everybody sees restarts at the sources that are followed, which anybody may know; whom a user follows and knows
is theirs, and shows in their own view alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from transom.apps.people.standing.graph import FieldGraph
from transom.apps.people.standing.nodes import PERSON, key_of
from transom.apps.people.standing.tables import NONE
from transom.apps.sources.models import SourceKind, Subscription
from transom.engine.graph import combine, reach, restart_at
from transom.engine.graph.push import push

if TYPE_CHECKING:
    from transom.apps.accounts.models import User
    from transom.engine.graph.standing import Vector

PEOPLE_WEIGH: Final = 2.0
"""A person chosen by name, where a source weighs 1."""
MOST_AUTHORS: Final = 20
SHARED: Final = 0.6
OWN: Final = 0.4

Chooser = Callable[["User"], set[int]]

_choosers: list[Chooser] = []


def choose_by(chooser: Chooser) -> None:
    """Registers who says whom a user chose: keys of people, as the user sees them."""
    if chooser not in _choosers:
        _choosers.append(chooser)


def chosen_people(user: User) -> set[int]:
    """Keys of the people this user follows or knows."""
    return {pk for chooser in _choosers for pk in chooser(user)}


def packs_of(graph: FieldGraph) -> dict[str, Vector]:
    """The reach of each starter pack that anybody follows, by its name; under "" that of what else is followed."""
    rows = Subscription.objects.filter(source__owner=None).exclude(source__kind=SourceKind.HANDED_IN)
    sources: dict[str, set[int]] = defaultdict(set)
    for pack, source_id in rows.values_list("pack", "source_id").distinct():
        sources[pack].add(source_id)
    found = {}
    for pack, some in sorted(sources.items()):
        restart = _restart(graph, some, ())
        if restart.any():
            found[pack] = reach(graph.shares, restart)
    return found


def shared_reach(packs: Mapping[str, Vector]) -> Vector | None:
    """What everybody sees: all packs alike, and what else is followed; None where nothing is."""
    return combine(list(packs.values()), [1.0] * len(packs)) if packs else None


def own_reach(graph: FieldGraph, user: User, packs: Mapping[str, Vector]) -> Vector | None:
    """The reach of what one user chose, on top of the packs they follow; None where they chose nothing."""
    rows = list(Subscription.objects.filter(user=user).values_list("pack", "source_id"))
    restart = _restart(graph, {source_id for _, source_id in rows}, chosen_people(user))
    theirs = [packs[name] for name in sorted({pack for pack, _ in rows if pack}) if name in packs]
    if not theirs:
        shared = shared_reach(packs)
        theirs = [shared] if shared is not None else []
    padded = [_padded(one, len(graph)) for one in theirs]
    if restart.any():
        own = push(graph.shares, restart).dense(len(graph))
        return combine([*padded, own], [SHARED / len(padded)] * len(padded) + [OWN]) if padded else own
    return combine(padded, [1.0] * len(padded)) if padded else None


def _padded(vector: Vector, nodes: int) -> Vector:
    return np.concatenate([vector, np.zeros(nodes - len(vector))])


def _restart(graph: FieldGraph, source_ids: Iterable[int], people: Iterable[int]) -> Vector:
    """Half of a source's weight is its own, half that of those who write it."""
    weights: dict[int, float] = defaultdict(float)
    source_ids = set(source_ids)
    authors = graph.who.authors_of(source_ids)
    for source_id in source_ids:
        writing = authors.get(source_id, [])[:MOST_AUTHORS]
        weights[graph.who.source(source_id)] += 0.5 if writing else 1.0
        for key in writing:
            weights[key] += 0.5 / len(writing)
    for pk in people:
        weights[key_of(PERSON, pk)] += PEOPLE_WEIGH
    at = graph.nodes.find(np.array(sorted(weights), dtype=np.int64))
    given = np.array([weights[key] for key in sorted(weights)])
    return restart_at(len(graph), at[at != NONE], given[at != NONE])
