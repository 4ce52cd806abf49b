"""The nodes of standing: people, identities behind whom nobody is known yet, and sources.

A place of one's own (a blog, a podcast, an account) whose only author is one person *is* that person: who points
at the one points at the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

import numpy as np
from django.db.models import Q
from numpy.typing import NDArray

from transom.apps.base.numbers import as_number, numbers
from transom.apps.library.models import Identity
from transom.apps.people.models import Joined, Membership, Person
from transom.apps.people.shelf import in_pieces
from transom.apps.people.standing.tables import NONE, NOTHING, Keys, Table
from transom.apps.sources.models import Source, SourceKind
from transom.engine.core import addresses

PERSON: Final = 0
IDENTITY: Final = 1
SOURCE: Final = 2
KINDS: Final = 4
OWN_PLACES: Final = ("blog", "podcast", "social")
AT_ONCE: Final = 5000


def key_of(kind: int, pk: int) -> int:
    """One number for a node of any kind: what is stored."""
    return pk * KINDS + kind


def kind_of(key: int | np.int64) -> tuple[int, int]:
    """(kind, primary key) of a node."""
    return int(key) % KINDS, int(key) // KINDS


@dataclass(slots=True)
class Who:
    """Which node is behind an identity and a source: for everybody, or as one user sees it (`user_id`)."""

    user_id: int | None = None
    _behind: Table = NOTHING
    _here: Table = NOTHING
    _own: Table = NOTHING
    _curators: Keys = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    _hosts: dict[str, int] = field(default_factory=dict)

    @classmethod
    def load(cls, user_id: int | None = None) -> Who:
        """Reads it from the library, as arrays."""
        who = cls(user_id)
        sources = Source.objects.filter(who.sees())
        who._curators = numbers(sources.filter(channel="newsletter").order_by("pk"), "pk")[:, 0]
        who._read_identities(who._read_people())
        who._read_hosts()
        return who

    def sees(self) -> Q:
        """Rows within this view."""
        return Q(owner=None) if self.user_id is None else Q(owner=None) | Q(owner_id=self.user_id)

    def identities(self, pks: Keys) -> Keys:
        """The node behind each identity: its person; its source, where it is nobody in particular; else itself."""
        return self._behind(pks, pks * KINDS + IDENTITY)

    def people(self, pks: Keys) -> Keys:
        """Who each person is by now; NONE for somebody who is gone."""
        return self._here(pks, NONE)

    def sources(self, pks: Keys) -> Keys:
        """The node behind each source: its only author, or itself."""
        return self._own(pks, pks * KINDS + SOURCE)

    def endorsers(self, identities: Keys, sources: Keys) -> Keys:
        """Who points, where an identity does at a source: a curated newsletter points as itself."""
        as_itself = np.isin(sources, self._curators)
        return np.where(as_itself, self.sources(sources), self.identities(identities))

    def source(self, pk: int) -> int:
        """The node behind one source."""
        return self._own.get(pk, key_of(SOURCE, pk))

    def own_places(self) -> tuple[Keys, Keys]:
        """Sources that stand for their only author: the primary key of each, and the key of the node it is."""
        return self._own.keys, self._own.values

    def at_hosts(self, hosts: Iterable[str]) -> Keys:
        """The node of the one source that has each host to itself; NONE where there is none, or several."""
        found = np.array([self._hosts.get(host, NONE) for host in hosts], dtype=np.int64)
        return np.where(found == NONE, NONE, self.sources(found))

    def authors_of(self, source_ids: Iterable[int]) -> dict[int, list[int]]:
        """The nodes that write each of some sources."""
        found: dict[int, set[int]] = {}
        for some in in_pieces(set(source_ids), AT_ONCE):
            rows = numbers(Identity.objects.filter(self.sees(), source__in=some), "source_id", "pk")
            for source_id, key in zip(rows[:, 0].tolist(), self.identities(rows[:, 1]).tolist(), strict=True):
                found.setdefault(source_id, set()).add(key)
        return {source_id: sorted(keys) for source_id, keys in found.items()}

    def _read_people(self) -> Table:
        """From identities to people; a user's own rows stand before everybody's."""
        gone = Person.objects.filter(self.sees(), merged_into__isnull=False)
        merged = _table(numbers(gone, "pk", "merged_into_id"))
        rows = numbers(Membership.objects.filter(self.sees()), "identity_id", "person_id", "owner_id")
        here = merged(rows[:, 1], rows[:, 1])
        self._here = Table.of(
            np.concatenate([rows[:, 1], merged.keys]), np.concatenate([here, merged.values])
        )
        if self.user_id is not None:
            away = numbers(Joined.objects.filter(user_id=self.user_id), "person_id", "into_id")
            here = _table(away)(here, here)
        own_last = np.argsort(rows[:, 2] > 0, kind="stable")
        return Table.of(rows[own_last, 0], here[own_last])

    def _read_identities(self, people: Table) -> None:
        asked = Identity.objects.filter(self.sees()).order_by("pk")
        rows = numbers(asked, "pk", "source_id", as_number("is_person"))
        pks, sources, somebody = rows[:, 0], rows[:, 1], rows[:, 2] > 0
        person = people(pks, NONE)
        places = Source.objects.filter(self.sees(), channel__in=OWN_PLACES)
        self._own = _only_authors(
            sources[somebody], person[somebody], numbers(places.order_by("pk"), "pk")[:, 0]
        )
        nobody = np.where(somebody, pks * KINDS + IDENTITY, self.sources(sources))
        self._behind = Table.of(pks, np.where(person == NONE, nobody, person * KINDS + PERSON))

    def _read_hosts(self) -> None:
        rows = Source.objects.filter(self.sees(), connector="").exclude(kind=SourceKind.HANDED_IN)
        hosts: dict[str, int] = {}
        for pk, site, host in rows.values_list("pk", "site", "host").iterator(chunk_size=AT_ONCE):
            if _at_root(site):
                name = addresses.host_of(site) or host
                hosts[name] = pk if name not in hosts else NONE
        self._hosts = {name: pk for name, pk in hosts.items() if pk != NONE and name}


def _table(rows: Keys) -> Table:
    return Table.of(rows[:, 0], rows[:, 1])


def _only_authors(sources: Keys, people: Keys, places: Keys) -> Table:
    """Those of the places that one person alone writes, and who that is; from identities' sources and people."""
    there = np.isin(sources, places)
    sources, people = sources[there], people[there]
    if not len(sources):
        return NOTHING
    order = np.argsort(sources, kind="stable")
    sources, people = sources[order], people[order]
    starts = np.flatnonzero(np.append(True, sources[1:] != sources[:-1]))
    least, most = np.minimum.reduceat(people, starts), np.maximum.reduceat(people, starts)
    alone = (least == most) & (least != NONE)
    return Table.of(sources[starts][alone], least[alone] * KINDS + PERSON)


def _at_root(site: str) -> bool:
    """Whether a site is all of its host, and not one of the many that live there."""
    return not site or urlsplit(site).path.strip("/") == ""


def organisations_of(keys: Keys) -> NDArray[np.int64]:
    """The organisation each node works for, by its key; -1 where nobody said."""
    rows = numbers(Person.objects.filter(organization__isnull=False), "pk", "organization_id")
    known = Table.of(rows[:, 0], rows[:, 1])(keys // KINDS, NONE)
    return np.where(keys % KINDS == PERSON, known, NONE)
