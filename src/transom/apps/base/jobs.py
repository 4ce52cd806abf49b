"""Jobs: named, queued through ``django.tasks``, tried again where that can help, and a table of what recurs.

@job("library.index")
def index(ids: list[int]) -> None: ...

enqueue("library.index", ids=[1, 2])

A job runs at least once: it may be killed half-way and run again, so its body must not mind. Arguments are
plain JSON; a job of one user names them as ``user_id``, so that it can be forgotten with them.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db import transaction
from django.utils.module_loading import autodiscover_modules

from transom.apps.base.models import JobRetry, PeriodicTask
from transom.engine.core.errors import TransomError

log = logging.getLogger("transom.jobs")

Clock = Callable[[], datetime]
Body = Callable[..., Any]

FIRST_DELAY = 30.0
LONGEST_DELAY = 6 * 3600.0
MOST_ATTEMPTS = 10
LOST_AFTER = timedelta(hours=1)
ERROR_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class Job:
    """A named piece of work. `every` makes it recur; `wanted` says cheaply whether there is anything to do.

    One that may take minutes runs `apart`, so that nobody's mail waits for it.
    """

    name: str
    body: Body
    every: timedelta | None = None
    wanted: Callable[[datetime], bool] | None = None
    apart: bool = False


class UnknownJobError(TransomError):
    """A queued job that no code answers to, left over from another version."""


_jobs: dict[str, Job] = {}


def job(
    name: str,
    *,
    every: timedelta | None = None,
    wanted: Callable[[datetime], bool] | None = None,
    apart: bool = False,
) -> Callable[[Body], Body]:
    """Registers a function as the job of this name. An app's jobs stand in its module ``tasks``."""

    def register(body: Body) -> Body:
        existing = _jobs.get(name)
        if existing and (existing.body.__module__, existing.body.__qualname__) != (
            body.__module__,
            body.__qualname__,
        ):
            raise ValueError(
                f"two jobs are called {name!r}: {existing.body.__module__} and {body.__module__}"
            )
        _jobs[name] = Job(name, body, every, wanted, apart)
        return body

    return register


@cache
def _discover() -> None:
    autodiscover_modules("tasks")


def find(name: str) -> Job:
    """The job of this name. Raises UnknownJobError."""
    _discover()
    if name not in _jobs:
        raise UnknownJobError(
            f"No job is called {name!r} in this version. It was queued by another one; nothing was done.",
            permanent=True,
        )
    return _jobs[name]


def recurring() -> list[Job]:
    """All jobs that recur, by name."""
    _discover()
    return sorted((one for one in _jobs.values() if one.every), key=lambda one: one.name)


def enqueue(name: str, *, run_after: datetime | None = None, **arguments: Any) -> str:
    """Queues a job, at the earliest at `run_after`; the id of the queued task. Raises UnknownJobError."""
    find(name)
    return _send(name, arguments, run_after=run_after)


def _send(name: str, arguments: dict[str, Any], *, run_after: datetime | None = None, **more: Any) -> str:
    from transom.apps.base.tasks import run_job

    task = run_job.using(run_after=run_after) if run_after else run_job
    return str(task.enqueue(name, arguments, **more).id)


def execute(name: str, arguments: dict[str, Any], *, retry_id: int | None = None, clock: Clock) -> None:
    """Runs a job now. What it raises is logged and kept as a JobRetry; nothing is raised."""
    try:
        find(name).body(**arguments)
    except Exception as error:
        _keep_failure(name, arguments, error, retry_id, clock())
    else:
        if retry_id is not None:
            JobRetry.objects.filter(pk=retry_id).delete()


def _keep_failure(
    name: str, arguments: dict[str, Any], error: Exception, retry_id: int | None, now: datetime
) -> None:
    row = JobRetry.objects.filter(pk=retry_id).first() if retry_id is not None else None
    row = row or JobRetry(name=name, arguments=arguments)
    row.attempts += 1
    row.last_error = describe(error)
    if is_permanent(error) or row.attempts >= MOST_ATTEMPTS:
        row.given_up_at, row.next_run_at = now, None
    else:
        row.next_run_at = now + timedelta(seconds=retry_delay(row.attempts, error))
    row.save()
    outcome = "given up" if row.given_up_at else f"again at {row.next_run_at:%Y-%m-%d %H:%M:%S}"
    expected = isinstance(error, TransomError)
    log.warning("%s failed: %s (%s)", name, row.last_error, outcome, exc_info=None if expected else error)


def describe(error: BaseException) -> str:
    """What an error says, for a person: its own words if it is ours, else its kind and words."""
    text = str(error) if isinstance(error, TransomError) else f"{type(error).__name__}: {error}"
    return text[:ERROR_LENGTH]


def is_permanent(error: BaseException) -> bool:
    """Whether trying the same again cannot help. Errors that are not ours may pass, such as a locked database."""
    return isinstance(error, TransomError) and error.permanent


