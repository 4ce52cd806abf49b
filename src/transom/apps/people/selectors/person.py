"""The page of a person: what they published, where, with whom, and where they work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from django.db.models import Exists, OuterRef, Q
from django.utils.dateparse import parse_datetime

from transom.apps.library.models import Authorship, Identity, Item
from transom.apps.library.paging import read_key, write_key
from transom.apps.library.selectors import items_by_ids
from transom.apps.people.describing import groups_of
from transom.apps.people.models import Affiliation, Membership, Person
from transom.apps.people.selectors.who import members_of
from transom.apps.sources.models import Source, Subscription

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

PAGE: Final = 15
MOST_IDENTITIES: Final = 200
SAID_IN: Final = ("discussion", "status", "mail")
OWN_PLACES: Final = ("blog", "podcast")
SPOKEN: Final = ("talk",)


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
    """The sources a person writes at, by title, and whether the user follows each; where they are seen at all,
    where they write at none."""
    wrote = set(
        Identity.objects.filter(_writes(), pk__in=[one.pk for one in identities]).values_list("pk", flat=True)
    )
    sources = {one.source_id: one.source for one in identities if one.pk in wrote or not wrote}
    followed = set(
        Subscription.objects.filter(user=user, source__in=sources).values_list("source_id", flat=True)
    )
    ordered = sorted(sources.values(), key=lambda source: (str(source).casefold(), source.pk))
    return [(source, source.pk in followed) for source in ordered]


def seen_in(user: User, person_ids: Iterable[int]) -> dict[int, list[Source]]:
    """The sources that several people write at, what is theirs before what many write; one query.

    Of whoever writes at none, those where they are seen.
    """
    rows = Membership.objects.visible_to(user).filter(person__in=list(person_ids))
    rows = rows.annotate(wrote=_writes("identity_id"))
    found: dict[int, dict[int, Source]] = {}
    only_seen: dict[int, dict[int, Source]] = {}
    for row in rows.select_related("identity__source").order_by("identity_id"):
        where = found if row.wrote else only_seen
        where.setdefault(row.person_id, {})[row.identity.source_id] = row.identity.source
    found = only_seen | found
    return {
        pk: sorted(sources.values(), key=lambda one: (one.channel not in OWN_PLACES, one.channel, one.pk))
        for pk, sources in found.items()
    }


def _writes(identity: str = "pk") -> Q:
    """Of identities, by the name of their key, those by which something is signed."""
    byline = Item.objects.filter(author=OuterRef(identity))
    return Q(Exists(byline)) | Q(Exists(Authorship.objects.filter(identity=OuterRef(identity))))


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
    # That one is there at all went before as what: it did not end when that was said.
    with_role |= {(key, False) for key, current in with_role if current}
    kept = [one for (key, role), one in found.items() if role or (key, one.current) not in with_role]
    kept.sort(key=lambda one: one.organization.casefold())
    kept.sort(key=lambda one: (one.current, one.until or date.max, one.since or date.min), reverse=True)
    return kept


def member_ids(user: User, person: Person) -> list[int]:
    """Keys of a person's identities, as this user sees them."""
    return list(members_of(user, person).values_list("identity_id", flat=True)[:MOST_IDENTITIES])
