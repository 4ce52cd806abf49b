"""Why some identities are taken for one person: for each, what ties it to the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from transom.apps.library.models import Identity
from transom.apps.people import counting
from transom.apps.people.evidence import evidence_of
from transom.apps.people.models import Decision
from transom.apps.people.shelf import Shelf
from transom.engine.resolve import Census, Explanation, explain, links_between
from transom.engine.resolve import Evidence as Finding
from transom.engine.resolve import Identity as Evidence
from transom.engine.resolve import Pair as Weighed

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

MOST: Final = 30


@dataclass(frozen=True, slots=True)
class Why:
    """One identity, the one it hangs together with, and what speaks for it (see `engine.resolve.explain`).

    The first of a person has no other. `decided` is "you" or "others" where somebody said so.
    """

    identity: Identity
    other: Identity | None = None
    explanation: Explanation | None = None
    decided: str = ""


def why_one(user: User, identities: Sequence[Identity]) -> list[Why]:
    """For every identity of a person how it hangs together with those before it."""
    shown = list(identities[:MOST])
    if not shown:
        return []
    ids = [one.pk for one in shown]
    shelf = Shelf(user.pk)
    pairs = [pair for pair in set(shelf.pairs(ids)) if not pair.parted]
    told = _told(user, ids)
    evidence = {one.id: one for one in evidence_of(ids)}
    census = counting.current()
    by_id = {one.pk: one for one in shown}
    found = [Why(shown[0])]
    for place, identity in enumerate(shown[1:], 1):
        before = ids[:place]
        other = _nearest(identity.pk, before, pairs, told)
        partner = by_id.get(other)
        explained = _explained(identity.pk, other, evidence, census)
        found.append(Why(identity, partner, explained, told.get(frozenset((identity.pk, other)), "")))
    return found


def _told(user: User, ids: Sequence[int]) -> dict[frozenset[int], str]:
    """Pairs that somebody said are one, and whether it was the user."""
    counts = Q(everybody=True) | Q(user=user)
    rows = Decision.objects.filter(counts, same=True, a__in=ids, b__in=ids)
    found: dict[frozenset[int], str] = {}
    for a, b, by in rows.values_list("a_id", "b_id", "user_id"):
        key = frozenset((a, b))
        found[key] = "you" if by == user.pk or found.get(key) == "you" else "others"
    return found


def _explained(
    one: int, other: int, evidence: Mapping[int, Evidence], census: Census | None
) -> Explanation | None:
    if census is None or one not in evidence or other not in evidence:
        return None
    return explain(evidence[one], evidence[other], census)


def evidence_between(one: int, other: int) -> tuple[Finding, ...]:
    """What speaks for and against two identities being one person, the weightiest first."""
    evidence = {row.id: row for row in evidence_of([one, other])}
    explained = _explained(one, other, evidence, counting.current())
    return explained.evidence if explained else ()


def _nearest(
    one: int, before: Sequence[int], pairs: Sequence[Weighed], told: Mapping[frozenset[int], str]
) -> int:
    """Which of those before it an identity hangs by: a user's answer, the surest pair, or the end of a chain."""
    for other in before:
        if frozenset((one, other)) in told:
            return other
    direct = [pair for pair in pairs if one in (pair.a, pair.b) and ({pair.a, pair.b} - {one}) <= set(before)]
    if direct:
        best = max(direct, key=lambda pair: (pair.joined, pair.bits, -pair.a, -pair.b))
        return best.b if best.a == one else best.a
    chain = links_between(one, before[0], pairs)
    ends = {chain[0].a, chain[0].b} - {one} if chain else set[int]()
    return min(ends, default=before[0])


def decided_by(user: User, identities: Sequence[Identity]) -> list[Decision]:
    """The user's own answers about these identities, the latest first: each can be taken back."""
    ids = [one.pk for one in identities]
    rows = Decision.objects.filter(user=user, same__isnull=False).select_related("a__source", "b__source")
    found = {row.pk: row for side in ("a", "b") for row in rows.filter(**{f"{side}__in": ids})}
    return sorted(found.values(), key=lambda row: (row.at, row.pk), reverse=True)
