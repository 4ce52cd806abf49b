"""What a brief may still wait for, and whether the network was there when it was made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from transom.apps.library.selectors.network import LATELY, network_is_down
from transom.apps.sources.models import SourceKind, SourceState, SourceStatus

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

OVERDUE = timedelta(minutes=30)
"""The worker looks every few seconds: what is due for longer was missed, as by a computer asleep."""
WORTH_WAITING = 0.2
"""Share of sources overdue from which on a brief waits for them."""
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
    """Reads the schedule of what the user follows, and what the last rounds of fetching found."""
    states = SourceState.objects.filter(
        status=SourceStatus.ACTIVE,
        source__subscriptions__user=user,
        source__kind__in=[SourceKind.FEED, SourceKind.PAGE, SourceKind.CONNECTOR],
    )
    missing = Q(last_fetched_at=None) | Q(next_due_at__lt=now - OVERDUE)
    counted = states.aggregate(
        total=Count("pk"),
        missing=Count("pk", filter=missing),
        never=Count("pk", filter=Q(last_fetched_at=None)),
        lately=Count("pk", filter=Q(last_fetched_at__gte=now - LATELY)),
        unreached=Count("pk", filter=Q(last_fetched_at__gte=now - LATELY, last_error_kind__in=UNREACHED)),
        down=Count("pk", filter=Q(last_fetched_at__gte=now - LATELY, last_error_kind="network-down")),
    )
    total, late = counted["total"], counted["missing"]
    down = network_is_down(now) or _is_down(counted["lately"], counted["unreached"], told=counted["down"] > 0)
    # A round that finds the network down leaves the states as they were, and so does what never came to one.
    worth = not down and (counted["never"] > 0 or late > WORTH_WAITING * total)
    return Waiting(total, total - late, worth, down)


def nothing_came(user: User) -> bool:
    """Whether none of the user's sources has been read yet, so that an empty brief says nothing about them."""
    read = SourceState.objects.filter(source__subscriptions__user=user, last_success_at__isnull=False)
    return not read.exists()


def _is_down(lately: int, unreached: int, *, told: bool) -> bool:
    """Whether most of what was tried lately could not be reached; ``told``: the round said so itself."""
    if told and unreached == lately:
        return True
    return lately >= FEWEST_TRIED and unreached >= MOST_UNREACHED * lately
