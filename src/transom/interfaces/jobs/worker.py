"""The worker: refreshes sources, hands events on, and runs what is queued, due or to be tried again.

Run as ``python -m transom.interfaces.jobs.worker``. A lease in the data folder admits one.
"""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import secrets
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from transom.interfaces.running import lease, lifeline

if TYPE_CHECKING:
    from transom.interfaces.jobs.aside import Aside
    from transom.interfaces.jobs.refreshing import Refresher
    from transom.interfaces.jobs.server_lock import ServerLock
    from transom.interfaces.jobs.shared_queue import Sender

log = logging.getLogger("transom.worker")

IDLE = 0.5
PAUSE_AFTER_FAULT = 5.0
PATIENCE = 5.0
SEND_EVERY = timedelta(seconds=3)
STAND_BY_EVERY = 5.0


def main(arguments: list[str] | None = None) -> int:
    """Loads everything, waits for the supervisor's word where there is one, and works until it ends."""
    parser = argparse.ArgumentParser(prog="transom-worker")
    parser.add_argument("--supervised", action="store_true", help="obey a supervisor on standard input")
    options = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "transom.config.settings")
    stop = threading.Event()
    if options.supervised:
        lifeline.stop_on_signals(stop.set)
    import django

    django.setup()
    from django.conf import settings

    from transom.apps.base import jobs

    jobs.recurring()
    # Its modules import one another: two threads that came to it at once would find it half made.
    importlib.import_module("icalendar")
    if options.supervised:
        if not lifeline.wait_for_go():
            return 0
        lifeline.when_supervisor_ends(stop.set)
    try:
        with lease.Lease(settings.OPTIONS.home / lease.WORKER):
            return _work(stop)
    except lease.LeaseTakenError as taken:
        log.warning("%s", taken)
        return 1


def _work(stop: threading.Event) -> int:
    """Works; with a database server only while no worker of another machine does."""
    from transom.interfaces.jobs import server_lock

    if not server_lock.is_available():
        Worker(stop).run()
        return 0
    with server_lock.ServerLock("worker") as lock:
        if not _stand_by(lock, stop):
            return 0
        worker = Worker(stop, lock=lock)
        worker.run()
        return int(worker.lost)


def _stand_by(lock: ServerLock, stop: threading.Event) -> bool:
    """Waits until the lock is ours; False when the process is to stop before."""
    said = False
    while not lock.try_take():
        if not said:
            log.info("Another worker uses this database; this one takes over when that one ends.")
            said = True
        if stop.wait(STAND_BY_EVERY):
            return False
    return True


class Worker:
    """The loop. One `step` does everything that can be done now; an error in one part never stops another."""

    def __init__(
        self, stop: threading.Event | None = None, *, refresh: bool = True, lock: ServerLock | None = None
    ) -> None:
        from django.conf import settings

        self.stop = stop or threading.Event()
        self.lock = lock
        self.lost = False
        self.worker_id = secrets.token_hex(8)
        self.sends = settings.OPTIONS.tasks != "database"
        self.refreshes = refresh and not self.sends
        self.last_beat: datetime | None = None
        self.last_sent: datetime | None = None
        self.sender: Sender | None = None
        self.aside: Aside | None = None

    def run(self) -> None:
        """Works until `stop` is set."""
        from django.db import connections

        from transom.interfaces.jobs.aside import Aside
        from transom.interfaces.jobs.refreshing import Refresher

        self.aside = Aside()
        refresher: Refresher | None = Refresher(self.stop) if self.refreshes else None
        self._begin()
        if refresher:
            refresher.start()
        while not self.stop.is_set():
            if not self.step():
                self.stop.wait(IDLE)
        if refresher:
            refresher.end(PATIENCE)
        self.aside.end(PATIENCE)
        connections.close_all()

    def step(self) -> bool:
        """One look at everything; whether anything was done."""
        from django.db import close_old_connections

        close_old_connections()
        did = [self._guarded(part) for part in (self._beat, self._periodic, self._events, self._queued)]
        return any(did)

    def _begin(self) -> None:
        from django.utils import timezone

        from transom.apps.base import jobs
        from transom.interfaces.jobs import queue

        def prepare() -> bool:
            jobs.sync_periodic(timezone.now())
            if not self.sends:
                jobs.forget_begun()
            return bool(not self.sends and queue.adopt_orphans())

        self._guarded(prepare)

    def _guarded(self, part: Callable[[], bool]) -> bool:
        try:
            return part()
        except Exception as error:
            from django.db import connections

            log.warning("The worker stumbled: %s: %s", type(error).__name__, error, exc_info=error)
            connections.close_all()
            self.stop.wait(PAUSE_AFTER_FAULT)
            return False

    def _beat(self) -> bool:
        from django.utils import timezone

        from transom.apps.base import jobs

        now = timezone.now()
        if self.last_beat is None or not (self.last_beat <= now < self.last_beat + jobs.HEARTBEAT_EVERY):
            if self.lock is not None and not self.lock.is_held():
                log.warning("The connection that says who works was lost; this worker ends and starts again.")
                self.lost = True
                self.stop.set()
                return False
            jobs.beat(now)
            self.last_beat = now
        return False

    def _periodic(self) -> bool:
        from django.utils import timezone

        from transom.apps.base import jobs

        did = False
        for name in jobs.due_periodic(timezone.now()):
            if self.stop.is_set():
                break
            if self.sends:
                jobs.send_periodic(name, timezone.now())
            elif self.aside is not None and jobs.find(name).apart:
                did |= self.aside.take(name)
                continue
            else:
                jobs.run_periodic(name, clock=timezone.now)
            did = True
        return did

    def _events(self) -> bool:
        from django.utils import timezone

        from transom.apps.base import jobs, outbox

        retries = jobs.enqueue_due_retries(timezone.now())
        return bool(outbox.dispatch(timezone.now()) + retries)

    def _queued(self) -> bool:
        if self.sends:
            return self._send_waiting()
        from transom.interfaces.jobs import queue

        return queue.run_next(self.worker_id)

    def _send_waiting(self) -> bool:
        from django.utils import timezone

        now = timezone.now()
        if self.last_sent is not None and self.last_sent <= now < self.last_sent + SEND_EVERY:
            return False
        self.last_sent = now
        return bool(self._sender().send_waiting(now))

    def _sender(self) -> Sender:
        from transom.interfaces.jobs.shared_queue import Sender

        if self.sender is None:
            self.sender = Sender()
        return self.sender


if __name__ == "__main__":
    sys.exit(main())
