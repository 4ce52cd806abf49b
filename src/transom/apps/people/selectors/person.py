"""The page of a person: what they published, where, with whom, and where they work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from django.db.models import Q
from django.utils.dateparse import parse_datetime

from transom.apps.library.models import Authorship, Endorsement, Identity, Item
from transom.apps.library.paging import read_key, write_key
from transom.apps.library.selectors import items_by_ids
from transom.apps.people.describing import groups_of
from transom.apps.people.models import Affiliation, Membership, Office, Person
from transom.apps.people.selectors.who import members_of, people_of, visible_people
from transom.apps.sources.models import Source, Subscription

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

PAGE: Final = 15
MOST_IDENTITIES: Final = 200
SAID_IN: Final = ("discussion", "status", "mail")
OWN_PLACES: Final = ("blog", "podcast")
SPOKEN: Final = ("talk",)
NAMED_BY_OTHERS: Final = ("mastodon", "bluesky")


@dataclass(frozen=True, slots=True)
class Things:
    """Some of what a person published, latest first; `after` is the key of the next page."""

    items: list[Item] = field(default_factory=list)
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """Somewhere a person works or worked."""

    organization: str
    role: str
    since: date | None
    until: date | None
    current: bool
    source: str


def identities_of(user: User, person: Person) -> list[Identity]:
    """The bylines and accounts of a person that this user may know of, each with its source."""
    rows = members_of(user, person).select_related("identity__source")
    return [row.identity for row in rows[:MOST_IDENTITIES]]


def things_of(
    user: User,
    identities: Sequence[Identity],
    what: str = "published",
    after: str | None = None,
    *,
    limit: int = PAGE,
) -> Things:
    """What was published by these identities: "published", "spoke" (talks) or "said" (in discussions)."""
    ids = [one.pk for one in identities]
    kinds = {"spoke": Q(kind__in=SPOKEN), "said": Q(kind__in=SAID_IN)}
    wanted = kinds.get(what, ~Q(kind__in=(*SPOKEN, *SAID_IN)))
    rows = Item.objects.visible_to(user).filter(wanted)
    if key := _key(after):
        rows = rows.filter(Q(published_at__lt=key[0]) | Q(published_at=key[0], pk__lt=key[1]))
    named = Authorship.objects.filter(identity__in=ids).values("item_id")
    found: dict[int, datetime] = {}
    # Two questions, each by an index of its own: asked as one, databases look through all there is.
    for some in (rows.filter(author__in=ids), rows.filter(pk__in=named)):
        latest = some.order_by("-published_at", "-pk").values_list("pk", "published_at")[: limit + 1]
        found |= dict(latest)
    ordered = sorted(found, key=lambda pk: (found[pk], pk), reverse=True)
    last = ordered[limit - 1] if len(ordered) > limit else None
    items = items_by_ids(user, ordered[:limit])
    return Things(items, write_key([found[last].isoformat(), last]) if last else None)


def _key(after: str | None) -> tuple[datetime, int] | None:
    values = read_key(after, 2)
    if values is None or not isinstance(values[1], int):
        return None
    try:
        when = parse_datetime(str(values[0]))
        return (when.astimezone(UTC), values[1]) if when is not None and when.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def sources_of(user: User, identities: Sequence[Identity]) -> list[tuple[Source, bool]]:
    """The sources a person is seen at, by title, and whether the user follows each.

    Where an account was only passed on or answered by another, somebody else is seen.
    """
    said = _said_something([one.pk for one in identities if one.service in NAMED_BY_OTHERS])
    own = [one for one in identities if one.service not in NAMED_BY_OTHERS or one.pk in said]
    sources = {one.source_id: one.source for one in own or identities}
    followed = set(
        Subscription.objects.filter(user=user, source__in=sources).values_list("source_id", flat=True)
    )
    ordered = sorted(sources.values(), key=lambda source: (str(source).casefold(), source.pk))
    return [(source, source.pk in followed) for source in ordered]


def _said_something(ids: Sequence[int]) -> set[int]:
    """Those of these that wrote or pointed at anything themselves."""
    wrote = Item.objects.filter(author__in=ids).values_list("author_id", flat=True).distinct()
    pointed = Endorsement.objects.filter(by__in=ids).values_list("by_id", flat=True).distinct()
    return {one for one in (*wrote, *pointed) if one is not None} if ids else set()


def seen_in(user: User, person_ids: Iterable[int]) -> dict[int, list[Source]]:
    """The sources that several people are seen at, what is theirs before what many write; one query."""
    rows = Membership.objects.visible_to(user).filter(person__in=list(person_ids))
    found: dict[int, dict[int, Source]] = {}
    for row in rows.select_related("identity__source").order_by("identity_id"):
        found.setdefault(row.person_id, {})[row.identity.source_id] = row.identity.source
    return {
        pk: sorted(sources.values(), key=lambda one: (one.channel not in OWN_PLACES, one.channel, one.pk))
        for pk, sources in found.items()
    }


def groups_and_offices(identities: Iterable[Identity]) -> tuple[list[str], list[str]]:
    """The groups somebody sits on, and all their offices as said."""
    identities = list(identities)
    offices = list(dict.fromkeys(str(role) for one in identities for role in one.roles))
    return groups_of(identities), offices


def stays_of(user: User, identities: Sequence[Identity], today: date) -> list[Stay]:
    """Where somebody works and worked, the present first; what several say is said once."""
    rows = Affiliation.objects.visible_to(user).filter(identity__in=[one.pk for one in identities])
    found: dict[tuple[str, str], Stay] = {}
    for row in rows.select_related("organization", "identity__source").order_by("pk"):
        current = row.until is None or row.until >= today
        stay = Stay(row.organization.name, row.role, row.since, row.until, current, str(row.identity.source))
        known = found.get((row.organization.key, row.role))
        if known is None or (stay.current, bool(stay.since)) > (known.current, bool(known.since)):
            found[row.organization.key, row.role] = stay
    with_role = {(key, one.current) for (key, role), one in found.items() if role}
    kept = [one for (key, role), one in found.items() if role or (key, one.current) not in with_role]
    kept.sort(key=lambda one: one.organization.casefold())
    kept.sort(key=lambda one: (one.current, one.until or date.max, one.since or date.min), reverse=True)
    return kept


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody began to work somewhere. `before` is where they were last, as far as known."""

    person: Person
    organization: str
    role: str
    on: date
    before: str = ""


