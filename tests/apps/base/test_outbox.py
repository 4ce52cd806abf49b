"""What happened is handed on once, in order, and tried again for the one handler that failed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from transom.apps.base import jobs, outbox
from transom.apps.base.models import JobRetry, OutboxEvent

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def handlers(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[outbox.Handler]]:
    jobs.recurring()
    known: dict[str, list[outbox.Handler]] = {}
    monkeypatch.setattr(outbox, "_handlers", known)
    return known


def test_events_reach_every_handler_in_order_and_once(
    db: None, handlers: dict[str, list[outbox.Handler]]
) -> None:
    first: list[int] = []
    second: list[int] = []

    @outbox.handles("items.added")
    def one(events: Sequence[OutboxEvent]) -> None:
        first.extend(event.payload["n"] for event in events)

    @outbox.handles("items.added")
    def other(events: Sequence[OutboxEvent]) -> None:
        second.extend(event.payload["n"] for event in events)

    for number in range(3):
        outbox.emit("items.added", {"n": number})
    assert outbox.dispatch(NOW) == 3
    assert outbox.dispatch(NOW) == 0
    assert first == second == [0, 1, 2]


def test_what_is_rolled_back_never_happened(
    transactional_db: None, handlers: dict[str, list[outbox.Handler]]
) -> None:
    with transaction.atomic():
        outbox.emit("items.added")
        transaction.set_rollback(True)
    assert outbox.dispatch(NOW) == 0


def test_a_handler_that_fails_stops_no_other_and_gets_its_event_again(
    db: None, handlers: dict[str, list[outbox.Handler]]
) -> None:
    broken = True
    seen: list[str] = []

    @outbox.handles("items.added")
    def fails(events: Sequence[OutboxEvent]) -> None:
        if broken:
            raise RuntimeError("not now")
        seen.append("mended")

    @outbox.handles("items.added")
    def works(events: Sequence[OutboxEvent]) -> None:
        seen.append("works")

    outbox.emit("items.added")
    outbox.dispatch(NOW)
    assert seen == ["works"]
    retry = JobRetry.objects.get()
    broken = False
    jobs.execute(retry.name, retry.arguments, retry_id=retry.pk, clock=lambda: NOW)
    assert seen == ["works", "mended"]
    assert not JobRetry.objects.exists()


def test_handled_events_go_after_days_unless_they_are_to_be_tried_again(
    db: None, handlers: dict[str, list[outbox.Handler]]
) -> None:
    old = NOW - outbox.KEPT_FOR - timedelta(hours=1)
    done, waiting, fresh = (outbox.emit("items.added") for _ in range(3))
    OutboxEvent.objects.filter(pk__in=[done.pk, waiting.pk]).update(handled_at=old)
    OutboxEvent.objects.filter(pk=fresh.pk).update(handled_at=NOW)
    JobRetry.objects.create(name=outbox.RETRY_JOB, arguments={"event_id": waiting.pk, "handler": "x"})
    assert outbox.prune(NOW) == 1
    assert set(OutboxEvent.objects.values_list("pk", flat=True)) == {waiting.pk, fresh.pk}


def test_events_nobody_handles_do_not_pile_up(db: None, handlers: dict[str, list[outbox.Handler]]) -> None:
    outbox.emit("nobody.listens")
    assert outbox.dispatch(NOW) == 1
    assert not OutboxEvent.objects.filter(handled_at=None).exists()
