"""What a run found of identities and pairs, written as the difference to what is there.

Each call writes little and can be repeated: killed between two of them, the next run goes on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from django.db.models import Q

from transom.apps.library.models import Identity
from transom.apps.people.evidence import fingerprint, is_somebody, keys_in_numbers, said_by
from transom.apps.people.models import VERSION, BlockKey, Doubt, Pair, Trace
from transom.apps.people.shelf import COLUMNS, in_pieces, weighed
from transom.engine.resolve import Identity as Evidence
from transom.engine.resolve import Pair as Weighed
from transom.engine.resolve import Question, traits_of

BATCH: Final = 500
Sides = tuple[str, ...]
BOTH: Final = ("a", "b")
SUMS: Final = ("who", "activity", "organization", "company", "joined", "parted")


def keep_traces(identities: Iterable[Evidence], rows: Iterable[Identity]) -> None:
    """Keys and fingerprints of some identities, given their rows too. Call it inside a transaction."""
    said = {row.pk: said_by(row) for row in rows}
    traits = {one.id: (traits_of(one), fingerprint(one)) for one in identities if one.id in said}
    wanted = {(key, one) for one, (found, _) in traits.items() for key in keys_in_numbers(found)}
    there: dict[tuple[int, int], int] = {}
    for some in in_pieces(traits):
        held = BlockKey.objects.filter(identity__in=some).values_list("key", "identity_id", "pk")
        there |= {(number, of): pk for number, of, pk in held}
    _delete(BlockKey, [pk for row, pk in there.items() if row not in wanted])
    BlockKey.objects.bulk_create(
        [BlockKey(key=key, identity_id=one) for key, one in sorted(wanted - there.keys())], batch_size=BATCH
    )
    Trace.objects.bulk_create(
        [
            Trace(
                identity_id=one,
                fingerprint=mark,
                said=said[one],
                somebody=is_somebody(found),
                rule_version=VERSION,
            )
            for one, (found, mark) in traits.items()
        ],
        update_conflicts=True,
        unique_fields=["identity"],
        update_fields=["fingerprint", "said", "somebody", "rule_version"],
        batch_size=BATCH,
    )


def keep_pairs(found: Iterable[Weighed], of: Collection[int], within: Q, *, by: Sides = BOTH) -> None:
    """The pairs of which one of the sides `by` is among `of`, as found; others within the view go.

    Call it inside a transaction.
    """
    ends = set(of)
    wanted = {(pair.a, pair.b): pair for pair in found if any(getattr(pair, side) in ends for side in by)}
    wanted = {key: wanted[key] for key in _still_there(wanted)}
    there: dict[tuple[int, int], tuple[int, Weighed]] = {}
    for some in in_pieces(ends):
        for side in by:
            for row in Pair.objects.filter(within, **{f"{side}__in": some}).values_list("pk", *COLUMNS):
                there[row[1], row[2]] = (row[0], weighed(row[1:]))
    stale = [pk for ends_, (pk, pair) in there.items() if wanted.get(ends_) != pair]
    _delete(Pair, stale)
    fresh = [pair for ends_, pair in wanted.items() if ends_ not in there or there[ends_][1] != pair]
    Pair.objects.bulk_create(
        [
            Pair(a_id=pair.a, b_id=pair.b, **{name: getattr(pair, name) for name in SUMS})
            for pair in sorted(fresh)
        ],
        batch_size=BATCH,
    )


def keep_doubts(found: Iterable[Question], of: Collection[int], within: Q, *, by: Sides = BOTH) -> None:
    """The open questions about some identities, as `keep_pairs` does it. Call it inside a transaction."""
    ends = set(of)
    for some in in_pieces(ends):
        for side in by:
            Doubt.objects.filter(within, **{f"{side}__in": some}).delete()
    asked = {(min(one.a, one.b), max(one.a, one.b)): one for one in found}
    asked = {key: one for key, one in asked.items() if key[0] in ends or ("b" in by and key[1] in ends)}
    Doubt.objects.bulk_create(
        [
            Doubt(
                a_id=key[0],
                b_id=key[1],
                probability=asked[key].probability,
                settles=asked[key].settles,
                worth=asked[key].worth,
            )
            for key in _still_there(asked)
        ],
        ignore_conflicts=True,
        batch_size=BATCH,
    )


def _still_there(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those of the pairs whose identities were not deleted meanwhile."""
    wanted = list(pairs)
    there = existing({one for pair in wanted for one in pair})
    return [pair for pair in wanted if there.issuperset(pair)]


def existing(ids: Collection[int]) -> set[int]:
    """Those of the identities that are still in the library."""
    found: set[int] = set()
    for some in in_pieces(ids):
        found |= set(Identity.objects.filter(pk__in=some).values_list("pk", flat=True))
    return found


def somebodies(ids: Collection[int]) -> set[int]:
    """Those of the identities that may be a person."""
    found: set[int] = set()
    for some in in_pieces(ids):
        found |= set(
            Trace.objects.filter(identity__in=some, somebody=True).values_list("identity_id", flat=True)
        )
    return found


def _delete(model: type[Pair] | type[BlockKey], keys: Collection[int]) -> None:
    for some in in_pieces(keys):
        model._default_manager.filter(pk__in=some).delete()
