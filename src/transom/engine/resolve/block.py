"""Which pairs are worth comparing: those that share a key that is not everybody's."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from itertools import combinations, pairwise, permutations
from typing import Final

from transom.engine.resolve.facts import NICKNAMES
from transom.engine.resolve.names import Name
from transom.engine.resolve.traits import Traits

STRONG: Final = "!"
"""How keys begin that decide by themselves; their blocks may be of any size."""
OFFER: Final = "~"
"""How keys begin that a full name merely offers: a handle it spells, one of its words. Two offers make no pair,
for what two full names share is found by the keys of whole names."""
LARGEST: Final[Mapping[str, int]] = {"m": 200, "n": 40, "h": 40, "p": 12, "w": 12, "d": 30, "l": 40}
"""The largest block that is compared, for each kind of key: what more share is too common to tell."""
MOST_WORDS: Final = 4


def keys_of(traits: Traits) -> list[str]:
    """All keys of an identity, each a kind, a colon and a value; sorted."""
    names = (*traits.full, *traits.implied)
    seeks = {f"h:{one}" for one in traits.handles | traits.bare}
    seeks |= {f"w:{word}" for name in traits.single for word in name.words if len(word) > 2}
    offers = {f"h:{one}" for one in traits.whole | traits.short}
    offers |= {f"w:{word}" for name in names for word in name.words if len(word) > 2}
    found = _strong_keys(traits) | seeks | {f"{OFFER}{key}" for key in offers - seeks}
    found |= {f"m:{one}" for one in traits.mails}
    found |= {f"l:{one}" for one in traits.links}
    found |= {f"d:{one}" for one in traits.domains}
    found |= {f"n:{name.key}" for name in names}
    return sorted(found.union(*map(_name_keys, names)))


def _strong_keys(traits: Traits) -> set[str]:
    found = {f"!o:{one}" for one in traits.orcids}
    found |= {f"!a:{service}:{number}" for service, number in traits.accounts}
    found |= {f"!v:{one}" for one in traits.verified}
    if traits.home:
        found |= {f"!me:{min(traits.home, other)} {max(traits.home, other)}" for other in traits.me}
    # Whoever owns a page and whoever proved that it is theirs meet in the pair of pages, not in one page: a
    # page may be named by many.
    for own in traits.own:
        found |= {f"!me:{min(own, other)} {max(own, other)}" for other in traits.proven | traits.links}
    return found


def _name_keys(name: Name) -> set[str]:
    """Each word with the initial, or the nickname's number, of each other: forms of one name share one."""
    words = name.words[:MOST_WORDS]
    found = set()
    for word, other in permutations(words, 2):
        found.add(f"p:{other[0]} {word}")
        found |= {f"p:{number} {word}" for number in NICKNAMES.get(other, ())}
    return found


def looked_up(keys: Iterable[str]) -> set[str]:
    """The keys under which stored identities may be found that meet these: offered or not."""
    bare = {key.removeprefix(OFFER) for key in keys}
    return bare | {f"{OFFER}{key}" for key in bare if key[:2] in ("h:", "w:")}


def number(key: str) -> int:
    """A key as a signed 64-bit number, as databases keep it; two keys in a million share one by 2^-25."""
    return int.from_bytes(blake2b(key.encode("utf-8", "replace"), digest_size=8).digest(), "big", signed=True)


def kind(key: str) -> str:
    """What sort of key it is."""
    return key.removeprefix(OFFER).partition(":")[0]


def largest(key: str) -> int:
    """The most identities among which a key is compared; of strong keys as many as there are."""
    return sys.maxsize - 1 if key.startswith(STRONG) else LARGEST[kind(key)]


def pairs_of(keys: Iterable[tuple[str, int]]) -> tuple[set[tuple[int, int]], list[tuple[int, int]]]:
    """From (key, identity): pairs to compare (each once, smaller first), and pairs that share a strong key.

    A strong block is given as a chain, not all against all, so that a person with ten thousand rows under
    one account stays linear.
    """
    blocks: dict[str, dict[int, bool]] = {}
    for key, one in keys:
        block = blocks.setdefault(key.removeprefix(OFFER), {})
        block[one] = block.get(one, False) or not key.startswith(OFFER)
    weak: set[tuple[int, int]] = set()
    chained: set[tuple[int, int]] = set()
    for key, members in blocks.items():
        if key.startswith(STRONG):
            chained.update(pairwise(sorted(members)))
        elif len(members) <= LARGEST[kind(key)]:
            weak.update(_pairs_in(members))
    return weak, sorted(chained)


def _pairs_in(members: Mapping[int, bool]) -> Iterator[tuple[int, int]]:
    """All pairs of a block of which one at least seeks."""
    return ((a, b) for a, b in combinations(sorted(members), 2) if members[a] or members[b])
