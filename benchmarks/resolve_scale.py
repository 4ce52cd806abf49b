"""A million identities, read from and written to tables: how long, in how much memory; and a day's new ones.

    python -m benchmarks.resolve_scale --figures [COUNT]

Each step has a process of its own, so that its memory is its own. The alternative in the same run is Splink
(DuckDB back-end, its own expectation maximisation) on a tenth of the world, beside this resolver on the same.
"""

from __future__ import annotations

import json
import logging
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from tests.servers.postgres import Cluster, why_not

from benchmarks.figure import Figure
from benchmarks.resolve_tables import opened, tables_in
from benchmarks.resolve_world import World
from transom.engine.resolve import Identity, absorb
from transom.engine.resolve.bulk import Bulk

ROOT: Final = Path(__file__).resolve().parents[1]
COUNT: Final = 1_000_000
DAY: Final = 2_000
MUST: Final = {"seconds": 900.0, "gigabytes": 8.0, "day": 30.0}


def world(count: int) -> tuple[list[Identity], list[int]]:
    """All rows in a random order, with their people; the last `DAY` are tomorrow's."""
    made = World()
    rows = list(made.identities(count + DAY))
    made.draw.shuffle(rows)
    return [identity for identity, _ in rows], [person for _, person in rows]


def fill(address: str, count: int) -> dict[str, Any]:
    """Write the world into fresh tables."""
    identities, people = world(count)
    with opened(address) as base:
        tables = tables_in(base, address)
        tables.create()
        tables.write_identities(zip(identities[:count], people, strict=False))
        tables.write_day(identities[count:])
    return {}


def resolve_all(address: str) -> dict[str, Any]:
    """Tables to people, and all of it back into tables."""
    times = {}
    with opened(address) as base:
        tables = tables_in(base, address)
        started = time.monotonic()
        bulk = Bulk(tables.all_identities())
        times["read"] = time.monotonic() - started
        found = bulk.resolve()
        times["resolve"] = time.monotonic() - started - times["read"]
        tables.write_people(found.people())
        tables.write_pairs(found.pairs)
        tables.write_keys(bulk.keys())
        tables.write_census(bulk.census)
        times["all"] = time.monotonic() - started
        times["busy"] = time.process_time()
        scores = measured(found.people(), tables.truth())
    return {
        **times,
        **scores,
        "gigabytes": peak(),
        "people": len(found.clusters),
        "questions": len(found.questions),
    }


def absorb_day(address: str) -> dict[str, Any]:
    """A day's new identities into the tables of the last full run."""
    with opened(address) as base:
        tables = tables_in(base, address)
        started = time.monotonic()
        new = list(tables.day())
        found = absorb(new, tables, tables.census())
        tables.add_day(new, found)
        return {
            "day": time.monotonic() - started,
            "touched": sum(map(len, found.clusters)),
            "new": len(new),
            "gigabytes": peak(),
        }


def measured(people: Mapping[int, int], truth: Mapping[int, int]) -> dict[str, float]:
    """Pairwise precision and recall; rows of nobody must stand alone."""
    both, made = Counter[tuple[int, int]](), Counter[int]()
    for one, person in people.items():
        made[person] += 1
        if truth[one] >= 0:
            both[person, truth[one]] += 1
    wanted = Counter(person for person in truth.values() if person >= 0)
    right, got, want = (
        sum(count * (count - 1) / 2 for count in counts.values()) for counts in (both, made, wanted)
    )
    return {"precision": right / max(1.0, got), "recall": right / max(1.0, want)}


