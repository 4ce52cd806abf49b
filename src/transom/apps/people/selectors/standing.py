"""Who is listened to, as one user sees it: in bulk for the brief, and the first of their field with the reasons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from transom.apps.library.models import Identity, Item
from transom.apps.people.models import FieldView, Membership, Person, Pointing, SourceStanding
from transom.apps.people.selectors.who import here_of, visible_people
from transom.apps.people.shelf import in_pieces
from transom.apps.people.standing.nodes import AT_ONCE, IDENTITY, PERSON, SOURCE, key_of, kind_of
from transom.apps.sources.models import Source

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

FIRST: Final = 20


@dataclass(frozen=True, slots=True)
class PointedBy:
    """Who points at somebody: a person, a byline or a source; how often, and in which items the user may see."""

    name: str
    times: int
    person: Person | None = None
    source: Source | None = None
    items: Sequence[Item] = ()


@dataclass(frozen=True, slots=True)
class ListenedTo:
    """Somebody the field listens to, and who points at them most."""

    person: Person
    standing: float
    pointed_by: list[PointedBy] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _View:
    """A user's own values by node; nothing where there are none yet."""

    keys: Any
    values: Any

    def of(self, wanted: Sequence[int]) -> list[float]:
        """The standing of each node, nan where it is not among the few thousand kept."""
        if not len(self.keys) or not wanted:
            return [float("nan")] * len(wanted)
        asked = np.array(wanted, dtype=np.int64)
        at = np.minimum(np.searchsorted(self.keys, asked), len(self.keys) - 1)
        found: list[float] = np.where(self.keys[at] == asked, self.values[at], np.nan).tolist()
        return found


def _view_of(user: User) -> _View:
    row = FieldView.objects.filter(user=user).values_list("keys", "values").first()
    kept, values = row or (b"", b"")
    return _View(np.frombuffer(bytes(kept), np.int64), np.frombuffer(bytes(values), np.float32))


def standing_of_authors(user: User, identity_ids: Iterable[int | None]) -> dict[int, float]:
    """How much the user's field listens to whoever is behind each identity, 0..1; those to whom nobody points are
    left out. Two queries, and one more for every five thousand.
    """
    view = _view_of(user)
    wanted = {one for one in identity_ids if one is not None}
    found: dict[int, float] = {}
    for some in in_pieces(set(wanted), AT_ONCE):
        rows = Membership.objects.visible_to(user).filter(identity__in=some)
        people: dict[int, tuple[int, float | None]] = {}
        columns = ("owner_id", "identity_id", "person_id", "person__merged_into_id", "person__standing")
        # A user's own row stands before the public one.
        for _, identity_id, person_id, merged, shared in sorted(
            rows.values_list(*columns), key=lambda row: row[0] is not None
        ):
            people[identity_id] = (merged or person_id, shared)
        nodes = [key_of(PERSON, people[pk][0]) if pk in people else key_of(IDENTITY, pk) for pk in some]
        for pk, own in zip(some, view.of(nodes), strict=True):
            value = own if own == own else (people.get(pk, (0, None))[1] or 0.0)
            if value > 0:
                found[pk] = value
    return found


def standing_of_sources(user: User, source_ids: Iterable[int | None]) -> dict[int, float]:
    """The same for sources: as the user sees it, else as everybody does."""
    view = _view_of(user)
    found: dict[int, float] = {}
    for some in in_pieces({one for one in source_ids if one is not None}, AT_ONCE):
        shared = dict(
            SourceStanding.objects.filter(pk__in=some, source__owner=None).values_list("pk", "standing")
        )
        for pk, own in zip(some, view.of([key_of(SOURCE, pk) for pk in some]), strict=True):
            value = own if own == own else shared.get(pk, 0.0)
            if value > 0:
                found[pk] = value
    return found


def most_listened_to(user: User, *, limit: int = FIRST) -> list[ListenedTo]:
    """The first of the user's field, each with the three who point at them most."""
    view = _view_of(user)
    order: list[int] = np.lexsort((view.keys, -view.values)).tolist()
    best: dict[int, float] = {}
    for at in order:
        kind, pk = kind_of(int(view.keys[at]))
        if kind == PERSON:
            best[pk] = float(view.values[at])
        if len(best) == 2 * limit:
            break
    here = here_of(user, best)
    people = visible_people(user).select_related("organization").in_bulk(set(here.values()))
    firsts = list(dict.fromkeys(here[pk] for pk in best if pk in here and here[pk] in people))[:limit]
    told = pointed_by(user, [pk for pk in best if here.get(pk) in firsts])
    by_here: dict[int, list[PointedBy]] = {}
    values: dict[int, float] = {}
    for pk, value in best.items():
        if here.get(pk) in firsts:
            by_here.setdefault(here[pk], told.get(pk, []))
            values.setdefault(here[pk], value)
    return [ListenedTo(people[pk], values[pk], by_here[pk]) for pk in firsts if by_here[pk]]


def pointed_by(user: User, person_ids: Iterable[int]) -> dict[int, list[PointedBy]]:
    """Who points most at each of these people: as the user sees it where that is known, else as everybody does."""
    asked = set(person_ids)
    rows = list(
        Pointing.objects.visible_to(user)
        .filter(person__in=asked)
        .select_related("by_person", "by_identity", "by_source")
        .order_by("-owner_id", "place", "-pk")
    )
    mine = {row.person_id for row in rows if row.owner_id is not None}
    rows = [row for row in rows if (row.owner_id is not None) == (row.person_id in mine)]
    here = here_of(user, {row.by_person_id for row in rows if row.by_person_id})
    people = Person.objects.visible_to(user).in_bulk(set(here.values()))
    items = _items(user, rows)
    found: dict[int, list[PointedBy]] = {}
    for row in rows:
        some = found.setdefault(row.person_id or 0, [])
        by = people.get(here.get(row.by_person_id or 0, 0))
        one = _pointed_by(row, by, [items[pk] for pk in row.items if pk in items], user)
        if one is not None and one.name not in {other.name for other in some}:
            some.append(one)
    return found


def _pointed_by(row: Pointing, by: Person | None, items: list[Item], user: User) -> PointedBy | None:
    if by is not None:
        return PointedBy(by.name, row.times, person=by, items=items)
    seen: Identity | Source | None = row.by_source or row.by_identity
    if seen is None or seen.owner_id not in (None, user.pk):
        return None
    return PointedBy(str(seen), row.times, source=row.by_source, items=items)


def _items(user: User, rows: Iterable[Pointing]) -> dict[int, Item]:
    wanted = {pk for row in rows for pk in row.items}
    return Item.objects.visible_to(user).only("pk", "title", "owner_id").in_bulk(wanted)
