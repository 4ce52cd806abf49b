"""Refreshing 2,000 feeds, from the request to committed, searchable rows, beside the `reader` library.

    python -m benchmarks.refresh [--feeds 2000]

Both sides fetch the same documents (200 host names, resolved to this computer) from a server in a process of its
own, in one run and after another, each in a fresh process. Transom runs its worker's own rounds
(`refresh_due` until nothing is due) with every rule of politeness but the spacing; `reader` runs
`update_feeds` with the best of several numbers of workers and then `update_search`. Cold is the first time,
unchanged the second, when the server answers 304. Memory is the resident set of all processes of a side, summed,
sampled twenty times a second; the server counts for neither.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.feed_server import HOSTS, addresses, host_of, serving
from benchmarks.figure import Figure

FEEDS, ITEMS = 2_000, 10
WORKERS = (1, 4, 16)
MOST_MIB = 500
COLD, UNCHANGED = 3.0, 4.0
SAMPLE_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Run:
    """One side's two rounds, in seconds (and of the processor), its highest memory, and how many of its items
    a search could find."""

    name: str
    cold: float
    unchanged: float
    cold_cpu: float
    unchanged_cpu: float
    mib: float
    items: int
    searchable: int


def transom(home: Path, feeds: int, port: int) -> dict[str, Any]:
    """Our side; runs in a process of its own."""
    from benchmarks.library import in_home

    in_home(home)
    from django.db import connection
    from django.utils import timezone

    from transom.apps.accounts.models import User
    from transom.apps.library.models import Item
    from transom.apps.library.refresh import refresh_due
    from transom.apps.sources.models import Source, SourceState, Subscription
    from transom.engine.net.client import AiohttpClient
    from transom.engine.net.guard import AddressGuard
    from transom.engine.net.politeness import Politeness

    now, user = timezone.now(), User.objects.create_user("bench")
    rows = [Source(address=url, host=host_of(number)) for number, url in enumerate(addresses(feeds, port))]
    Source.objects.bulk_create(rows)
    SourceState.objects.bulk_create([SourceState(source=row, next_due_at=now) for row in rows])
    Subscription.objects.bulk_create([Subscription(user=user, source=row, followed_at=now) for row in rows])
    hosts = [host_of(number) for number in range(HOSTS)]
    client = AiohttpClient(
        AddressGuard(mapping=dict.fromkeys(hosts, "127.0.0.1")), politeness=Politeness(unspaced=hosts)
    )

    def rounds(at: timedelta) -> int:
        tried = 0
        while report := refresh_due(client, now=now + at):
            if not report.tried:
                return tried
            tried += report.tried - report.failed
        return tried

    cold, cold_cpu, tried = timed(lambda: rounds(timedelta()))
    assert tried == feeds, f"only {tried} of {feeds} feeds were fetched"
    unchanged, unchanged_cpu, tried = timed(lambda: rounds(timedelta(days=20)))
    assert tried == feeds, f"only {tried} of {feeds} feeds were asked again"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM library_search_docsize")
        searchable = cursor.fetchone()[0]
    seconds = {"cold": cold, "unchanged": unchanged, "cold_cpu": cold_cpu, "unchanged_cpu": unchanged_cpu}
    return {**seconds, "items": Item.objects.count(), "searchable": searchable}


def reader(home: Path, feeds: int, port: int, workers: int) -> dict[str, Any]:
    """The other side, with so many workers; runs in a process of its own."""
    import feedparser_sgmllib

    # The feedparser inside `reader` wants this module by the name it had in Python 2; it is the same code.
    sys.modules["sgmllib"] = feedparser_sgmllib
    import reader as library

    _resolve_to_loopback()
    ours = library.make_reader(str(home / f"reader-{workers}.sqlite"))
    for url in addresses(feeds, port):
        ours.add_feed(url)
    ours.enable_search()

    def update() -> None:
        ours.update_feeds(workers=workers, scheduled=False)
        ours.update_search()

    cold, cold_cpu, _ = timed(update)
    unchanged, unchanged_cpu, _ = timed(update)
    items = ours.get_entry_counts().total
    with sqlite3.connect(home / f"reader-{workers}.sqlite.search") as found:
        searchable = found.execute("SELECT count(DISTINCT _feed || _id) FROM entries_search").fetchone()[0]
    broken = ours.get_feed_counts(broken=True).total
    assert not broken, f"{broken} feeds failed"
    seconds = {"cold": cold, "unchanged": unchanged, "cold_cpu": cold_cpu, "unchanged_cpu": unchanged_cpu}
    return {**seconds, "items": items, "searchable": searchable}


def _resolve_to_loopback() -> None:
    ask = socket.getaddrinfo

    def loopback(host: Any, *rest: Any, **named: Any) -> Any:
        return ask("127.0.0.1" if str(host).endswith(".example.org") else host, *rest, **named)

    socket.getaddrinfo = loopback


def timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Seconds it took, those of the processors (helpers that ended meanwhile included), and what it gave."""
    began, cpu = time.perf_counter(), sum(os.times()[:4])
    result = work()
    return time.perf_counter() - began, sum(os.times()[:4]) - cpu, result


