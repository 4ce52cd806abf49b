"""Every screen of a library of 500,000 items, over real HTTP, while the worker refreshes 2,000 feeds.

Starts ``transom run`` as a user would, signs in, and asks for each screen in turn. Beside the
screens' 95th percentile: the smallest page (``/health``) in the same rounds, and the time from the command
to the first page.

    python -m benchmarks.pages [--items 500000] [--rounds 40]
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import numpy as np

from benchmarks.figure import Figure
from benchmarks.library import EPOCH_US
from benchmarks.search import library

SIGN_IN = "/accounts/login/"
MUST_MS = 150.0
MUST_START = 3.0
ADDRESS = re.compile(r"http://localhost:\d+/")
READER, PASSWORD = "reader", "a long pass phrase for this benchmark"
FORM_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def figures(items: int = 500_000, rounds: int = 40) -> list[Figure]:
    """Screens, the smallest page, and the start."""
    library(items)
    from django.conf import settings

    home = settings.OPTIONS.home
    with _feeds() as port:
        _make_due(port)
        with _running(home, port) as (started, link):
            browser = _Browser(link)
            browser.sign_in()
            first_page = time.perf_counter() - started
            took = _rounds(browser, items, rounds)
            refreshed = _refreshed()
    floor = took.pop("/health")
    p95 = {path: float(np.percentile(times, 95)) for path, times in took.items()}
    slowest = max(p95, key=lambda path: p95[path])
    how = f"{items:,} items, {len(took)} screens x {rounds}, {refreshed} feeds refreshed meanwhile"
    against = p95[slowest] / float(np.percentile(floor, 95))
    value = f"{p95[slowest]:.0f} ms ({slowest})"
    return [
        Figure("pages: slowest p95", value, f"<= {MUST_MS:.0f} ms", p95[slowest] <= MUST_MS, how),
        Figure("pages: slowest against /health", f"{against:.1f} x", how="the same rounds"),
        Figure(
            "run to first page",
            f"{first_page:.1f} s",
            f"<= {MUST_START:.0f} s",
            first_page <= MUST_START,
            "from the command to the page behind its link",
        ),
        *(Figure(f"pages: {path}", f"{ms:.0f} ms", how="p95") for path, ms in sorted(p95.items())),
    ]


def screens(items: int) -> list[str]:
    """One address for every kind of screen."""
    item = EPOCH_US + 1000 * (items // 5 * 4 + 1)
    return [
        "/health",
        "/",
        "/brief/progress/",
        "/brief/week/",
        f"/read/{item}/",
        "/search/?q=banan+dosool",
        "/search/?q=fa&kind=paper",
        "/search/",
        "/saved/",
        "/sources/",
        "/sources/1/",
        "/sources/add/",
        "/packs/",
        "/leaving/",
        "/settings/",
        "/people/",
        "/people/map/",
        "/people/discover/",
        "/keys/",
    ]


class _Browser:
    """Keeps a connection and cookies; follows redirects on this host."""

    def __init__(self, link: str) -> None:
        self._link = urlsplit(link)
        self._connection = http.client.HTTPConnection("127.0.0.1", self._link.port, timeout=60)
        self._cookies: dict[str, str] = {}

    def sign_in(self) -> None:
        """By password, since the library has two users."""
        token = FORM_TOKEN.search(self.get(SIGN_IN))
        if not token:
            raise SystemExit("The page to sign in has no form.")
        fields = {"csrfmiddlewaretoken": token[1], "login": READER, "password": PASSWORD}
        self._ask("POST", SIGN_IN, urlencode(fields))
        self.get("/")
        if not any("session" in name for name in self._cookies):
            raise SystemExit("The password did not let the benchmark in.")

    def get(self, path: str) -> str:
        status, location, page = self._ask("GET", path)
        return self.get(location) if location and status < 400 else page

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str, str]:
        headers = {
            "Host": self._link.netloc,
            "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
            "Origin": f"http://{self._link.netloc}",
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self._cookies[key] = rest.partition(";")[0]
        page = answer.read().decode("utf-8", "replace")
        if answer.status >= 400:
            raise SystemExit(f"{method} {path} answered {answer.status}: {page[:500]}")
        return answer.status, answer.getheader("Location") or "", page


def _rounds(browser: _Browser, items: int, rounds: int) -> dict[str, list[float]]:
    took: dict[str, list[float]] = defaultdict(list)
    for number in range(rounds + 2):
        for path in screens(items):
            started = time.perf_counter()
            browser.get(path)
            if number >= 2:
                took[path].append((time.perf_counter() - started) * 1000)
    return took


@contextmanager
def _feeds() -> Iterator[int]:
    """A process of its own that serves any feed, with ten new entries each time."""
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.pages", "--serve"], stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    try:
        yield int(server.stdout.readline())
    finally:
        server.kill()
        server.wait()


def _make_due(port: int) -> None:
    """Every source's feed moves to the local server and falls due within the next two minutes."""
    from django.db import connections, transaction
    from django.utils import timezone

    from transom.apps.accounts.models import User
    from transom.apps.brief.models import Brief
    from transom.apps.sources.models import Source, SourceState

    Brief.objects.all().delete()
    reader = User.objects.get(username=READER)
    reader.set_password(PASSWORD)
    reader.save()
    now = timezone.now()
    with transaction.atomic():
        for number, source in enumerate(Source.objects.exclude(address="").order_by("pk")):
            Source.objects.filter(pk=source.pk).update(address=f"http://127.0.0.1:{port}/feed/{source.pk}")
            due: datetime = now + timedelta(seconds=number * 0.06)
            SourceState.objects.filter(pk=source.pk).update(next_due_at=due, etag=None, last_modified=None)
    connections.close_all()


