"""What the user could do, did, and with whom they shared."""

from __future__ import annotations

from datetime import datetime
from statistics import median
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from transom.apps.participation.models import Action, ActionState, Opportunity, OpportunityKind, Recipient
from transom.apps.participation.soon import offers_soon

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

# Minutes until the user's own are known.
USUAL_MINUTES = {
    OpportunityKind.PASS_ON: 3.0,
    OpportunityKind.CALENDAR: 1.0,
    # To look at it, decide, and note the date; what follows has a date of its own.
    OpportunityKind.ATTEND: 2.0,
    OpportunityKind.JOIN: 2.0,
    OpportunityKind.SUBMIT: 3.0,
    OpportunityKind.RESPOND: 3.0,
}
ENOUGH_MEASURED = 5
MOST_MEASURED = 20
MOST_OPEN = 60


def opportunities_for(user: User, now: datetime) -> list[Opportunity]:
    """What is still open for this user and matters now, soonest deadline first, then the newest."""
    rows = Opportunity.objects.filter(user=user, closed_at=None).filter(
        Q(deadline=None) | Q(deadline__gt=now)
    )
    of_items = Q(item__isnull=False) & (Q(item__owner=None) | Q(item__owner=user))
    of_dates = Q(event__isnull=False, event__gone_at=None, event__cancelled=False)
    rows = rows.filter(of_items | (of_dates & (Q(event__owner=None) | Q(event__owner=user))))
    rows = rows.filter(offers_soon(now))
    rows = rows.select_related("item__home", "event")
    far = datetime.max.replace(tzinfo=now.tzinfo)
    newest = list(rows.order_by("-created_at", "-pk")[:MOST_OPEN])
    return sorted(newest, key=lambda row: row.deadline or far)


def ledger(user: User, *, limit: int = 200) -> list[Action]:
    """What the user did or turned down, newest first."""
    rows = Action.objects.filter(user=user).select_related("item__home", "event", "opportunity")
    return list(rows.order_by("-created_at", "-pk")[:limit])


def recipients(user: User, *, limit: int = 12) -> QuerySet[Recipient]:
    """Whom the user passed things on to, latest first."""
    return Recipient.objects.filter(user=user).order_by("-last_used_at", "pk")[:limit]


def usual_minutes(user: User, kind: OpportunityKind) -> float:
    """The median of what this kind of action took the user lately, once there are enough of them."""
    done = Action.objects.filter(user=user, kind=kind, minutes__gt=0).exclude(state=ActionState.DECLINED)
    taken = list(done.order_by("-created_at").values_list("minutes", flat=True)[:MOST_MEASURED])
    return float(median(taken)) if len(taken) >= ENOUGH_MEASURED else USUAL_MINUTES[kind]