def moves(user: User, since: date, *, limit: int = 20) -> list[Move]:
    """Who changed jobs since a day, as far as somebody says so: a dated beginning, or one place in another's stead.

    The first thing ever said of somebody is no move.
    """
    begun = Q(since__gte=since) | Q(since=None, noticed_at__date__gte=since)
    rows = Affiliation.objects.visible_to(user).filter(begun, until=None, person__in=visible_people(user))
    rows = rows.select_related("person", "organization").order_by("-noticed_at", "-pk")[: limit * 4]
    found: dict[tuple[int, int], Move] = {}
    before = _before({row.person_id for row in rows}, since, user)
    for row in rows:
        earlier = before.get(row.person_id, {})
        known = row.organization_id in earlier
        if known or not (earlier or row.since):
            continue
        last = max(earlier.values(), default=(date.min, ""))[1]
        on = row.since or row.noticed_at.date()
        found.setdefault(
            (row.person_id, row.organization_id), Move(row.person, row.organization.name, row.role, on, last)
        )
    return list(found.values())[:limit]


@dataclass(frozen=True, slots=True)
class Joining:
    """Somebody took an office: what, and when it was first said."""

    person: Person
    role: str
    noticed_at: datetime


def joinings(user: User, since: datetime, *, limit: int = 20) -> list[Joining]:
    """Who took an office since a moment, the latest first; what accounts said when first read is no news."""
    new = Office.objects.filter(at_first=False, noticed_at__gte=since, left_at=None).exclude(role="")
    new = new.filter(Q(identity__owner=None) | Q(identity__owner=user))
    rows = list(new.order_by("-noticed_at", "-pk")[: limit * 4])
    people = people_of(user, {row.identity_id for row in rows})
    found: dict[tuple[int, str], Joining] = {}
    for row in rows:
        if person := people.get(row.identity_id):
            found.setdefault((person.pk, row.role), Joining(person, row.role, row.noticed_at))
    return list(found.values())[:limit]


def _before(person_ids: set[int], since: date, user: User) -> dict[int, dict[int, tuple[date, str]]]:
    """Where these people were before, by organisation, with the day that was last true."""
    found: dict[int, dict[int, tuple[date, str]]] = {}
    rows = Affiliation.objects.visible_to(user).filter(person__in=person_ids).select_related("organization")
    for row in rows:
        began = row.since or row.noticed_at.date()
        if began < since:
            last = row.until or date.max
            found.setdefault(row.person_id, {})[row.organization_id] = (last, row.organization.name)
    return found


def member_ids(user: User, person: Person) -> list[int]:
    """Keys of a person's identities, as this user sees them."""
    return list(members_of(user, person).values_list("identity_id", flat=True)[:MOST_IDENTITIES])
