"""What of an identity counts as evidence, made ready to compare; placeholders and roles are gone here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from transom.engine.core.address_facts import SHARED_HOSTS
from transom.engine.core.addresses import canonical, host_of, registrable_domain
from transom.engine.resolve import names as naming
from transom.engine.resolve.facts import (
    EVERYBODYS_HOSTS,
    NOREPLY_HOSTS,
    PLACEHOLDER_NAMES,
    PROVIDERS,
    ROLE_MAILS,
    UNROUTABLE,
)
from transom.engine.resolve.model import Identity
from transom.engine.resolve.names import Name

LEAST_HANDLE: Final = 3
LONGEST_GIVEN: Final = 9
MOST: Final = 64
"""Names, addresses, handles of one identity that are read: a hostile profile may list thousands."""

BEFORE_A_HANDLE: Final = frozenset("user users u in people author profile profiles".split())

_ORCID: Final = re.compile(r"(\d{4}-?\d{4}-?\d{4}-?\d{3}[\dX])$", re.IGNORECASE)
_LABEL: Final = re.compile(r"[a-z]{2,24}|xn--[a-z0-9-]+")
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")
_AFFIX: Final = re.compile(r"(?<=.{4})(?:github|git|dev|code|official|mail)$")
_NUMBERED: Final = re.compile(r"(?:(\d+)\+)?(.+)")


@dataclass(frozen=True, slots=True)
class Traits:
    """One identity, ready to compare. `implied` are full names that its handles are written as, where it shows
    none itself; `bare` are its handles without digits and the like at the end, `whole` and `short`
    the handles its full names spell; `given` are handles that look like a given name.

    `mails` and `verified` are folded addresses that one person may hold, `accounts` pairs of service and id,
    `domains` those it mails from or writes on, where they are not everybody's; a `role` is no person.
    """

    id: int
    role: bool = False
    full: tuple[Name, ...] = ()
    single: tuple[Name, ...] = ()
    implied: tuple[Name, ...] = ()
    handles: frozenset[str] = frozenset()
    bare: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()
    short: frozenset[str] = frozenset()
    mails: frozenset[str] = frozenset()
    verified: frozenset[str] = frozenset()
    accounts: frozenset[tuple[str, str]] = frozenset()
    orcids: frozenset[str] = frozenset()
    home: str = ""
    me: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()
    organization: str = ""
    domains: frozenset[str] = frozenset()
    coauthors: frozenset[str] = frozenset()
    first: date | None = None
    last: date | None = None


def traits_of(identity: Identity) -> Traits:
    """Never raises, whatever the identity holds.

    Of a role its exact identifiers stay, so that they are known to be a role's; a joint byline is nobody.
    """
    texts = identity.names[:MOST]
    if any(map(naming.is_joint, texts)):
        return Traits(identity.id)
    found, role = _names_of(identity), any(map(naming.is_role, texts))
    full = () if role else tuple(name for name in found if name.full)
    single = () if role else tuple(name for name in found if not name.full)
    spelled = [naming.spellings(name) for name in full]
    mails = [mail for mail in identity.mails[:MOST] if usable(mail.address)]
    home = page(identity.home)
    handles = frozenset() if role else _handles(identity, single)
    return Traits(
        id=identity.id,
        role=role,
        full=full,
        single=single,
        implied=() if role or full else _implied(identity),
        handles=handles,
        bare=_bared(handles),
        given=frozenset(naming.squeezed(text) for text in identity.names[:MOST] if _looks_given(text)),
        whole=_union([whole for whole, _ in spelled]),
        short=_union([short for _, short in spelled]),
        mails=frozenset(mailbox(mail.address) for mail in mails),
        verified=frozenset(mailbox(mail.address) for mail in mails if mail.verified),
        accounts=_accounts(identity),
        orcids=frozenset(filter(None, [orcid(identity.orcid)])),
        home=home,
        me=frozenset(filter(None, map(page, identity.me[:MOST]))),
        links=frozenset(filter(None, map(_own_page, (*identity.links[:MOST], identity.home)))),
        organization=naming.squeezed(identity.organization[: naming.LONGEST]),
        domains=frozenset() if role else _domains(identity),
        coauthors=frozenset(identity.coauthors[: 4 * MOST]),
        first=identity.first,
        last=identity.last or identity.first,
    )


def mailbox(address: str) -> str:
    """One spelling for each mailbox: folded, without +tag, Gmail's dots and its other domain."""
    local, _, host = address.strip().strip("<>").casefold().rpartition("@")
    local, host = local.partition("+")[0] or local, host.strip(".")
    if host in NOREPLY_HOSTS:
        return address.strip().casefold()
    if host in {"gmail.com", "googlemail.com"}:
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{host}"


def usable(address: str) -> bool:
    """Whether a mail address may tell one person from others: it can be delivered, and is no office's."""
    local, at, host = address.strip().strip("<>").casefold().rpartition("@")
    if not at or not local or len(address) > 254 or local.partition("+")[0] in ROLE_MAILS:
        return False
    return routable(host) and not host.startswith(("noreply", "no-reply"))


def routable(host: str) -> bool:
    """Whether a host name can exist on the public network."""
    labels = host.strip(".").split(".")
    return len(labels) > 1 and labels[-1] not in UNROUTABLE and bool(_LABEL.fullmatch(labels[-1]))


