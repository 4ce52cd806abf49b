"""What the screens and the command line show about sources."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Sum

from transom.apps.base.models import OutgoingContact
from transom.apps.sources.models import Source, SourceKind, SourceState, SourceStatus, Subscription

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

FETCHED = (SourceKind.FEED, SourceKind.PAGE, SourceKind.CONNECTOR)


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """A source as its follower sees it."""

    subscription: Subscription
    source: Source
    state: SourceState

    @property
    def title(self) -> str:
        return self.subscription.title or str(self.source)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the first fetch of a user's sources is."""

    total: int
    done: int
    failing: tuple[SubscriptionRow, ...]

    @property
    def complete(self) -> bool:
        return self.done >= self.total


@dataclass(frozen=True, slots=True)
class Contacted:
    """A host that was contacted: why, how often, and when last."""

    host: str
    purpose: str
    requests: int
    bytes_received: int
    last_day: date


def subscriptions(user: User) -> list[SubscriptionRow]:
    """Everything the user follows, with how it is doing; by folder, then title."""
    return _rows(Subscription.objects.filter(user=user))


def followed_at(user: User, connector: str, address: str) -> int | None:
    """The source that this user follows through a connector at an address; None where they do not."""
    found = Subscription.objects.filter(user=user, source__connector=connector, source__address=address)
    return found.values_list("source_id", flat=True).first()


def _rows(found: QuerySet[Subscription]) -> list[SubscriptionRow]:
    ordered = found.select_related("source", "source__state").order_by("folder", "source__title", "source_id")
    return [
        SubscriptionRow(row, row.source, row.source.state) for row in ordered if hasattr(row.source, "state")
    ]


def progress(user: User) -> Progress:
    """How many of the user's sources have been asked at least once, and which of them failed."""
    rows = [row for row in subscriptions(user) if row.source.kind in FETCHED]
    tried = [row for row in rows if row.state.last_asked_at or row.state.last_fetched_at]
    failing = tuple(row for row in tried if row.state.failures or row.state.last_error)
    return Progress(len(rows), len(tried), failing)


def _followed() -> QuerySet[SourceState]:
    followers = Subscription.objects.filter(source_id=OuterRef("source_id"))
    states = SourceState.objects.filter(status=SourceStatus.ACTIVE, source__kind__in=FETCHED)
    return states.filter(Exists(followers)).order_by("next_due_at")


def due(now: datetime, limit: int) -> list[int]:
    """Ids of active, followed sources whose time has come, longest overdue first."""
    return list(_followed().filter(next_due_at__lte=now).values_list("source_id", flat=True)[:limit])


def next_due() -> datetime | None:
    """When the next source is due; None where nothing is followed."""
    return _followed().values_list("next_due_at", flat=True).first()


def leaving(user: User, *, today: date, days: int = 30) -> list[Contacted]:
    """Whom this instance contacted lately, for all or for this user; what it asked for others stays theirs."""
    rows = (
        OutgoingContact.objects.filter(Q(owner=None) | Q(owner=user), day__gt=today - timedelta(days=days))
        .values("host", "purpose")
        .annotate(total=Sum("requests"), size=Sum("bytes_received"), last=Max("day"))
        .order_by("-total", "host")
    )
    return [Contacted(row["host"], row["purpose"], row["total"], row["size"], row["last"]) for row in rows]
