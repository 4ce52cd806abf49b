"""All public identities at once, with the census taken anew: nightly, and when the library has grown much."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import chain, islice
from typing import Final

from django.db.models import Q

from transom.apps.base.beside import Shared, ahead, beside
from transom.apps.base.collector import rarely_collecting
from transom.apps.library.models import Identity
from transom.apps.people import counting, describing
from transom.apps.people.describing import describe, describe_some, forget_nobodies
from transom.apps.people.evidence import evidence_of_rows, fingerprint, is_somebody, said_by
from transom.apps.people.facets import recount
from transom.apps.people.models import VERSION, Decision, Membership, Person
from transom.apps.people.resolving.keeping import (
    Told,
    keep_doubts,
    keep_keys,
    keep_pairs,
    keep_traces,
    somebodies,
)
from transom.apps.people.resolving.people import Assigning
from transom.apps.people.shelf import Shelf, in_order, in_pieces
from transom.engine.resolve import Census, Resolution, Traits, resolve_traits, take, traits_of
from transom.engine.resolve import Decision as Answer
from transom.engine.resolve import Identity as Evidence
from transom.engine.resolve.bulk import Bulk

log = logging.getLogger("transom.people")

AT_ONCE: Final = 500
READ_AT_ONCE: Final = 2_000
KEYS_OF: Final = 25_000
MANY: Final = 50_000
"""From so many identities on DuckDB holds the keys, where it is installed."""


def resolve_everything(*, now: datetime) -> set[int]:
    """Who is who among all public identities; the keys of the people that changed by it.

    What is written is the difference, a few hundred rows a transaction; killed half-way, the next run finishes.
    """
    with rarely_collecting():
        return _resolve_everything(now)


def _resolve_everything(now: datetime) -> set[int]:
    read = _Read()
    census, resolve = _prepared(read, _answers())
    with beside(_keep_keys(read.traits)):
        found = resolve()
        counting.keep(census, now)
        assigning = Assigning(found.clusters, somebodies(read.traits.values()), now)
        assigning.write()
    pieces = Shared(in_pieces(assigning.touched | _not_described(), describing.AT_ONCE))
    with beside(chain(_keep_pairs(found), _described(pieces, now))):
        list(_described(pieces, now))
    described = _keep_traces(read)
    describe(described, now=now)
    forget_nobodies()
    recount()
    return assigning.touched | described


def _described(pieces: Iterable[Sequence[int]], now: datetime) -> Iterator[None]:
    for some in pieces:
        describe_some(some, now=now)
        yield


def _not_described() -> set[int]:
    """People whom an interrupted run, or an older rule, left as they are."""
    rows = Person.objects.filter(merged_into=None).filter(Q(described_at=None) | Q(rule_version__lt=VERSION))
    return set(rows.values_list("pk", flat=True))


@dataclass(slots=True)
class _Read:
    """Every public identity made ready, and what it said when this run read it: two hashes of 16 bytes each."""

    traits: Mapping[int, Traits] = field(default_factory=dict)
    _said: dict[int, bytes] = field(default_factory=dict)

    def evidence(self) -> Iterator[Evidence]:
        """Those that may be a person."""
        for rows, found in ahead(_evidence()):
            for one, row in zip(found, rows, strict=True):
                self._said[row.pk] = bytes.fromhex(fingerprint(one) + said_by(row))
                yield one

    def told(self, ids: Iterable[int]) -> dict[int, Told]:
        """What is kept of these."""
        return {
            pk: Told(self._said[pk][:16].hex(), self._said[pk][16:].hex(), is_somebody(self.traits[pk]))
            for pk in ids
        }


def _evidence() -> Iterator[tuple[list[Identity], list[Evidence]]]:
    """Some identities at a time, and what they say of themselves."""
    last = 0
    while rows := _rows_after(last):
        yield rows, list(evidence_of_rows(rows))
        last = rows[-1].pk


def _rows_after(last: int) -> list[Identity]:
    rows = Identity.objects.filter(owner=None, is_person=True, pk__gt=last).select_related("source")
    rows = rows.only(*(one.attname for one in Identity._meta.concrete_fields), "source__kind")
    return list(rows.order_by("pk")[:READ_AT_ONCE])


def _prepared(read: _Read, answers: Sequence[Answer]) -> tuple[Census, Callable[[], Resolution]]:
    """The census of all that is read, and what resolves it."""
    evidence = read.evidence()
    first = list(islice(evidence, MANY))
    if len(first) == MANY and _has_duckdb():
        bulk = Bulk(_both(first, evidence))
        read.traits = bulk.traits
        return bulk.census, partial(bulk.resolve, decisions=answers)
    read.traits = {one.id: traits_of(one) for one in _both(first, evidence)}
    census = take(read.traits.values())
    return census, partial(resolve_traits, read.traits, census, decisions=answers)


def _both(first: list[Evidence], rest: Iterator[Evidence]) -> Iterator[Evidence]:
    yield from first
    first.clear()
    yield from rest


def _has_duckdb() -> bool:
    try:
        import duckdb  # noqa: F401
    except ModuleNotFoundError:
        log.info("Without the extra “bulk” a large library takes more memory to resolve.")
        return False
    return True


def _answers() -> list[Answer]:
    given = Decision.objects.filter(everybody=True, same__isnull=False, a__owner=None, b__owner=None)
    return in_order(given.iterator(), None)


def _pieces(found: Resolution) -> Iterator[tuple[list[int], Resolution]]:
    """Some hundred identities at a time, with the pairs that begin with them and the questions about them."""
    ids = sorted(one for members in found.clusters for one in members)
    pairs, questions = iter(sorted(found.pairs)), sorted(found.questions, key=lambda one: min(one.a, one.b))
    pair, asked = next(pairs, None), 0
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        here = []
        while pair is not None and pair.a <= some[-1]:
            here.append(pair)
            pair = next(pairs, None)
        begin = asked
        while asked < len(questions) and min(questions[asked].a, questions[asked].b) <= some[-1]:
            asked += 1
        yield some, Resolution((), tuple(here), tuple(questions[begin:asked]))


def _keep_keys(traits: Mapping[int, Traits]) -> Iterator[None]:
    """Writes what identities are compared by, step by step."""
    # Many at once, since they are written in the order of their keys, and the index by key is large.
    for ids in in_pieces(traits, KEYS_OF):
        keep_keys(traits[one] for one in ids)
        yield


def _keep_pairs(found: Resolution) -> Iterator[None]:
    """Writes pairs and questions, step by step."""
    for ids, piece in _pieces(found):
        keep_pairs(piece.pairs, ids, Shelf(), by=("a",))
        keep_doubts(piece.questions, ids, Shelf(), by=("a",))
        yield


def _keep_traces(read: _Read) -> set[int]:
    """Writes last that all were compared; keys of the people of whom something else is shown by now."""
    people: set[int] = set()
    for ids in in_pieces(read.traits, AT_ONCE):
        other = keep_traces(read.told(ids))
        members = Membership.objects.filter(identity__in=other, owner=None)
        people |= set(members.values_list("person_id", flat=True)) if other else set()
    return people
