"""Celery's entry point: ``celery --app transom.config.celery worker``.

The database holds the tasks; a message only names one that is ready. So a message that is lost or comes
twice does no harm, and Redis may be emptied at any time: see interfaces/jobs/shared_queue.py.
"""

from __future__ import annotations

import os

from celery import Celery
from celery.signals import setup_logging

from transom.config.options import load

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "transom.config.settings")

RUN = "transom.run"

app = Celery("transom")
app.conf.update(
    broker_url=load().redis_url,
    broker_connection_retry_on_startup=True,
    task_default_queue="transom",
    task_ignore_result=True,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
)


@app.task(name=RUN, bind=True)  # type: ignore[untyped-decorator]
def run(self: object, task_id: str) -> None:
    """Runs one task, unless another worker is at it or has done it."""
    from transom.interfaces.jobs.shared_queue import run_told

    run_told(task_id)


@setup_logging.connect  # type: ignore[untyped-decorator]
def _leave_logging_to_django(**_: object) -> None:
    """Connected so that Celery keeps its own handlers away."""
