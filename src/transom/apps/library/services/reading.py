"""What a user did with an item: opened, how far, how long, finished, saved, put aside."""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce, Greatest

from transom.apps.library.models import Item, ReadingState
from transom.apps.library.services.guard import require_visible

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

MOST_SECONDS_A_BEACON = 60
LATE_SECONDS = 1.0
"""By how much one beacon may have come later than usual, and the next then too early."""


def _change(user: User, item: Item, now: datetime, **values: Any) -> None:
    """One UPDATE, so that two open tabs cannot overwrite each other."""
    require_visible(user, item)
    state, _ = ReadingState.objects.get_or_create(user=user, item=item, defaults={"actor": user})
    ReadingState.objects.filter(pk=state.pk).update(changed_at=now, **values)


def open_item(user: User, item: Item, now: datetime) -> None:
    """The reader showed it. The first time stands; every time counts as use."""
    _change(user, item, now, opened_at=Coalesce("opened_at", Value(now)))


def record_reading(user: User, item: Item, *, seconds: float, progress: float, now: datetime) -> None:
    """One beacon of the reader: ``seconds`` visible and active since the last (at most 60 count),
    ``progress`` the furthest place seen, 0 to 1.

    No more time counts than has passed since the last beacon, so that a repeated one, or the same text in
    two windows, counts once. Nonsense counts as nothing.
    """
    require_visible(user, item)
    with transaction.atomic():
        state, _ = ReadingState.objects.select_for_update().get_or_create(
            user=user, item=item, defaults={"actor": user}
        )
        ReadingState.objects.filter(pk=state.pk).update(
            active_seconds=F("active_seconds") + _counted(seconds, state.measured_at, now),
            progress=Greatest(F("progress"), Value(_within(progress, 1.0))),
            measured_at=now,
            changed_at=now,
        )


def _counted(seconds: float, last: datetime | None, now: datetime) -> int:
    claimed = _within(seconds, MOST_SECONDS_A_BEACON)
    if last is not None:
        passed = (now - last).total_seconds() + LATE_SECONDS
        claimed = min(claimed, max(passed, 0.0))
    return round(claimed)


def _within(number: float, most: float) -> float:
    return min(max(number, 0.0), most) if math.isfinite(number) else 0.0


def finish(user: User, item: Item, now: datetime) -> None:
    """Read to its end, whatever was measured. The first time stands."""
    _change(user, item, now, finished_at=Coalesce("finished_at", Value(now)), progress=1.0)


def save(user: User, item: Item, now: datetime) -> None:
    """Keeps it: it never expires, and stays when its source is unfollowed."""
    _change(user, item, now, saved_at=Coalesce("saved_at", Value(now)))


def unsave(user: User, item: Item, now: datetime) -> None:
    """No longer saved. Does nothing where it was not."""
    ReadingState.objects.filter(user=user, item=item).exclude(saved_at=None).update(
        saved_at=None, changed_at=now
    )


def dismiss(user: User, item: Item, now: datetime) -> None:
    """Put aside: not for this user."""
    _change(user, item, now, dismissed_at=now)
