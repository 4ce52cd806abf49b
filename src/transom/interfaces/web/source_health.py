"""How a source is doing, as its row and its page say it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from transom.apps.library.refresh.condition import condition
from transom.apps.library.selectors import network_is_down
from transom.apps.sources.connectors.registry import connector
from transom.apps.sources.errors import SourceError
from transom.apps.sources.models import Source, SourceState, Subscription
from transom.apps.sources.selectors import SubscriptionRow
from transom.engine.fetch.health import Health
from transom.interfaces.web.words import how_often

if TYPE_CHECKING:
    from transom.apps.accounts.models import User


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source with its health; ``state`` and ``health`` are None for what is never fetched."""

    source: Source
    subscription: Subscription | None
    state: SourceState | None
    health: Health | None

    @property
    def title(self) -> str:
        return (self.subscription.title if self.subscription else "") or str(self.source)

    @property
    def needs_you(self) -> bool:
        return self.health is not None and self.health.needs_you

    @property
    def fine(self) -> bool:
        """Whether there is nothing to say about it."""
        return self.health is not None and self.health.word == "fine"

    @property
    def in_trouble(self) -> bool:
        return self.health is not None and self.health.word in {"failing", "waiting", "gone"}

    @property
    def says(self) -> str:
        return _(self.health.says) if self.health else _("What you handed in yourself.")

    @property
    def next_step(self) -> str:
        return _(self.health.next_step) if self.health else ""


def row_of(row: SubscriptionRow, now: datetime, *, network_down: bool) -> SourceRow:
    """The row of something followed."""
    known = condition(row.state, now, network_down=network_down)
    return SourceRow(row.source, row.subscription, row.state, known)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What several sources have in common: said once, with what to do about it."""

    says: str
    next_step: str
    rows: Sequence[SourceRow]


def by_trouble(rows: Iterable[SourceRow]) -> list[Trouble]:
    """The rows under what is wrong with them, what most of them have first."""
    groups: dict[tuple[str, str], list[SourceRow]] = {}
    for row in rows:
        groups.setdefault((row.says, row.next_step), []).append(row)
    troubles = [Trouble(says, step, members) for (says, step), members in groups.items()]
    return sorted(troubles, key=lambda trouble: -len(trouble.rows))


def visible_source(user: User, source_id: int, now: datetime) -> SourceRow | None:
    """A source this user may see, followed or not; None otherwise."""
    found = Source.objects.visible_to(user).select_related("state").filter(pk=source_id).first()
    if found is None:
        return None
    state = getattr(found, "state", None)
    subscription = Subscription.objects.filter(user=user, source=found).first()
    known = condition(state, now, network_down=network_is_down(now)) if state else None
    return SourceRow(found, subscription, state, known)


@dataclass(frozen=True, slots=True)
class ReadBy:
    """The service a source is read from: what it is asked for, how often, and what limits it."""

    name: str
    title: str
    asked: list[tuple[str, str]]
    often: str
    limits: str


def read_by(source: Source) -> ReadBy | None:
    """None for feeds and pages, and where the service's connector is not installed any more."""
    if not source.connector:
        return None
    try:
        reader = connector(source.connector)
    except SourceError:
        return None
    asked = [(ask.shown, source.query[ask.name]) for ask in reader.asks if source.query.get(ask.name)]
    return ReadBy(reader.name, reader.title, asked, how_often(reader.every_minutes), reader.limits)


def rhythm(state: SourceState | None) -> str:
    """How often it usually publishes, in words; "" while that is not known."""
    hours = state.gap_hours if state else None
    if not hours:
        return ""
    if hours < 36:
        whole = max(1, round(hours))
        return ngettext("something every hour", "something every %(n)d hours", whole) % {"n": whole}
    days = round(hours / 24)
    return ngettext("something every day", "something every %(n)d days", days) % {"n": days}
