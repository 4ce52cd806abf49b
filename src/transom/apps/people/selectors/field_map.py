"""The map of the user's field, with the names that may be shown by now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from transom.apps.people.models import FieldView, Person
from transom.apps.people.selectors.who import here_of, visible_people

if TYPE_CHECKING:
    from transom.apps.accounts.models import User


@dataclass(frozen=True, slots=True)
class Placed:
    """Somebody on the map, x and y in 0..1, and how much they are listened to, 0..1."""

    person: Person
    x: float
    y: float
    cluster: int
    value: float
    followed: bool = False


@dataclass(frozen=True, slots=True)
class Cluster:
    """People who point at one another: where they belong, "" where nowhere together; its people, first the first."""

    label: str
    people: list[Placed] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FieldMap:
    """Clusters, largest first; `lines` are pairs of places in `people`, from who points to whom."""

    clusters: list[Cluster]
    people: list[Placed]
    lines: list[tuple[int, int]]


def field_map(user: User) -> FieldMap | None:
    """The user's map; None before there is one. A handful of queries."""
    kept: Mapping[str, Any] = FieldView.objects.filter(user=user).values_list("map", flat=True).first() or {}
    rows = kept.get("people", [])
    here = here_of(user, [one["person"] for one in rows])
    people = visible_people(user).select_related("organization").in_bulk(set(here.values()))
    clusters = [Cluster(one["label"]) for one in kept.get("clusters", [])]
    placed: list[Placed] = []
    at: dict[int, int] = {}
    drawn: dict[int, int] = {}
    for number, one in enumerate(rows):
        pk = here.get(one["person"])
        if pk not in people or pk is None:
            continue
        if pk not in drawn:
            drawn[pk] = len(placed)
            placed.append(
                Placed(people[pk], one["x"], one["y"], one["cluster"], one["value"], one["followed"])
            )
            clusters[one["cluster"]].people.append(placed[-1])
        at[number] = drawn[pk]
    if not placed:
        return None
    lines = [(at[a], at[b]) for a, b in kept.get("lines", []) if a in at and b in at and at[a] != at[b]]
    return FieldMap(clusters, placed, lines)
