"""`transom refresh` beside a worker that is at work."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.factories import make_source, make_state, make_subscription, make_user
from tests.interfaces.cli.conftest import Type
from tests.interfaces.running.instances import wait_until

from transom.apps.sources.models import Source, SourceState
from transom.interfaces.running import lease

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)


@pytest.fixture
def worker_at_work(settings: Any) -> Iterator[None]:
    with lease.Lease(settings.OPTIONS.home / lease.WORKER):
        yield


def test_a_round_that_ends_after_the_command_asked_is_followed_by_another(
    transom: Type, worker_at_work: None
) -> None:
    source = make_source(title="Shelf")
    make_subscription(make_user(), source)
    before = datetime.now(UTC)
    make_state(source, next_due_at=before + HOUR)
    rounds = threading.Thread(target=_finish_an_old_round_and_do_another, args=(source, before))
    rounds.start()
    answer = transom("refresh", "--all")
    rounds.join()
    assert answer.code == 0, answer.err
    assert "The worker fetches 1 source: 100 %" in answer.err


def _finish_an_old_round_and_do_another(source: Source, before: datetime) -> None:
    from django.db import connections

    states = SourceState.objects.filter(source=source)
    due = states.filter(next_due_at__lte=datetime.now(UTC) + HOUR / 2)
    wait_until(due.exists, "the command to ask")
    states.update(next_due_at=before + HOUR, last_fetched_at=before, last_asked_at=before)
    wait_until(due.exists, "the command to ask again")
    now = datetime.now(UTC)
    states.update(next_due_at=now + HOUR, last_fetched_at=now, last_asked_at=now)
    connections.close_all()
