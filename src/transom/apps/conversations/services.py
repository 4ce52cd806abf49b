"""What users do with dates: keep them, and join or take apart what lists say."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from transom.apps.conversations.errors import ConversationError
from transom.apps.conversations.keeping import describe_again, tell
from transom.apps.conversations.models import Event, EventSighting, SavedEvent
from transom.apps.conversations.selectors.calendar import may_take_apart
from transom.engine.graph.same_event import VERSION

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

FRESH = timedelta(hours=1)
NOT_ALONE = (
    "Several people use this calendar, and taking the two apart would change it for everybody. "
    "Ask whoever runs it to do this."
)


def forget_unlisted(now: datetime, *, most: int = 2000) -> int:
    """Removes events whose every list is gone from here, nobody following it any more; how many."""
    rows = Event.objects.filter(sightings=None, created_at__lt=now - FRESH)
    keys = list(rows.values_list("pk", flat=True)[:most])
    Event.objects.filter(pk__in=keys, sightings=None).delete()
    return len(keys)


def save_event(user: User, event: Event, *, saved: bool, now: datetime) -> None:
    """Keeps a date, or lets it go again. Raises ConversationError for one that is not there for this user."""
    if event.owner_id not in (None, user.pk):
        raise ConversationError("There is no such date.", permanent=True)
    if saved:
        SavedEvent.objects.get_or_create(user=user, event=event, defaults={"saved_at": now})
    else:
        SavedEvent.objects.filter(user=user, event=event).delete()


def split_event(user: User, sighting: EventSighting, *, now: datetime) -> Event:
    """`take_apart`, where this user may decide it. Raises ConversationError."""
    if not may_take_apart(user, sighting.event):
        raise ConversationError(NOT_ALONE, permanent=True)
    return take_apart(sighting, now=now)


def take_apart(sighting: EventSighting, *, now: datetime) -> Event:
    """What one list says becomes an event of its own again, and is never joined by itself. Raises ConversationError."""
    with transaction.atomic():
        old = Event.objects.select_for_update().get(pk=sighting.event_id)
        if old.sightings.count() < 2:
            raise ConversationError(f"“{old.title}” stands in one list only; there is nothing to take apart.")
        made = Event(owner_id=old.owner_id, actor_id=old.actor_id, created_at=now, changed_at=now)
        made.kind, made.title, made.starts, made.day = old.kind, old.title, old.starts, old.day
        made.save()
        EventSighting.objects.filter(pk=sighting.pk).update(
            event=made, rule="apart", rule_version=VERSION, split=True
        )
        describe_again({old.pk, made.pk}, now)
        tell([made.pk], [old.pk])
    made.refresh_from_db()
    return made


def join(event: Event, other: Event, *, now: datetime) -> Event:
    """Two events are one: all lists of the other stand with the first. Raises ConversationError."""
    if event.owner_id != other.owner_id or event.pk == other.pk:
        raise ConversationError("Only two different events of the same owner can be joined.")
    with transaction.atomic():
        other.sightings.update(event=event, rule="hand", rule_version=VERSION)
        kept = SavedEvent.objects.filter(event=event).values("user_id")
        SavedEvent.objects.filter(event=other).exclude(user__in=kept).update(event=event)
        describe_again({event.pk, other.pk}, now)
        tell([], [event.pk])
    event.refresh_from_db()
    return event
