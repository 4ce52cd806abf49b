"""What the library says of identities, as `engine.resolve` compares it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.db.models import Max, Min

from transom.apps.library.models import Authorship, Identity, IdentityMail, Item
from transom.apps.sources.models import SourceKind
from transom.engine.core import addresses
from transom.engine.resolve import Account, Mail
from transom.engine.resolve import Identity as Evidence
from transom.engine.resolve.block import keys_of, number
from transom.engine.resolve.names import fold
from transom.engine.resolve.traits import Traits

AT_ONCE: Final = 500
MOST_TOGETHER: Final = 20_000
MOST_COAUTHORS: Final = 40
# Their pages are addressed by number, or lead to records; no handle stands in them.
NOT_OWN_PAGES: Final = frozenset(
    {"bluesky", "openalex", "openlibrary", "orcid", "pubmed", "datatracker", "newsletter"}
)
HANDLED: Final = frozenset({"github", "mastodon", "discourse"})


@dataclass(slots=True)
class Activity:
    """When and where something of an identity was published, and with whom."""

    days: list[date] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    coauthors: set[str] = field(default_factory=set)


def evidence_of(ids: Iterable[int]) -> list[Evidence]:
    """These identities as evidence, in the order of their ids; those that are gone are left out."""
    found: list[Evidence] = []
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), AT_ONCE):
        rows = Identity.objects.filter(pk__in=wanted[start : start + AT_ONCE], is_person=True)
        found += evidence_of_rows(list(rows.select_related("source").order_by("pk")))
    return found


def evidence_of_rows(rows: Sequence[Identity]) -> list[Evidence]:
    """The same of rows with their sources; five queries, however many rows."""
    ids = [row.pk for row in rows]
    mails: dict[int, list[str]] = defaultdict(list)
    for identity_id, mail in IdentityMail.objects.filter(identity__in=ids).values_list("identity_id", "mail"):
        mails[identity_id].append(mail)
    active = _activity(ids)
    return [_one(row, mails[row.pk], active[row.pk]) for row in rows]


def _one(row: Identity, mails: Iterable[str], active: Activity) -> Evidence:
    home, mailed = _address_of(row)
    hosts = active.hosts if row.source.kind != SourceKind.CONNECTOR else set[str]()
    return Evidence(
        id=row.pk,
        names=(row.name,),
        mails=tuple(Mail(mail) for mail in sorted({*mails, *mailed})),
        accounts=(Account(row.service, row.account),) if row.account else (),
        handles=_handles(row),
        orcid=row.orcid,
        home=home,
        me=tuple(one["address"] for one in row.links if one.get("both_ways")),
        links=tuple(one["address"] for one in row.links if one.get("address")),
        own=_own(row),
        proven=_proven(row),
        organization=row.organisation,
        domains=tuple(sorted(addresses.registrable_domain(host) for host in hosts if host)),
        coauthors=tuple(sorted(active.coauthors)[:MOST_COAUTHORS]),
        first=min(active.days, default=None),
        last=max(active.days, default=None),
    )


def _own(row: Identity) -> tuple[str, ...]:
    """An account's profile, as its service gives it; of a byline the page of its site, where that was read."""
    profile = (row.address,) if row.account and _is_profile(row) else ()
    return profile + tuple(one["address"] for one in row.links if one.get("own"))


def _is_profile(row: Identity) -> bool:
    """Whether its address can be its profile's: a server may call any page that of ann@its.name."""
    if not addresses.is_http(row.address):
        return False
    _, at, host = row.account.rpartition("@")
    profile = addresses.registrable_domain(addresses.host_of(row.address))
    return not at or addresses.registrable_domain(host) == profile


def _proven(row: Identity) -> tuple[str, ...]:
    """What was seen to link back to a page that was read here. That a service checked a link proves that the page
    names the account, and not whose the page is: several may be named on one.
    """
    read_here = any(one.get("own") for one in row.links)
    return tuple(one["address"] for one in row.links if one.get("both_ways")) if read_here else ()


def _address_of(row: Identity) -> tuple[str, list[str]]:
    """Its own page, and the mail address where that is given instead."""
    given = row.address.removeprefix("mailto:")
    if addresses.is_http(given):
        return ("" if row.service in NOT_OWN_PAGES else given), []
    return "", [given] if "@" in given and ":" not in given else []


def _handles(row: Identity) -> tuple[str, ...]:
    if row.service not in HANDLED:
        return ()
    given = row.account
    if given.isdecimal():
        # GitHub's accounts go by number; their names stand in the profile's address.
        given = row.address.rpartition("/")[2] if addresses.is_http(row.address) else row.name
    return (given.lstrip("@").partition("@")[0],)


def _activity(ids: Collection[int]) -> dict[int, Activity]:
    found: dict[int, Activity] = defaultdict(Activity)
    bylines = Item.objects.filter(author__in=ids).values("author_id")
    facts = bylines.annotate(
        first=Min("published_at"), last=Max("published_at"), one=Min("address"), other=Max("address")
    )
    for row in facts:
        active = found[row["author_id"]]
        active.days += [row["first"].date(), row["last"].date()]
        active.hosts |= {addresses.host_of(row["one"]), addresses.host_of(row["other"])} - {""}
    together = dict(_authored(ids, found))
    if together:
        _add_coauthors(found, together)
    return found


def _authored(ids: Collection[int], found: dict[int, Activity]) -> list[tuple[int, set[int]]]:
    """Items by each of these identities, where their authors are named apart; their days are noted."""
    items: dict[int, set[int]] = defaultdict(set)
    rows = Authorship.objects.filter(identity__in=ids).values_list(
        "identity_id", "item_id", "item__published_at"
    )
    for identity_id, item_id, published in rows[:MOST_TOGETHER]:
        items[identity_id].add(item_id)
        found[identity_id].days.append(published.date())
    return list(items.items())


def _add_coauthors(found: dict[int, Activity], together: dict[int, set[int]]) -> None:
    wanted = sorted(set().union(*together.values()))
    names: dict[int, dict[int, str]] = defaultdict(dict)
    for start in range(0, len(wanted), AT_ONCE):
        rows = Authorship.objects.filter(item__in=wanted[start : start + AT_ONCE])
        for item_id, identity_id, name in rows.values_list("item_id", "identity_id", "identity__name"):
            names[item_id][identity_id] = fold(name)
    for identity_id, items in together.items():
        for item_id in items:
            others = {name for other, name in names[item_id].items() if other != identity_id}
            found[identity_id].coauthors |= others


def is_somebody(traits: Traits) -> bool:
    """Whether an identity may be a person at all: no office, no program, no several people in one byline."""
    return not traits.role and bool(traits.full or traits.single or traits.implied or traits.handles)


def keys_in_numbers(traits: Traits) -> set[int]:
    """The keys of an identity as they are kept."""
    return {number(key) for key in keys_of(traits)}


def fingerprint(evidence: Evidence) -> str:
    """Changes when an identity says something else of itself. When it was active is left out: it always moves."""
    told = (
        evidence.names,
        evidence.mails,
        evidence.accounts,
        evidence.handles,
        evidence.orcid,
        evidence.home,
        evidence.me,
        evidence.links,
        evidence.own,
        evidence.proven,
        evidence.organization,
        evidence.domains,
    )
    return _hash(told)


def said_by(row: Identity) -> str:
    """Changes when what is shown of an identity does: name, offices, where they work."""
    return _hash((row.name, row.roles, row.employments, row.organisation, row.is_person))


def _hash(told: object) -> str:
    return hashlib.blake2b(repr(told).encode("utf-8", "replace"), digest_size=16).hexdigest()
