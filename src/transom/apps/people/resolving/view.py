"""One user's view: what identities of their own, and answers of their own, make of the people everybody sees.

Only the difference to the public view is kept: memberships with an owner, and public people joined away. A public
person stays who they are as long as their smallest identity is theirs; what a user's answer parts from it becomes
a person of the user's own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q

from transom.apps.library.models import Identity
from transom.apps.people import counting
from transom.apps.people.describing import describe
from transom.apps.people.evidence import evidence_of
from transom.apps.people.models import BlockKey, Decision, Joined, Membership, Person
from transom.apps.people.resolving.increment import describe_changed
from transom.apps.people.resolving.keeping import (
    existing,
    keep_doubts,
    keep_keys,
    keep_pairs,
    keep_traces,
    known_somebodies,
    somebodies,
    told_by,
)
from transom.apps.people.shelf import Shelf, in_pieces
from transom.engine.resolve import Census, Resolution, absorb, reconsider, take
from transom.engine.resolve.traits import traits_of

AT_ONCE: Final = 100


def refresh_view(user_id: int, ids: Collection[int], *, now: datetime) -> None:
    """Makes one user's view anew around some identities: their own new ones, and those others that changed."""
    census = counting.current() or _first_census(user_id)
    shelf = Shelf(user_id)
    own = Identity.objects.filter(owner=user_id, is_person=True)
    mine: set[int] = set()
    for some in in_pieces(ids):
        mine |= set(own.filter(pk__in=some).values_list("pk", flat=True))
    fresh = evidence_of(mine)
    for start in range(0, len(fresh), AT_ONCE):
        some_fresh = {one.id: one for one in fresh[start : start + AT_ONCE]}
        traits = {pk: traits_of(one) for pk, one in some_fresh.items()}
        answers = shelf.answers_around(traits.values())
        found = absorb(some_fresh.values(), shelf, census, decisions=answers)
        keep_keys(traits.values())
        keep_pairs(found.pairs, some_fresh, shelf)
        _keep(user_id, found, now, somebodies(traits.values()))
        rows = own.filter(pk__in=some_fresh)
        keep_traces({row.pk: told_by(some_fresh[row.pk], row, traits[row.pk]) for row in rows})
    describe_changed(mine, now=now)
    rest = set(ids) - mine
    if rest:
        _keep(user_id, reconsider(rest, shelf, census, decisions=shelf.answers_near(rest)), now)


def users_with_views() -> list[int]:
    """Users who see anything otherwise than everybody: they have sources, or gave answers, of their own."""
    found = set(Identity.objects.exclude(owner=None).values_list("owner_id", flat=True).distinct())
    found |= set(
        Decision.objects.filter(everybody=False, same__isnull=False)
        .values_list("user_id", flat=True)
        .distinct()
    )
    return sorted(found)


def own_ends(user_id: int) -> set[int]:
    """The identities a user's view begins with: their own, and those their answers are about."""
    found = set(Identity.objects.filter(owner=user_id).values_list("pk", flat=True))
    given = Decision.objects.filter(user=user_id, everybody=False, same__isnull=False)
    for ends in given.values_list("a_id", "b_id"):
        found.update(ends)
    return found


def views_touched(ids: Collection[int]) -> dict[int, set[int]]:
    """From users to those of the public identities around which their own view has to be made anew."""
    found: dict[int, set[int]] = {}

    def add(rows: Iterable[tuple[int, int]]) -> None:
        for user_id, one in rows:
            found.setdefault(user_id, set()).add(one)

    for some in in_pieces(ids):
        add(
            Membership.objects.filter(identity__in=some)
            .exclude(owner=None)
            .values_list("owner_id", "identity")
        )
        for side in ("a", "b"):
            given = Decision.objects.filter(everybody=False, same__isnull=False, **{f"{side}__in": some})
            add(given.values_list("user_id", side))
        keys = BlockKey.objects.filter(identity__in=some).values("key")
        theirs = BlockKey.objects.filter(key__in=keys).exclude(identity__owner=None)
        add(theirs.values_list("identity__owner_id", "identity_id").distinct()[:2000])
    return found


def _first_census(user_id: int) -> Census:
    """Counts for a view before anything public was counted."""
    ids = Identity.objects.filter(Q(owner=None) | Q(owner=user_id), is_person=True).order_by("pk")
    return take(map(traits_of, evidence_of(ids.values_list("pk", flat=True)[:20_000])))


