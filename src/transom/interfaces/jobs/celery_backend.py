"""The back-end for many machines: tasks in the database as always, their workers told through Celery."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django_tasks_db import DatabaseBackend

from transom.interfaces.jobs import shared_queue


class CeleryBackend(DatabaseBackend):
    """Tells the workers once the task is committed; one that must wait is told when its time has come."""

    def enqueue(self, task: Any, args: Any, kwargs: Any) -> Any:
        result: Any = super().enqueue(task, args, kwargs)
        if task.run_after is None:
            transaction.on_commit(lambda: shared_queue.send(str(result.id)))
        return result
