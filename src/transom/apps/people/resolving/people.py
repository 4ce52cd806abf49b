"""From clusters of public identities to the people everybody sees."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from transom.apps.library.models import Identity
from transom.apps.people.models import VERSION, Membership, Person
from transom.apps.people.resolving.keeping import existing
from transom.apps.people.shelf import in_pieces


@dataclass(slots=True)
class Assigning:
    """Which person each cluster is: the one that goes by its smallest identity. `touched` are their keys.

    Load, decide and write are apart, so that only the last holds a transaction.
    """

    clusters: list[tuple[int, ...]]
    somebody: Collection[int]
    now: datetime
    touched: set[int] = field(default_factory=set)
    _founded: dict[int, Person] = field(default_factory=dict)
    _held: dict[int, Membership] = field(default_factory=dict)
    _orphans: dict[int, Person] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ids = [one for members in self.clusters for one in members]
        for some in in_pieces(ids):
            for person in Person.objects.filter(owner=None, founder__in=some):
                assert person.founder_id is not None
                self._founded[person.founder_id] = person
            for row in Membership.objects.filter(owner=None, identity__in=some).select_related("person"):
                self._held[row.identity_id] = row
                if row.person.founder_id is None:
                    self._orphans[row.identity_id] = row.person

    def write(self) -> None:
        """Call it inside a transaction."""
        there = existing({one for members in self.clusters for one in members})
        self.clusters = [kept for members in self.clusters if (kept := tuple(sorted(there & set(members))))]
        new: list[Membership] = []
        moved: list[Membership] = []
        gone: list[int] = []
        for members in self.clusters:
            person = self._person_of(members) if self._is_somebody(members) else None
            for one in members:
                row = self._held.get(one)
                if person is None:
                    gone += [row.pk] if row else []
                elif row is None:
                    new.append(Membership(identity_id=one, person=person))
                elif row.person_id != person.pk:
                    self.touched.add(row.person_id)
                    row.person = person
                    moved.append(row)
        Membership.objects.filter(pk__in=gone).delete()
        Membership.objects.bulk_update(moved, ["person"], batch_size=200)
        Membership.objects.bulk_create(new, batch_size=400)

    def _is_somebody(self, members: Iterable[int]) -> bool:
        return any(one in self.somebody for one in members)

    def _person_of(self, members: tuple[int, ...]) -> Person:
        founder = members[0]
        person = self._founded.get(founder) or self._adopted(members) or self._made(founder)
        self.touched.add(person.pk)
        if person.merged_into_id is not None:
            person.merged_into = None
            person.save(update_fields=["merged_into"])
        others = [self._founded[one].pk for one in members[1:] if one in self._founded]
        others = [pk for pk in others if pk != person.pk]
        if others:
            Person.objects.filter(pk__in=others).exclude(merged_into=person).update(merged_into=person)
            Person.objects.filter(merged_into__in=others).update(merged_into=person)
        return person

    def _adopted(self, members: Iterable[int]) -> Person | None:
        """A person whose smallest identity went keeps their key."""
        for one in members:
            orphan = self._orphans.get(one)
            if orphan is not None and orphan.founder_id is None:
                orphan.founder_id = min(members)
                orphan.save(update_fields=["founder"])
                return orphan
        return None

    def _made(self, founder: int) -> Person:
        name = Identity.objects.values_list("name", flat=True).get(pk=founder)
        person: Person = Person.objects.create(
            name=name, founder_id=founder, seen_at=self.now, created_at=self.now, rule_version=VERSION
        )
        return person
