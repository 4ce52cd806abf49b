"""The queue as many workers share it: the database holds the tasks, Celery carries the word that one is ready.

Whoever runs a task holds a server lock of its name. A task that is marked as running while its lock is free
was left by a worker that died; the scheduler sends it round again.
"""

from __future__ import annotations

import logging
import os
import socket
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from transom.interfaces.jobs.queue import MOST_STARTS, give_up, run_row
from transom.interfaces.jobs.server_lock import ServerLock

if TYPE_CHECKING:
    from collections.abc import Iterable

log = logging.getLogger("transom.jobs")

SEND_AGAIN_AFTER = timedelta(seconds=30)
AT_ONCE = 500


def send(task_id: str) -> bool:
    """Tells the workers of a task that is ready; False where the broker cannot be reached (then it is told later)."""
    from kombu.exceptions import OperationalError

    from transom.config.celery import RUN, app

    try:
        app.send_task(RUN, args=[task_id], retry=False)
    except (OperationalError, OSError) as error:
        log.warning("The message broker cannot be reached (%s). Tasks wait in the database meanwhile.", error)
        return False
    return True


def run_told(task_id: str) -> bool:
    """Runs the task unless it is done or another worker is at it; whether it was run."""
    with ServerLock(task_id) as lock:
        if not lock.try_take():
            return False
        row = DBTaskResult.objects.filter(pk=task_id).first()
        if row is None or row.status in (TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED):
            return False
        if len(row.worker_ids) >= MOST_STARTS:
            give_up(row)
            return False
        row.claim(worker_name())
        run_row(row)
        return True


def worker_name() -> str:
    """``host:process``, as a task's row keeps it."""
    return f"{socket.gethostname()}:{os.getpid()}"


class Sender:
    """Sends what is ready and was not told, or was told and forgotten, or was left by a worker that died."""

    def __init__(self) -> None:
        self._sent: dict[str, datetime] = {}

    def send_waiting(self, now: datetime) -> int:
        """How many were sent."""
        self._sent = {key: at for key, at in self._sent.items() if now - at < SEND_AGAIN_AFTER}
        sent = 0
        for row in (*self._ready(now), *_left_behind()):
            key = str(row.pk)
            if key in self._sent:
                continue
            if not send(key):
                break
            self._sent[key] = now
            sent += 1
        return sent

    def _ready(self, now: datetime) -> Iterable[Any]:
        """Those whose time has come: the broker was told of the others when they were queued."""
        rows = DBTaskResult.objects.ready()[:AT_ONCE]
        return [row for row in rows if row.run_after <= now or row.enqueued_at < now - SEND_AGAIN_AFTER]


def _left_behind() -> Iterable[Any]:
    for row in DBTaskResult.objects.running():
        with ServerLock(str(row.pk)) as lock:
            if lock.try_take():
                log.warning("A worker (%s) died at a task; another one gets it.", row.worker_ids[-1:])
                yield row
