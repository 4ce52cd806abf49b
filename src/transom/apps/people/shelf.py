"""What earlier runs left, as `engine.resolve` asks for it, and as far as one user, or everybody, may know it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Q

from transom.apps.library.models import Identity
from transom.apps.people.evidence import evidence_of
from transom.apps.people.models import BlockKey, Decision, Doubt, Pair
from transom.engine.resolve import Decision as Answer
from transom.engine.resolve import Identity as Evidence
from transom.engine.resolve import Pair as Weighed
from transom.engine.resolve.block import keys_of, largest, looked_up, number
from transom.engine.resolve.traits import Traits

AT_ONCE: Final = 400
Sides = tuple[str, ...]
BOTH: Final = ("a", "b")
SUMS: Final = ("who", "activity", "organization", "company", "joined", "parted")
"""What a pair is kept with."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The library of an incremental run. `user_id` is whose view it is; None for everybody's."""

    user_id: int | None = None

    def sharing(self, keys: Collection[str]) -> Iterator[tuple[str, int]]:
        """(key, identity) of all stored identities that have one of the keys; of a key that too many have to be
        compared only so many that this shows.
        """
        named = {number(key): key for key in keys}
        for some in in_pieces(named):
            counted = BlockKey.objects.filter(key__in=some).values_list("key").annotate(n=Count("pk"))
            # Counted without asking whose they are, which the index alone can tell.
            common = [key for key, n in counted if n > largest(named[key])]
            rows = BlockKey.objects.filter(self.sees("identity"), key__in=set(some) - set(common))
            yield from ((named[key], one) for key, one in rows.values_list("key", "identity_id"))
            for key in common:
                rows = BlockKey.objects.filter(self.sees("identity"), key=key)
                few = rows.values_list("identity_id", flat=True)[: largest(named[key]) + 1]
                yield from ((named[key], one) for one in few)

    def identities(self, ids: Collection[int]) -> Iterable[Evidence]:
        """The identities themselves."""
        return evidence_of(ids)

    def pairs(self, ids: Collection[int]) -> Iterator[Weighed]:
        """Kept pairs of which at least one side is among the ids."""
        yield from (weighed(row[1:]) for row in self.rows_of(Pair, SUMS, ids))

    def rows_of(
        self, model: type[Pair] | type[Doubt], columns: Sequence[str], ids: Iterable[int], by: Sides = BOTH
    ) -> Iterator[tuple[Any, ...]]:
        """(key, a, b, *columns) of what is kept between two identities of this view, one side `by` among the ids."""
        for some in in_pieces(ids):
            rows: list[tuple[Any, ...]] = []
            for side in by:
                kept = model.objects.filter(**{f"{side}__in": some})
                rows += kept.values_list("pk", "a_id", "b_id", *columns)
            # Asked apart: joined to both ends, PostgreSQL reads all identities for a few hundred pairs.
            visible = self.visible({end for row in rows for end in row[1:3]}) if rows else set()
            yield from (row for row in rows if row[1] in visible and row[2] in visible)

    def visible(self, ids: Collection[int]) -> set[int]:
        """Those of the identities that are within this view."""
        found: set[int] = set()
        for some in in_pieces(ids):
            found |= set(Identity.objects.filter(self._within(), pk__in=some).values_list("pk", flat=True))
        return found

    def answers_around(self, traits: Collection[Traits]) -> list[Answer]:
        """The answers that bear on some identities, and on the stored ones they are compared with."""
        if not self._is_answered():
            return []
        keys = looked_up(key for one in traits for key in keys_of(one))
        return self.answers_near({one.id for one in traits} | {one for _, one in self.sharing(keys)})

    def answers_near(self, ids: Collection[int]) -> list[Answer]:
        """The answers that bear on these identities' people, the later last; a user's own after all others."""
        if not self._is_answered():
            return []
        edge, seen, rows = set(ids), set[int](), dict[int, Decision]()
        while edge:
            seen |= edge
            reached = {end for pair in self.pairs(edge) for end in (pair.a, pair.b)}
            for one in self._answers(edge):
                rows[one.pk] = one
                reached |= {one.a_id, one.b_id}
            edge = reached - seen
        return in_order(rows.values(), self.user_id)

    def _given(self) -> Q:
        return Q(everybody=True) if self.user_id is None else Q(everybody=True) | Q(user_id=self.user_id)

    def _is_answered(self) -> bool:
        return Decision.objects.filter(self._given(), same__isnull=False).exists()

    def _answers(self, ids: Collection[int]) -> Iterator[Decision]:
        seen = self.sees("a") & self.sees("b")
        for some in in_pieces(ids):
            for side in ("a__in", "b__in"):
                yield from Decision.objects.filter(self._given(), seen, same__isnull=False, **{side: some})

    def sees(self, identity: str) -> Q:
        """Identities within this view."""
        return self._within(f"{identity}__")

    def _within(self, path: str = "") -> Q:
        public = Q(**{f"{path}owner": None})
        return public if self.user_id is None else public | Q(**{f"{path}owner": self.user_id})


def weighed(row: Sequence[Any]) -> Weighed:
    """A stored pair as the engine knows it."""
    return Weighed(*row)


def in_order(rows: Iterable[Decision], user_id: int | None) -> list[Answer]:
    """Answers as the engine takes them: of two about one pair the last counts, and a user's own before all."""
    ordered = sorted(rows, key=lambda one: (one.user_id == user_id, one.at, one.pk))
    return [Answer(one.a_id, one.b_id, bool(one.same)) for one in ordered]


def in_pieces(ids: Iterable[int], size: int = AT_ONCE) -> Iterator[list[int]]:
    """Keys in their order, some hundred at a time, as databases limit the length of a query."""
    ordered = sorted(ids)
    yield from (ordered[start : start + size] for start in range(0, len(ordered), size))
