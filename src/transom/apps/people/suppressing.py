"""Fingerprints of those who were forgotten, and the question whether somebody is one of them.

What tells somebody from all others (account, ORCID, mailbox, their page at a service) is theirs alone. A name is no
more than a name: it stands for them only at the source, or the site of their own, where nothing better was known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache

from django.utils.crypto import salted_hmac

from transom.apps.library.store.withheld import Seen
from transom.apps.people.models import Suppression
from transom.apps.sources.connectors.registry import connectors
from transom.apps.sources.models import Source
from transom.engine.core import addresses
from transom.engine.core.address_facts import SHARED_HOSTS
from transom.engine.resolve.facts import EVERYBODYS_HOSTS
from transom.engine.resolve.names import fold
from transom.engine.resolve.traits import handle_of_page, mailbox, orcid, page, usable

SALT = "transom.people.suppression"
ORCID = "orcid"
PROFILES = frozenset(
    """
    orcid.org openalex.org nih.gov crossref.org researchgate.net academia.edu semanticscholar.org dblp.org
    researcherid.com scopus.com publons.com zenodo.org figshare.com hal.science ssrn.com threads.net tiktok.com
    xing.com about.me linktr.ee keybase.io gravatar.com goodreads.com openlibrary.org wikidata.org ycombinator.com
    """.split()  # noqa: SIM905
)
"""More domains where everybody has a page."""


def fingerprints(
    seen: Seen, *, per_work: bool = False, has_orcid: bool = False, pages: Iterable[str] = ()
) -> set[str]:
    """What is kept of somebody who is forgotten.

    Their name only where no account tells more: in a byline, and at a source whose accounts are good for one work
    (`per_work`). With an ORCID (`has_orcid`: of the same person elsewhere) or a mailbox of theirs, it holds for those
    who show no other. `pages` are their own, as far as is proven: bylines with their name there are theirs.
    """
    told = _sure(seen)
    if name := fold(seen.name):
        told |= {f"site:{host}:{name}" for host in map(_site, pages) if host}
    if per_work or not seen.account:
        unless = "orcid" if has_orcid or _orcid(seen) else "contact" if _contacts(seen) else ""
        told |= set(_named(seen, unless))
    return {_digest(one) for one in told}


def keep_out(seen: Iterable[Seen], *, now: datetime) -> None:
    """Leaves these names out of their sources from now on: of somebody forgotten whom no account tells there."""
    rows = [
        Suppression(digest=digest, owner_id=one.owner_id, actor_id=one.owner_id, at=now)
        for one in set(seen)
        for digest in sorted(fingerprints(one))
    ]
    Suppression.objects.bulk_create(rows, ignore_conflicts=True)


def _asked(seen: Seen) -> set[str]:
    """What of somebody is looked for among what was kept."""
    told = _sure(seen)
    if not seen.account or seen.service == ORCID or seen.service in _services_per_work():
        told |= set(_named(seen, ""))
        if not _orcid(seen):
            told |= set(_named(seen, "orcid"))
        if not _contacts(seen):
            told |= set(_named(seen, "contact"))
    return {_digest(one) for one in told}


def _sure(seen: Seen) -> set[str]:
    """What nobody shares with another."""
    told = {f"account:{seen.service}:{seen.account}"} if seen.account else set()
    told |= {f"orcid:{number}"} if (number := _orcid(seen)) else set()
    return told | _contacts(seen)


def _orcid(seen: Seen) -> str:
    given = [seen.orcid, seen.account if seen.service == ORCID else ""]
    given.append(seen.address if addresses.host_of(seen.address) == "orcid.org" else "")
    return next(filter(None, map(orcid, given)), "")


def _contacts(seen: Seen) -> set[str]:
    """Their mailboxes, and their page where everybody has one."""
    # An account without a page has "service:account" for an address.
    given = (*seen.mails, *([] if ":" in seen.address else [seen.address]))
    told = {f"mail:{mailbox(mail)}" for mail in given if usable(mail)}
    where = page(seen.address)
    if (name := fold(seen.name)) and "/" in where and not _site(seen.address):
        told.add(f"page:{where}:{name}")
    return told


def _named(seen: Seen, unless: str) -> Iterator[str]:
    """The name at the source and at a site of their own; `unless` says by what a namesake is told apart."""
    if name := fold(seen.name):
        end = f":{unless}" if unless else ""
        yield f"source:{seen.source_id}:{name}{end}"
        if not seen.account and (host := _site(seen.address)):
            yield f"site:{host}:{name}{end}"


def _site(address: str) -> str:
    """The domain of a page that may be on one's own site; "" where everybody has pages."""
    if not addresses.is_http(address) or handle_of_page(page(address)):
        return ""
    host = addresses.registrable_domain(addresses.host_of(address))
    shared = any(host in some for some in (EVERYBODYS_HOSTS, SHARED_HOSTS, PROFILES, _domains_of_services()))
    return "" if shared else host


@cache
def _domains_of_services() -> frozenset[str]:
    hosts = (addresses.host_of(one.home) for one in connectors())
    return frozenset(addresses.registrable_domain(host) for host in hosts if host)


@cache
def _services_per_work() -> frozenset[str]:
    return frozenset(one.name for one in connectors() if one.accounts_of_a_work)


def is_per_work(source: Source) -> bool:
    """Whether the accounts of a source are places in bylines."""
    return source.connector in _services_per_work()


def _digest(told: str) -> str:
    return salted_hmac(SALT, told, algorithm="sha256").hexdigest()


def suppressed(seen: Sequence[Seen]) -> set[Seen]:
    """Those who were forgotten, by everybody or by the one whose source it is."""
    if not Suppression.objects.exists():
        return set()
    marks = {one: _asked(one) for one in set(seen)}
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
