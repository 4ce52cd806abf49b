"""What works cite: kept as numbers beside them, and made endorsements once both ends are in the library."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from transom.apps.base.outbox import emit
from transom.apps.library.models import Authorship, Endorsement, EndorsementKind, Item, Reference

MOST_CITED = 100
"""Of a review that cites six hundred works the rest counts for nothing: what everybody is cited in points at nobody."""
MOST_CITING = 2000
AT_ONCE = 200
RULE = "cited"


def key_of(name: str) -> int:
    """The number of a work's name, such as doi:10.5555/felt: 63 bits, so that no two of a library share one."""
    digest = hashlib.blake2b(name.lower().encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


@dataclass(frozen=True, slots=True)
class Named:
    """What a work is called, and what it cites, by names."""

    names: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()


def write_references(works: Mapping[int, Named]) -> None:
    """Keeps the names of these items and of what they cite, and tells of those that are new.

    Call it inside a transaction.
    """
    wanted = {
        (item_id, own, key_of(name))
        for item_id, named in works.items()
        for own, names in ((True, named.names), (False, named.cites[:MOST_CITED]))
        for name in names
    }
    there: set[tuple[int, bool, int]] = set()
    ids = sorted(works)
    for start in range(0, len(ids), AT_ONCE):
        rows = Reference.objects.filter(item__in=ids[start : start + AT_ONCE])
        there |= set(rows.values_list("item_id", "own", "key"))
    new = sorted(wanted - there)
    Reference.objects.bulk_create(
        [Reference(item_id=item_id, own=own, key=key) for item_id, own, key in new], ignore_conflicts=True
    )
    if new:
        emit("works.named", {"ids": sorted({item_id for item_id, _, _ in new})})


def note_citations(item_ids: Iterable[int]) -> int:
    """Makes endorsements of what these works cite, and of where they are cited, as far as both are here; how many."""
    wanted, made = sorted(set(item_ids)), 0
    for start in range(0, len(wanted), AT_ONCE):
        made += _note(_pairs(wanted[start : start + AT_ONCE]))
    return made


def _pairs(ids: Sequence[int]) -> set[tuple[int, int]]:
    """(citing, cited) of works in the library, one of each pair among these."""
    ours: dict[bool, dict[int, list[int]]] = {True: defaultdict(list), False: defaultdict(list)}
    for item_id, own, key in Reference.objects.filter(item__in=ids).values_list("item_id", "own", "key"):
        ours[own][key].append(item_id)
    found: set[tuple[int, int]] = set()
    for own, by_key in ours.items():
        keys = sorted(by_key)
        for start in range(0, len(keys), AT_ONCE):
            others = Reference.objects.filter(key__in=keys[start : start + AT_ONCE], own=not own)
            for other, key in others.order_by("pk").values_list("item_id", "key")[:MOST_CITING]:
                found |= {(other, one) if own else (one, other) for one in by_key[key]}
    return {(citing, cited) for citing, cited in found if citing != cited}


def _note(pairs: set[tuple[int, int]]) -> int:
    made = 0
    ordered = sorted(pairs)
    for start in range(0, len(ordered), AT_ONCE):
        some = ordered[start : start + AT_ONCE]
        items = Item.objects.in_bulk({one for pair in some for one in pair})
        authors = _first_authors({citing for citing, _ in some})
        rows = [row for citing, cited in some if (row := _row(items.get(citing), items.get(cited), authors))]
        with transaction.atomic():
            Endorsement.objects.bulk_create(rows, ignore_conflicts=True)
        made += len(rows)
    return made


def _first_authors(ids: set[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    rows = Authorship.objects.filter(item__in=ids).order_by("item_id", "position", "pk")
    for item_id, identity_id in rows.values_list("item_id", "identity_id"):
        found.setdefault(item_id, identity_id)
    return found


def _row(citing: Item | None, cited: Item | None, authors: Mapping[int, int]) -> Endorsement | None:
    """The first author of one points at the other; nobody's own things are pointed at by what is everybody's."""
    if citing is None or cited is None or not cited.address or citing.home_id is None:
        return None
    by = authors.get(citing.pk) or citing.author_id
    if by is None or cited.owner_id not in (None, citing.owner_id):
        return None
    at: datetime = citing.published_at
    return Endorsement(
        by_id=by,
        owner_id=citing.owner_id,
        actor_id=citing.owner_id,
        kind=EndorsementKind.CITATION,
        target=cited.address,
        item=cited,
        at=at,
        source_id=citing.home_id,
        within=citing,
        rule=RULE,
    )
