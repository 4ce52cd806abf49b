"""What follows from new and changed items: where they belong among what several people discuss; and from who is
forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from transom.apps.base.jobs import enqueue, job
from transom.apps.base.models import OutboxEvent
from transom.apps.base.outbox import handles

A_JOB = 400
OWN_AFTER = timedelta(minutes=2)
THEMES_AFTER = timedelta(seconds=20)


@handles("items.added")
def group_added(events: Sequence[OutboxEvent]) -> None:
    """One job a batch; public and private items alike, each where it may be seen."""
    _enqueue("conversations.place", events)


@handles("items.changed")
def group_changed(events: Sequence[OutboxEvent]) -> None:
    _enqueue("conversations.look-again", events)


@handles("people.forgotten")
def forget_organisers(events: Sequence[OutboxEvent]) -> None:
    """Whoever was forgotten holds no date any more."""
    from transom.apps.conversations import forgetting

    for event in events:
        told = event.payload
        # A public person goes from what is public, and from what is the user's own who had them forgotten.
        whose = {told["owner"], told["user"]}
        forgetting.forget_organisers(told["names"], whose, now=timezone.now())


def _enqueue(name: str, events: Sequence[OutboxEvent]) -> None:
    ids = sorted({one for event in events for one in event.payload["ids"]})
    for start in range(0, len(ids), A_JOB):
        enqueue(name, item_ids=ids[start : start + A_JOB])


@job("conversations.place")
def place_items(item_ids: list[int]) -> None:
    """Puts new public items where they belong; each owner's own follow a little later, all in one go."""
    from transom.apps.conversations.grouping.placing import place_public
    from transom.apps.conversations.noting import note_dates
    from transom.apps.conversations.theming import is_due_early

    now = timezone.now()
    note_dates(item_ids, now)
    for owner_id in place_public(item_ids, now):
        enqueue("conversations.place-own", run_after=now + OWN_AFTER, user_id=owner_id)
    if is_due_early(now):
        enqueue("conversations.themes", run_after=now + THEMES_AFTER)


@job("conversations.place-own")
def place_own_items(user_id: int) -> None:
    """Puts what waits of one user's own where it belongs, for that user alone."""
    from transom.apps.conversations.grouping.placing import place_own

    place_own(user_id, timezone.now())


@job("conversations.themes")
def look_for_themes() -> None:
    """What rose and what faded over months, where that was not looked for of late."""
    from transom.apps.conversations.theming import find_themes, is_due

    now = timezone.now()
    if is_due(now):
        find_themes(now)


@job("conversations.look-again")
def look_at_changed(item_ids: list[int]) -> None:
    """Says afresh what conversations with these items are about."""
    from transom.apps.conversations.grouping.upkeep import look_again
    from transom.apps.conversations.noting import note_dates

    now = timezone.now()
    note_dates(item_ids, now)
    look_again(item_ids, now)
