"""Recurring jobs that may take minutes, one at a time in a thread beside the worker's own loop."""

from __future__ import annotations

import threading

from django.db import connections
from django.utils import timezone

from transom.apps.base import jobs


class Aside:
    """Runs what the loop hands over; while it is at work it takes nothing else."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None

    def take(self, name: str) -> bool:
        """Begins a job, unless another is under way; whether it was taken."""
        if self._thread is not None and self._thread.is_alive():
            return False
        jobs.mark_begun(name, timezone.now())
        self._thread = threading.Thread(target=_run, args=(name,), name="aside", daemon=True)
        self._thread.start()
        return True

    def end(self, patience: float) -> None:
        """Waits for what is under way, at most so many seconds; then it ends with the process and begins anew."""
        if self._thread is not None:
            self._thread.join(patience)


def _run(name: str) -> None:
    try:
        jobs.run_periodic(name, clock=timezone.now)
    finally:
        connections.close_all()
