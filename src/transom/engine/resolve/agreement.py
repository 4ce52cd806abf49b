"""How names agree, in bits: name with name, and name with the handles that spell it."""

from __future__ import annotations

from typing import Final

from transom.engine.resolve.census import MOST_BITS, Census
from transom.engine.resolve.model import Evidence
from transom.engine.resolve.names import Agreement, Name, compare, spellings
from transom.engine.resolve.traits import Traits
from transom.engine.resolve.weights import Weights

INITIAL_BITS: Final = 4.0
"""An initial tells one of about sixteen equally likely letters."""
KINSHIP: Final = 0.9
"""Given and family names go together (by language, generation): their bits do not quite add up."""
LEAST_PART: Final = 4
"""Letters of a name that are not found inside a handle by chance."""
NO_NAME: Final = Evidence("name-unknown", 0.0)
"""Where there are no names to compare."""

_CODES: Final = {
    Agreement.EQUAL: "name-equal",
    Agreement.COMPATIBLE: "name-compatible",
    Agreement.NEAR: "name-near",
    Agreement.INITIALS: "name-initials",
    Agreement.ONE_WORD: "name-one-word",
    Agreement.PART: "name-part",
    Agreement.DIFFERENT: "name-different",
    Agreement.INCOMPARABLE: "name-unknown",
}


def of_names(a: Traits, b: Traits, census: Census, weights: Weights) -> Evidence:
    """The best agreement of any two of their names, or of a name with a handle that spells it.

    A one-word name that the other uses as a handle is compared as a handle, not as a name.
    """
    mine = (*a.full, *(name for name in a.single if name.joined not in b.handles))
    theirs = (*b.full, *(name for name in b.single if name.joined not in a.handles))
    options = [
        _named(one, other, census, weights) for one in mine for other in theirs if one.full or other.full
    ]
    if not (a.full and b.full):
        options += _spelled(a, b, census, weights) + _spelled(b, a, census, weights)
        options += _implied(a, b, census, weights) + _implied(b, a, census, weights)
    return max(options, key=lambda one: one.bits, default=NO_NAME)


def _named(one: Name, other: Name, census: Census, weights: Weights) -> Evidence:
    agreement, words = compare(one, other)
    if agreement is Agreement.INCOMPARABLE and one.full and other.full:
        return Evidence("name-scripts", 0.0)
    code = _CODES[agreement]
    params = {"a": " ".join(one.words), "b": " ".join(other.words)}
    if agreement < Agreement.ONE_WORD:
        return Evidence(code, weights.bits(code), params)
    return Evidence(code, weights.bits(code, _rarity(words, census)), params)


def _rarity(words: tuple[tuple[str, float], ...], census: Census) -> float:
    """Bits of the words two names share; each says less where it only nearly agrees."""
    bits = [INITIAL_BITS if lost < 0 else max(1.0, census.word_bits(word) - lost) for word, lost in words]
    return min(MOST_BITS, sum(bits) * (KINSHIP if len(bits) > 1 else 1.0))


def _spelled(a: Traits, b: Traits, census: Census, weights: Weights) -> list[Evidence]:
    """Handles of a that spell a full name of b, alone or together with a's one word."""
    found = []
    for code, made in (("name-spelled", b.whole), ("name-spelled-short", b.short)):
        if shared := (a.handles | a.bare) & made:
            handle = min(shared)
            bits = weights.bits(code, spelled_rarity(b, handle, census))
            found.append(Evidence(code, bits, {"handle": handle, "name": " ".join(b.full[0].words)}))
    for name in b.full:
        if handle := _completing(a, name):
            bits = weights.bits("name-spelled", spelled_rarity(b, a.single[0].joined + handle, census))
            found.append(Evidence("name-spelled", bits, {"handle": handle, "name": " ".join(name.words)}))
    return found


def _implied(a: Traits, b: Traits, census: Census, weights: Weights) -> list[Evidence]:
    """Names that a's addresses imply (first.last@) against full names of b; what differs says nothing."""
    found = []
    for one in a.implied:
        for other in b.full or b.implied:
            agreement, words = compare(one, other)
            if agreement > Agreement.ONE_WORD:
                bits = weights.bits("name-spelled", _rarity(words, census))
                params = {"handle": ".".join(one.words), "name": " ".join(other.words)}
                found.append(Evidence("name-spelled", bits, params))
    return found


def _completing(a: Traits, name: Name) -> str:
    """A handle of a that holds the rest of a name, or its initial, of which a's one word is one end."""
    first, last = name.words[0], name.words[-1]
    _, short = spellings(name)
    for one in a.single:
        rest = {first: last, last: first}.get(one.joined, "")
        held = [handle for handle in a.handles if len(rest) >= LEAST_PART and rest in handle]
        held += [handle for handle in a.bare if rest and one.joined in handle and handle in short]
        if held:
            return min(held)
    return ""


def spelled_rarity(named: Traits, handle: str, census: Census) -> float:
    """How rare a handle made of a name is: as rare as its two ends, or as the end spelled and an initial."""
    ends = (named.full[0].words[0], named.full[0].words[-1])
    spelled = [census.word_bits(word) for word in ends if word in handle]
    if len(spelled) == 2:
        return min(MOST_BITS, sum(spelled) * KINSHIP)
    return min(MOST_BITS, *(spelled or map(census.word_bits, ends))) + INITIAL_BITS
