"""What follows from new and changed items: who picked what, and what was pointed at before it arrived."""

from __future__ import annotations

from collections.abc import Sequence

from transom.apps.base.models import OutboxEvent
from transom.apps.base.outbox import handles
from transom.apps.library.services.picks import note_picks
from transom.apps.library.store.records import tie_endorsements


@handles("items.added")
def endorse_added(events: Sequence[OutboxEvent]) -> None:
    """New items may be pointed at already, and may be issues that point at others."""
    ids = [one for event in events for one in event.payload["ids"]]
    tie_endorsements(ids)
    note_picks(ids)


@handles("items.changed")
def endorse_changed(events: Sequence[OutboxEvent]) -> None:
    """An issue that was edited may pick otherwise."""
    note_picks({one for event in events for one in event.payload["ids"]})
