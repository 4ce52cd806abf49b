"""The demo beside one's own Transom: started from the first page, in its own folder, on its own port."""

from __future__ import annotations

import atexit
import os
import re
import subprocess
import sys
import threading
from dataclasses import dataclass
from queue import Empty, Queue

from transom.engine.core.errors import TransomError

LINK = re.compile(r"https?://\S+/sign-in/\S+")
PATIENCE = 30.0  # seconds
COMMAND = (sys.executable, "-m", "transom.interfaces.cli.main", "demo", "--no-browser")


@dataclass(slots=True)
class Opening:
    """A demo that is being started: its one-time `link` once it is there, or the `problem` in words."""

    link: str = ""
    problem: str = ""


_openings: dict[int, Opening] = {}
_lock = threading.Lock()


def begin_opening(user_id: int, job: str, minutes: int) -> None:
    """Has the demo started for this user, unless that is under way; see `opening_of`."""
    with _lock:
        known = _openings.get(user_id)
        if known and not (known.link or known.problem):
            return
        opening = _openings[user_id] = Opening()
    threading.Thread(target=_open, args=(opening, job, minutes), name="demo-opening", daemon=True).start()


def opening_of(user_id: int) -> Opening | None:
    """How far it is; None where nothing was begun."""
    return _openings.get(user_id)


def forget_opening(user_id: int) -> None:
    """Its end was shown: the link works once, so that it is not shown again."""
    _openings.pop(user_id, None)


def _open(opening: Opening, job: str, minutes: int) -> None:
    try:
        opening.link = open_demo(job, minutes)
    except TransomError as error:
        opening.problem = error.message
    except OSError as error:
        opening.problem = f"The demo did not start: {error}. Start it in a terminal to see more: transom demo"


def open_demo(job: str, minutes: int) -> str:
    """Starts the demo (or finds it running) for somebody with this job; a one-time link into it.

    The demo ends with this process. Raises TransomError when it does not start.
    """
    # No shell; "=" keeps a job that begins with a dash from being read as an option.
    process = subprocess.Popen(  # noqa: S603
        [*COMMAND, f"--job={job}", f"--minutes={minutes}"],
        env=_environ(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    atexit.register(process.terminate)
    lines: Queue[str | None] = Queue()
    threading.Thread(target=_drain, args=(process, lines), name="demo-output", daemon=True).start()
    return _link(lines)


def _environ() -> dict[str, str]:
    """This process's, without what tells a child of the supervisor where it belongs."""
    own = {"TRANSOM_PORT", "TRANSOM_PROCESS"}
    return {name: value for name, value in os.environ.items() if name not in own}


def _drain(process: subprocess.Popen[str], lines: Queue[str | None]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.put(line)
    lines.put(None)


def _link(lines: Queue[str | None]) -> str:
    said: list[str] = []
    try:
        while (line := lines.get(timeout=PATIENCE)) is not None:
            said.append(line.strip())
            if found := LINK.search(line):
                return found[0]
    except Empty:
        said.append("It did not answer in time.")
    why = " ".join(part for part in said if part)[-500:]
    raise TransomError(f"The demo did not start: {why} Start it in a terminal to see more: transom demo")
