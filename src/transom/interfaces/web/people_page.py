"""People as their pages show them: who they are in a line, and why we think so, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from transom.apps.library.models import Identity
from transom.apps.network.selectors import Relation, ties_of
from transom.apps.people.models import Person
from transom.apps.people.selectors import Asked, Company, MeetsIn, Peer, Stay, Why, seen_in
from transom.engine.resolve import Evidence
from transom.interfaces.web import words

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

MOST_REASONS = 3
MOST_SEEN = 3


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody in a list. `why` says why they stand there."""

    id: int
    name: str
    href: str
    work: str
    offices: str
    relation: Relation
    why: str = ""
    own: bool = False
    seen_in: str = ""


@dataclass(frozen=True, slots=True)
class NameRow:
    """One of a person's names or accounts: where it was seen, and why it is theirs."""

    identity: Identity
    where: str
    reasons: Sequence[str] = field(default_factory=list)
    other: str = ""
    removable: bool = False


def work_of(person: Person) -> str:
    """``Head of records, Tarnholt Borough Archive``; "" where nobody said."""
    where = person.organization.name if person.organization else ""
    return ", ".join(part for part in (person.role, where) if part)


def rows_of(user: User, people: Sequence[Person], whys: Mapping[int, str] | None = None) -> list[PersonRow]:
    """Rows of a list; a few queries, however many. The organisation must be loaded."""
    keys = [one.pk for one in people]
    relations, seen = ties_of(user, keys), seen_in(user, keys)
    return [
        PersonRow(
            id=one.pk,
            name=one.name,
            href=reverse("web:person", args=[one.pk]),
            work=work_of(one),
            offices=one.description,
            relation=relations.get(one.pk, Relation()),
            why=(whys or {}).get(one.pk, ""),
            own=one.owner_id is not None,
            seen_in=", ".join(map(str, seen.get(one.pk, ())[:MOST_SEEN])),
        )
        for one in people
    ]


def peer_reason(peer: Peer) -> str:
    """Why somebody does the user's job elsewhere: ``Their role says “records”. Writes about archives (7).``"""
    said = []
    if peer.role_words:
        said.append(_("Their role says “%(words)s”.") % {"words": _("”, “").join(peer.role_words[:3])})
    topics = sorted(peer.topics.items(), key=lambda one: (-len(one[1]), one[0]))[:3]
    if topics:
        named = ", ".join(f"{topic} ({len(items)})" for topic, items in topics)
        said.append(_("Writes about %(topics)s.") % {"topics": named})
    return " ".join(said)


def company_reason(one: Company, name: str) -> str:
    """What somebody has to do with the person of this name: ``Ada Lind points to them once, they point back once``."""
    said = []
    if one.together:
        said.append(
            ngettext("wrote one thing together", "wrote %(n)d things together", one.together)
            % {"n": one.together}
        )
    if one.points_at:
        text = ngettext("%(name)s points to them once", "%(name)s points to them %(n)d times", one.points_at)
        said.append(text % {"n": one.points_at, "name": name})
    if one.pointed_to and one.points_at:
        said.append(
            ngettext("they point back once", "they point back %(n)d times", one.pointed_to)
            % {"n": one.pointed_to}
        )
    elif one.pointed_to:
        text = ngettext("they point to %(name)s once", "they point to %(name)s %(n)d times", one.pointed_to)
        said.append(text % {"n": one.pointed_to, "name": name})
    if one.met:
        said.append(ngettext("met once", "met %(n)d times", one.met) % {"n": one.met})
    return ", ".join(said)


def meets_words(one: MeetsIn) -> str:
    """``6 meetings, the latest on 3 March 2026``."""
    day = formats.date_format(one.latest.astimezone(UTC).date(), "j F Y")
    said = ngettext("one meeting, on %(day)s", "%(n)d meetings, the latest on %(day)s", one.times)
    return said % {"n": one.times, "day": day}


