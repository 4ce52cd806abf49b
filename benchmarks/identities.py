"""Would the resolver rebuild the people behind a project's bare names and addresses?

Without arguments: answers for the examination (../shared/eval/identities.py has the protocol), JSON lines on stdin
and stdout. With --figures (or at a terminal): the figures, beside the examination's own two alternatives.
With --learn: weights by expectation maximisation from the same identities, no label seen, beside the shipped ones.
"""

# ruff: noqa: E402
from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

if not __package__:
    # The examinations may start this file by its path; its own folder holds no top-level modules.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.figure import Figure
from transom.engine.resolve import Identity, Mail, resolve
from transom.engine.resolve.block import keys_of, pairs_of
from transom.engine.resolve.census import take
from transom.engine.resolve.learn import FIELDS, at_random, learn, unmatched
from transom.engine.resolve.traits import traits_of
from transom.engine.resolve.weigh import prior_bits, weigh
from transom.engine.resolve.weights import Weights

ROOT: Final = Path(__file__).resolve().parents[1]
SHARED: Final = ROOT.parent / "shared"
DATA: Final = SHARED / "data" / "identities" / "sympy.jsonl"
EXAMINATION: Final = SHARED / "eval" / "identities.py"
MUST: Final = {"precision": 0.97, "F1": 0.94}


def identity(row: Mapping[str, Any]) -> Identity:
    """A line of the examination."""
    return Identity(
        row["id"],
        names=(row["name"],),
        mails=(Mail(row["email"]),),
        first=_day(row.get("first")),
        last=_day(row.get("last")),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


def serve() -> None:
    """Answer the examination."""
    asked = [json.loads(line) for line in sys.stdin if line.strip()]
    people = resolve([identity(row) for row in asked]).people()
    for row in asked:
        print(json.dumps({"id": row["id"], "person": people[row["id"]]}))


def figures() -> list[Figure]:
    """Pairwise precision and F1, and what equal mail or name alone would reach."""
    if not DATA.is_file():
        return [Figure("identities", "not measured: ../shared/data/identities is absent")]
    command = [
        sys.executable,
        str(EXAMINATION),
        "--data",
        str(DATA),
        "--",
        sys.executable,
        "-m",
        "benchmarks.identities",
    ]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True, cwd=ROOT)
    found = json.loads(done.stdout)
    ours, plain = found["command"], found["same mail or name"]
    how = f"sympy's .mailmap, {ours['pairs']} pairs; recall {ours['recall']:.3f}, B-cubed F1 {ours['b3_F1']:.3f}"
    return [
        Figure(f"identities, {name}", f"{ours[name]:.4f}", f">= {must}", ours[name] >= must, how)
        for name, must in MUST.items()
    ] + [
        Figure(
            "identities, same mail or name instead",
            f"precision {plain['precision']:.4f}, F1 {plain['F1']:.4f}",
            how="same run",
        )
    ]


def _unlabelled() -> Iterable[Identity]:
    number = 0
    for line in DATA.read_text(encoding="utf-8").splitlines():
        for row in json.loads(line)["identities"]:
            yield identity({**row, "id": number})
            number += 1


def show_learnt() -> None:
    """Print m by expectation maximisation and u by counting, beside the shipped weights."""
    traits = {one.id: traits_of(one) for one in _unlabelled()}
    census, weights = take(traits.values()), Weights()
    weak, _ = pairs_of((key, one.id) for one in traits.values() for key in keys_of(one))
    found = [weigh(traits[a], traits[b], census, weights) for a, b in sorted(weak)]
    learnt = learn(found, weights, prior_bits(census))
    others = unmatched(
        weigh(traits[a], traits[b], census, weights) for a, b in at_random(sorted(traits), 100_000)
    )
    print(f"{learnt.matches:.0f} matches expected among {len(found)} pairs after {learnt.rounds} rounds")
    for code in (code for field in FIELDS for code in field):
        shipped, fresh = weights.levels[code], learnt.weights.levels[code]
        print(f"{code:20} m {fresh.m:.3f} (shipped {shipped.m}), u {others[code]:.4f} (shipped {shipped.u})")


def main(argv: Sequence[str] | None = None) -> int:
    """Answer, measure or learn (see above); 1 where a figure does not hold."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if "--learn" in arguments:
        show_learnt()
        return 0
    if "--figures" not in arguments and not sys.stdin.isatty():
        serve()
        return 0
    found = figures()
    for one in found:
        print(f"{one.name}: {one.value} {one.must} ({one.how})")
    return int(any(one.holds is False for one in found))


if __name__ == "__main__":
    sys.exit(main())
