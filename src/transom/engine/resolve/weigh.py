"""Two identities, compared field by field: every finding with what it weighs."""

from __future__ import annotations

from collections.abc import Mapping
from math import log2
from typing import Final

from transom.engine.resolve.census import MOST_BITS, OWN_HANDLE, Census, activity_code, gap_of, stem
from transom.engine.resolve.model import Evidence, Pair
from transom.engine.resolve.names import Agreement, Name, compare, slips, spellings
from transom.engine.resolve.traits import Traits
from transom.engine.resolve.weights import Weights

INITIAL_BITS: Final = 4.0
"""An initial tells one of about sixteen equally likely letters."""
KINSHIP: Final = 0.9
"""Given and family names go together (by language, generation): their bits do not quite add up."""
USUAL_GIVEN: Final = 7
LONG_WORD: Final = 3.0
"""Seven of eight given names have at most seven letters, but only half of all one-word names: a longer one is
four times as likely a handle."""
NEARLY: Final = 3.0
"""Bits a handle loses that is only nearly the other."""
LEAST_PART: Final = 4
"""Letters of a name that are not found inside a handle by chance."""
STRONG: Final = 1000.0
"""Bits of a finding that decides by itself."""

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


def weigh(a: Traits, b: Traits, census: Census, weights: Weights) -> list[Evidence]:
    """All that speaks for and against a and b being one person, in the order of the fields. Symmetric."""
    found = strong(a, b, census) if _identified(a) and _identified(b) else []
    name = of_names(a, b, census, weights)
    mail = _mail(a, b, census, weights)
    if mail:
        found += [name, *mail]
    else:
        found += _names_and_handles(a, b, name, census, weights)
        found += _shared("domain-equal", a.domains & b.domains, census.domains, census, weights)
    found += _shared("link-equal", a.links & b.links, census.links, census, weights)
    if a.accounts and b.accounts:
        found += _accounts(a, b, weights)
    found += _organization(a, b, census, weights)
    if shared := a.coauthors & b.coauthors:
        found.append(_evidence("coauthor-shared", weights, who=min(shared)))
    return found + _activity(a, b, census, weights)


def pair_of(a: Traits, b: Traits, census: Census, weights: Weights) -> Pair:
    """The sums of the findings; before it stands the prior, which is the same for all pairs."""
    first, second = (a, b) if a.id < b.id else (b, a)
    found = weigh(first, second, census, weights)
    sums, joined, parted = [0.0, 0.0, 0.0, 0.0], False, False
    for one in found:
        if one.strong:
            joined, parted = joined or one.bits > 0, parted or one.bits < 0
        else:
            sums[_PLACE.get(one.code, 0)] += one.bits
    who, activity, organization, company = (round(bits, 6) for bits in sums)
    return Pair(first.id, second.id, who, activity, organization, company, joined and not parted, parted)


_PLACE: Final = {
    "active-together": 1,
    "active-close": 1,
    "active-apart": 1,
    "organization-equal": 2,
    "organization-different": 2,
    "coauthor-shared": 3,
}
"""Where a finding is summed: what groups have the union of is kept apart from what says who."""


def prior_bits(census: Census) -> float:
    """log2 of the odds that two identities taken at random are one person: about one in their number."""
    return -census.size_bits


def _identified(one: Traits) -> bool:
    return bool(one.orcids or one.verified or one.accounts or one.me)


def strong(a: Traits, b: Traits, census: Census) -> list[Evidence]:
    """Findings that decide alone: exact identifiers, and two different ORCIDs against all others."""
    if a.orcids and b.orcids and a.orcids.isdisjoint(b.orcids):
        return [Evidence("orcid-different", -STRONG, {"a": min(a.orcids), "b": min(b.orcids)}, strong=True)]
    found = []
    if shared := a.orcids & b.orcids:
        found.append(Evidence("orcid-equal", STRONG, {"orcid": min(shared)}, strong=True))
    if shared := (a.verified & b.verified) - census.crowds:
        found.append(Evidence("mail-verified", STRONG, {"mail": min(shared)}, strong=True))
    accounts = {f"{service}:{number}" for service, number in a.accounts & b.accounts} - census.crowds
    if accounts:
        found.append(Evidence("account-equal", STRONG, {"account": min(accounts)}, strong=True))
    if a.home and b.home and a.home in b.me and b.home in a.me:
        found.append(Evidence("me-mutual", STRONG, {"a": a.home, "b": b.home}, strong=True))
    return found


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
    return max(options, key=lambda one: one.bits, default=Evidence("name-unknown", 0.0))


