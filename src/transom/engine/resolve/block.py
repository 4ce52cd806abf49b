"""Which pairs are worth comparing: those that share a key that is not everybody's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from itertools import pairwise
from typing import Final

from transom.engine.resolve.traits import Traits

STRONG: Final = "!"
"""How keys begin that decide by themselves; their blocks may be of any size."""
LARGEST: Final[Mapping[str, int]] = {"m": 200, "n": 60, "h": 60, "p": 40, "w": 30, "d": 30, "l": 40}
"""The largest block that is compared, for each kind of key: what more share is too common to tell."""


def keys_of(traits: Traits) -> list[str]:
    """All keys of an identity, each a kind, a colon and a value; sorted."""
    found = {f"!o:{one}" for one in traits.orcids}
    found |= {f"!a:{service}:{number}" for service, number in traits.accounts}
    found |= {f"!v:{one}" for one in traits.verified}
    found |= {
        f"!me:{min(traits.home, other)} {max(traits.home, other)}" for other in traits.me if traits.home
    }
    found |= {f"m:{one}" for one in traits.mails}
    found |= {f"h:{one}" for one in (traits.handles | traits.bare | traits.whole | traits.short)}
    found |= {f"l:{one}" for one in traits.links}
    found |= {f"d:{one}" for one in traits.domains}
    for name in (*traits.full, *traits.implied):
        found.add(f"n:{name.key}")
        found.add(f"p:{name.words[0][0]} {name.words[-1]}")
        found.add(f"p:{name.words[-1][0]} {name.words[0]}")
    found |= {
        f"w:{word}"
        for name in (*traits.full, *traits.single, *traits.implied)
        for word in name.words
        if len(word) > 2
    }
    return sorted(found)


def number(key: str) -> int:
    """A key as a signed 64-bit number, as databases keep it; two keys in a million share one by 2^-25."""
    return int.from_bytes(blake2b(key.encode("utf-8", "replace"), digest_size=8).digest(), "big", signed=True)


def kind(key: str) -> str:
    """What sort of key it is."""
    return key.partition(":")[0]


def pairs_of(keys: Iterable[tuple[str, int]]) -> tuple[set[tuple[int, int]], list[tuple[int, int]]]:
    """From (key, identity): pairs to compare (each once, smaller first), and pairs that share a strong key.

    A strong block is given as a chain, not all against all, so that a person with ten thousand rows under
    one account stays linear.
    """
    blocks: dict[str, list[int]] = {}
    for key, one in keys:
        blocks.setdefault(key, []).append(one)
    weak: set[tuple[int, int]] = set()
    chained: list[tuple[int, int]] = []
    for key, members in blocks.items():
        if len(members) > 1:
            members = sorted(set(members))
            if key.startswith(STRONG):
                chained += pairwise(members)
            elif len(members) <= LARGEST[kind(key)]:
                weak |= _all_pairs(members)
    return weak, sorted(set(chained))


def _all_pairs(members: Sequence[int]) -> set[tuple[int, int]]:
    return {(one, other) for at, one in enumerate(members) for other in members[at + 1 :]}