def retry_delay(
    attempts: int, error: BaseException | None = None, chance: random.Random | None = None
) -> float:
    """Seconds to wait after so many failed attempts: doubling from 30 s to six hours, spread by a quarter.

    The server's own wish (`retry_after` of an error, in seconds) is waited for at least.
    """
    chance = chance or random.Random()
    doubled = FIRST_DELAY * 2.0 ** min(attempts - 1, 20)
    asked = float(getattr(error, "retry_after", None) or 0)
    return max(min(doubled, LONGEST_DELAY) * chance.uniform(0.75, 1.25), min(asked, 24 * 3600.0))


def enqueue_due_retries(now: datetime, limit: int = 50) -> int:
    """Queues what is to be tried again by now; how many.

    The row stays until the job succeeds: should the queued task be lost, it is queued once more in an hour.
    """
    due = JobRetry.objects.filter(given_up_at=None, next_run_at__lte=now).order_by("next_run_at")[:limit]
    for row in due:
        with transaction.atomic():
            row.next_run_at = now + LOST_AFTER
            row.save(update_fields=["next_run_at"])
            _send(row.name, row.arguments, retry_id=row.pk)
    return len(due)


def sync_periodic(now: datetime) -> None:
    """Makes the table list exactly the jobs that recur; times of known ones stay, so a restart changes nothing."""
    wanted = {one.name: int(one.every.total_seconds()) for one in recurring() if one.every}
    known = dict(PeriodicTask.objects.exclude(name=HEARTBEAT).values_list("name", "every_seconds"))
    PeriodicTask.objects.filter(name__in=set(known) - set(wanted)).delete()
    for name, seconds in wanted.items():
        if name not in known:
            PeriodicTask.objects.create(name=name, every_seconds=seconds, next_run_at=now)
        elif known[name] != seconds:
            PeriodicTask.objects.filter(name=name).update(every_seconds=seconds, next_run_at=now)


def due_periodic(now: datetime) -> list[str]:
    """Names of recurring jobs whose time has come, that have something to do and are not under way."""
    due = PeriodicTask.objects.filter(next_run_at__lte=now).exclude(name=HEARTBEAT).order_by("next_run_at")
    return [row.name for row in due if not _under_way(row, now) and _has_work(row, now)]


def _under_way(row: PeriodicTask, now: datetime) -> bool:
    return row.started_at is not None and now - row.started_at < LOST_AFTER


def _has_work(row: PeriodicTask, now: datetime) -> bool:
    known = _jobs.get(row.name)
    return known is not None and (known.wanted is None or known.wanted(now))


def is_under_way(name: str, now: datetime) -> bool:
    """Whether a recurring job is at work somewhere else at this moment."""
    row = PeriodicTask.objects.filter(name=name).first()
    return row is not None and _under_way(row, now)


def mark_begun(name: str, now: datetime) -> None:
    """Says that a recurring job is at work from now on; that it ended, `run_periodic` says."""
    PeriodicTask.objects.filter(name=name).update(started_at=now)


def forget_begun() -> None:
    """Whatever was at work is not any more: so where the only worker begins."""
    PeriodicTask.objects.exclude(started_at=None).update(started_at=None)


def send_periodic(name: str, now: datetime) -> None:
    """Hands a recurring job to the queue, for another process to run."""
    mark_begun(name, now)
    _send(name, {}, periodic=True)


def run_periodic(name: str, *, clock: Clock) -> None:
    """Runs a recurring job now and sets its next time. What it raises is logged and kept; nothing is raised."""
    started = clock()
    problem = ""
    try:
        find(name).body()
    except Exception as error:
        problem = describe(error)
        expected = isinstance(error, TransomError)
        log.warning("%s failed: %s", name, problem, exc_info=None if expected else error)
    row = PeriodicTask.objects.filter(name=name).first()
    if row is None:
        return
    row.started_at = None
    row.last_run_at = clock()
    row.last_error = problem
    row.next_run_at = started + timedelta(seconds=row.every_seconds)
    row.save()


HEARTBEAT = "heartbeat"
HEARTBEAT_EVERY = timedelta(seconds=20)


def beat(now: datetime) -> None:
    """Says that the worker lives; the health page looks here."""
    PeriodicTask.objects.update_or_create(
        name=HEARTBEAT,
        defaults={
            "every_seconds": int(HEARTBEAT_EVERY.total_seconds()),
            "next_run_at": now + HEARTBEAT_EVERY,
            "last_run_at": now,
        },
    )


def forget(user_id: int) -> None:
    """Removes queued and failed jobs of one user."""
    JobRetry.objects.filter(arguments__user_id=user_id).delete()
    from django_tasks_db.models import DBTaskResult

    results = DBTaskResult.objects
    mine = [row.pk for row in results.iterator() if _user_of(row.args_kwargs) == user_id]
    results.filter(pk__in=mine).delete()


def _user_of(args_kwargs: dict[str, Any]) -> int | None:
    arguments = (args_kwargs.get("args") or [None, {}])[1:2]
    found = arguments[0].get("user_id") if arguments and isinstance(arguments[0], dict) else None
    return found if isinstance(found, int) else None
