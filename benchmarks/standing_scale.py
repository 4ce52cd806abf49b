"""Standing of 1,000,000 identities over 10,000,000 endorsements, from and to a database, and a day's increment.

python -m benchmarks.standing_scale --figures
python -m benchmarks.standing_scale --small        # a hundredth of it, to try things out

Made-up endorsements: who points and who is pointed at both follow Zipf's law, a few of each hundred point at
themselves or at colleagues, ages spread over three years. "Standing" reads all endorsements, sums them by pair,
makes the graph, ranks and writes all ranks. "A day" reads the new endorsements, adds them to the pairs that a
worker kept in a file (numpy arrays), goes on from yesterday's reach, and writes all ranks. Each run is a process
of its own, so that its peak memory is its own. Beside it, in the same run: networkx's pure power iteration (its
public entry needs scipy) on a subset, per endorsement and step.
"""

from __future__ import annotations

import itertools
import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np

from benchmarks.figure import Figure
from transom.engine.graph.arcs import Arcs
from transom.engine.graph.endorsements import Endorsements, Kind
from transom.engine.graph.push import push
from transom.engine.graph.shares import Shares
from transom.engine.graph.standing import ranks, reach, restart_at

NOW: Final = datetime(2026, 3, 1, tzinfo=UTC)
TOMORROW: Final = NOW + timedelta(days=1)
DAY: Final = 86_400.0
CHOSEN: Final = 200
MUST_SECONDS, MUST_DAY_SECONDS, MUST_GB = 60.0, 30.0, 8.0
ORACLE_NODES, ORACLE_ARCS, ORACLE_STEPS = 20_000, 100_000, 20
ROW: Final = np.dtype([("source", "<i4"), ("target", "<i4"), ("kind", "<i2"), ("at", "<f8")])
_SENT: Final = np.dtype(
    [("count", ">i2")]
    + [
        (part, kind)
        for n, t in (("source", ">i4"), ("target", ">i4"), ("kind", ">i2"), ("at", ">f8"))
        for part, kind in ((f"{n}_size", ">i4"), (n, t))
    ]
)


@dataclass(frozen=True, slots=True)
class Size:
    """How much is made: nodes, endorsements, and those of the new day."""

    nodes: int = 1_000_000
    endorsements: int = 10_000_000
    day: int = 20_000


def rows(size: Size, count: int, seed: int, until: float, days: float) -> np.ndarray:
    """Some endorsements, in the order of time."""
    random = np.random.default_rng(seed)
    made = np.zeros(count, ROW)
    made["source"] = _zipf(random, size.nodes, count, 0.6)
    # Who is pointed at is another ranking than who points.
    shift = np.random.default_rng(1).permutation(size.nodes).astype(np.int32)
    made["target"] = shift[_zipf(random, size.nodes, count, 0.9)]
    alone = random.random(count) < 0.03
    made["target"][alone] = made["source"][alone]
    made["kind"] = random.choice(len(Kind), count, p=[0.55, 0.1, 0.15, 0.05, 0.15])
    made["at"] = np.sort(until - random.random(count) * days * DAY)
    return made


def _zipf(random: np.random.Generator, nodes: int, count: int, exponent: float) -> np.ndarray:
    """Node numbers whose frequencies fall off as 1 / place**exponent (exponent below 1), by inversion."""
    drawn: np.ndarray = (nodes * random.random(count) ** (1 / (1 - exponent))).astype(np.int32)
    return np.minimum(drawn, nodes - 1)


class Store(Protocol):
    """A database with the tables endorsement (source, target, kind, at) and standing (node, rank)."""

    def fill(self, made: np.ndarray) -> None: ...
    def read(self, after: float) -> np.ndarray: ...
    def write(self, found: np.ndarray) -> None: ...


