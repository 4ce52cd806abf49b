"""Offering something to do, and keeping account of what the user did about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from transom.apps.library.models import Item, Link, ReadingState
from transom.apps.participation.calendar_file import calendar_file
from transom.apps.participation.errors import ParticipationError
from transom.apps.participation.mailto import mail_address, mailto, one_line
from transom.apps.participation.models import (
    Action,
    ActionState,
    Opportunity,
    OpportunityKind,
    Recipient,
)
from transom.apps.participation.same_date import Dated, groups, speaker
from transom.apps.participation.selectors import opportunities_for, usual_minutes
from transom.apps.participation.soon import items_soon
from transom.apps.participation.taking_part import date_file, note_date, offer_dates

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

RECENT = timedelta(days=7)
MOST_TO_PASS_ON = 6
MOST_DATES = 20
MOST_LOOKED_AT = 60
"""So many of the soonest dates are looked at, to offer the most of them."""
MOST_COMPARED = 400
"""So many items of those days are looked through for others that name the same date."""
SAME_PRESS = timedelta(minutes=1)

OWN_MAIL = "own mail"
COPIED = "copied"
FILE = "file"

__all__ = [
    "calendar",
    "decline",
    "ics",
    "opportunities_for",
    "pass_on",
    "propose",
]


@dataclass(frozen=True, slots=True)
class Offer:
    """Something concrete to propose about an item, and the rule that made it."""

    kind: OpportunityKind
    item_id: int
    rule: str
    deadline: datetime | None = None


def propose(
    user: User, now: datetime, *, dates: Sequence[int] = (), worth_sharing: Sequence[int] = ()
) -> list[Opportunity]:
    """Makes what is newly possible and returns all that is open.

    ``dates`` are items with a date ahead, ``worth_sharing`` unread items of high value; whatever was
    offered once is never offered again.
    """
    Opportunity.objects.filter(user=user, closed_at=None, deadline__lte=now).update(closed_at=now)
    offer_dates(user, now)
    offers = [*_to_pass_on(user, now, worth_sharing), *_to_note_down(user, now, dates)]
    if offers:
        minutes = {kind: usual_minutes(user, kind) for kind in {offer.kind for offer in offers}}
        Opportunity.objects.bulk_create(
            [_row(user, offer, minutes[offer.kind], now) for offer in offers], ignore_conflicts=True
        )
    return opportunities_for(user, now)


def _row(user: User, offer: Offer, minutes: float, now: datetime) -> Opportunity:
    return Opportunity(
        user=user,
        kind=offer.kind,
        item_id=offer.item_id,
        minutes=minutes,
        deadline=offer.deadline,
        created_at=now,
        rule=offer.rule,
    )


def _to_pass_on(user: User, now: datetime, worth_sharing: Sequence[int]) -> list[Offer]:
    """What was lately finished or saved; and what is worth much, once there is somebody to share it with."""
    since = now - RECENT
    states = ReadingState.objects.filter(user=user).filter(
        Q(finished_at__gte=since) | Q(saved_at__gte=since), dismissed_at=None, changed_at__gte=since
    )
    rows = states.order_by("-changed_at").values_list("item_id", "finished_at")[: MOST_TO_PASS_ON * 5]
    rules = {item_id: "finished" if finished else "saved" for item_id, finished in rows}
    if worth_sharing and Recipient.objects.filter(user=user).exists():
        rules |= {item_id: "worth sharing" for item_id in worth_sharing if item_id not in rules}
    fresh = _not_offered(user, OpportunityKind.PASS_ON, rules)
    sharable = set(
        Item.objects.filter(pk__in=fresh, owner=None).exclude(address="").values_list("pk", flat=True)
    )
    wanted = [item_id for item_id in fresh if item_id in sharable][:MOST_TO_PASS_ON]
    return [Offer(OpportunityKind.PASS_ON, item_id, rules[item_id]) for item_id in wanted]


def _to_note_down(user: User, now: datetime, dates: Sequence[int]) -> list[Offer]:
    """The soonest dates, each once though several items name it: what was offered of a date speaks for it."""
    fresh = set(_not_offered(user, OpportunityKind.CALENDAR, dates))
    ahead = _ahead(user, now).filter(pk__in=fresh).order_by("event_start", "pk")
    soon = list(ahead.values_list("event_start", flat=True)[:MOST_LOOKED_AT])
    if not soon:
        return []
    near = _ahead(user, now).filter(pk__in=dates, event_start__range=(_midnight(soon[0]), _day_end(soon[-1])))
    dated = _dated(near, {start.date() for start in soon if start})
    told = [group for group in groups(dated) if all(one.item_id in fresh for one in group)]
    chosen = [speaker(group).item_id for group in told[:MOST_DATES]]
    starts = dict(Item.objects.filter(pk__in=chosen).values_list("pk", "event_start"))
    return [Offer(OpportunityKind.CALENDAR, pk, "date ahead", starts[pk]) for pk in chosen if pk in starts]


def _ahead(user: User, now: datetime) -> QuerySet[Item]:
    """Items with a date that may be offered now."""
    items = Item.objects.filter(items_soon(now))
    return items.filter(Q(owner=None) | Q(owner=user))


def _dated(items: QuerySet[Item], days: set[date]) -> list[Dated]:
    """The items of these days, soonest first, with what they link to."""
    rows = [
        row
        for row in items.order_by("event_start", "pk").values_list(
            "pk", "event_start", "address", "home_id", "published_at"
        )[:MOST_COMPARED]
        if row[1] is not None and row[1].date() in days
    ]
    targets: defaultdict[int, set[str]] = defaultdict(set)
    for item_id, target in Link.objects.filter(item_id__in=[row[0] for row in rows]).values_list(
        "item_id", "target"
    ):
        targets[item_id].add(target)
    return [
        Dated(pk, start.date(), address, home_id, published, frozenset(targets[pk]))
        for pk, start, address, home_id, published in rows
        if start is not None
    ]


def _midnight(at: datetime | None) -> datetime:
    assert at is not None
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _day_end(at: datetime | None) -> datetime:
    return _midnight(at) + timedelta(days=1) - timedelta(microseconds=1)


def _not_offered(user: User, kind: OpportunityKind, item_ids: Iterable[int]) -> list[int]:
    ids = list(item_ids)
    if not ids:
        return []
    offered = Opportunity.objects.filter(user=user, kind=kind, item_id__in=ids)
    done = Action.objects.filter(user=user, kind=kind, item_id__in=ids)
    known = {*offered.values_list("item_id", flat=True), *done.values_list("item_id", flat=True)}
    return [item_id for item_id in ids if item_id not in known]


def pass_on(
    user: User,
    item: Item,
    *,
    text: str,
    recipients: Sequence[tuple[str, str]],
    how: str,
    now: datetime,
    minutes: float | None = None,
) -> tuple[Action, str]:
    """Notes that the user passes the item on, and returns what they need for it.

    ``recipients`` are (name, address) pairs, ``how`` is "own mail" or "copied", ``minutes`` what it took
    where that is known. Returns the action and a ``mailto:`` address, or the text to copy.
    Raises ParticipationError for an address that is none. Nothing is sent from here.
    """
    if how not in {OWN_MAIL, COPIED}:
        raise ParticipationError(_("It can be passed on by your own mail or copied."))
    _check_visible(user, item)
    people = {mail_address(address).lower(): one_line(name)[:150] for name, address in recipients}
    body = "\n\n".join(part for part in (text.strip(), item.title, item.address) if part)
    result = mailto(people, subject=item.title, body=body) if how == OWN_MAIL else body
    with transaction.atomic():
        _remember(user, people, now)
        action = _note(
            user,
            item,
            OpportunityKind.PASS_ON,
            how=how,
            text=text,
            people=list(people),
            minutes=minutes,
            now=now,
        )
    return action, result


def _check_visible(user: User, item: Item) -> None:
    if item.owner_id not in (None, user.pk):
        raise ParticipationError(_("There is no such item."), permanent=True)


def _remember(user: User, people: dict[str, str], now: datetime) -> None:
    for email, name in people.items():
        row, made = Recipient.objects.get_or_create(
            user=user, email=email, defaults={"name": name, "last_used_at": now}
        )
        if not made:
            row.last_used_at = now
            row.name = name or row.name
            row.save(update_fields=["last_used_at", "name"])


def _note(
    user: User,
    item: Item,
    kind: OpportunityKind,
    *,
    how: str,
    text: str = "",
    people: list[str] | None = None,
    minutes: float | None = None,
    now: datetime,
) -> Action:
    """Writes the ledger once, even where the button was pressed twice, and closes the offer."""
    said = {"how": how, "text": text, "recipients": people or []}
    again = Action.objects.filter(
        user=user, item=item, kind=kind, state=ActionState.SENT, created_at__gt=now - SAME_PRESS
    )
    for action in again:
        if {"how": action.how, "text": action.text, "recipients": action.recipients} == said:
            return action
    offer = Opportunity.objects.filter(user=user, item=item, kind=kind).first()
    action = Action.objects.create(
        user=user,
        item=item,
        kind=kind,
        opportunity=offer,
        state=ActionState.SENT,
        minutes=usual_minutes(user, kind) if minutes is None else max(minutes, 0.0),
        created_at=now,
        **said,
    )
    _close(offer, now)
    return action


def _close(offer: Opportunity | None, now: datetime) -> None:
    if offer is not None and offer.closed_at is None:
        offer.closed_at = now
        offer.save(update_fields=["closed_at"])


def ics(thing: Item | Opportunity, now: datetime) -> bytes:
    """The calendar file of an item, or of the item or date an opportunity is about."""
    if isinstance(thing, Item):
        return calendar_file(thing, now)
    return calendar_file(thing.item, now) if thing.item else date_file(thing, now)


def calendar(user: User, opportunity: Opportunity, now: datetime) -> Action:
    """Notes that the user put the date in their calendar."""
    _check_own(user, opportunity)
    with transaction.atomic():
        if opportunity.item is None:
            return note_date(user, opportunity, now)
        return _note(user, opportunity.item, OpportunityKind.CALENDAR, how=FILE, now=now)


def decline(user: User, opportunity: Opportunity, now: datetime) -> None:
    """Notes that the user will not do it; it is not offered again."""
    _check_own(user, opportunity)
    with transaction.atomic():
        if opportunity.closed_at is None:
            Action.objects.create(
                user=user,
                item=opportunity.item,
                event=opportunity.event,
                opportunity=opportunity,
                kind=opportunity.kind,
                state=ActionState.DECLINED,
                created_at=now,
            )
        _close(opportunity, now)


def _check_own(user: User, opportunity: Opportunity) -> None:
    if opportunity.user_id != user.pk:
        raise ParticipationError(_("There is no such offer."), permanent=True)
