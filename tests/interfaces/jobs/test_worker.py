"""The worker: what is queued runs, a fault in one part stops no other, and what a killed worker left is found."""

from __future__ import annotations

import logging
import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from tests.interfaces.running.instances import Library, command

from transom.apps.base import jobs, outbox
from transom.apps.base.models import OutboxEvent, PeriodicTask
from transom.interfaces.jobs import queue, worker
from transom.interfaces.jobs.aside import Aside
from transom.interfaces.jobs.refreshing import Refresher
from transom.interfaces.jobs.worker import Worker
from transom.interfaces.running import lease

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the only registered job, test.note, was called with."""
    jobs.recurring()
    noted: list[str] = []
    monkeypatch.setattr(jobs, "_jobs", {})
    monkeypatch.setattr(worker, "PAUSE_AFTER_FAULT", 0.0)
    jobs.job("test.note")(lambda word: noted.append(word))
    return noted


@pytest.fixture
def working() -> Worker:
    return Worker(refresh=False)


def test_one_look_runs_what_is_queued_and_shows_that_the_worker_lives(
    ran: list[str], working: Worker
) -> None:
    jobs.enqueue("test.note", word="queued")
    assert working.step()
    assert ran == ["queued"]
    assert DBTaskResult.objects.get().status == TaskResultStatus.SUCCESSFUL
    beaten = PeriodicTask.objects.get(name=jobs.HEARTBEAT)
    assert beaten.last_run_at is not None
    assert timezone.now() - beaten.last_run_at < timedelta(minutes=1)
    assert not working.step()


def test_what_is_to_run_later_waits(ran: list[str], working: Worker) -> None:
    jobs.enqueue("test.note", run_after=timezone.now() + timedelta(hours=1), word="later")
    working.step()
    assert ran == []


def test_a_locked_database_stops_one_part_for_one_look(
    ran: list[str], working: Worker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def locked(*_: object) -> None:
        raise OperationalError("database is locked")

    jobs.enqueue("test.note", word="all the same")
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "beat", locked)
        patch.setattr(outbox, "dispatch", locked)
        working.step()
    assert ran == ["all the same"]
    assert "database is locked" in caplog.text
    outbox.emit("nobody.listens")
    working.step()
    assert not OutboxEvent.objects.filter(handled_at=None).exists()


def test_a_job_that_fails_is_tried_again_and_stops_no_other(
    ran: list[str], working: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    attempts: list[int] = []

    def fails_once() -> None:
        attempts.append(1)
        if len(attempts) == 1:
            raise RuntimeError("not yet")

    jobs.job("test.fails-once")(fails_once)
    jobs.enqueue("test.fails-once")
    jobs.enqueue("test.note", word="after it")
    working.step()
    working.step()
    assert ran == ["after it"]
    jobs.enqueue_due_retries(timezone.now() + timedelta(hours=1))
    working.step()
    assert len(attempts) == 2


def test_what_a_killed_worker_was_at_runs_again(ran: list[str], working: Worker) -> None:
    jobs.enqueue("test.note", word="left behind")
    DBTaskResult.objects.get().claim("the dead one")
    assert not queue.run_next("another")
    assert queue.adopt_orphans() == 1
    assert queue.run_next("another")
    assert ran == ["left behind"]


def test_a_task_that_kills_worker_after_worker_is_given_up(ran: list[str]) -> None:
    jobs.enqueue("test.note", word="deadly")
    for number in range(queue.MOST_STARTS):
        row = DBTaskResult.objects.get()
        row.claim(f"worker {number}")
        queue.adopt_orphans()
    assert DBTaskResult.objects.get().status == TaskResultStatus.FAILED
    assert not queue.run_next("another")
    assert ran == []


def test_a_job_that_takes_long_keeps_nothing_waiting(ran: list[str], working: Worker) -> None:
    began, may_end = threading.Event(), threading.Event()

    def take_long() -> None:
        began.set()
        assert may_end.wait(30)
        ran.append("long")

    jobs.job("test.long", every=timedelta(hours=1), apart=True)(take_long)
    jobs.sync_periodic(timezone.now())
    working.aside = Aside()
    assert working.step()
    assert began.wait(30)
    assert jobs.is_under_way("test.long", timezone.now())
    jobs.enqueue("test.note", word="mail")
    assert working.step()
    assert ran == ["mail"]
    assert not working.step()
    may_end.set()
    working.aside.end(30)
    assert ran == ["mail", "long"]
    assert not jobs.is_under_way("test.long", timezone.now())
    assert PeriodicTask.objects.get(name="test.long").next_run_at > timezone.now()


def test_a_worker_that_begins_knows_of_nothing_under_way(ran: list[str], working: Worker) -> None:
    jobs.job("test.long", every=timedelta(hours=1), apart=True)(lambda: None)
    jobs.sync_periodic(timezone.now())
    jobs.mark_begun("test.long", timezone.now())
    working._begin()
    assert not jobs.is_under_way("test.long", timezone.now())


def test_every_recurring_job_says_how_often_and_is_in_the_table_once_the_worker_begins(db: None) -> None:
    jobs.sync_periodic(timezone.now())
    names = set(PeriodicTask.objects.values_list("name", flat=True))
    assert {"brief.mail", "library.expire", "base.prune", "library.refresh"} <= names


def test_the_embedded_worker_leaves_refreshing_to_its_own_thread(db: None) -> None:
    jobs.sync_periodic(timezone.now())
    assert "library.refresh" not in jobs.due_periodic(timezone.now() + timedelta(days=1))


def test_a_round_that_fails_is_followed_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    from transom.interfaces.jobs import refreshing

    stop = threading.Event()
    rounds: list[int] = []

    def refresh_due(*_: object, **__: object) -> refreshing.RefreshReport:
        rounds.append(1)
        if len(rounds) == 1:
            raise OperationalError("database is locked")
        stop.set()
        return refreshing.RefreshReport()

    monkeypatch.setattr(refreshing, "refresh_due", refresh_due)
    monkeypatch.setattr(refreshing, "PAUSE_AFTER_FAULT", 0.0)
    thread = Refresher(stop)
    thread.start()
    thread.join(30)
    assert len(rounds) == 2


def test_only_one_worker_works_on_a_data_folder(library: Library) -> None:
    with lease.Lease(library.home / lease.WORKER):
        second = command(library.env, "worker")
    assert second.returncode == 1
    assert str(os.getpid()) in second.stderr
    assert "Traceback" not in second.stderr


def test_a_lease_is_free_again_when_its_holder_is_gone(tmp_path: Path) -> None:
    path = tmp_path / lease.WORKER
    held = lease.Lease(path).take()
    with pytest.raises(lease.LeaseTakenError):
        lease.Lease(path).take()
    held.give_back()
    lease.Lease(path).take().give_back()
