"""People and standing of a million identities through the tables of an instance, on both databases.

    python -m benchmarks.people_scale [--count 1000000] [--only sqlite|postgresql]

Where ``resolve_scale`` and ``standing_scale`` measure the engine over tables of their own, this runs what the worker
runs: all identities made into people, with everything that screens show of them; who is listened to; and the
same after a day with 2,000 new identities and 20,000 new pointings. Each step has a process of its own, so that its
memory is its own. The longest write transaction is measured beside, since it is what everybody else waits for.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from benchmarks.figure import Figure
from benchmarks.library import in_home
from benchmarks.people_world import NOW, fill, tell_more

ROOT: Final = Path(__file__).resolve().parents[1]
COUNT: Final = 1_000_000
POINTINGS: Final = 10
"""For each identity."""
TOMORROW: Final = 2_000
TOLD: Final = 20_000
A_JOB: Final = 200
MUST: Final = {
    "resolve": 900.0,
    "absorb": 30.0,
    "standing-day": 30.0,
    "standing-again": 60.0,
    "resolve-again": 900.0,
}
MUST_GB: Final = 8.0


def resolve(count: int) -> dict[str, float]:
    """All of them, as the nightly job does it."""
    from transom.apps.people.models import Person
    from transom.apps.people.resolving import resolve_everything

    resolve_everything(now=NOW)
    return {"people": Person.objects.filter(merged_into=None).count()}


def hide(count: int) -> dict[str, float]:
    """Puts tomorrow's identities away, so that the full run does not know them."""
    from transom.apps.library.models import Identity

    Identity.objects.filter(pk__gt=count).update(is_person=False)
    return {}


def absorb(count: int) -> dict[str, float]:
    """A day's new identities, as many a job as the worker takes."""
    from transom.apps.library.models import Identity
    from transom.apps.people.resolving import absorb_identities

    Identity.objects.filter(pk__gt=count).update(is_person=True)
    new = list(Identity.objects.filter(pk__gt=count).order_by("pk").values_list("pk", flat=True))
    started = time.monotonic()
    touched = 0
    for start in range(0, len(new), A_JOB):
        touched += len(absorb_identities(new[start : start + A_JOB], now=NOW + timedelta(days=1)))
    return {"seconds": time.monotonic() - started, "new": len(new), "people": touched}


def standing(count: int) -> dict[str, float]:
    """Who is listened to, for the first time: a row is written for nearly everybody."""
    from transom.apps.people.standing import make_standing

    done = make_standing(now=NOW + timedelta(days=1))
    return {"nodes": done.nodes, "arcs": done.arcs, "changed": done.changed}


def standing_day(count: int) -> dict[str, float]:
    """The same day, after more was told: what is new is added to what was read."""
    from transom.apps.people.standing import make_standing

    done = make_standing(now=NOW + timedelta(days=1, hours=12))
    return {"nodes": done.nodes, "arcs": done.arcs, "changed": done.changed}


def standing_again(count: int) -> dict[str, float]:
    """The next day's run, which reads everything."""
    from transom.apps.people.standing import make_standing

    done = make_standing(now=NOW + timedelta(days=2))
    return {"nodes": done.nodes, "arcs": done.arcs, "changed": done.changed}


def resolve_again(count: int) -> dict[str, float]:
    """The next night's run over everybody, which finds nearly all as it was."""
    from transom.apps.people.models import Person
    from transom.apps.people.resolving import resolve_everything

    touched = resolve_everything(now=NOW + timedelta(days=2))
    return {"people": Person.objects.filter(merged_into=None).count(), "touched": len(touched)}


def tell(count: int) -> dict[str, float]:
    """A day's new pointings."""
    tell_more(TOLD)
    return {}


def made(count: int) -> dict[str, float]:
    """The world itself."""
    fill(count, count * POINTINGS, TOMORROW)
    return {}


STEPS: Final[dict[str, Callable[[int], dict[str, float]]]] = {
    "fill": made,
    "hide": hide,
    "resolve": resolve,
    "absorb": absorb,
    "standing": standing,
    "tell": tell,
    "standing-day": standing_day,
    "standing-again": standing_again,
    "resolve-again": resolve_again,
}


