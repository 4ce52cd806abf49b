"""What changed with people: who works elsewhere or as something else now, and who took an office."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from transom.apps.people.describing import NO_OFFICE
from transom.apps.people.models import Affiliation, Joined, Office, Person
from transom.apps.people.selectors.who import people_of
from transom.engine.resolve.names import squeezed
from transom.engine.resolve.places import same_place

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

READ_AT_ONCE: Final = timedelta(hours=12)
"""What is said within this time of each other was read at once, page after page: its order is no news."""


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody began to work somewhere, or `stayed` there as something else.

    `before` is where they were last, `was` what they were last in the same place, as far as known.
    """

    person: Person
    organization: str
    role: str
    on: date
    before: str = ""
    was: str = ""
    stayed: bool = False


def moves(user: User, since: date, *, limit: int = 20) -> list[Move]:
    """Who changed jobs since a day, as far as somebody says so, what was noticed last first.

    Told is a dated beginning; without a date one place (or role) in another's stead: the same account said the other
    before, and says it no more. The first thing ever said of somebody is no move, nor is a second place beside the
    first, another spelling, or a role where none was known.
    """
    rows = _begun(user, since, limit * 4)
    known: dict[int, list[Affiliation]] = defaultdict(list)
    of_them = Affiliation.objects.visible_to(user).filter(person__in={row.person_id for row in rows})
    for one in of_them.select_related("organization").order_by("pk"):
        known[one.person_id].append(one)
    found: list[Move] = []
    for row in rows:
        move = _move(row, known[row.person_id], since)
        if move and not any(_is_said_by(move, one) for one in found):
            found.append(move)
    return found[:limit]


def _is_said_by(move: Move, other: Move) -> bool:
    return move.person == other.person and same_place(move.organization, other.organization)


def _begun(user: User, since: date, most: int) -> list[Affiliation]:
    """What may be the beginning of something, each kind by an index of its own."""
    rows: QuerySet[Affiliation] = Affiliation.objects.visible_to(user)
    rows = rows.filter(until=None).select_related("person", "organization")
    # Not by a list of everybody the user sees, from which SQLite would begin.
    away = Joined.objects.filter(user=user, person=OuterRef("person"))
    rows = rows.filter(Q(person__owner=None) | Q(person__owner=user), ~Exists(away), person__merged_into=None)
    # Its index names the empty ones just so.
    dated = rows.filter(since__gte=since).exclude(since=None).order_by("-since", "-pk")[:most]
    ended = Affiliation.objects.filter(
        identity=OuterRef("identity"), until__gte=since, noticed_at__lt=OuterRef("noticed_at")
    )
    day = datetime.combine(since, time(), UTC)
    instead = rows.filter(Q(since=None) | Q(since__lt=since), Exists(ended), noticed_at__gte=day)
    found = [*dated, *instead.order_by("-noticed_at", "-pk")[:most]]
    return sorted(found, key=lambda row: (row.noticed_at, row.pk), reverse=True)


def _move(row: Affiliation, known: Sequence[Affiliation], since: date) -> Move | None:
    if row.since is not None and row.since >= since:
        earlier = [one for one in known if (one.since or one.noticed_at.date()) < since]
        over = [one for one in earlier if one.until is not None]
        return _told(row, row.since, earlier, _of(row, over) or over)
    earlier = [one for one in known if one.noticed_at < row.noticed_at]
    over = [one for one in _of(row, earlier) if one.until is not None and one.until >= since]
    over = [one for one in over if one.noticed_at <= row.noticed_at - READ_AT_ONCE]
    if row.since is not None:
        # A history that was written over: only what somebody is there can be new.
        over = [one for one in over if _is_there(one, row) and one.since == row.since]
    return _told(row, row.noticed_at.date(), earlier, over) if over else None


def _told(
    row: Affiliation, on: date, earlier: Sequence[Affiliation], over: Sequence[Affiliation]
) -> Move | None:
    """The move that a row is, beside what was known earlier and what of it is over; None where it is no news."""
    here = [one for one in earlier if _is_there(one, row)]
    last = _last(one for one in over if (one in here) == bool(here))
    dated = on == row.since
    if not here:
        # Whoever goes on elsewhere, as the same account says, was not there "before".
        beside = dated and any(one.until is None for one in _of(row, earlier))
        before = last.organization.name if last and not beside else ""
        return Move(row.person, row.organization.name, row.role, on, before)
    is_new = row.role and squeezed(row.role) not in {squeezed(one.role) for one in here}
    was = last.role if last else ""
    if not is_new or not (dated or was):
        return None
    return Move(row.person, row.organization.name, row.role, on, was=was, stayed=True)


def _of(row: Affiliation, rows: Iterable[Affiliation]) -> list[Affiliation]:
    """What the same account says."""
    return [one for one in rows if one.identity_id == row.identity_id]


def _is_there(one: Affiliation, row: Affiliation) -> bool:
    return same_place(one.organization.name, row.organization.name)


def _last(rows: Iterable[Affiliation]) -> Affiliation | None:
    return max(rows, key=lambda one: (one.until or date.max, bool(one.role), one.pk), default=None)


@dataclass(frozen=True, slots=True)
class Joining:
    """Somebody took an office: what, and when it was first said."""

    person: Person
    role: str
    noticed_at: datetime


def joinings(user: User, since: datetime, *, limit: int = 20) -> list[Joining]:
    """Who took an office since a moment, the latest first; what sources said when first read is no news.

    To speak or be somewhere once is no office, nor is one that is over.
    """
    new = Office.objects.filter(at_first=False, noticed_at__gte=since, left_at=None).exclude(role="")
    for beginning in (*NO_OFFICE, "former "):
        new = new.exclude(role__startswith=beginning)
    new = new.filter(Q(identity__owner=None) | Q(identity__owner=user))
    rows = list(new.order_by("-noticed_at", "-pk")[: limit * 4])
    people = people_of(user, {row.identity_id for row in rows})
    found: dict[tuple[int, str], Joining] = {}
    for row in rows:
        if person := people.get(row.identity_id):
            found.setdefault((person.pk, row.role), Joining(person, row.role, row.noticed_at))
    return list(found.values())[:limit]
