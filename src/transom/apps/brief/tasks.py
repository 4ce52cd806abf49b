"""What follows for past briefs from what happened elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from transom.apps.base.models import OutboxEvent
from transom.apps.base.outbox import handles
from transom.apps.brief.services.forgetting import forget_in_lines


@handles("people.forgotten")
def forget_lines(events: Sequence[OutboxEvent]) -> None:
    """Whoever was forgotten is named in no brief any more."""
    for event in events:
        told = event.payload
        forget_in_lines(told["people"], told["names"], user_id=told["owner"])
