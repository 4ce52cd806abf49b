"""The database queue as one worker empties it: claims a task, runs it, and finds again what a crash left."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import OperationalError, transaction
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

log = logging.getLogger("transom.jobs")

MOST_STARTS = 5


def adopt_orphans() -> int:
    """Makes tasks ready again that a killed worker was running; how many.

    Only for whoever holds the worker's lease. A task that was under way at five deaths is taken to be the
    cause of them, and fails.
    """
    adopted = 0
    for row in DBTaskResult.objects.running():
        if len(row.worker_ids) >= MOST_STARTS:
            give_up(row)
        else:
            row.status = TaskResultStatus.READY
            row.save(update_fields=["status"])
            adopted += 1
    return adopted


def run_next(worker_id: str) -> bool:
    """Runs the next task that is ready; False when there is none."""
    row = _claim(worker_id)
    if row is None:
        return False
    run_row(row)
    return True


def run_row(row: Any) -> None:
    """Runs a task that was claimed and keeps how it went. What it raises is logged."""
    try:
        result = row.task_result
        row.set_successful(row.task.call(*result.args, **result.kwargs))
    except Exception as error:
        log.exception("A queued task failed")
        row.set_failed(error)


def give_up(row: Any) -> None:
    """Fails a task at which worker after worker died."""
    row.set_failed(RuntimeError(f"the worker died {MOST_STARTS} times while this task ran"))
    log.error("A task was given up: the worker died %d times while it ran.", MOST_STARTS)


def _claim(worker_id: str) -> Any | None:
    """Looks without a lock first: nearly always there is nothing."""
    if not DBTaskResult.objects.ready().exists():
        return None
    try:
        with transaction.atomic():
            row = DBTaskResult.objects.ready().get_locked()
            if row is not None:
                row.claim(worker_id)
            return row
    except OperationalError as error:
        if "locked" in str(error):
            return None
        raise


def waiting(now: datetime) -> int:
    """How many tasks are ready to run."""
    return int(DBTaskResult.objects.ready().count())
