"""Jobs run, are tried again where that can help, and recur without starting afresh."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from django_tasks_db.models import DBTaskResult
from hypothesis import given
from hypothesis import strategies as st

from transom.apps.base import jobs
from transom.apps.base.models import JobRetry, PeriodicTask
from transom.engine.core.errors import TransomError

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class AskedToWaitError(TransomError):
    retry_after = 7200.0


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> dict[str, jobs.Job]:
    jobs.recurring()
    known: dict[str, jobs.Job] = {}
    monkeypatch.setattr(jobs, "_jobs", known)
    return known


def clock() -> datetime:
    return NOW


def test_a_job_that_is_queued_runs_with_its_arguments(db: None, registry: dict[str, jobs.Job]) -> None:
    ran: list[list[int]] = []
    jobs.job("test.index")(lambda ids: ran.append(ids))
    jobs.enqueue("test.index", ids=[1, 2])
    row = DBTaskResult.objects.get()
    row.task.call(*row.task_result.args, **row.task_result.kwargs)
    assert ran == [[1, 2]]


def test_queueing_a_job_nobody_knows_is_refused_at_once(db: None, registry: dict[str, jobs.Job]) -> None:
    with pytest.raises(jobs.UnknownJobError, match="gone"):
        jobs.enqueue("gone")
    assert not DBTaskResult.objects.exists()


def test_two_jobs_of_one_name_are_a_mistake(registry: dict[str, jobs.Job]) -> None:
    def one() -> None: ...
    def other() -> None: ...

    jobs.job("test.same")(one)
    with pytest.raises(ValueError, match=r"test\.same"):
        jobs.job("test.same")(other)


def test_what_fails_is_kept_and_queued_again_when_its_time_comes(
    db: None, registry: dict[str, jobs.Job]
) -> None:
    def fails() -> None:
        raise TransomError("The server sleeps. Try later.")

    jobs.job("test.fails")(fails)
    jobs.execute("test.fails", {}, clock=clock)
    kept = JobRetry.objects.get()
    assert (kept.attempts, kept.last_error) == (1, "The server sleeps. Try later.")
    assert jobs.enqueue_due_retries(NOW) == 0
    assert jobs.enqueue_due_retries(NOW + timedelta(minutes=2)) == 1
    queued = DBTaskResult.objects.get()
    assert queued.args_kwargs["kwargs"] == {"retry_id": kept.pk}


def test_a_retry_whose_task_was_lost_is_queued_once_more_later(
    db: None, registry: dict[str, jobs.Job]
) -> None:
    jobs.job("test.lost")(lambda: None)
    JobRetry.objects.create(name="test.lost", attempts=1, next_run_at=NOW)
    assert jobs.enqueue_due_retries(NOW) == 1
    assert jobs.enqueue_due_retries(NOW + timedelta(minutes=30)) == 0
    assert jobs.enqueue_due_retries(NOW + jobs.LOST_AFTER) == 1


def test_a_retry_that_succeeds_is_forgotten(db: None, registry: dict[str, jobs.Job]) -> None:
    jobs.job("test.well")(lambda: None)
    kept = JobRetry.objects.create(name="test.well", attempts=3, next_run_at=NOW)
    jobs.execute("test.well", {}, retry_id=kept.pk, clock=clock)
    assert not JobRetry.objects.exists()


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (TransomError("No such list.", permanent=True), False),
        (TransomError("It may pass."), True),
        (RuntimeError("who knows"), True),
    ],
)
def test_only_what_cannot_pass_is_given_up_at_once(
    db: None, registry: dict[str, jobs.Job], error: Exception, again: bool
) -> None:
    def fails() -> None:
        raise error

    jobs.job("test.fails")(fails)
    jobs.execute("test.fails", {}, clock=clock)
    kept = JobRetry.objects.get()
    assert (kept.given_up_at is None, kept.next_run_at is not None) == (again, again)


def test_after_ten_attempts_a_job_rests(db: None, registry: dict[str, jobs.Job]) -> None:
    def fails() -> None:
        raise RuntimeError("still")

    jobs.job("test.fails")(fails)
    kept = JobRetry.objects.create(name="test.fails", attempts=jobs.MOST_ATTEMPTS - 1)
    jobs.execute("test.fails", {}, retry_id=kept.pk, clock=clock)
    kept.refresh_from_db()
    assert kept.given_up_at == NOW


@given(attempts=st.integers(1, 200), seed=st.integers())
def test_waiting_grows_to_six_hours_and_no_further(attempts: int, seed: int) -> None:
    waited = jobs.retry_delay(attempts, chance=random.Random(seed))
    assert 0.75 * jobs.FIRST_DELAY <= waited <= 1.25 * jobs.LONGEST_DELAY


def test_the_servers_own_wish_is_waited_for() -> None:
    assert jobs.retry_delay(1, AskedToWaitError("busy"), random.Random(1)) == 7200.0


def recur(name: str, every: timedelta, **more: object) -> None:
    jobs.job(name, every=every, **more)(lambda: None)  # type: ignore[arg-type]


def test_a_restart_changes_no_time(db: None, registry: dict[str, jobs.Job]) -> None:
    recur("test.daily", timedelta(days=1))
    jobs.sync_periodic(NOW)
    jobs.run_periodic("test.daily", clock=clock)
    jobs.sync_periodic(NOW + timedelta(hours=5))
    assert PeriodicTask.objects.get(name="test.daily").next_run_at == NOW + timedelta(days=1)


def test_a_job_that_no_longer_recurs_leaves_the_table(db: None, registry: dict[str, jobs.Job]) -> None:
    PeriodicTask.objects.create(name="test.gone", every_seconds=60, next_run_at=NOW)
    jobs.beat(NOW)
    jobs.sync_periodic(NOW)
    assert set(PeriodicTask.objects.values_list("name", flat=True)) == {jobs.HEARTBEAT}


def test_a_recurring_job_is_due_once_its_time_has_come_and_not_while_it_runs(
    db: None, registry: dict[str, jobs.Job]
) -> None:
    recur("test.often", timedelta(minutes=1))
    jobs.sync_periodic(NOW)
    assert jobs.due_periodic(NOW) == ["test.often"]
    jobs.send_periodic("test.often", NOW)
    assert jobs.due_periodic(NOW + timedelta(minutes=10)) == []
    assert jobs.due_periodic(NOW + jobs.LOST_AFTER) == ["test.often"]


def test_a_recurring_job_without_work_is_not_run(db: None, registry: dict[str, jobs.Job]) -> None:
    recur("test.idle", timedelta(minutes=1), wanted=lambda now: now > NOW)
    jobs.sync_periodic(NOW)
    assert jobs.due_periodic(NOW) == []
    assert jobs.due_periodic(NOW + timedelta(seconds=1)) == ["test.idle"]


def test_a_recurring_job_that_fails_says_so_and_keeps_its_rhythm(
    db: None, registry: dict[str, jobs.Job]
) -> None:
    def fails() -> None:
        raise TransomError("The mail server refused us.")

    jobs.job("test.mail", every=timedelta(minutes=1))(fails)
    jobs.sync_periodic(NOW)
    jobs.run_periodic("test.mail", clock=clock)
    row = PeriodicTask.objects.get(name="test.mail")
    assert row.last_error == "The mail server refused us."
    assert (row.started_at, row.next_run_at) == (None, NOW + timedelta(minutes=1))


def test_forgetting_a_user_removes_their_jobs_and_nobody_elses(
    db: None, registry: dict[str, jobs.Job]
) -> None:
    jobs.job("test.of-user")(lambda user_id: None)
    for user_id in (7, 8):
        jobs.enqueue("test.of-user", user_id=user_id)
        JobRetry.objects.create(name="test.of-user", arguments={"user_id": user_id}, next_run_at=NOW)
    jobs.forget(7)
    assert [row.arguments["user_id"] for row in JobRetry.objects.all()] == [8]
    assert [row.args_kwargs["args"][1] for row in DBTaskResult.objects.all()] == [{"user_id": 8}]
