"""How handles agree, in bits: the same, nearly the same, or merely made of one name."""

from __future__ import annotations

from typing import Final

from transom.engine.resolve.agreement import spelled_rarity
from transom.engine.resolve.census import OWN_HANDLE, Census, stem
from transom.engine.resolve.model import Evidence
from transom.engine.resolve.names import slips
from transom.engine.resolve.traits import Traits
from transom.engine.resolve.weights import Weights

USUAL_GIVEN: Final = 7
LONG_WORD: Final = 3.0
"""Seven of eight given names have at most seven letters, but only half of all one-word names: a longer one is
four times as likely a handle."""
NEARLY: Final = 3.0
"""Bits a handle loses that is only nearly the other."""


def of_handles(a: Traits, b: Traits, name: Evidence, census: Census, weights: Weights) -> list[Evidence]:
    """A handle both use; one that merely spells the name they share was counted with the name."""
    if not a.handles or not b.handles:
        return []
    made = a.whole | a.short | b.whole | b.short
    counted = name.code in _COUNTED
    shared = {one: _handle_rarity(one, made, a, b, census) for one in a.handles & b.handles}
    fresh = {one: bits for one, bits in shared.items() if not (counted and _follows(one, made, a, b))}
    if fresh:
        best = max(fresh, key=lambda one: (fresh[one], one))
        return [weights.evidence("handle-equal", fresh[best], handle=best)]
    return [] if shared else _nearly(a, b, made, census, weights)


_COUNTED: Final = frozenset(
    "name-equal name-compatible name-near name-initials name-spelled name-spelled-short name-one-word".split()
)


def _follows(handle: str, made: frozenset[str], a: Traits, b: Traits) -> bool:
    """Whether a handle follows from a name: it spells it, or is a word of it."""
    bare = handle.rstrip("0123456789")
    words = {word for name in (*a.full, *b.full) for word in name.words}
    return handle in made or bare in words or (handle == bare and bare in made)


def _handle_rarity(handle: str, made: frozenset[str], a: Traits, b: Traits, census: Census) -> float:
    rarity = census.handle_bits(handle)
    if handle in a.given | b.given and not (_chosen(handle, a) or _chosen(handle, b)):
        more = OWN_HANDLE if len(handle) <= USUAL_GIVEN else LONG_WORD
        rarity = min(rarity, census.word_bits(handle) + more)
    owners = [one for one in (a, b) if handle in one.whole or handle in one.short]
    if handle in made and owners:
        return min(rarity, *(spelled_rarity(one, handle, census) for one in owners))
    return rarity


def _chosen(handle: str, one: Traits) -> bool:
    """Whether somebody goes by a word that is none of their name: no given name, then, but a handle."""
    return bool(one.full) and all(handle not in name.words for name in one.full)


def _nearly(a: Traits, b: Traits, made: frozenset[str], census: Census, weights: Weights) -> list[Evidence]:
    """Handles that differ by digits at the end or a slip, and follow from no name."""
    found = [
        (census.stem_bits(min(stem(one), stem(other), key=len)) - NEARLY, one, other)
        for one in a.handles
        if not _follows(one, made, a, b)
        for other in b.handles
        if not _follows(other, made, a, b) and _alike(one, other)
    ]
    if found:
        bits, one, other = max(found)
        return [weights.evidence("handle-near", bits, a=one, b=other)]
    return [weights.evidence("handle-different")]


def _alike(one: str, other: str) -> bool:
    bare, bare_other = stem(one), stem(other)
    return len(bare) > 4 and (bare == bare_other or (len(one) > 6 and len(other) > 6 and slips(one, other)))