def stay_words(stay: Stay) -> str:
    """``Head of records, Tarnholt Borough Archive, since March 2024``."""
    what = ", ".join(part for part in (stay.role, stay.organization) if part)
    if stay.current:
        return (
            _("%(what)s, since %(month)s") % {"what": what, "month": month(stay.since)}
            if stay.since
            else what
        )
    if stay.since and stay.until:
        return _("%(what)s, %(since)s to %(until)s") % {
            "what": what,
            "since": month(stay.since),
            "until": month(stay.until),
        }
    return _("%(what)s, until %(until)s") % {"what": what, "until": month(stay.until)}


def month(day: date | None) -> str:
    return str(formats.date_format(day, "F Y")) if day else ""


def where_seen(identity: Identity) -> str:
    """Where a name or account was seen."""
    return str(identity.source)


def name_rows(whys: Iterable[Why]) -> list[NameRow]:
    """A person's names and accounts, each with what ties it to another."""
    whys = list(whys)
    found = []
    for why in whys:
        said = {"you": _("You said so."), "others": _("Somebody here said so, for everybody.")}
        reasons = [said[why.decided]] if why.decided else []
        evidence = why.explanation.evidence if why.explanation else ()
        reasons += [text for one in evidence if one.bits > 0 and (text := said_of(one))][:MOST_REASONS]
        if why.other is not None and not reasons:
            reasons = [_("Both hang together by way of a third name.")]
        other = f"{why.other.name}, {where_seen(why.other)}" if why.other else ""
        found.append(NameRow(why.identity, where_seen(why.identity), reasons, other, len(whys) > 1))
    return found


def said_of(one: Evidence) -> str:
    """A finding in plain words; "" for what would tell nobody anything. Mail addresses are never shown."""
    texts = {
        "orcid-equal": _("The same ORCID."),
        "mail-verified": _("The same mail address."),
        "mail-equal": _("The same mail address."),
        "account-equal": _("The same account."),
        "me-mutual": _("Their pages name each other."),
        "page-own": _("The same page is theirs."),
        "name-equal": _("The same name."),
        "name-compatible": _("The same name, one of them longer."),
        "name-near": _("Nearly the same name."),
        "name-initials": _("The same name, one of them with initials."),
        "name-spelled": _("One spells the other's name."),
        "name-spelled-short": _("One spells the other's name, shortened."),
        "name-one-word": _("They share a rare word of their names."),
        "handle-equal": _("The same user name."),
        "handle-near": _("Nearly the same user name."),
        "domain-equal": _("Both write at %(site)s."),
        "link-equal": _("Both name the page %(site)s."),
        "organization-equal": _("They work at the same place."),
        "coauthor-shared": _("They write with the same people."),
        "active-together": _("Active at the same time."),
    }
    return texts.get(one.code, "") % {"site": one.params.get("value", "")}


def question_reasons(asked: Asked, evidence: Iterable[Evidence]) -> tuple[list[str], list[str]]:
    """What speaks for and what against two being one person."""
    evidence = list(evidence)
    against = {
        "name-different": _("The names differ."),
        "account-other": _("They have two different accounts at one place."),
        "organization-different": _("They work at different places."),
        "active-apart": _("They were active years apart."),
        "orcid-different": _("They have different ORCIDs."),
        "handle-different": _("Their user names differ."),
    }
    for_it = [text for one in evidence if one.bits > 0 and (text := said_of(one))]
    return for_it[:MOST_REASONS], [
        against[one.code] for one in evidence if one.bits < -0.5 and one.code in against
    ][:MOST_REASONS]


def links_of(identities: Iterable[Identity]) -> list[tuple[str, str]]:
    """(address, host) of a person's own pages, each once."""
    found: dict[str, str] = {}
    for one in identities:
        for address in (one.address, *(link.get("address", "") for link in one.links)):
            if str(address).startswith(("https://", "http://")):
                found.setdefault(str(address), words.host(str(address)))
    return list(found.items())[:12]