def _names_and_handles(
    a: Traits, b: Traits, name: Evidence, census: Census, weights: Weights
) -> list[Evidence]:
    """Both fields; where the handle that spells a name is the other's own handle too, it counts as a handle."""
    found = [name, *_handle(a, b, name, census, weights)]
    if not name.code.startswith("name-spelled") or a.handles.isdisjoint(b.handles):
        return found
    instead = [_NO_NAME, *_handle(a, b, _NO_NAME, census, weights)]
    return max(found, instead, key=lambda findings: sum(one.bits for one in findings))


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
            bits = weights.bits(code, _spelled_rarity(b, handle, census))
            found.append(Evidence(code, bits, {"handle": handle, "name": " ".join(b.full[0].words)}))
    for name in b.full:
        if handle := _completing(a, name):
            bits = weights.bits("name-spelled", _spelled_rarity(b, a.single[0].joined + handle, census))
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


def _spelled_rarity(named: Traits, handle: str, census: Census) -> float:
    """How rare a handle made of a name is: as rare as its two ends, or as the end spelled and an initial."""
    ends = (named.full[0].words[0], named.full[0].words[-1])
    spelled = [census.word_bits(word) for word in ends if word in handle]
    if len(spelled) == 2:
        return min(MOST_BITS, sum(spelled) * KINSHIP)
    return min(MOST_BITS, *(spelled or map(census.word_bits, ends))) + INITIAL_BITS


def _handle(a: Traits, b: Traits, name: Evidence, census: Census, weights: Weights) -> list[Evidence]:
    """A handle both use; one that merely spells the name they share was counted with the name."""
    if not a.handles or not b.handles:
        return []
    made = a.whole | a.short | b.whole | b.short
    counted = name.code in _COUNTED
    shared = {one: _handle_rarity(one, made, a, b, census) for one in a.handles & b.handles}
    fresh = {one: bits for one, bits in shared.items() if not (counted and _follows(one, made, a, b))}
    if fresh:
        best = max(fresh, key=lambda one: (fresh[one], one))
        return [_evidence("handle-equal", weights, fresh[best], handle=best)]
    return [] if shared else _nearly(a, b, made, census, weights)


_NO_NAME: Final = Evidence("name-unknown", 0.0)
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
        rarity = min(
            rarity, census.word_bits(handle) + (OWN_HANDLE if len(handle) <= USUAL_GIVEN else LONG_WORD)
        )
    owners = [one for one in (a, b) if handle in one.whole or handle in one.short]
    if handle in made and owners:
        return min(rarity, *(_spelled_rarity(one, handle, census) for one in owners))
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
        return [_evidence("handle-near", weights, bits, a=one, b=other)]
    return [_evidence("handle-different", weights)]


def _alike(one: str, other: str) -> bool:
    bare, bare_other = stem(one), stem(other)
    return len(bare) > 4 and (bare == bare_other or (len(one) > 6 and len(other) > 6 and slips(one, other)))


def _mail(a: Traits, b: Traits, census: Census, weights: Weights) -> list[Evidence]:
    shared = a.mails & b.mails
    if not shared:
        return []
    own = shared - census.crowds
    if not own:
        return [Evidence("mail-crowd", 0.0, {"mail": min(shared)})]
    return [Evidence("mail-equal", census.size_bits + weights.mail, {"mail": min(own)})]


def _accounts(a: Traits, b: Traits, weights: Weights) -> list[Evidence]:
    """Two different accounts at a service where one usually suffices."""
    mine, theirs = dict(a.accounts), dict(b.accounts)
    for service in sorted(mine.keys() & theirs.keys()):
        if mine[service] != theirs[service] and a.accounts.isdisjoint(b.accounts):
            return [_evidence("account-other", weights, service=service)]
    return []


def _shared(
    code: str, values: frozenset[str], counts: Mapping[str, int], census: Census, weights: Weights
) -> list[Evidence]:
    """The rarest of the values both have."""
    if not values:
        return []
    rarity, best = max((census.share_bits(counts, value), value) for value in values)
    bits = weights.bits(code, min(MOST_BITS, rarity))
    return [Evidence(code, bits, {"value": best})] if bits > 0 else []


def _organization(a: Traits, b: Traits, census: Census, weights: Weights) -> list[Evidence]:
    if not a.organization or not b.organization:
        return []
    if a.organization == b.organization:
        return _shared(
            "organization-equal", frozenset({a.organization}), census.organizations, census, weights
        )
    return [_evidence("organization-different", weights)]


def _activity(a: Traits, b: Traits, census: Census, weights: Weights) -> list[Evidence]:
    """Whether they were active at the same time; how often any two are is counted, as for all that is shared."""
    if a.first is None or a.last is None or b.first is None or b.last is None:
        return []
    gap = gap_of((a.first, a.last), (b.first, b.last))
    code = activity_code(gap)
    level, share = weights.levels[code], census.activity_share(code)
    bits = level.bits() if share is None else log2(level.m / share)
    return [Evidence(code, bits, {"days": str(gap)})]


def _evidence(code: str, weights: Weights, rarity: float = 0.0, **params: str) -> Evidence:
    return Evidence(code, weights.bits(code, rarity), params)
