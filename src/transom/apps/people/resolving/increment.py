"""A day's new identities, and those that say something else than yesterday."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Final

from transom.apps.library.models import Identity
from transom.apps.people import counting
from transom.apps.people.describing import describe
from transom.apps.people.evidence import evidence_of, fingerprint, said_by
from transom.apps.people.models import VERSION, Membership, Trace
from transom.apps.people.resolving.everything import resolve_everything
from transom.apps.people.resolving.keeping import (
    keep_doubts,
    keep_keys,
    keep_pairs,
    keep_traces,
    known_somebodies,
    somebodies,
    told_by,
)
from transom.apps.people.resolving.people import Assigning
from transom.apps.people.shelf import Shelf, in_pieces
from transom.apps.people.writing import change
from transom.engine.resolve import Identity as Evidence
from transom.engine.resolve import Resolution, absorb, reconsider
from transom.engine.resolve.traits import traits_of

log = logging.getLogger("transom.people")

AT_ONCE: Final = 100


def absorb_identities(ids: Iterable[int], *, now: datetime) -> set[int]:
    """Compares new and changed public identities with all others; the keys of the people it touched.

    The library is resolved as a whole where it has grown by a quarter since it was counted.
    """
    ids = set(ids)
    fresh = changed(ids)
    return (_absorb(fresh, now) if fresh else set()) | describe_changed(ids, now=now)


def _absorb(fresh: list[Evidence], now: datetime) -> set[int]:
    census = counting.current()
    if census is None or counting.has_grown(census, len(fresh)):
        return resolve_everything(now=now)
    touched: set[int] = set()
    for start in range(0, len(fresh), AT_ONCE):
        some = fresh[start : start + AT_ONCE]
        answers = Shelf().answers_around([traits_of(one) for one in some])
        found = absorb(some, Shelf(), census, decisions=answers)
        touched |= keep(found, some, now=now)
    return touched


def reconsider_identities(ids: Collection[int], *, now: datetime) -> set[int]:
    """Makes the people around some public identities anew, after an answer or after one was taken back."""
    census = counting.current()
    if census is None:
        return set()
    answers = Shelf().answers_near(ids)
    return keep(reconsider(ids, Shelf(), census, decisions=answers), (), now=now)


def keep(found: Resolution, fresh: Sequence[Evidence], *, now: datetime) -> set[int]:
    """Stores what an incremental run found; the keys of the people that it changed."""
    ids = {one for members in found.clusters for one in members}
    new = {one.id for one in fresh}
    traits = {one.id: traits_of(one) for one in fresh}
    keep_keys(traits.values())
    keep_pairs(found.pairs, new, Shelf())
    keep_doubts(found.questions, ids, Shelf())
    assigning = Assigning(found.clusters, known_somebodies(ids - new) | somebodies(traits.values()), now)
    assigning.write()
    describe(assigning.touched, now=now)
    rows = Identity.objects.in_bulk(new)
    told = {one.id: told_by(one, rows[one.id], traits[one.id]) for one in fresh if one.id in rows}
    other = keep_traces(told)
    return assigning.touched | describe_of(other, now=now)


def changed(ids: Iterable[int]) -> list[Evidence]:
    """Those of the identities that were never compared, or say something else of themselves since."""
    marks: dict[int, str] = {}
    public: set[int] = set()
    for some in in_pieces(set(ids)):
        public |= set(Identity.objects.filter(pk__in=some, owner=None).values_list("pk", flat=True))
        marks |= dict(
            Trace.objects.filter(identity__in=some, rule_version=VERSION).values_list(
                "identity_id", "fingerprint"
            )
        )
    return [one for one in evidence_of(public) if marks.get(one.id) != fingerprint(one)]


def describe_changed(ids: Collection[int], *, now: datetime) -> set[int]:
    """Describes afresh the people of those identities of which something else is shown by now; their keys."""
    other: dict[int, str] = {}
    for some in in_pieces(ids):
        told = dict(Trace.objects.filter(identity__in=some).values_list("identity_id", "said"))
        rows = Identity.objects.filter(pk__in=told)
        other |= {row.pk: said_by(row) for row in rows if said_by(row) != told[row.pk]}
    if not other:
        return set()
    people = describe_of(other, now=now)
    change(Trace, ("said",), [(mark, one) for one, mark in sorted(other.items())])
    return people


def describe_of(identity_ids: Collection[int], *, now: datetime) -> set[int]:
    """Describes afresh the people some identities are; their keys."""
    people: set[int] = set()
    for some in in_pieces(identity_ids):
        people |= set(Membership.objects.filter(identity__in=some).values_list("person_id", flat=True))
    describe(people, now=now)
    return people
