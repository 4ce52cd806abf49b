"""The one task that every back-end runs: a named job with its arguments."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django_tasks import task

from transom.apps.base import jobs


@task()
def run_job(
    name: str, arguments: dict[str, Any], retry_id: int | None = None, periodic: bool = False
) -> None:
    """Runs one job; what it raises is kept for a retry and never reaches the back-end."""
    if periodic:
        jobs.run_periodic(name, clock=timezone.now)
    else:
        jobs.execute(name, arguments, retry_id=retry_id, clock=timezone.now)
