"""From clusters of public identities to the people everybody sees."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from transom.apps.library.models import Identity
from transom.apps.people.models import VERSION, Membership, Person
from transom.apps.people.shelf import in_pieces
from transom.apps.people.writing import add, change, remove

AT_ONCE = 100


@dataclass(slots=True)
class Assigning:
    """Which person each cluster is: the one that goes by its smallest identity. `touched` are keys of those that
    were made, joined, parted, or gained or lost an identity.
    """

    clusters: Sequence[tuple[int, ...]]
    somebody: Collection[int]
    now: datetime
    touched: set[int] = field(default_factory=set)
    _founded: dict[int, Person] = field(default_factory=dict)
    _held: dict[int, Membership] = field(default_factory=dict)
    _orphans: dict[int, Person] = field(default_factory=dict)
    _names: dict[int, str] = field(default_factory=dict)

    def write(self) -> None:
        """Reads what is there and writes the difference, a few rows a transaction."""
        self._read()
        clusters = [kept for members in self.clusters if (kept := self._alive(members))]
        for start in range(0, len(clusters), AT_ONCE):
            self._write(clusters[start : start + AT_ONCE])

    def _read(self) -> None:
        for some in in_pieces(one for members in self.clusters for one in members):
            for person in Person.objects.filter(owner=None, founder__in=some):
                assert person.founder_id is not None
                self._founded[person.founder_id] = person
            for row in Membership.objects.filter(owner=None, identity__in=some).select_related("person"):
                self._held[row.identity_id] = row
                if row.person.founder_id is None:
                    self._orphans[row.identity_id] = row.person
            self._names |= dict(Identity.objects.filter(pk__in=some).values_list("pk", "name"))

    def _alive(self, members: Iterable[int]) -> tuple[int, ...]:
        return tuple(one for one in members if one in self._names)

    def _write(self, clusters: Sequence[tuple[int, ...]]) -> None:
        known = [members for members in clusters if any(one in self.somebody for one in members)]
        nobody = {one for members in clusters for one in members} - {one for some in known for one in some}
        with transaction.atomic():
            self._make([members[0] for members in known if not self._is_known(members)])
            people = {members[0]: self._person_of(members) for members in known}
        new, moved = [], []
        for members in known:
            person = people[members[0]]
            for one in members:
                row = self._held.get(one)
                if row is None:
                    new.append((one, person.pk, VERSION))
                elif row.person_id != person.pk:
                    moved.append((person.pk, row.pk))
                    self.touched.add(row.person_id)
                if row is None or row.person_id != person.pk:
                    self.touched.add(person.pk)
        gone = [self._held[one] for one in nobody if one in self._held]
        self.touched |= {row.person_id for row in gone}
        remove(Membership, [row.pk for row in gone])
        change(Membership, ("person_id",), moved)
        add(Membership, ("identity_id", "person_id", "rule_version"), new)

    def _is_known(self, members: tuple[int, ...]) -> bool:
        return members[0] in self._founded or any(one in self._orphans for one in members)

    def _make(self, founders: Sequence[int]) -> None:
        made = Person.objects.bulk_create(
            [
                Person(
                    name=self._names[one],
                    founder_id=one,
                    seen_at=self.now,
                    created_at=self.now,
                    rule_version=VERSION,
                )
                for one in founders
            ]
        )
        self._founded |= dict(zip(founders, made, strict=True))
        self.touched |= {person.pk for person in made}

    def _person_of(self, members: tuple[int, ...]) -> Person:
        person = self._founded.get(members[0]) or self._adopted(members)
        if person.merged_into_id is not None:
            person.merged_into = None
            person.save(update_fields=["merged_into"])
            self.touched.add(person.pk)
        others = [self._founded[one] for one in members[1:] if one in self._founded]
        away = [one.pk for one in others if one.pk != person.pk and one.merged_into_id != person.pk]
        if away:
            Person.objects.filter(pk__in=away).update(merged_into=person)
            Person.objects.filter(merged_into__in=away).update(merged_into=person)
            self.touched |= {person.pk, *away}
        return person

    def _adopted(self, members: Iterable[int]) -> Person:
        """A person whose smallest identity went keeps their key."""
        members = list(members)
        for one in members:
            orphan = self._orphans.get(one)
            if orphan is not None and orphan.founder_id is None:
                orphan.founder_id = members[0]
                orphan.save(update_fields=["founder"])
                self._founded[members[0]] = orphan
                return orphan
        self._make([members[0]])
        return self._founded[members[0]]
