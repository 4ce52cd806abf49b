"""From clusters of public identities to the people everybody sees."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import starmap

from django.db import transaction

from transom.apps.library.models import Identity
from transom.apps.people.models import VERSION, Membership, Person
from transom.apps.people.shelf import in_pieces
from transom.apps.people.writing import add, change, remove

AT_ONCE = 250


@dataclass(slots=True)
class _Known:
    """Of a person what it takes to say who is who."""

    pk: int
    founder_id: int | None
    merged_into_id: int | None = None


@dataclass(slots=True)
class Assigning:
    """Which person each cluster is: the one that goes by its smallest identity. `touched` are keys of those that
    were made, joined, parted, or gained or lost an identity.
    """

    clusters: Sequence[tuple[int, ...]]
    somebody: Collection[int]
    now: datetime
    touched: set[int] = field(default_factory=set)
    _founded: dict[int, _Known] = field(default_factory=dict)
    _held: dict[int, tuple[int, int]] = field(default_factory=dict)
    _orphans: dict[int, _Known] = field(default_factory=dict)
    _names: dict[int, str] = field(default_factory=dict)

    def write(self) -> None:
        """Reads what is there and writes the difference, a few rows a transaction."""
        self._read()
        clusters = [kept for members in self.clusters if (kept := self._alive(members))]
        for start in range(0, len(clusters), AT_ONCE):
            self._write(clusters[start : start + AT_ONCE])

    def _read(self) -> None:
        for some in in_pieces(one for members in self.clusters for one in members):
            self._read_founded(some)
            rows = Membership.objects.filter(owner=None, identity__in=some)
            for pk, identity_id, person_id, founder_id, merged in rows.values_list(
                "pk", "identity_id", "person_id", "person__founder_id", "person__merged_into_id"
            ):
                self._held[identity_id] = (pk, person_id)
                if founder_id is None:
                    self._orphans[identity_id] = _Known(person_id, None, merged)
            self._names |= dict(Identity.objects.filter(pk__in=some).values_list("pk", "name"))

    def _read_founded(self, founders: Collection[int]) -> None:
        rows = Person.objects.filter(owner=None, founder__in=founders)
        for known in starmap(_Known, rows.values_list("pk", "founder_id", "merged_into_id")):
            assert known.founder_id is not None
            self._founded[known.founder_id] = known

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
                row, held_by = self._held.get(one, (None, None))
                if held_by is None:
                    new.append((one, person.pk, VERSION))
                elif held_by != person.pk:
                    moved.append((person.pk, row))
                    self.touched.add(held_by)
                if held_by != person.pk:
                    self.touched.add(person.pk)
        gone = [self._held[one] for one in nobody if one in self._held]
        self.touched |= {person_id for _, person_id in gone}
        remove(Membership, [row for row, _ in gone])
        change(Membership, ("person_id",), moved)
        add(Membership, ("identity_id", "person_id", "rule_version"), new)

    def _is_known(self, members: tuple[int, ...]) -> bool:
        return members[0] in self._founded or any(one in self._orphans for one in members)

    def _make(self, founders: Sequence[int]) -> None:
        columns = ("name", "founder_id", "seen_at", "created_at", "rule_version", "description", "role")
        rows = [(self._names[one], one, self.now, self.now, VERSION, "", "") for one in founders]
        add(Person, columns, rows)
        self._read_founded(founders)
        self.touched |= {self._founded[one].pk for one in founders}

    def _person_of(self, members: tuple[int, ...]) -> _Known:
        person = self._founded.get(members[0]) or self._adopted(members)
        if person.merged_into_id is not None:
            person.merged_into_id = None
            Person.objects.filter(pk=person.pk).update(merged_into=None)
            self.touched.add(person.pk)
        others = [self._founded[one] for one in members[1:] if one in self._founded]
        away = [one.pk for one in others if one.pk != person.pk and one.merged_into_id != person.pk]
        if away:
            Person.objects.filter(pk__in=away).update(merged_into_id=person.pk)
            Person.objects.filter(merged_into__in=away).update(merged_into_id=person.pk)
            self.touched |= {person.pk, *away}
        return person

    def _adopted(self, members: Iterable[int]) -> _Known:
        """A person whose smallest identity went keeps their key."""
        members = list(members)
        for one in members:
            orphan = self._orphans.get(one)
            if orphan is not None and orphan.founder_id is None:
                orphan.founder_id = members[0]
                Person.objects.filter(pk=orphan.pk).update(founder_id=orphan.founder_id)
                self._founded[members[0]] = orphan
                return orphan
        self._make([members[0]])
        return self._founded[members[0]]
