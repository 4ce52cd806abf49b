"""The nodes of standing: people, identities behind whom nobody is known yet, and sources.

A place of one's own (a blog, a podcast, an account) whose only author is one person *is* that person: who points
at the one points at the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import numpy as np
from django.db.models import Q, QuerySet
from numpy.typing import NDArray

from transom.apps.library.models import Identity
from transom.apps.people.models import Joined, Membership, Person
from transom.apps.sources.models import Source, SourceKind
from transom.engine.core import addresses

PERSON: Final = 0
IDENTITY: Final = 1
SOURCE: Final = 2
KINDS: Final = 4
OWN_PLACES: Final = ("blog", "podcast", "social")
AT_ONCE: Final = 5000

Keys = NDArray[np.int64]


def key_of(kind: int, pk: int) -> int:
    """One number for a node of any kind: what is stored."""
    return pk * KINDS + kind


def kind_of(key: int) -> tuple[int, int]:
    """(kind, primary key) of a node."""
    return key % KINDS, key // KINDS


@dataclass(slots=True)
class Nodes:
    """Nodes numbered from 0 in the order they were met."""

    keys: list[int] = field(default_factory=list)
    _at: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, keys: Iterable[int]) -> Nodes:
        """The nodes of these keys, in their order."""
        listed = list(keys)
        return cls(listed, {key: at for at, key in enumerate(listed)})

    def __len__(self) -> int:
        return len(self.keys)

    def number(self, key: int) -> int:
        """The number of a node, a new one where it has none yet."""
        at = self._at.setdefault(key, len(self.keys))
        if at == len(self.keys):
            self.keys.append(key)
        return at

    def find(self, key: int) -> int | None:
        """The number of a node; None where it is not among these."""
        return self._at.get(key)

    def copy(self) -> Nodes:
        """The same nodes, to which more may come without changing these."""
        return Nodes(list(self.keys), dict(self._at))


@dataclass(slots=True)
class Who:
    """Which node is behind an identity and a source: for everybody, or as one user sees it (`user_id`)."""

    user_id: int | None = None
    _people: dict[int, int] = field(default_factory=dict)
    _here: dict[int, int] = field(default_factory=dict)
    _nobodies: set[int] = field(default_factory=set)
    _at: dict[int, int] = field(default_factory=dict)
    _own: dict[int, int] = field(default_factory=dict)
    _curators: set[int] = field(default_factory=set)
    _hosts: dict[str, int] = field(default_factory=dict)

    @classmethod
    def load(cls, user_id: int | None = None) -> Who:
        """Reads it from the library, some thousand rows at a time."""
        who = cls(user_id)
        who._read_people()
        who._read_identities()
        who._read_sources()
        return who

    def sees(self) -> Q:
        """Rows within this view."""
        return Q(owner=None) if self.user_id is None else Q(owner=None) | Q(owner_id=self.user_id)

    def identity(self, pk: int) -> int:
        """The node behind an identity: its person; its source, where it is nobody in particular; else itself."""
        if pk in self._people:
            return key_of(PERSON, self._people[pk])
        if pk in self._nobodies:
            return self.source(self._at[pk])
        return key_of(IDENTITY, pk)

    def person(self, pk: int) -> int | None:
        """Who a person is by now; None for somebody who is gone."""
        return self._here.get(pk)

    def source(self, pk: int) -> int:
        """The node behind a source: its only author, or itself."""
        return self._own.get(pk) or key_of(SOURCE, pk)

    def endorser(self, identity_id: int, source_id: int) -> int:
        """Who points, where this identity does at this source: a curated newsletter points as itself."""
        return self.source(source_id) if source_id in self._curators else self.identity(identity_id)

    def own_places(self) -> Iterator[tuple[int, int]]:
        """Sources that stand for their only author: the key of each, and the node it is."""
        yield from self._own.items()

    def at_host(self, host: str) -> int | None:
        """The node of the one source that has this host to itself; None where there is none, or several."""
        pk = self._hosts.get(host)
        return self.source(pk) if pk else None

    def authors_of(self, source_ids: Iterable[int]) -> dict[int, list[int]]:
        """The nodes that write each of some sources."""
        found: dict[int, set[int]] = {}
        for some in pieces(source_ids):
            rows = Identity.objects.filter(self.sees(), source__in=some).values_list("source_id", "pk")
            for source_id, pk in rows:
                found.setdefault(source_id, set()).add(self.identity(pk))
        return {source_id: sorted(keys) for source_id, keys in found.items()}

    def _read_people(self) -> None:
        merged = dict(
            Person.objects.filter(self.sees(), merged_into__isnull=False).values_list("pk", "merged_into_id")
        )
        joined = {}
        if self.user_id is not None:
            joined = dict(Joined.objects.filter(user_id=self.user_id).values_list("person_id", "into_id"))
        rows = Membership.objects.filter(self.sees()).order_by("owner_id", "pk")
        own: dict[int, int] = {}
        for owner_id, identity_id, person_id in rows.values_list(
            "owner_id", "identity_id", "person_id"
        ).iterator(chunk_size=AT_ONCE):
            here = merged.get(person_id, person_id)
            self._here[person_id] = here
            # A user's own row stands before everybody's.
            (self._people if owner_id is None else own)[identity_id] = joined.get(here, here)
        self._people |= own
        self._here |= merged

    def _read_identities(self) -> None:
        rows = Identity.objects.filter(self.sees()).order_by("pk").values_list("pk", "source_id", "is_person")
        somebody: dict[int, int | None] = {}
        for pk, source_id, is_person in rows.iterator(chunk_size=AT_ONCE):
            if not is_person:
                self._nobodies.add(pk)
                self._at[pk] = source_id
            elif pk in self._people:
                person = self._people[pk]
                known = somebody.setdefault(source_id, person)
                somebody[source_id] = person if known == person else None
            else:
                somebody[source_id] = None
        self._own = {pk: key_of(PERSON, one) for pk, one in somebody.items() if one is not None}

    def _read_sources(self) -> None:
        rows = Source.objects.filter(self.sees()).exclude(kind=SourceKind.HANDED_IN).order_by("pk")
        hosts: dict[str, int | None] = {}
        alone: set[int] = set()
        for pk, channel, site, host, connector in rows.values_list(
            "pk", "channel", "site", "host", "connector"
        ).iterator(chunk_size=AT_ONCE):
            if channel in OWN_PLACES:
                alone.add(pk)
            if channel == "newsletter":
                self._curators.add(pk)
            if not connector and _at_root(site):
                name = addresses.host_of(site) or host
                hosts[name] = pk if name not in hosts else None
        self._own = {pk: key for pk, key in self._own.items() if pk in alone}
        self._hosts = {name: pk for name, pk in hosts.items() if pk is not None and name}


def _at_root(site: str) -> bool:
    """Whether a site is all of its host, and not one of the many that live there."""
    return not site or urlsplit(site).path.strip("/") == ""


def organisations_of(keys: Sequence[int]) -> NDArray[np.int64]:
    """The organisation each node works for, by its key; -1 where nobody said."""
    found = np.full(len(keys), -1, dtype=np.int64)
    places = {key // KINDS: at for at, key in enumerate(keys) if key % KINDS == PERSON}
    for some in pieces(places):
        rows: QuerySet[Person, Any] = Person.objects.filter(pk__in=some, organization__isnull=False)
        for pk, organisation in rows.values_list("pk", "organization_id"):
            found[places[pk]] = organisation
    return found


def pieces(ids: Iterable[int], size: int = AT_ONCE) -> Iterable[list[int]]:
    """Keys in their order, some thousand at a time: both databases take that many in a question."""
    ordered = sorted(set(ids))
    return (ordered[start : start + size] for start in range(0, len(ordered), size))
