"""Keeps sources fresh: one round after another while anything is due, in a thread of its own.

Apart from the other jobs, so that a round over slow hosts never keeps somebody's mail waiting.
"""

from __future__ import annotations

import logging
import threading
import time

from django.db import close_old_connections, connections
from django.utils import timezone

from transom.apps.base import jobs
from transom.apps.library.own_pages import visit_due
from transom.apps.library.refresh import RefreshReport, make_client, refresh_due, refresh_sources
from transom.apps.library.refresh.fetching import ClosablePort
from transom.apps.library.selectors import network_is_down
from transom.engine.core.errors import TransomError

log = logging.getLogger("transom.refresh")

LOOK_EVERY = 2.0
PAUSE_AFTER_FAULT = 30.0
PAGES_EVERY = 60.0


class StoppingError(Exception):
    """Ends a round early: the process was asked to stop. What was stored stays; the rest stays due."""


class Refresher(threading.Thread):
    """Refreshes what is due until `stop` is set; `wake` makes it look at once."""

    def __init__(self, stop: threading.Event) -> None:
        super().__init__(name="refresh", daemon=True)
        self.stop = stop
        self.wake = threading.Event()
        self.pages_from = 0.0

    def run(self) -> None:
        client = make_client()
        while not self.stop.is_set():
            pause = LOOK_EVERY
            try:
                close_old_connections()
                report = refresh_due(client, now=timezone.now(), progress=self._go_on)
                pause = 0.0 if report.tried and not report.network_down else LOOK_EVERY
                _tell(report)
                if not report.tried:
                    self._visit_pages(client)
            except StoppingError:
                break
            except Exception as error:
                log.warning("A refresh failed: %s", jobs.describe(error), exc_info=_unless_ours(error))
                pause = PAUSE_AFTER_FAULT
            self.wake.wait(pause)
            self.wake.clear()
        connections.close_all()

    def _visit_pages(self, client: ClosablePort) -> None:
        """The few pages of people's own that are due, once a minute at most and after all feeds."""
        if time.monotonic() >= self.pages_from and not network_is_down(timezone.now()):
            more = visit_due(client, now=timezone.now())
            self.pages_from = time.monotonic() + (LOOK_EVERY if more else PAGES_EVERY)

    def _go_on(self, _report: RefreshReport) -> None:
        if self.stop.is_set():
            raise StoppingError

    def end(self, patience: float) -> None:
        """Waits for the thread, at most `patience` seconds; then it ends with the process."""
        self.wake.set()
        self.join(patience)


def _tell(report: RefreshReport) -> None:
    if report.tried:
        log.info(
            "Refreshed %d sources: %d new, %d failed, %d new items%s.",
            report.tried,
            report.changed,
            report.failed,
            report.new_items,
            "; the network is down" if report.network_down else "",
        )


def _unless_ours(error: Exception) -> Exception | None:
    return None if isinstance(error, TransomError) else error


def refresh_these(source_ids: list[int]) -> None:
    """Refreshes these sources, due or not."""
    _tell(refresh_sources(source_ids, make_client(), now=timezone.now()))


def refresh_round() -> None:
    """One round of what is due."""
    _tell(refresh_due(make_client(), now=timezone.now()))


def visit_some_pages() -> None:
    """The pages of people's own that are due, a few."""
    if not network_is_down(timezone.now()):
        visit_due(make_client(), now=timezone.now())
