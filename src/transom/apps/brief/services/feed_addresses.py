"""The private address of a user's brief as a feed: made, used, taken back."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from transom.apps.brief.models import Brief, BriefState, FeedAddress
from transom.apps.brief.render.atom import atom
from transom.apps.brief.services.editions import brief_of_day

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

TOKEN_BYTES = 24
EDITIONS = 14


def new_feed_address(user: User, *, now: datetime | None = None) -> str:
    """A new token; earlier ones stop working. It is told this once: only its hash is kept."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    now = now or timezone.now()
    with transaction.atomic():
        revoke_feed_address(user, now=now)
        FeedAddress.objects.create(user=user, token_hash=_hash(token))
    return token


def revoke_feed_address(user: User, *, now: datetime | None = None) -> int:
    """Takes back every token of the user; how many there were."""
    live = FeedAddress.objects.filter(user=user, revoked_at=None)
    return live.update(revoked_at=now or timezone.now())


def feed(token: str, *, now: datetime) -> bytes | None:
    """The Atom feed behind a token, with today's edition once that is final; None where it opens nothing."""
    address = (
        FeedAddress.objects.select_related("user").filter(token_hash=_hash(token), revoked_at=None).first()
    )
    if address is None or not address.user.is_active:
        return None
    FeedAddress.objects.filter(pk=address.pk).update(last_used_at=now)
    brief_of_day(address.user, now=now, shown=False)
    briefs = Brief.objects.filter(user=address.user, state=BriefState.FINAL, budget_minutes__gt=0)
    newest = list(briefs.select_related("user").order_by("-started_at", "-pk")[:EDITIONS])
    return atom(address.user_id, newest, now=now)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
