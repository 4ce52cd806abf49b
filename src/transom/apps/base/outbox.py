"""The outbox: what happened, written together with the change itself, and handed on later.

An earlier stage never calls a later one; it emits, and the later stage handles:

@handles("items.added")
def group(events: Sequence[OutboxEvent]) -> None: ...

Events come in the order they were emitted, at least once each: a handler may see one again after a crash.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from transom.apps.base import jobs
from transom.apps.base.models import JobRetry, OutboxEvent

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

log = logging.getLogger("transom.outbox")

Handler = Callable[[Sequence[OutboxEvent]], None]

KEPT_FOR = timedelta(days=3)
BATCH = 200
RETRY_JOB = "outbox.handle"

_handlers: dict[str, list[Handler]] = {}


def emit(topic: str, payload: dict[str, Any] | None = None, *, owner: User | None = None) -> OutboxEvent:
    """Notes that something happened. Call it inside the transaction that made it happen."""
    return OutboxEvent.objects.create(topic=topic, payload=payload or {}, owner=owner)


def handles(topic: str) -> Callable[[Handler], Handler]:
    """Registers a handler for a topic. An app's handlers stand in its module ``tasks``."""

    def register(handler: Handler) -> Handler:
        known = _handlers.setdefault(topic, [])
        if name_of(handler) not in [name_of(one) for one in known]:
            known.append(handler)
        return handler

    return register


def name_of(handler: Handler) -> str:
    """The handler's dotted name, by which a failed event finds it again."""
    return f"{handler.__module__}.{handler.__qualname__}"


def dispatch(now: datetime, limit: int = BATCH) -> int:
    """Hands waiting events to their handlers, oldest first; how many were handed on.

    A handler that fails never stops the others: its events become jobs that are tried again.
    """
    jobs._discover()
    events = list(OutboxEvent.objects.filter(handled_at=None).order_by("id")[:limit])
    for topic, same in groupby(events, key=lambda event: event.topic):
        batch = list(same)
        for handler in _handlers.get(topic, []):
            _hand_on(handler, batch, now)
    OutboxEvent.objects.filter(pk__in=[event.pk for event in events]).update(handled_at=now)
    return len(events)


def _hand_on(handler: Handler, events: Sequence[OutboxEvent], now: datetime) -> None:
    try:
        handler(events)
    except Exception as error:
        log.warning("%s failed on %d events", name_of(handler), len(events), exc_info=error)
        for event in events:
            _try_later(handler, event, error, now)


def _try_later(handler: Handler, event: OutboxEvent, error: Exception, now: datetime) -> None:
    JobRetry.objects.create(
        name=RETRY_JOB,
        arguments={"event_id": event.pk, "handler": name_of(handler)},
        attempts=1,
        next_run_at=now + timedelta(seconds=jobs.retry_delay(1)),
        last_error=jobs.describe(error),
    )


@jobs.job(RETRY_JOB)
def handle_again(event_id: int, handler: str) -> None:
    """One event again, for the one handler that failed on it; nothing where either is gone."""
    event = OutboxEvent.objects.filter(pk=event_id).first()
    if event is None:
        return
    for known in _handlers.get(event.topic, []):
        if name_of(known) == handler:
            known([event])


def prune(now: datetime) -> int:
    """Removes events that were handled days ago and that nothing is to be tried with again; how many."""
    waiting = JobRetry.objects.filter(name=RETRY_JOB, given_up_at=None)
    kept = [row.arguments.get("event_id") for row in waiting.only("arguments")]
    old = OutboxEvent.objects.filter(handled_at__lt=now - KEPT_FOR).exclude(pk__in=kept)
    return old.delete()[0]