def _keep(user_id: int, found: Resolution, now: datetime, fresh: Collection[int] = ()) -> None:
    ids = {one for members in found.clusters for one in members}
    overlay = _Overlay(user_id, list(found.clusters), known_somebodies(ids) | set(fresh), now)
    own = existing_of(user_id, ids)
    shelf = Shelf(user_id)
    with transaction.atomic():
        overlay.write()
    asked = [one for one in found.questions if own & {one.a, one.b}]
    keep_doubts(asked, own, shelf)
    describe(overlay.touched, now=now)


def existing_of(user_id: int, ids: Collection[int]) -> set[int]:
    """Those of the identities that are this user's own."""
    found: set[int] = set()
    for some in in_pieces(ids):
        found |= set(Identity.objects.filter(pk__in=some, owner=user_id).values_list("pk", flat=True))
    return found


@dataclass(slots=True)
class _Overlay:
    """What of some clusters differs from the public view. `touched` are keys of the user's own people."""

    user_id: int
    clusters: list[tuple[int, ...]]
    somebody: Collection[int]
    now: datetime
    touched: set[int] = field(default_factory=set)
    _public: dict[int, int] = field(default_factory=dict)
    _founded: dict[int, Person] = field(default_factory=dict)
    _own: dict[int, Person] = field(default_factory=dict)
    _held: dict[int, Membership] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ids = [one for members in self.clusters for one in members]
        for some in in_pieces(ids):
            rows = Membership.objects.filter(identity__in=some)
            self._public |= dict(rows.filter(owner=None).values_list("identity_id", "person_id"))
            self._held |= {row.identity_id: row for row in rows.filter(owner=self.user_id)}
            for person in Person.objects.filter(founder__in=some).filter(
                Q(owner=None, merged_into=None) | Q(owner=self.user_id)
            ):
                assert person.founder_id is not None
                of = self._founded if person.owner_id is None else self._own
                of[person.founder_id] = person

    def write(self) -> None:
        """Call it inside a transaction."""
        there = existing({one for members in self.clusters for one in members})
        wanted: dict[int, int] = {}
        away: dict[int, int] = {}
        for members in self.clusters:
            alive = [one for one in members if one in there]
            if not alive or not any(one in self.somebody for one in alive):
                continue
            target = self._target(alive)
            for one in alive:
                if self._public.get(one) != target.pk:
                    wanted[one] = target.pk
                if one in self._founded and self._founded[one].pk != target.pk:
                    away[self._founded[one].pk] = target.pk
        self._write_members(wanted)
        self._write_joined(away)

    def _target(self, members: list[int]) -> Person:
        public = [self._founded[one] for one in members if one in self._founded]
        target = public[0] if public else self._own.get(members[0]) or self._made(members[0])
        own = [self._own[one] for one in members if one in self._own and self._own[one].pk != target.pk]
        for person in own:
            person.merged_into = target
            person.save(update_fields=["merged_into"])
            Person.objects.filter(merged_into=person).update(merged_into=target)
        if target.owner_id is not None:
            self.touched.add(target.pk)
            if target.merged_into_id is not None:
                target.merged_into = None
                target.save(update_fields=["merged_into"])
        return target

    def _made(self, founder: int) -> Person:
        name = Identity.objects.values_list("name", flat=True).get(pk=founder)
        person: Person = Person.objects.create(
            owner_id=self.user_id,
            actor_id=self.user_id,
            name=name,
            founder_id=founder,
            seen_at=self.now,
            created_at=self.now,
        )
        return person

    def _write_members(self, wanted: dict[int, int]) -> None:
        stale = [row.pk for one, row in self._held.items() if wanted.get(one) != row.person_id]
        Membership.objects.filter(pk__in=stale).delete()
        Membership.objects.bulk_create(
            [
                Membership(identity_id=one, person_id=person, owner_id=self.user_id, actor_id=self.user_id)
                for one, person in wanted.items()
                if one not in self._held or self._held[one].person_id != person
            ]
        )

    def _write_joined(self, away: dict[int, int]) -> None:
        keys = [person.pk for person in self._founded.values()]
        there = {row.person_id: row for row in Joined.objects.filter(user=self.user_id, person__in=keys)}
        stale = [row.pk for pk, row in there.items() if away.get(pk) != row.into_id]
        Joined.objects.filter(pk__in=stale).delete()
        Joined.objects.bulk_create(
            [
                Joined(user_id=self.user_id, actor_id=self.user_id, person_id=pk, into_id=into)
                for pk, into in away.items()
                if pk not in there or there[pk].into_id != into
            ]
        )
