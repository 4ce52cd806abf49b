"""The community's calendar, as a user may see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet

from transom.apps.conversations.models import CLOSING as CLOSING
from transom.apps.conversations.models import Event, EventSighting
from transom.apps.library.models import Attendance, Meeting
from transom.apps.people.selectors import people_of
from transom.apps.sources.models import Subscription
from transom.engine.text.tokens import terms

if TYPE_CHECKING:
    from transom.apps.accounts.models import User
    from transom.apps.people.models import Person

MOST = 200


@dataclass(frozen=True, slots=True)
class Listed:
    """One list that names an event, and by which rule it was joined."""

    sighting_id: int
    source_id: int
    source: str
    rule: str


def events_of(user: User) -> QuerySet[Event]:
    """Events in lists the user follows, and their own; those that every list dropped are not among them."""
    followed = Subscription.objects.filter(user=user).values("source_id")
    listed = EventSighting.objects.filter(event=OuterRef("pk"), source__in=followed, gone_at=None)
    visible: QuerySet[Event] = Event.objects.visible_to(user).filter(gone_at=None)
    return visible.filter(Exists(listed))


def upcoming(
    user: User,
    now: datetime,
    *,
    kinds: Iterable[str] = (),
    after: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> list[Event]:
    """What is still to come or under way, soonest first; `after` is the (starts, id) of the last one seen."""
    rows = events_of(user).filter(Q(starts__gte=now) | Q(ends__gte=now), cancelled=False)
    return _page(rows, kinds, after, limit)


def between(
    user: User, first: datetime, last: datetime, *, kinds: Iterable[str] = (), limit: int = MOST
) -> list[Event]:
    """What begins, or is under way, from the first moment to before the last."""
    rows = events_of(user).filter(Q(starts__gte=first) | Q(ends__gte=first), starts__lt=last)
    return _page(rows, kinds, None, limit)


def closing(user: User, now: datetime, *, limit: int = 20) -> list[Event]:
    """Calls and consultations that are open, by closing date."""
    rows = events_of(user).filter(closes_at__gte=now, cancelled=False)
    return _named_once(list(rows.order_by("closes_at", "pk")[: min(2 * limit, MOST)]))[:limit]


def _named_once(rows: list[Event]) -> list[Event]:
    """Without conferences whose own call closes the same day and stands there already."""
    calls = [(one.closes_at, set(terms(one.title))) for one in rows if one.kind in CLOSING]
    return [one for one in rows if one.kind in CLOSING or not _is_called(one, calls)]


def _is_called(event: Event, calls: list[tuple[datetime | None, set[str]]]) -> bool:
    told, closes = set(terms(event.title)), event.closes_at
    return any(
        at is not None and closes is not None and at.date() == closes.date() and told <= words
        for at, words in calls
    )


def dates_in(source_id: int, now: datetime, *, limit: int = 10) -> list[Event]:
    """What one source, which the user may see, lists that is still to come, soonest first."""
    listed = EventSighting.objects.filter(event=OuterRef("pk"), source=source_id, gone_at=None)
    rows = Event.objects.filter(Exists(listed), gone_at=None, cancelled=False)
    return _page(rows.filter(Q(starts__gte=now) | Q(ends__gte=now)), (), None, limit)


def lists_of(user: User, event: Event) -> list[Listed]:
    """Every list an event stands in that this user may see."""
    rows = EventSighting.objects.filter(event=event, gone_at=None).select_related("source")
    rows = rows.filter(Q(source__owner=None) | Q(source__owner=user))
    return [Listed(row.pk, row.source_id, str(row.source), row.rule) for row in rows.order_by("pk")]


def organisers(user: User, events: Iterable[Event]) -> dict[int, str]:
    """Whose date each is, by its key: who organises it, else the list that names it; one query for those."""
    given = list(events)
    found = {one.pk: one.organiser for one in given if one.organiser}
    rows = EventSighting.objects.filter(
        event__in=[one.pk for one in given if one.pk not in found], gone_at=None
    )
    rows = rows.filter(Q(source__owner=None) | Q(source__owner=user)).select_related("source")
    for row in rows.order_by("pk"):
        found.setdefault(row.event_id, str(row.source))
    return found


@dataclass(frozen=True, slots=True)
class Attended:
    """Somebody who was there, as a list says it; `person` where it is known who that is."""

    name: str
    organisation: str
    role: str
    person: Person | None


def present_at(user: User, event: Event) -> list[Attended]:
    """Who was at an event, as far as lists that this user may see tell it; each person once. Four queries."""
    named = EventSighting.objects.filter(event=event, gone_at=None).values_list("source_id", "uid")
    keys = set(named)
    rows = Meeting.objects.visible_to(user).filter(uid__in={uid for _, uid in keys})
    rows = rows.filter(source__in={source_id for source_id, _ in keys})
    meetings = [row.pk for row in rows if (row.source_id, row.uid) in keys]
    there = Attendance.objects.filter(meeting__in=meetings).select_related("identity")
    ordered = list(there.order_by("meeting_id", "position", "pk")[:MOST])
    people = people_of(user, [one.identity_id for one in ordered])
    found: dict[int, Attended] = {}
    for one in ordered:
        person = people.get(one.identity_id)
        name = person.name if person else one.identity.name
        key = person.pk if person else -one.identity_id
        found.setdefault(key, Attended(name, one.organisation, one.role, person))
    return list(found.values())


def _page(
    rows: QuerySet[Event], kinds: Iterable[str], after: tuple[datetime, int] | None, limit: int
) -> list[Event]:
    if wanted := list(kinds):
        rows = rows.filter(kind__in=wanted)
    if after is not None:
        rows = rows.filter(Q(starts__gt=after[0]) | Q(starts=after[0], pk__gt=after[1]))
    return list(rows.order_by("starts", "pk")[: min(limit, MOST)])
