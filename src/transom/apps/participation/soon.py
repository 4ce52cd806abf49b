"""When a date is something to do today: while acting now matters. Everything later is for the calendar's page.

A call, a consultation or a registration is offered in the weeks before it closes; whatever else has a date, in the
weeks before it begins. A conference far ahead is so offered while its own call or registration is about to close.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from transom.apps.conversations.models import CLOSING, Event
from transom.apps.participation.calendar_file import DEADLINE

CLOSES_WITHIN: Final = timedelta(weeks=4)
"""So long before it closes: time enough to write something, and not so much that it can wait."""
BEGINS_WITHIN: Final = timedelta(weeks=6)
"""So long before it begins: time enough to keep the day free and to travel."""


def date_to_act(event: Event, now: datetime) -> datetime | None:
    """By when one must act on a date of the calendar; None where now is too early for it."""
    if event.closes_at is not None and now <= event.closes_at <= now + CLOSES_WITHIN:
        return event.closes_at
    if event.kind in CLOSING and event.closes_at is not None:
        return None
    within = CLOSES_WITHIN if event.kind in CLOSING else BEGINS_WITHIN
    return event.starts if event.starts <= now + within else None


def items_soon(now: datetime) -> Q:
    """Of items with a date ahead those that are something to do now."""
    closing = Q(event_what=DEADLINE)
    ahead = Q(event_start__gt=now)
    return ahead & (
        (closing & Q(event_start__lte=now + CLOSES_WITHIN))
        | (~closing & Q(event_start__lte=now + BEGINS_WITHIN))
    )


def offers_soon(now: datetime) -> Q:
    """Of open offers those without a date, and those whose date is something to do now."""
    closes = Q(item__event_what=DEADLINE) | Q(event__kind__in=CLOSING)
    return (
        Q(deadline=None)
        | Q(deadline__lte=now + CLOSES_WITHIN)
        | (~closes & Q(deadline__lte=now + BEGINS_WITHIN))
    )
