"""How a child process hears from its supervisor: through its standard input.

A line "go" says that the database is ready. The end of the input says that the supervisor is gone, however
it went, so that no child outlives it.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable

GO = b"go\n"
STANDARD_INPUT = 0


def wait_for_go() -> bool:
    """Waits for the word; False when the supervisor went away instead."""
    return _read_line() == GO


def when_supervisor_ends(act: Callable[[], None]) -> None:
    """Calls `act` from another thread once the supervisor is gone."""

    def watch() -> None:
        while _read_line():
            pass
        act()

    threading.Thread(target=watch, name="lifeline", daemon=True).start()


def _read_line() -> bytes:
    """One line of standard input, b"" at its end; unbuffered, since a thread that sits in Python's own buffer
    when the process ends brings it down with an error.
    """
    line = b""
    while not line.endswith(b"\n") and (piece := os.read(STANDARD_INPUT, 1)):
        line += piece
    return line


def stop_on_signals(stop: Callable[[], None]) -> None:
    """SIGTERM stops this process in order; Ctrl-C is left to the supervisor, which hears it too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda _number, _frame: stop())


def end_this_process() -> None:
    """What the signal SIGTERM does, also where signals are not to be had."""
    os.kill(os.getpid(), signal.SIGTERM)
