"""A PostgreSQL cluster of our own on loopback, thrown away at the end.

with Cluster() as cluster:
    cluster.url  # postgresql://transom@127.0.0.1:PORT/postgres

PostgreSQL refuses to run as root: where we are root, its programs run as the user ``postgres``.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

DEBIAN = Path("/usr/lib/postgresql")
SERVICE_USER = "postgres"
# Nothing here needs to outlive a power cut.
FAST = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=60",
)


def why_not() -> str:
    """Why no cluster can be started here, in a sentence; "" where one can."""
    if _programs() is None:
        return "PostgreSQL's server programs are not installed here (Debian: apt install postgresql)"
    if os.geteuid() == 0 and shutil.which("runuser") is None:
        return "PostgreSQL does not run as root, and runuser is missing here"
    return ""


def _programs() -> Path | None:
    """The folder with initdb and pg_ctl, the newest of Debian's first."""
    folders = sorted(DEBIAN.glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    found = shutil.which("initdb")
    candidates = [*folders, *([Path(found).parent] if found else [])]
    return next((folder for folder in candidates if (folder / "pg_ctl").exists()), None)


class Cluster:
    """Starts on entering, ends on leaving; `url` is its address. Raises RuntimeError where none can start.

    `megabytes` is what it may hold of its tables in memory.
    """

    def __init__(self, megabytes: int = 64) -> None:
        programs = _programs()
        if programs is None or why_not():
            raise RuntimeError(why_not())
        self._programs, self._megabytes = programs, megabytes
        self._folder = Path(tempfile.mkdtemp(prefix="transom-postgres-"))
        self.port = free_port()
        self.url = f"postgresql://transom@127.0.0.1:{self.port}/postgres"

    def __enter__(self) -> Self:
        if os.geteuid() == 0:
            shutil.chown(self._folder, SERVICE_USER)
        data = str(self._folder / "data")
        self._run(
            "initdb",
            "-D",
            data,
            "-U",
            "transom",
            "--auth=trust",
            "--no-sync",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        )
        settings = [f"-c {one}" for one in (*FAST, f"shared_buffers={self._megabytes}MB")]
        server = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self._folder} {' '.join(settings)}"
        log = str(self._folder / "log")
        self._run("pg_ctl", "-D", data, "-l", log, "-w", "-t", "60", "-o", server, "start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", SERVICE_USER, "--", *command]
        # To a file and not a pipe: the server inherits it, and a pipe would keep us waiting for its end.
        with tempfile.TemporaryFile() as said:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd=self._folder
            )
            if done.returncode:
                said.seek(0)
                raise RuntimeError(f"{program} failed: {said.read().decode('utf-8', 'replace')}")


def free_port() -> int:
    """A port of loopback that nobody uses now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A cluster for this session; skips with the reason where there can be none."""
    if reason := why_not():
        pytest.skip(reason)
    with Cluster() as cluster:
        yield cluster
