"""Keeps child processes alive: starts them, starts the dead again with growing pauses, ends all in order."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from transom.interfaces.running.lifeline import GO

log = logging.getLogger("transom.run")

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
SOUND_AFTER = 60.0
PATIENCE = 10.0
LOOK_EVERY = 0.2


@dataclass(slots=True)
class Child:
    """One process to keep alive. `module` is run with this Python; `pass_fds` stay open in it.

    One that is not `early` starts at the release: what the first page needs loads first.
    """

    name: str
    module: str
    arguments: Sequence[str] = ()
    environ: Mapping[str, str] = field(default_factory=dict)
    pass_fds: tuple[int, ...] = ()
    early: bool = False
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE
    start_again: float = 0.0

    def start(self) -> None:
        """Starts the process; it loads, and waits for `go`."""
        self.process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", self.module, *self.arguments],
            stdin=subprocess.PIPE,
            env={**os.environ, **self.environ, "TRANSOM_PROCESS": self.name},
            pass_fds=self.pass_fds,
        )
        self.started = time.monotonic()

    def go(self) -> None:
        """Tells the process that it can begin."""
        with contextlib.suppress(OSError):
            assert self.process is not None
            assert self.process.stdin is not None
            self.process.stdin.write(GO)
            self.process.stdin.flush()

    def is_dead(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def how_it_ended(self) -> str:
        code = self.process.returncode if self.process else 0
        return f"signal {-code}" if code < 0 else f"exit code {code}"


class Supervisor:
    """Runs children until it is told to stop."""

    def __init__(self, children: Sequence[Child]) -> None:
        self.children = list(children)
        self.stopping = threading.Event()

    def start(self) -> None:
        """Starts the early children, so that they load while the supervisor does what must come first."""
        for child in self.children:
            if child.early:
                child.start()

    def release(self) -> None:
        """Lets all children begin."""
        for child in self.children:
            if not child.early:
                child.start()
            child.go()

    def watch(self, each_look: Callable[[], None] | None = None) -> None:
        """Watches until `stop`; then ends the children."""
        try:
            while not self.stopping.wait(LOOK_EVERY):
                for child in self.children:
                    self._look_at(child)
                if each_look:
                    each_look()
        finally:
            self.end()

    def stop(self) -> None:
        """Asks `watch` to return; safe in a signal handler and from other threads."""
        self.stopping.set()

    def listen_to_signals(self) -> None:
        """SIGINT, SIGTERM and (where there is one) SIGHUP stop the supervisor in order."""
        names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
        for number in [getattr(signal, name) for name in names if hasattr(signal, name)]:
            signal.signal(number, lambda _number, _frame: self.stop())

    def add(self, child: Child) -> None:
        """Starts another child at once and keeps it alive like the others."""
        self.children.append(child)
        child.start()
        child.go()

    def end(self) -> None:
        """Ends all children: their lifeline is cut and SIGTERM sent; who does not go in time is killed."""
        alive = [child for child in self.children if child.process and not child.is_dead()]
        for child in alive:
            assert child.process is not None
            with contextlib.suppress(OSError):
                assert child.process.stdin is not None
                child.process.stdin.close()
            child.process.terminate()
        deadline = time.monotonic() + PATIENCE
        for child in alive:
            assert child.process is not None
            try:
                child.process.wait(max(deadline - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                log.warning("The %s process did not end in %d s and was killed.", child.name, int(PATIENCE))
                child.process.kill()
                child.process.wait()

    def _look_at(self, child: Child) -> None:
        now = time.monotonic()
        if not child.is_dead():
            if now - child.started > SOUND_AFTER:
                child.pause = FIRST_PAUSE
            return
        if not child.start_again:
            child.start_again = now + child.pause
            log.warning(
                "The %s process ended (%s); it starts again in %.1f s.",
                child.name,
                child.how_it_ended(),
                child.pause,
            )
            child.pause = min(child.pause * 2, LONGEST_PAUSE)
        elif now >= child.start_again:
            child.start_again = 0.0
            child.start()
            child.go()