def step(name: str, count: int) -> dict[str, float]:
    """One step here: its seconds, peak memory, longest write transaction."""
    in_home(Path(os.environ["TRANSOM_HOME"]))
    with _transactions() as lengths:
        started = time.monotonic()
        found = {"seconds": 0.0} | STEPS[name](count)
    found["seconds"] = found["seconds"] or time.monotonic() - started
    lengths.sort()
    found["longest_ms"] = 1000 * (lengths[-1] if lengths else 0.0)
    found["p99_ms"] = 1000 * (lengths[int(len(lengths) * 0.99)] if lengths else 0.0)
    found["gigabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    return found


@contextmanager
def _transactions() -> Any:
    """How long each transaction was open, in seconds."""
    from django.db import transaction

    lengths: list[float] = []
    before = transaction.Atomic.__enter__, transaction.Atomic.__exit__
    here = threading.local()

    def enter(self: Any) -> None:
        here.opened = [*getattr(here, "opened", ()), time.monotonic()]
        before[0](self)

    def leave(self: Any, *how: Any) -> None:
        before[1](self, *how)
        since = here.opened.pop()
        if not here.opened:
            lengths.append(time.monotonic() - since)

    transaction.Atomic.__enter__, transaction.Atomic.__exit__ = enter, leave  # type: ignore[method-assign]
    try:
        yield lengths
    finally:
        transaction.Atomic.__enter__, transaction.Atomic.__exit__ = before  # type: ignore[method-assign]


def apart(name: str, count: int, home: Path, database: str) -> dict[str, float]:
    """What a step answers from a process of its own."""
    command = [sys.executable, "-m", "benchmarks.people_scale", "--step", name, "--count", str(count)]
    where = {"TRANSOM_HOME": str(home)} | ({"TRANSOM_DATABASE_URL": database} if database else {})
    done = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=os.environ | where
    )
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    print(f"{name}: {json.dumps(answer)}", file=sys.stderr, flush=True)
    return answer


def figures(count: int = COUNT, only: str = "") -> list[Figure]:
    """Both databases."""
    from tests.servers.postgres import Cluster, why_not

    found = []
    with tempfile.TemporaryDirectory(prefix="transom-people-") as folder:
        if only != "postgresql":
            found += _on("SQLite", Path(folder) / "sqlite", "", count)
        if only == "sqlite":
            return found
        if reason := why_not():
            return [*found, Figure("people on PostgreSQL", f"not measured: {reason}")]
        with Cluster(megabytes=1024) as cluster:
            found += _on("PostgreSQL", Path(folder) / "postgresql", cluster.url, count)
    return found


def _on(name: str, home: Path, database: str, count: int) -> list[Figure]:
    told = {one: apart(one, count, home, database) for one in STEPS}
    rows = "{nodes:,.0f} nodes, {arcs:,.0f} arcs, {changed:,.0f} rows written"
    words = {
        "resolve": ("people, all", f"{count:,} identities to {{people:,.0f}} people, with all that is shown"),
        "absorb": ("people, a day", "{new:,.0f} new identities touch {people:,.0f} people"),
        "standing": ("standing, the first time", rows),
        "standing-day": ("standing, a day's new", f"{TOLD:,} new pointings, {{changed:,.0f}} rows written"),
        "standing-again": ("standing, all", rows),
        "resolve-again": ("people, all again", "{touched:,.0f} of {people:,.0f} people changed by it"),
    }
    made = []
    for one, (title, how) in words.items():
        row = told[one]
        waits = f"{row['p99_ms']:.0f} ms at the 99th percentile, {row['longest_ms']:.0f} at most"
        what = f"{how.format(**row)}; {row['gigabytes']:.1f} GB at most; write transactions {waits}"
        must = f"<= {MUST[one]:g} s, {MUST_GB:g} GB" if one in MUST else ""
        holds = row["seconds"] <= MUST[one] and row["gigabytes"] <= MUST_GB if one in MUST else None
        made.append(Figure(f"{title}, on {name}", f"{row['seconds']:.0f} s", must, holds, what))
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """Print the figures; 1 where one does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--only", choices=("sqlite", "postgresql"), default="")
    parser.add_argument(
        "--step", choices=tuple(STEPS), help="One step here, on the data folder of the environment."
    )
    asked = parser.parse_args(argv)
    if asked.step:
        print(json.dumps(step(asked.step, asked.count)))
        return 0
    found = figures(asked.count, asked.only)
    for one in found:
        print(f"{one.name}: {one.value} {one.must} ({one.how})", flush=True)
    return int(any(one.holds is False for one in found))


if __name__ == "__main__":
    sys.exit(main())