class Sqlite:
    """As the default instance has it: WAL, one file."""

    def __init__(self, place: str) -> None:
        self._db = sqlite3.connect(place)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute("CREATE TABLE IF NOT EXISTS standing (node INTEGER PRIMARY KEY, rank REAL NOT NULL)")
        self._db.execute("CREATE TABLE IF NOT EXISTS endorsement (source INT, target INT, kind INT, at REAL)")
        self._db.execute("CREATE INDEX IF NOT EXISTS endorsement_at ON endorsement (at)")

    def fill(self, made: np.ndarray) -> None:
        with self._db:
            for part in np.array_split(made, max(len(made) // 500_000, 1)):
                self._db.executemany("INSERT INTO endorsement VALUES (?, ?, ?, ?)", part.tolist())

    def read(self, after: float) -> np.ndarray:
        query = "SELECT source, target, kind, at FROM endorsement"
        found = self._db.execute(query + " WHERE at > ?", (after,)) if after else self._db.execute(query)
        return np.fromiter(found, dtype=ROW)

    def write(self, found: np.ndarray) -> None:
        # In chunks, so that nobody waits long for the one writer.
        for start in range(0, len(found), 10_000):
            part = found[start : start + 10_000].tolist()
            with self._db:
                self._db.executemany(
                    "INSERT INTO standing VALUES (?, ?) ON CONFLICT DO UPDATE SET rank = excluded.rank",
                    zip(range(start, start + len(part)), part, strict=True),
                )


class Postgres:
    """By COPY in its binary form, whose rows have one width here."""

    def __init__(self, place: str) -> None:
        import psycopg

        self._db = psycopg.connect(place)
        self._db.execute("CREATE TABLE IF NOT EXISTS standing (node int4 PRIMARY KEY, rank float8 NOT NULL)")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS endorsement (source int4, target int4, kind int2, at float8)"
        )
        self._db.execute("CREATE INDEX IF NOT EXISTS endorsement_at ON endorsement (at)")
        self._db.commit()

    def fill(self, made: np.ndarray) -> None:
        sent = np.zeros(len(made), _SENT)
        sent["count"] = 4
        for name in ROW.names or ():
            sent[f"{name}_size"], sent[name] = sent[name].dtype.itemsize, made[name]
        self._copy_in("endorsement (source, target, kind, at)", sent)

    def read(self, after: float) -> np.ndarray:
        chosen = f"SELECT source, target, kind, at FROM endorsement WHERE at > {after!r}"
        with self._db.cursor().copy(f"COPY ({chosen}) TO STDOUT (FORMAT binary)") as copy:
            data = b"".join(bytes(part) for part in copy)
        # A header of 19 bytes before the rows, two bytes after them.
        got = np.frombuffer(data, _SENT, (len(data) - 21) // _SENT.itemsize, 19)
        made = np.zeros(len(got), ROW)
        for name in ROW.names or ():
            made[name] = got[name]
        return made

    def write(self, found: np.ndarray) -> None:
        kind = np.dtype([("count", ">i2"), ("a", ">i4"), ("node", ">i4"), ("b", ">i4"), ("rank", ">f8")])
        sent = np.zeros(len(found), kind)
        sent["count"], sent["a"], sent["b"] = 2, 4, 8
        sent["node"], sent["rank"] = np.arange(len(found)), found
        self._db.execute("CREATE TEMP TABLE fresh (node int4, rank float8) ON COMMIT DROP")
        self._copy_in("fresh (node, rank)", sent, commit=False)
        self._db.execute(
            "INSERT INTO standing SELECT node, rank FROM fresh "
            "ON CONFLICT (node) DO UPDATE SET rank = excluded.rank"
        )
        self._db.commit()

    def _copy_in(self, table: str, sent: np.ndarray, *, commit: bool = True) -> None:
        with self._db.cursor().copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
            copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
            for part in np.array_split(sent, max(len(sent) // 500_000, 1)):
                copy.write(part.tobytes())
            copy.write(b"\xff\xff")
        if commit:
            self._db.commit()


STORES: Final[dict[str, Callable[[str], Store]]] = {"SQLite": Sqlite, "PostgreSQL": Postgres}


class Clock:
    """The seconds of each step."""

    def __init__(self) -> None:
        self.steps: dict[str, float] = {}

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        self.steps[name] = time.perf_counter() - begun


def endorsements(found: np.ndarray) -> Endorsements:
    """The engine's arrays of stored rows."""
    return Endorsements(
        found["source"].copy(), found["target"].copy(), found["kind"].astype(np.int8), found["at"].copy()
    )


def restart(size: Size) -> np.ndarray:
    """Some people that users chose."""
    return restart_at(size.nodes, np.random.default_rng(4).integers(0, size.nodes, CHOSEN))


def organisations(size: Size) -> np.ndarray:
    """Twenty people an organisation, one in three unknown."""
    random = np.random.default_rng(3)
    codes = random.integers(0, size.nodes // 20 + 1, size.nodes)
    return np.where(random.random(size.nodes) < 0.33, -1, codes).astype(np.int32)


def whole(store: Store, size: Size, kept: Path) -> Clock:
    """All ranks from nothing."""
    clock = Clock()
    with clock("read"):
        given = endorsements(store.read(0.0))
    with clock("graph"):
        arcs = Arcs.of(given, now=NOW)
        shares = Shares.of(arcs, nodes=size.nodes, organisation=organisations(size))
    with clock("rank"):
        reached = reach(shares, restart(size))
    with clock("write"):
        store.write(ranks(reached))
    np.savez(kept, source=arcs.source, target=arcs.target, full=arcs.full, aged=arcs.aged, reached=reached)
    with clock("one user's push, not in the sum"):
        push(shares, restart_at(size.nodes, [5, 50, 500]), epsilon=1e-6)
    return clock


def day(store: Store, size: Size, kept: Path) -> Clock:
    """All ranks from yesterday's and a day's new endorsements."""
    clock = Clock()
    with clock("read"):
        held = np.load(kept)
        old = Arcs(held["source"], held["target"], held["full"], held["aged"], NOW.timestamp())
        new = endorsements(store.read(NOW.timestamp()))
    with clock("graph"):
        shares = Shares.of(old.plus(new, now=TOMORROW), nodes=size.nodes, organisation=organisations(size))
    with clock("rank"):
        reached = reach(shares, restart(size), start=held["reached"])
    with clock("write"):
        store.write(ranks(reached))
    return clock


def run(job: str, name: str, place: str, size: Size, kept: Path) -> dict[str, Any]:
    """One job in a process of its own: its steps' seconds and its peak memory in GB."""
    asked = json.dumps([job, name, place, size.nodes, size.endorsements, size.day, str(kept)])
    command = [sys.executable, "-m", "benchmarks.standing_scale", "--job", asked]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _job(asked: str) -> None:
    job, name, place, nodes, count, daily, kept = json.loads(asked)
    size = Size(nodes, count, daily)
    store = STORES[name](place)
    if job == "fill":
        store.fill(rows(size, size.endorsements, 7, NOW.timestamp(), 3 * 365))
        answer: dict[str, Any] = {}
    elif job == "fill-day":
        store.fill(rows(size, size.day, 8, TOMORROW.timestamp(), 1))
        answer = {}
    else:
        answer = {"steps": (whole if job == "whole" else day)(store, size, Path(kept)).steps}
    # Linux counts in kilobytes.
    answer["gb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(json.dumps(answer))


def per_step(size: Size) -> tuple[float, float]:
    """Seconds an endorsement and step, times a billion: ours on everything given, networkx's on a subset."""
    made = endorsements(rows(size, min(size.endorsements, 1_000_000), 7, NOW.timestamp(), 900))
    shares = Shares.of(Arcs.of(made, now=NOW), nodes=size.nodes)
    mass = restart(size)
    begun = time.perf_counter()
    for _ in range(ORACLE_STEPS):
        mass = shares.forward(mass)
    ours = (time.perf_counter() - begun) / ORACLE_STEPS / len(shares)
    return ours * 1e9, _networkx_step() * 1e9


def _networkx_step() -> float:
    import networkx as nx
    from networkx.algorithms.link_analysis.pagerank_alg import _pagerank_python

    small = Size(ORACLE_NODES, ORACLE_ARCS, 0)
    arcs = Arcs.of(endorsements(rows(small, ORACLE_ARCS, 7, NOW.timestamp(), 900)), now=NOW)
    graph = nx.DiGraph()
    graph.add_nodes_from(range(ORACLE_NODES))
    graph.add_weighted_edges_from(
        zip(arcs.source.tolist(), arcs.target.tolist(), arcs.full.tolist(), strict=True)
    )
    seconds = []
    for steps in (1, 1 + ORACLE_STEPS):
        begun = time.perf_counter()
        try:
            _pagerank_python(graph, max_iter=steps, tol=0.0)
        except nx.PowerIterationFailedConvergence:
            seconds.append(time.perf_counter() - begun)
    return (seconds[1] - seconds[0]) / ORACLE_STEPS / len(arcs)


def measured(size: Size) -> list[Figure]:
    """Each database that can be started here, then the comparison."""
    made = []
    with tempfile.TemporaryDirectory() as folder:
        made += _store_figures("SQLite", str(Path(folder) / "standing.sqlite3"), size, Path(folder))
    made += _postgres_figures(size)
    ours, networkx = per_step(size)
    how = f"{ours:.1f} ns against {networkx:.0f} ns an endorsement and step"
    return [*made, Figure("standing, networkx's loop / ours", f"{networkx / ours:.0f} times", how=how)]


def _postgres_figures(size: Size) -> list[Figure]:
    from tests.servers.postgres import Cluster, why_not

    if reason := why_not():
        return [Figure("standing on PostgreSQL", f"not measured: {reason}")]
    with tempfile.TemporaryDirectory() as folder, Cluster() as cluster:
        return _store_figures("PostgreSQL", cluster.url, size, Path(folder))


def _store_figures(name: str, place: str, size: Size, folder: Path) -> list[Figure]:
    kept = folder / "kept.npz"
    run("fill", name, place, size, kept)
    first = run("whole", name, place, size, kept)
    run("fill-day", name, place, size, kept)
    second = run("day", name, place, size, kept)
    what = f"{size.nodes:,} identities, {size.endorsements:,} endorsements"
    return [
        *_figures(f"standing on {name}", first, MUST_SECONDS, what),
        *_figures(f"a day's standing on {name}", second, MUST_DAY_SECONDS, f"{size.day:,} new endorsements"),
    ]


def _figures(name: str, found: dict[str, Any], must: float, what: str) -> list[Figure]:
    steps = dict(itertools.islice(found["steps"].items(), 4))
    total = sum(steps.values())
    told = ", ".join(f"{step} {seconds:.1f}" for step, seconds in found["steps"].items())
    return [
        Figure(name, f"{total:.1f} s", f"<= {must:.0f} s", total <= must, f"{what}; {told} s"),
        Figure(
            f"{name}, memory", f"{found['gb']:.1f} GB", f"<= {MUST_GB:.0f} GB", found["gb"] <= MUST_GB, "peak"
        ),
    ]


def figures() -> list[Figure]:
    """Seconds and memory of standing and of a day's increment at full size."""
    return measured(Size())


def main(argv: Sequence[str] | None = None) -> int:
    """Measure (see above); 1 where a figure does not hold."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if "--job" in arguments:
        _job(arguments[-1])
        return 0
    found = measured(Size(10_000, 100_000, 200)) if "--small" in arguments else figures()
    for one in found:
        print(f"{one.name}: {one.value} {one.must} ({one.how})", flush=True)
    return int(any(one.holds is False for one in found))


if __name__ == "__main__":
    sys.exit(main())
