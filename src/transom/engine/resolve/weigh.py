"""Two identities, compared field by field: every finding with what it weighs."""

from __future__ import annotations

from collections.abc import Mapping
from math import log2
from typing import Final

from transom.engine.resolve.agreement import NO_NAME, of_names
from transom.engine.resolve.census import MOST_BITS, Census, activity_code, gap_of
from transom.engine.resolve.handles import of_handles
from transom.engine.resolve.model import Evidence, Pair
from transom.engine.resolve.traits import Traits
from transom.engine.resolve.weights import Weights

STRONG: Final = 1000.0
"""Bits of a finding that decides by itself."""


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
        found.append(weights.evidence("coauthor-shared", who=min(shared)))
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
    return bool(one.orcids or one.verified or one.accounts or one.me or one.own)


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
    elif shared := a.own & b.own:
        found.append(Evidence("page-own", STRONG, {"page": min(shared)}, strong=True))
    elif proven := (a.proven & b.own) | (b.proven & a.own):
        mine = min(a.own - proven, default="") or min(b.own - proven, default="")
        found.append(Evidence("me-mutual", STRONG, {"a": mine, "b": min(proven)}, strong=True))
    return found


def _names_and_handles(
    a: Traits, b: Traits, name: Evidence, census: Census, weights: Weights
) -> list[Evidence]:
    """Both fields; where the handle that spells a name is the other's own handle too, it counts as a handle."""
    found = [name, *of_handles(a, b, name, census, weights)]
    if not name.code.startswith("name-spelled") or a.handles.isdisjoint(b.handles):
        return found
    instead = [NO_NAME, *of_handles(a, b, NO_NAME, census, weights)]
    return max(found, instead, key=lambda findings: sum(one.bits for one in findings))


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
            return [weights.evidence("account-other", service=service)]
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
    return [weights.evidence("organization-different")]


def _activity(a: Traits, b: Traits, census: Census, weights: Weights) -> list[Evidence]:
    """Whether they were active at the same time; how often any two are is counted, as for all that is shared."""
    if a.first is None or a.last is None or b.first is None or b.last is None:
        return []
    gap = gap_of((a.first, a.last), (b.first, b.last))
    code = activity_code(gap)
    level, share = weights.levels[code], census.activity_share(code)
    bits = level.bits() if share is None else log2(level.m / share)
    return [Evidence(code, bits, {"days": str(gap)})]