def run_side(name: str, feeds: int, port: int, workers: int = 0) -> Run:
    """One side in a fresh process, its memory watched meanwhile."""
    with tempfile.TemporaryDirectory(prefix="transom-bench-") as home:
        command = [sys.executable, "-m", "benchmarks.refresh", "--side", name, "--home", home]
        command += ["--feeds", str(feeds), "--port", str(port), "--workers", str(workers)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            watch = _Memory(process.pid)
            watch.start()
            output, _ = process.communicate()
            watch.done.set()
            watch.join()
        if process.returncode:
            raise RuntimeError(f"The side {name} ended with code {process.returncode}; see above.")
    label = name if not workers else f"{name}, {workers} workers"
    return Run(label, mib=watch.highest / 2**20, **json.loads(output.splitlines()[-1]))


class _Memory(threading.Thread):
    """Samples the resident set of a process and its descendants, summed."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid, self.highest, self.done = pid, 0, threading.Event()

    def run(self) -> None:
        while not self.done.wait(SAMPLE_SECONDS):
            self.highest = max(self.highest, sum(_resident(pid) for pid in _family(self._pid)))


def _family(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        try:
            threads = os.listdir(f"/proc/{one}/task")
            for thread in threads:
                found += map(int, Path(f"/proc/{one}/task/{thread}/children").read_text().split())
        except OSError:
            continue
    return found


def _resident(pid: int) -> int:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def measure(feeds: int = FEEDS) -> tuple[Run, list[Run]]:
    """Our run, and those of `reader`."""
    with serving(feeds, ITEMS) as port:
        ours = run_side("transom", feeds, port)
        return ours, [run_side("reader", feeds, port, workers) for workers in WORKERS]


def figures(feeds: int = FEEDS) -> list[Figure]:
    """The figures of this benchmark for the common table."""
    ours, others = measure(feeds)
    cold, unchanged = min(run.cold for run in others), min(run.unchanged for run in others)
    how = (
        f"{feeds} feeds of {ITEMS} items, {HOSTS} hosts, one run; best of {', '.join(r.name for r in others)}"
    )
    return [
        _ratio("refresh, cold", cold, ours.cold, COLD, how),
        _ratio("refresh, unchanged", unchanged, ours.unchanged, UNCHANGED, how),
        Figure(
            "refresh, memory of all processes",
            f"{ours.mib:.0f} MB (reader {max(run.mib for run in others):.0f} MB)",
            f"< {MOST_MIB} MB",
            ours.mib < MOST_MIB,
            "highest sum of resident sets",
        ),
        Figure(
            "refresh, searchable at the end",
            f"{ours.searchable} of {ours.items} items",
            "all",
            ours.searchable == ours.items == feeds * ITEMS,
            "rows of the full-text index",
        ),
    ]


def _ratio(name: str, theirs: float, ours: float, must: float, how: str) -> Figure:
    value = f"{theirs / ours:.1f} x ({ours:.1f} s; reader {theirs:.1f} s)"
    return Figure(name, value, f">= {must:g} x", theirs / ours >= must, how)


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the figures; 0 when all hold."""
    arguments = _arguments(argv)
    if arguments.side:
        home = Path(arguments.home)
        rest = (arguments.workers,) if arguments.side == "reader" else ()
        side = {"transom": transom, "reader": reader}[arguments.side]
        print(json.dumps(side(home, arguments.feeds, arguments.port, *rest)))
        return 0
    found = figures(arguments.feeds)
    for figure in found:
        print(
            f"{figure.name}: {figure.value}; must be {figure.must}: {'holds' if figure.holds else 'DOES NOT HOLD'}"
        )
    return 0 if all(figure.holds for figure in found) else 1


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--feeds", type=int, default=FEEDS)
    for hidden in ("--side", "--home"):
        parser.add_argument(hidden, default="", help=argparse.SUPPRESS)
    for hidden in ("--port", "--workers"):
        parser.add_argument(hidden, type=int, default=0, help=argparse.SUPPRESS)
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
