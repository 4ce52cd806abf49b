"""What a run found of identities and pairs, written as the difference to what is there.

Each call can be repeated: killed between two of them, the next run goes on. An identity's trace is written last.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from transom.apps.library.models import Identity
from transom.apps.people.evidence import fingerprint, is_somebody, keys_in_numbers, said_by
from transom.apps.people.models import VERSION, BlockKey, Doubt, Pair, Trace
from transom.apps.people.shelf import BOTH, SUMS, Shelf, Sides, in_pieces, weighed
from transom.apps.people.writing import add, change, remove
from transom.engine.resolve import Identity as Evidence
from transom.engine.resolve import Pair as Weighed
from transom.engine.resolve import Question, Traits

OPEN: Final = ("probability", "settles", "worth")
"""What a question is kept with."""


def keep_keys(traits: Iterable[Traits]) -> None:
    """The keys under which some identities are found."""
    by_id = {one.id: keys_in_numbers(one) for one in traits}
    wanted = {(key, one) for one, keys in by_id.items() for key in keys}
    there: dict[tuple[int, int], int] = {}
    for some in in_pieces(by_id):
        held = BlockKey.objects.filter(identity__in=some).values_list("key", "identity_id", "pk")
        there |= {(number, of): pk for number, of, pk in held}
    remove(BlockKey, [pk for row, pk in there.items() if row not in wanted])
    alive = existing(by_id)
    add(BlockKey, ("key", "identity_id"), sorted(row for row in wanted - there.keys() if row[1] in alive))


class Told(NamedTuple):
    """What an identity said when it was compared: of itself, what is shown of it, and whether it may be a person."""

    fingerprint: str
    said: str
    somebody: bool


def told_by(evidence: Evidence, row: Identity, traits: Traits) -> Told:
    """What is kept of one that was compared."""
    return Told(fingerprint(evidence), said_by(row), is_somebody(traits))


def keep_traces(told: Mapping[int, Told]) -> set[int]:
    """That these were compared; keys of those of which something else is shown by now."""
    columns = ("fingerprint", "said", "somebody", "rule_version")
    wanted = {one: (*row, VERSION) for one, row in told.items()}
    there: dict[int, tuple[str, str, bool, int]] = {}
    for some in in_pieces(wanted):
        held = Trace.objects.filter(identity__in=some).values_list("identity_id", *columns)
        there |= {row[0]: (row[1], row[2], row[3], row[4]) for row in held}
    alive = existing(wanted.keys() - there.keys())
    add(Trace, (*columns, "identity_id"), [(*row, one) for one, row in wanted.items() if one in alive])
    other = {one for one, row in there.items() if row != wanted[one]}
    change(Trace, columns, [(*wanted[one], one) for one in sorted(other)])
    return {one for one in other if there[one][1] != wanted[one][1]}


def keep_pairs(found: Iterable[Weighed], of: Collection[int], shelf: Shelf, *, by: Sides = BOTH) -> None:
    """The pairs of which one of the sides `by` is among `of`, as found; others within the shelf's view go."""
    ends = set(of)
    wanted = {(pair.a, pair.b): pair for pair in found if any(getattr(pair, side) in ends for side in by)}
    rows = shelf.rows_of(Pair, SUMS, ends, by)
    there = {(row[1], row[2]): (row[0], weighed(row[1:])) for row in rows}
    remove(Pair, [pk for key, (pk, pair) in there.items() if wanted.get(key) != pair])
    fresh = [key for key, pair in wanted.items() if key not in there or there[key][1] != pair]
    made = [(*key, *(getattr(wanted[key], name) for name in SUMS)) for key in _still_there(sorted(fresh))]
    add(Pair, ("a_id", "b_id", *SUMS), made)


def keep_doubts(found: Iterable[Question], of: Collection[int], shelf: Shelf, *, by: Sides = BOTH) -> None:
    """The open questions about some identities, as `keep_pairs` does it."""
    ends = set(of)
    asked = {(min(one.a, one.b), max(one.a, one.b)): one for one in found}
    asked = {key: one for key, one in asked.items() if key[0] in ends or ("b" in by and key[1] in ends)}
    wanted = {key: (one.probability, one.settles, one.worth) for key, one in asked.items()}
    rows = shelf.rows_of(Doubt, OPEN, ends, by)
    there = {(row[1], row[2]): (row[0], row[3:]) for row in rows}
    remove(Doubt, [pk for key, (pk, row) in there.items() if wanted.get(key) != row])
    fresh = [key for key, row in wanted.items() if key not in there or there[key][1] != row]
    add(Doubt, ("a_id", "b_id", *OPEN), [(*key, *wanted[key]) for key in _still_there(sorted(fresh))])


def _still_there(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those of the pairs whose identities were not deleted meanwhile."""
    there = existing({one for pair in pairs for one in pair})
    return [pair for pair in pairs if there.issuperset(pair)]


def existing(ids: Collection[int]) -> set[int]:
    """Those of the identities that are still in the library."""
    found: set[int] = set()
    for some in in_pieces(ids):
        found |= set(Identity.objects.filter(pk__in=some).values_list("pk", flat=True))
    return found


def somebodies(traits: Iterable[Traits]) -> set[int]:
    """Those of the identities that may be a person."""
    return {one.id for one in traits if is_somebody(one)}


def known_somebodies(ids: Collection[int]) -> set[int]:
    """The same of identities that were compared before."""
    found: set[int] = set()
    for some in in_pieces(ids):
        found |= set(
            Trace.objects.filter(identity__in=some, somebody=True).values_list("identity_id", flat=True)
        )
    return found
