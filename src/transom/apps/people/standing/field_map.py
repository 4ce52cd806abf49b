"""The map of a field: those who are listened to most, near those they point at, in clusters with a name each.

Kept as keys and places, never names, so that whoever is forgotten is gone from it too. People stay where they
were the day before as far as they can (see `engine.graph.layout`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from math import ceil, log
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from django.db.models import Q
from numpy.typing import NDArray

from transom.apps.library.models import Item
from transom.apps.people.models import Facet, Membership, Person
from transom.apps.people.standing.graph import FieldGraph
from transom.apps.people.standing.nodes import PERSON, kind_of
from transom.engine.graph.communities import communities
from transom.engine.graph.layout import layout
from transom.engine.graph.standing import Vector
from transom.engine.text.stopwords import STOPWORDS
from transom.engine.text.tokens import fold, words

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

MOST_PEOPLE: Final = 150
MOST_LINES: Final = 500
MOST_TITLES: Final = 6000
MOST_WORDS: Final = 3
LEAST_USE: Final = 0.4
"""A word names a cluster when so many of its people come back to it."""
WITHIN, ACROSS = 4.0, 0.15
"""Clusters draw together and apart by so much: a map on which they overlap cannot be read."""
SHORTEST: Final = 4
COMES_BACK: Final = 2
USUAL: Final = 0.04
"""A word in so many of all things tells nothing."""
SHARED_BY: Final = 0.5
"""A group or an organisation names a cluster when so many of its people belong there."""

Lines = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]


def draw(
    graph: FieldGraph, values: Vector, before: Mapping[str, Any], user: User, followed: Collection[int]
) -> dict[str, Any]:
    """The map as it is kept: {"people": [{person, x, y, cluster, value, followed}], "clusters": [{label, words}],
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
        "clusters": _named([members[one] for one in sorted(members)], user),
        "lines": [[at_place[int(source[one])], at_place[int(target[one])]] for one in strongest],
    }


def _chosen(graph: FieldGraph, values: Vector) -> list[int]:
    people = [at for at, key in enumerate(graph.nodes.keys) if kind_of(key)[0] == PERSON and values[at] > 0]
    return sorted(people, key=lambda at: (-values[at], graph.nodes.keys[at]))[:MOST_PEOPLE]


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


def _named(clusters: Sequence[Sequence[int]], user: User) -> list[dict[str, Any]]:
    """What each cluster is called: where its people belong, or what they write about; "" where nothing tells."""
    groups = _groups(clusters)
    topics = _topics(clusters, user)
    return [
        {"label": group, "words": [] if group else told} for group, told in zip(groups, topics, strict=True)
    ]


def _groups(clusters: Sequence[Sequence[int]]) -> list[str]:
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


def _topics(clusters: Sequence[Sequence[int]], user: User) -> list[list[str]]:
    """The words in titles and summaries of many of a cluster's people, and of few others."""
    people = [pk for members in clusters for pk in members]
    used = _words_of(people, user)
    total = Counter(word for some in used.values() for word in some)
    found = []
    for members in clusters:
        inside = Counter(word for pk in members for word in used.get(pk, ()))
        outside = max(len(people) - len(members), 1)
        least = max(2, ceil(LEAST_USE * len(members)))

        def worth(
            word: str, inside: Counter[str] = inside, many: int = len(members), outside: int = outside
        ) -> float:
            here = inside[word] / many
            there = (total[word] - inside[word]) / outside
            return here * log((here + 0.05) / (there + 0.05))

        telling = [word for word, count in inside.items() if count >= least and worth(word) > 0]
        # One word that some share names nobody.
        best = sorted(telling, key=lambda word: (-worth(word), word))[:MOST_WORDS]
        found.append(best if len(best) > 1 else [])
    return found


def _words_of(people: Sequence[int], user: User) -> dict[int, set[str]]:
    """The words each comes back to, without those that stand in everything. A title counts twice."""
    seen = Q(owner=None) | Q(owner=user)
    members = dict(Membership.objects.filter(seen, person__in=people).values_list("identity_id", "person_id"))
    names = _name_words(people)
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    everywhere, items = Counter[str](), 0
    rows = Item.objects.filter(seen, author__in=members).order_by("-pk")
    columns = ("author_id", "title", "summary", "language")
    for author, title, summary, language in rows.values_list(*columns)[:MOST_TITLES]:
        stop = STOPWORDS.get(language[:2] or "en", frozenset()) | STOPWORDS["en"] | names
        named = _telling(title, stop)
        told = named | _telling(summary, stop)
        counts[members[author]].update(told)
        counts[members[author]].update(named)
        everywhere.update(told)
        items += 1
    usual = {word for word, count in everywhere.items() if count > max(8, USUAL * items)}
    return {
        pk: {word for word, count in some.items() if count >= COMES_BACK and word not in usual}
        for pk, some in counts.items()
    }


def _telling(text: str, stop: Collection[str]) -> set[str]:
    folded = {fold(word) for word in words(text)}
    return {word for word in folded if len(word) >= SHORTEST and word.isalpha() and word not in stop}


def _name_words(people: Sequence[int]) -> frozenset[str]:
    rows = Person.objects.filter(pk__in=people).values_list("name", flat=True)
    return frozenset(fold(word) for name in rows for word in words(name))
