"""Reading documents in processes beside this one, when so many come that it pays.

Only this process writes to the library; a helper that dies costs nothing but its speed: what it had is read here.
"""

from __future__ import annotations

import logging
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from types import TracebackType

from transom.apps.library.drafting.understand import Document, Understood, understand

log = logging.getLogger(__name__)

MOST_HELPERS = 2
PATIENCE = 5.0
COMMAND = (sys.executable, "-m", "transom.apps.library.drafting.helper")


def spare_processors() -> int:
    """Processors left for helpers beside the one that fetches and stores; at most MOST_HELPERS."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(MOST_HELPERS, usable - 1)


class Helpers:
    """So many helper processes, each with a thread here that talks to it; without any, all is read at once.

    A context manager: on leaving, the processes end.
    """

    def __init__(self, count: int, command: Sequence[str] = COMMAND) -> None:
        self.count = count
        self._command = command
        self.processes: list[subprocess.Popen[bytes]] = []
        self._own = threading.local()
        self._threads = ThreadPoolExecutor(count, "transom-helper", self._start) if count else None

    def __enter__(self) -> Helpers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._threads is None:
            return
        if error is not None:
            for process in self.processes:
                process.kill()
        self._threads.shutdown(cancel_futures=True)
        for process in self.processes:
            _end(process)

    def read(self, documents: Sequence[Document]) -> Future[list[Understood]]:
        """What the documents say, in their order."""
        if self._threads is not None:
            return self._threads.submit(self._read, documents)
        future: Future[list[Understood]] = Future()
        future.set_result([understand(document) for document in documents])
        return future

    def _start(self) -> None:
        self._own.process = None
        with suppress(OSError):
            self._own.process = subprocess.Popen(  # noqa: S603
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
            self.processes.append(self._own.process)

    def _read(self, documents: Sequence[Document]) -> list[Understood]:
        process: subprocess.Popen[bytes] | None = self._own.process
        if process is not None:
            try:
                return _asked(process, documents)
            except (OSError, EOFError, pickle.UnpicklingError, ValueError):
                log.warning("A helper process ended early; its documents are read in this process.")
                self._own.process = None
        return [understand(document) for document in documents]


def _asked(process: subprocess.Popen[bytes], documents: Sequence[Document]) -> list[Understood]:
    assert process.stdin is not None
    assert process.stdout is not None
    pickle.dump(list(documents), process.stdin, pickle.HIGHEST_PROTOCOL)
    process.stdin.flush()
    answer: list[Understood] = pickle.load(process.stdout)  # noqa: S301 - our own process
    return answer


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends a helper by ending its input; one that does not listen is killed."""
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(OSError):
        process.stdin.close()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stdout.close()