@lru_cache(maxsize=65536)
def handle(text: str) -> str:
    """A handle as compared; "" for what is too short or everybody's."""
    bare = naming.squeezed(text[: naming.LONGEST].removeprefix("@").removeprefix("u/"))
    everybodys = bare in PLACEHOLDER_NAMES or bare in ROLE_MAILS or (bare.isdigit() and len(bare) < 7)
    return "" if len(bare) < LEAST_HANDLE or everybodys else bare


def orcid(text: str) -> str:
    """Sixteen characters whose last is right (ISO/IEC 7064 MOD 11-2, as orcid.org describes); else ""."""
    found = _ORCID.search(text.strip().rstrip("/"))
    if not found:
        return ""
    digits = found[1].replace("-", "").upper()
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    right = "X" if check == 10 else str(check)
    return digits if digits[-1] == right and int(digits[:-1]) else ""


@lru_cache(maxsize=65536)
def page(address: str) -> str:
    """An address of a page without the parts two spellings of it differ in; "" where it is none."""
    known = canonical(address) if "://" in address else ""
    return known.partition("://")[2].removeprefix("www.").rstrip("/")


def handle_of_page(address: str) -> str:
    """The handle in the address of an account's or a hosted site's page; "" for all others."""
    host, _, path = address.partition("/")
    steps = [step for step in path.split("/") if step]
    if host in EVERYBODYS_HOSTS or (steps and steps[0].startswith("@")):
        person = [step for step in steps if step not in BEFORE_A_HANDLE]
        return person[0] if person and len(steps) <= 2 else ""
    if len(steps) > 1 and steps[0] in {"u", "user", "users", "author"}:
        return steps[1]
    held = registrable_domain(host)
    return held.split(".")[0] if held.partition(".")[2] in SHARED_HOSTS else ""


def _own_page(address: str) -> str:
    """A page as evidence; a bare host that is everybody's is none."""
    found = page(address)
    return "" if found in EVERYBODYS_HOSTS else found


def _names_of(identity: Identity) -> tuple[Name, ...]:
    return tuple(dict.fromkeys(name for text in identity.names[:MOST] for name in naming.read(text)))


def _implied(identity: Identity) -> tuple[Name, ...]:
    """The full names that local parts, handles and one-word names are written as: first.last, First_M_Last."""
    given = [*identity.names[:MOST], *identity.handles[:MOST]]
    given += [mail.address.partition("@")[0].partition("+")[0] for mail in identity.mails[:MOST]]
    found: list[Name] = []
    for text in given:
        words = _HUMP.sub(" ", text.strip()).replace(".", " ").replace("_", " ").rstrip("0123456789").split()
        if (
            1 < len(words) < 4
            and all(word.isalpha() for word in words)
            and len(words[0]) > 1 < len(words[-1])
        ):
            found += naming.read(" ".join(words))
    return tuple(dict.fromkeys(name for name in found if name.full))


def _handles(identity: Identity, single: tuple[Name, ...]) -> frozenset[str]:
    given = [*identity.handles[:MOST], *(name.joined for name in single), handle_of_page(page(identity.home))]
    given += [text.strip().partition("@")[0] for text in identity.names[:MOST] if "@" in text.strip()[1:]]
    for mail in identity.mails[:MOST]:
        local, _, host = mail.address.casefold().rpartition("@")
        numbered = _NUMBERED.fullmatch(local) if host in NOREPLY_HOSTS else None
        given.append(numbered[2] if numbered else local.partition("+")[0])
    return frozenset(filter(None, map(handle, given)))


def _bare(text: str) -> str:
    """A handle without what is added to tell it from another: digits, "git", "dev" and the like."""
    return _AFFIX.sub("", text.rstrip("0123456789"))


def _bared(handles: frozenset[str]) -> frozenset[str]:
    found = frozenset(bare for one in handles if len(bare := _bare(one)) >= LEAST_HANDLE)
    return handles if found == handles else found


def _union(sets: Sequence[frozenset[str]]) -> frozenset[str]:
    """Of one set the set itself: a million identities share what their names spell."""
    return sets[0] if len(sets) == 1 else frozenset().union(*sets)


def _looks_given(text: str) -> bool:
    """Whether a name in one word may be somebody's given name: letters only, short, no hump within."""
    word = text.strip()
    return word.isalpha() and len(word) <= LONGEST_GIVEN and not any(letter.isupper() for letter in word[1:])


def _accounts(identity: Identity) -> frozenset[tuple[str, str]]:
    found = {
        (one.service.casefold(), one.id.casefold()) for one in identity.accounts[:MOST] if one.id.strip()
    }
    for mail in identity.mails[:MOST]:
        local, _, host = mail.address.casefold().rpartition("@")
        numbered = _NUMBERED.fullmatch(local)
        if host in NOREPLY_HOSTS and numbered and numbered[1]:
            found.add((f"{NOREPLY_HOSTS[host]}-id", numbered[1]))
    return frozenset(found)


def _domains(identity: Identity) -> frozenset[str]:
    hosts = [
        mail.address.rpartition("@")[2].casefold() for mail in identity.mails[:MOST] if usable(mail.address)
    ]
    hosts += [host_of(identity.home), *(domain.casefold() for domain in identity.domains[:MOST])]
    held = {registrable_domain(host) for host in hosts if host}
    return frozenset(
        one for one in held if one not in PROVIDERS and one not in EVERYBODYS_HOSTS and routable(one)
    )