def _refreshed() -> int:
    from django.db.models import Sum

    from transom.apps.library.models import RefreshRun

    return int(RefreshRun.objects.aggregate(tried=Sum("tried"))["tried"] or 0)


@contextmanager
def _running(home: Path, port: int) -> Iterator[tuple[float, str]]:
    """``transom run`` on this folder; when it was started, and its address."""
    environ = os.environ | {
        "TRANSOM_HOME": str(home),
        "TRANSOM_ALLOWED_PRIVATE": f"127.0.0.1:{port}",
        "TRANSOM_UNSPACED_HOSTS": "127.0.0.1",
        # Nothing of the library may go while it is measured.
        "TRANSOM_EXPIRE_DAYS": "36500",
    }
    started = time.perf_counter()
    command = [str(Path(sys.executable).parent / "transom"), "run", "--no-browser", "--port", "18017"]
    process = subprocess.Popen(
        command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if link := ADDRESS.search(line):
                yield started, link[0]
                break
        else:
            raise SystemExit("transom run ended before it printed its address.")
    finally:
        process.terminate()
        process.wait(30)


def _serve() -> None:
    """Feeds for the worker: ten entries of some 200 words, new ones every time."""
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    text = "A note on shelves, damp, couriers and the people who count boxes in the dark. " * 14

    class Feeds(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            stamp = time.time_ns()
            entries = "".join(
                f"<item><guid>{stamp}-{n}</guid><title>Note {stamp} {n}</title>"
                f"<link>http://127.0.0.1/{stamp}/{n}</link><description>{text}</description></item>"
                for n in range(10)
            )
            page = f"<rss version='2.0'><channel><title>Feed</title>{entries}</channel></rss>".encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/rss+xml")
            self.send_header("ETag", f'"{stamp}"')
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Feeds)
    print(server.server_address[1], flush=True)
    server.serve_forever()


def main(argv: list[str] | None = None) -> int:
    """Prints the figures; 1 where one does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=500_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.serve:
        _serve()
        return 0
    found = figures(options.items, options.rounds)
    for figure in found:
        print(f"{figure.name}: {figure.value} {figure.must} ({figure.how})")
    return int(any(figure.holds is False for figure in found))


if __name__ == "__main__":
    sys.exit(main())