def peak() -> float:
    """The most memory this process has held, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def ours_on(count: int) -> dict[str, Any]:
    """This resolver alone on a smaller world, without tables."""
    identities, people = world(count)
    started = time.monotonic()
    found = Bulk(identities[:count]).resolve()
    seconds = time.monotonic() - started
    return {"seconds": seconds, "gigabytes": peak(), **measured(found.people(), _by_id(identities, people))}


def splink_on(count: int) -> dict[str, Any]:
    """Splink on the same smaller world, set up as its documentation does."""
    import splink.comparison_library as compare  # noqa: PLC0415  a development dependency, only for comparison
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on  # noqa: PLC0415

    logging.getLogger("splink").setLevel(logging.ERROR)
    identities, people = world(count)
    rows = [_plain(identity) for identity in identities[:count]]
    started = time.monotonic()
    base = DuckDBAPI()
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
        file.flush()
        base.duckdb_con.execute(f"create table rows as select * from read_json('{file.name}')")
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            compare.JaroWinklerAtThresholds("name", [0.92]).configure(term_frequency_adjustments=True),
            compare.ExactMatch("mail"),
            compare.ExactMatch("handle"),
            compare.ExactMatch("employer").configure(term_frequency_adjustments=True),
        ],
        blocking_rules_to_generate_predictions=[block_on("name"), block_on("mail"), block_on("handle")],
        probability_two_random_records_match=1 / count,
    )
    linker = Linker(base.register("rows"), settings, log_level=logging.ERROR)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    for rule in (block_on("name"), block_on("handle")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    pairs = linker.inference.predict(threshold_match_probability=0.96)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, 0.96)
    name = clusters.physical_name
    answer = base.duckdb_con.execute(f"select unique_id, cluster_id from {name}").fetchall()
    seconds = time.monotonic() - started
    found = {int(one): hash(cluster) for one, cluster in answer}
    return {"seconds": seconds, "gigabytes": peak(), **measured(found, _by_id(identities, people))}


def _by_id(identities: Sequence[Identity], people: Sequence[int]) -> dict[int, int]:
    return {identity.id: person for identity, person in zip(identities, people, strict=True)}


def _plain(identity: Identity) -> dict[str, Any]:
    return {
        "unique_id": identity.id,
        "name": identity.names[0].lower(),
        "mail": identity.mails[0].address if identity.mails else None,
        "handle": identity.handles[0] if identity.handles else None,
        "employer": identity.organization or None,
    }


STEPS: Final = {
    "fill": fill,
    "resolve": resolve_all,
    "absorb": absorb_day,
    "ours": ours_on,
    "splink": splink_on,
}


def apart(step: str, *arguments: str | int) -> dict[str, Any]:
    """What a step answers from a process of its own."""
    command = [sys.executable, "-m", "benchmarks.resolve_scale", step, *map(str, arguments)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def figures(count: int = COUNT) -> list[Figure]:
    """Both databases, then the alternative."""
    found = []
    with tempfile.TemporaryDirectory(prefix="transom-scale-") as folder:
        found += _on("SQLite", f"{folder}/world.sqlite3", count)
    if reason := why_not():
        found.append(Figure("who is who on PostgreSQL", f"not measured: {reason}"))
    else:
        with Cluster() as cluster:
            found += _on("PostgreSQL", cluster.url, count)
    for name, step in (("this resolver", "ours"), ("Splink instead", "splink")):
        found.append(_compared(name, apart(step, count // 10), count // 10))
    return found


def _on(name: str, address: str, count: int) -> list[Figure]:
    apart("fill", address, count)
    whole, day = apart("resolve", address), apart("absorb", address)
    how = (
        f"{count:,} identities from and to {name}: reading and preparing {whole['read']:.0f} s, resolving "
        f"{whole['resolve']:.0f} s, the rest writing, {whole['busy']:.0f} s of processor; "
        f"{whole['people']:,} people, {whole['questions']:,} questions; "
        f"precision {whole['precision']:.4f}, recall {whole['recall']:.3f}"
    )
    new = f"{day['new']:,} new identities touch {day['touched']:,}, {day['gigabytes']:.1f} GB"
    return [
        _figure(f"who is who on {name}, all", whole["all"], "s", MUST["seconds"], how),
        _figure(
            f"who is who on {name}, memory",
            whole["gigabytes"],
            "GB",
            MUST["gigabytes"],
            "peak of the process",
        ),
        _figure(f"who is who on {name}, a day", day["day"], "s", MUST["day"], new),
    ]


def _figure(name: str, value: float, unit: str, most: float, how: str) -> Figure:
    return Figure(name, f"{value:.1f} {unit}", f"<= {most:g} {unit}", value <= most, how)


def _compared(name: str, found: Mapping[str, Any], count: int) -> Figure:
    value = f"{found['seconds']:.0f} s, {found['gigabytes']:.1f} GB"
    how = f"precision {found['precision']:.4f}, recall {found['recall']:.3f}"
    return Figure(f"who is who, {count:,} by {name}", value, how=how)


def main(argv: Sequence[str] | None = None) -> int:
    """Print the figures; 1 where one does not hold. A step's name and arguments: do that step alone."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments and arguments[0] in STEPS:
        given = [int(one) if one.isdigit() else one for one in arguments[1:]]
        print(json.dumps(STEPS[arguments[0]](*given)))  # type: ignore[operator]
        return 0
    counts = [int(one) for one in arguments if one.isdigit()]
    found = figures(*counts[:1])
    for one in found:
        print(f"{one.name}: {one.value} {one.must} ({one.how})", flush=True)
    return int(any(one.holds is False for one in found))


if __name__ == "__main__":
    sys.exit(main())
