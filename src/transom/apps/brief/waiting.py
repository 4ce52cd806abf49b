"""What a brief may still wait for, and whether the network was there when it was made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from transom.apps.sources.models import SourceKind, SourceState, SourceStatus

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

OVERDUE = timedelta(minutes=30)
"""The worker looks every few seconds: what is due for longer was missed, as by a computer asleep."""
WORTH_WAITING = 0.2
"""Share of sources overdue from which on a brief waits for them."""
LATELY = timedelta(hours=2)
UNREACHED = frozenset({"network-down", "dns", "timeout", "refused", "portal"})
FEWEST_TRIED = 3
MOST_UNREACHED = 0.8


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many of a user's sources are fetched, and whether it is worth waiting for the others."""

    total: int
    done: int
    worth: bool
    network_down: bool

    @property
    def share_done(self) -> float:
        return self.done / self.total if self.total else 1.0


def waiting_for(user: User, now: datetime) -> Waiting:
    """Reads the schedule of what the user follows: one query."""
    states = SourceState.objects.filter(
        status=SourceStatus.ACTIVE,
        source__subscriptions__user=user,
        source__kind__in=[SourceKind.FEED, SourceKind.PAGE],
    )
    rows = list(states.values_list("next_due_at", "last_fetched_at", "last_error_kind"))
    missing = sum(1 for due, fetched, _ in rows if fetched is None or due < now - OVERDUE)
    never = any(fetched is None for _, fetched, _ in rows)
    down = _is_down([kind for _, fetched, kind in rows if fetched is not None and fetched >= now - LATELY])
    worth = not down and (never or missing > WORTH_WAITING * len(rows))
    return Waiting(len(rows), len(rows) - missing, worth, down)


def _is_down(lately: list[str]) -> bool:
    """Whether most of what was tried lately could not be reached at all."""
    unreached = sum(1 for kind in lately if kind in UNREACHED)
    if any(kind == "network-down" for kind in lately) and unreached == len(lately):
        return True
    return len(lately) >= FEWEST_TRIED and unreached >= MOST_UNREACHED * len(lately)
