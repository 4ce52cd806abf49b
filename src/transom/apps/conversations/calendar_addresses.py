"""The private address of a user's dates as a calendar to subscribe to: made, used, taken back."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from transom.apps.conversations.calendar_file import calendar_file
from transom.apps.conversations.models import CalendarAddress, Event, Scope
from transom.apps.conversations.selectors.calendar import saved_events
from transom.apps.conversations.selectors.events import events_of

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

TOKEN_BYTES = 24
MOST = 500


def new_calendar_address(user: User, scope: str = Scope.SAVED, *, now: datetime | None = None) -> str:
    """A new token; earlier ones stop working. It is told this once: only its hash is kept."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        revoke_calendar_address(user, now=now)
        CalendarAddress.objects.create(user=user, token_hash=_hash(token), scope=Scope(scope))
    return token


def revoke_calendar_address(user: User, *, now: datetime | None = None) -> int:
    """Takes back every token of the user; how many there were."""
    live = CalendarAddress.objects.filter(user=user, revoked_at=None)
    return live.update(revoked_at=now or timezone.now())


def address_of(user: User) -> CalendarAddress | None:
    return CalendarAddress.objects.filter(user=user, revoked_at=None).first()


def calendar_feed(token: str, *, now: datetime) -> bytes | None:
    """The calendar behind a token; None where it opens nothing."""
    rows = CalendarAddress.objects.select_related("user").filter(token_hash=_hash(token), revoked_at=None)
    address = rows.first()
    if address is None or not address.user.is_active:
        return None
    CalendarAddress.objects.filter(pk=address.pk).update(last_used_at=now)
    return calendar_file(_events(address, now), now, name=_("Your field (Transom)"))


def _events(address: CalendarAddress, now: datetime) -> list[Event]:
    if address.scope == Scope.SAVED:
        return saved_events(address.user, now, limit=MOST)
    ahead = events_of(address.user).filter(listed_at__gte=now, cancelled=False)
    return list(ahead.order_by("listed_at", "pk")[:MOST])


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
