"""Fingerprints of those who were forgotten, and the question whether somebody is one of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.crypto import salted_hmac

from transom.apps.library.store.withheld import Seen
from transom.apps.people.models import Suppression
from transom.engine.core import addresses
from transom.engine.resolve.names import fold
from transom.engine.resolve.traits import mailbox, orcid, usable

SALT = "transom.people.suppression"


def fingerprints(seen: Seen) -> set[str]:
    """Whatever tells this person from others: account, ORCID, mailbox, and the name at this source and site."""
    name = fold(seen.name)
    told = {f"account:{seen.service}:{seen.account}"} if seen.account else set()
    told |= {f"orcid:{number}"} if (number := orcid(seen.orcid)) else set()
    told |= {f"mail:{mailbox(mail)}" for mail in (*seen.mails, seen.address) if usable(mail)}
    if name:
        told.add(f"source:{seen.source_id}:{name}")
        told |= {f"site:{host}:{name}" for host in [_site(seen.address)] if host}
    return {_digest(one) for one in told}


def _site(address: str) -> str:
    return addresses.registrable_domain(addresses.host_of(address)) if addresses.is_http(address) else ""


def _digest(told: str) -> str:
    return salted_hmac(SALT, told, algorithm="sha256").hexdigest()


def suppressed(seen: Sequence[Seen]) -> set[Seen]:
    """Those who were forgotten, by everybody or by the one whose source it is."""
    if not Suppression.objects.exists():
        return set()
    marks = {one: fingerprints(one) for one in set(seen)}
    known = _known({mark for of_one in marks.values() for mark in of_one})
    return {
        one
        for one, of_one in marks.items()
        if any(owner in (None, one.owner_id) for mark in of_one for owner in known.get(mark, ()))
    }


def _known(marks: Iterable[str]) -> dict[str, set[int | None]]:
    found: dict[str, set[int | None]] = {}
    ordered = sorted(marks)
    for start in range(0, len(ordered), 400):
        rows = Suppression.objects.filter(digest__in=ordered[start : start + 400])
        for digest, owner in rows.values_list("digest", "owner_id"):
            found.setdefault(digest, set()).add(owner)
    return found
