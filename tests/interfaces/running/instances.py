"""A whole Transom as a user starts it: the command in a process of its own, a data folder, real HTTP."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

from tests.environment import database_url
from tests.servers.postgres import free_port

PATIENCE = 90.0
COMMAND = [sys.executable, "-m", "transom.interfaces.cli.main"]
LINK = re.compile(r"(http://localhost:\d+)(/sign-in/\S+)")


def environment(home: Path, url: str = "", **options: str) -> dict[str, str]:
    """The environment of a command: nothing of the test process, only what is named."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TRANSOM_", "DJANGO_", "PYTEST_"))
    }
    kept |= {"TRANSOM_HOME": str(home), "TRANSOM_DATABASE_URL": url, "PYTHONUNBUFFERED": "1"}
    return kept | {f"TRANSOM_{name.upper()}": value for name, value in options.items()}


def command(env: Mapping[str, str], *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Runs one command to its end."""
    return subprocess.run(
        [*COMMAND, *arguments],
        env=env,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@contextmanager
def new_database(template: str = "") -> Iterator[str]:
    """The address of a database on the server under test, empty or a copy; "" where that is SQLite."""
    server = database_url()
    if not server:
        yield ""
        return
    import psycopg

    name = f"instance_{uuid.uuid4().hex[:12]}"
    copied = f' TEMPLATE "{template.rpartition("/")[2]}"' if template else ""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"{copied}')
        try:
            yield f"{server.rpartition('/')[0]}/{name}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@dataclass(frozen=True, slots=True)
class Library:
    """A data folder and the database that belongs to it ("" for SQLite in the folder)."""

    home: Path
    url: str

    @contextmanager
    def copied(self, home: Path) -> Iterator[Library]:
        """The same in another folder, until the block ends."""
        shutil.copytree(self.home, home)
        with new_database(self.url) as url:
            yield Library(home, url)

    @property
    def env(self) -> dict[str, str]:
        return environment(self.home, self.url)

    def execute(self, sql: str) -> list[tuple[object, ...]]:
        """What a statement answers, behind Transom's back."""
        if self.url:
            import psycopg

            with psycopg.connect(self.url, autocommit=True) as server:
                found = server.execute(sql)
                return found.fetchall() if found.description else []
        with closing(sqlite3.connect(self.home / "transom.sqlite3", isolation_level=None)) as file:
            return list(file.execute(sql))


@contextmanager
def new_library(home: Path) -> Iterator[Library]:
    """An empty library, up to date."""
    with new_database() as url:
        library = Library(home, url)
        made = command(library.env, "migrate")
        assert made.returncode == 0, made.stderr
        yield library


def wait_until(true: Callable[[], bool], what: str) -> None:
    """Waits for something to become true; fails the test with `what` where it never does."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {PATIENCE:.0f} s: {what}")
        time.sleep(0.1)


class Browser:
    """What a browser does: keeps cookies, follows redirects, sends forms with their token."""

    def __init__(self) -> None:
        self._cookies = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._cookies))

    def get(self, url: str) -> str:
        """The page behind redirects; HTTPError where the server says no."""
        with self._opener.open(url, timeout=PATIENCE) as answer:
            self.address: str = answer.url
            return str(answer.read().decode())

    def post(self, url: str, **fields: str) -> str:
        token = next(cookie.value or "" for cookie in self._cookies if "csrf" in cookie.name)
        data = urlencode({**fields, "csrfmiddlewaretoken": token}).encode()
        with self._opener.open(urllib.request.Request(url, data), timeout=PATIENCE) as answer:
            self.address = answer.url
            return str(answer.read().decode())


@dataclass
class Instance:
    """A running Transom. `lines` is everything it printed so far, both outputs."""

    env: Mapping[str, str]
    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)

    @property
    def printed(self) -> str:
        return "".join(self.lines)

    @property
    def link(self) -> str:
        """The one-time link, once it is printed."""
        wait_until(lambda: self.process.poll() is not None or LINK.search(self.printed) is not None, "a link")
        found = LINK.search(self.printed)
        assert found, self.printed
        return found[0]

    @property
    def address(self) -> str:
        return self.link.partition("/sign-in/")[0]

    def signed_in(self) -> Browser:
        """A browser that came in by the link."""
        browser = Browser()
        browser.get(self.link)
        browser.post(self.link)
        return browser

    def child(self, name: str) -> int:
        """The process number of the web, worker or demo process."""
        modules = {"web": "running.web", "worker": "jobs.worker", "demo": "running.demo_server"}
        found = children(self.process.pid, modules[name])
        return found[0] if found else 0

    def stop(self) -> int:
        """Ctrl-C, and its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)


def children(parent: int, word: str) -> list[int]:
    """Living child processes whose command line has the word."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            stat = (path / "stat").read_text().rpartition(")")[2].split()
            line = (path / "cmdline").read_bytes().decode().replace("\0", " ")
        except OSError:
            continue
        if int(stat[1]) == parent and stat[0] != "Z" and word in line:
            found.append(int(path.name))
    return found


@contextmanager
def running(
    home: Path, url: str, *arguments: str, port: int | None = None, **options: str
) -> Iterator[Instance]:
    """`transom run` (or what the arguments say) until the block ends."""
    env = environment(home, url, **options)
    words = [*(arguments or ("run",)), "--no-browser", "--port", str(port or free_port())]
    process = subprocess.Popen(
        [*COMMAND, *words],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    instance = Instance(env, process)
    try:
        yield instance
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
