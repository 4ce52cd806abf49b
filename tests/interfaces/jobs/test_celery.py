"""The same tasks through Celery on Redis: two workers share them, and one finishes what a killed one left."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psycopg
import pytest
from django_tasks_db.models import DBTaskResult
from tests.interfaces.running.instances import COMMAND, command, environment, wait_until
from tests.servers.postgres import Cluster, postgres
from tests.servers.redis import RedisServer, redis_server

__all__ = ["postgres", "redis_server"]
pytestmark = [pytest.mark.postgres, pytest.mark.redis]

FEEDS = 4
TASKS = DBTaskResult._meta.db_table
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Feed {n}</title><link>http://{host}/</link>
<description>d</description>{items}</channel></rss>"""
ITEM = "<item><title>{n} {i}: what the registry learnt from its flood</title><link>http://{host}/{n}/{i}</link><guid>{n}-{i}</guid></item>"


class SlowSite:
    """Feeds that nobody gets before the gate opens; `asked` counts the requests."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.asked: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                site.gate.wait(120)
                body = site.feed(self.path).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/rss+xml")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with contextlib.suppress(OSError):  # the killed worker no longer listens
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.host = f"127.0.0.1:{self.server.server_address[1]}"

    def feed(self, path: str) -> str:
        number = path.rpartition("-")[2]
        items = "".join(ITEM.format(n=number, i=i, host=self.host) for i in range(3))
        return FEED.format(n=number, host=self.host, items=items)


@pytest.fixture
def site() -> Iterator[SlowSite]:
    made = SlowSite()
    threading.Thread(target=made.server.serve_forever, daemon=True).start()
    yield made
    made.gate.set()
    made.server.shutdown()


@contextmanager
def process(words: list[str], env: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with open(log, "wb") as output:
        started = subprocess.Popen(words, env=env, stdout=output, stderr=output, start_new_session=True)
    try:
        yield started
    finally:
        if started.poll() is None:
            os.killpg(started.pid, signal.SIGKILL)
        started.wait()


def test_what_a_killed_worker_left_is_finished_once_by_the_other(
    tmp_path: Path, postgres: Cluster, redis_server: RedisServer, site: SlowSite
) -> None:
    name = f"celery_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(postgres.url, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
    url = f"{postgres.url.rpartition('/')[0]}/{name}"
    env = environment(
        tmp_path / "home",
        url,
        tasks="celery",
        redis_url=redis_server.url,
        allowed_private=site.host,
        unspaced_hosts="127.0.0.1",
    )
    addresses = [f"http://{site.host}/feed-{number}" for number in range(FEEDS)]
    assert (followed := command(env, "follow", "--as-is", *addresses)).returncode == 0, followed.stderr
    celery = [sys.executable, "-m", "celery", "--app", "transom.config.celery", "worker", "--pool", "solo"]
    with ExitStack() as stack, psycopg.connect(url, autocommit=True) as rows:
        workers = [
            stack.enter_context(process([*celery, "-n", f"{one}@here"], env, tmp_path / f"{one}.log"))
            for one in ("first", "second")
        ]
        scheduler = tmp_path / "scheduler.log"
        stack.enter_context(process([*COMMAND, "worker"], env, scheduler))
        wait_until(lambda: len(site.asked) >= FEEDS, f"a worker asks for every feed; {_tail(tmp_path)}")
        at_it = _worker_at_work(rows)
        assert at_it in [worker.pid for worker in workers]
        os.killpg(at_it, signal.SIGKILL)
        asked = len(site.asked)
        wait_until(lambda: len(site.asked) > asked, f"the other worker asks; {_tail(tmp_path)}")
        site.gate.set()
        wait_until(lambda: _finished(rows, tries=2) == 1, f"the task is done; {_tail(tmp_path)}")
        assert rows.execute("SELECT count(*) FROM library_item").fetchone() == (FEEDS * 3,)
        assert rows.execute("SELECT count(*) FROM library_sighting").fetchone() == (FEEDS * 3,)
        assert _finished(rows, tries=1, status="RUNNING") == 0


def _worker_at_work(rows: psycopg.Connection[tuple[object, ...]]) -> int:
    found = rows.execute(f"SELECT worker_ids::text FROM {TASKS} WHERE status = 'RUNNING'").fetchall()
    numbers = [int(number) for (text,) in found for number in re.findall(r":(\d+)", str(text))]
    assert len(numbers) == 1, found
    return numbers[0]


def _finished(rows: psycopg.Connection[tuple[object, ...]], *, tries: int, status: str = "SUCCESSFUL") -> int:
    """How many tasks have this status after being started so many times."""
    sql = f"SELECT count(*) FROM {TASKS} WHERE status = %s AND json_array_length(worker_ids::json) = %s"
    found = rows.execute(sql, [status, tries]).fetchone()
    assert found is not None
    return int(str(found[0]))


def _tail(folder: Path) -> str:
    return "\n".join(f"{path.name}: {path.read_text()[-1500:]}" for path in sorted(folder.glob("*.log")))
