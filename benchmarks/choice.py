"""How close the choice comes to the exact optimum: 500 invented days against an integer program.

    python -m benchmarks.choice [--instances 500] [--seconds 20]

Costs follow what two communities' blogs showed (medians of 300 and 470 words, a wide log-normal spread), at
238 words a minute and 30 seconds to switch, with some podcasts and talks among them. The generator was
written before anything was measured and is not to be tuned to the choice.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from benchmarks.figure import Figure
from transom.engine.rank.candidates import DO, READ, Candidates
from transom.engine.rank.choice import choose
from transom.engine.rank.problem import above_floor, eligible, objective, problem
from transom.engine.rank.shape import Coverage, Shape
from transom.engine.rank.states import States

NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
WORDS_A_MINUTE = 238.0
SWITCH_MINUTES = 0.5
DAY = 86_400.0
MEAN, WORST = 0.985, 0.93


@dataclass(frozen=True)
class Instance:
    """One day: what there is, what each is worth, and the limits."""

    candidates: Candidates
    value: NDArray[np.float32]
    shape: Shape
    minutes: float


def instance(seed: int, size: int | None = None) -> Instance:
    """An invented day of 15 to 200 candidates; the same for the same seed."""
    rng = np.random.default_rng([20260302, seed])
    n = int(rng.integers(15, 201)) if size is None else size
    source = _zipf(rng, n, max(4, n // 3))
    candidates = replace(_candidates(rng, n, source), conversation=_conversations(seed, n))
    candidates = replace(candidates, item=_items(seed, candidates.section))
    taste = rng.normal(0, 0.6, source.max() + 2)[source]
    value = 1 / (1 + np.exp(-rng.normal(-1.0, 0.9, n) - taste))
    shape = Shape() if seed % 2 == 0 else _other_shape(rng)
    return Instance(candidates, value.astype(np.float32), shape, float(rng.choice([5, 10, 15, 15, 20, 30])))


def _candidates(rng: np.random.Generator, n: int, source: NDArray[np.int32]) -> Candidates:
    section = np.where(rng.random(n) < rng.choice([0.0, 0.08, 0.15]), DO, READ)
    author = np.where(rng.random(n) < 0.7, source, 1000 + _zipf(rng, n, max(4, n // 2)))
    deadline = np.where(rng.random(n) < 0.3, NOW.timestamp() + rng.uniform(-2, 40, n) * DAY, np.nan)
    return Candidates(
        ids=np.arange(n, dtype=np.int64),
        cost_minutes=_minutes(rng, section).astype(np.float32),
        published=NOW.timestamp() - rng.uniform(0, 3, n) * DAY,
        source=source,
        author=_some_unknown(rng, author, 0.15),
        channel=_zipf(rng, n, 5),
        kind=_zipf(rng, n, 6),
        topic=_some_unknown(rng, _zipf(rng, n, 15), 0.2),
        conversation=np.full(n, -1, dtype=np.int64),
        item=np.full(n, -1, dtype=np.int64),
        language=np.zeros(n, dtype=np.int32),
        section=section.astype(np.int8),
        deadline=np.where(section == DO, deadline, np.nan),
        vendor=rng.random(n) < 0.1,
        returned=np.zeros(n, dtype=np.bool_),
        cannot_open=np.zeros(n, dtype=np.bool_),
        tie=np.zeros(n, dtype=np.float32),
        standing=np.zeros(n, dtype=np.float32),
        heat=np.zeros(n, dtype=np.float32),
        attention=np.zeros(n, dtype=np.float32),
        manner=np.zeros(n, dtype=np.uint32),
        terms=np.zeros((n, 32), dtype=np.uint32),
        term_weights=np.zeros((n, 32), dtype=np.float32),
    )


def _conversations(seed: int, n: int) -> NDArray[np.int64]:
    """Three in ten candidates are in conversations, a few of them in large ones; drawn apart from all else."""
    rng = np.random.default_rng([20260302, seed, 1])
    return _some_unknown(rng, _zipf(rng, n, max(2, n // 8)), 0.7).astype(np.int64)


def _items(seed: int, section: NDArray[np.int8]) -> NDArray[np.int64]:
    """Everything to read is an item; half of what is to be done is about one of them."""
    rng = np.random.default_rng([20260302, seed, 2])
    about = _some_unknown(rng, rng.integers(0, len(section), len(section)), 0.5)
    return np.where(section == READ, np.arange(len(section)), about).astype(np.int64)


def _minutes(rng: np.random.Generator, section: NDArray[np.int64]) -> NDArray[np.float64]:
    n = len(section)
    reading = np.clip(rng.lognormal(np.log(400), 1.2, n), 30, 8000) / WORDS_A_MINUTE
    media = np.clip(rng.lognormal(np.log(25), 0.6, n), 3, 120)
    doing = rng.choice([1.0, 2.0, 3.0, 5.0, 10.0, 15.0], n)
    length = np.where(rng.random(n) < 0.08, media, reading)
    return np.where(section == DO, doing, length) + SWITCH_MINUTES


def _zipf(rng: np.random.Generator, n: int, groups: int) -> NDArray[np.int32]:
    weight = 1 / np.arange(1, groups + 1)
    return rng.choice(groups, n, p=weight / weight.sum()).astype(np.int32)


def _some_unknown(rng: np.random.Generator, codes: NDArray[np.integer], share: float) -> NDArray[np.int32]:
    return np.where(rng.random(len(codes)) < share, -1, codes).astype(np.int32)


def _other_shape(rng: np.random.Generator) -> Shape:
    return Shape(
        read_share=float(rng.choice([0.5, 0.7, 0.8])),
        per_source=int(rng.integers(1, 4)),
        per_author=int(rng.integers(1, 4)),
        vendors=int(rng.integers(0, 3)),
        floor=float(rng.choice([0.05, 0.15, 0.3])),
        most_read=int(rng.integers(3, 13)),
        most_do=int(rng.integers(1, 5)),
    )


class _Program:
    """The choice as an integer program, built from the candidates and the limits alone."""

    def __init__(self, day: Instance) -> None:
        self.day = day
        self.solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        self.solver.setOptionValue("output_flag", False)
        self.solver.setOptionValue("mip_rel_gap", 1e-6)
        worthy = above_floor(day.candidates, day.value, day.shape, NOW)
        self.open_to = eligible(day.candidates, worthy, day.shape, day.minutes, NOW)
        self.at = self.open_to.at
        for at in self.at:
            self._column(float(day.value[at]), 1.0, whole=True)

    def _column(self, worth: float, upper: float, *, whole: bool) -> int:
        at = int(self.solver.getNumCol())
        self.solver.addCol(worth, 0.0, upper, 0, np.array([], dtype=np.int32), np.array([], dtype=np.float64))
        if whole:
            self.solver.changeColIntegrality(at, highspy.HighsVarType.kInteger)
        return at

    def _row(self, columns: NDArray[np.int64], weights: NDArray[np.float64], low: float, high: float) -> None:
        self.solver.addRow(low, high, len(columns), columns.astype(np.int32), weights.astype(np.float64))

    def _at_most(self, which: NDArray[np.bool_], weights: NDArray[np.float64], limit: float) -> None:
        columns = np.flatnonzero(which)
        if len(columns):
            self._row(columns, weights[columns], -highspy.kHighsInf, limit)

    def _limits(self) -> None:
        of, shape, at = self.day.candidates, self.day.shape, self.at
        cost, one = of.cost_minutes[at].astype(np.float64), np.ones(len(at))
        is_do = of.section[at] == DO
        self._at_most(np.ones(len(at), dtype=np.bool_), cost, self.day.minutes)
        self._at_most(~is_do, cost, self.open_to.read_minutes)
        self._at_most(~is_do, one, shape.most_read)
        self._at_most(is_do, one, shape.most_do)
        self._at_most(of.vendor[at], one, shape.vendors)
        for codes, limit in ((of.source[at], shape.per_source), (of.author[at], shape.per_author)):
            for code in np.unique(codes[codes >= 0]):
                self._at_most(codes == code, one, limit)
        for code in np.unique(of.conversation[at][~is_do & (of.conversation[at] >= 0)]):
            self._at_most(~is_do & (of.conversation[at] == code), one, 1)
        for code in np.unique(of.item[at][of.item[at] >= 0]):
            self._at_most(of.item[at] == code, one, 1)
        if self.open_to.must.any():
            columns = np.flatnonzero(self.open_to.must)
            self._row(columns, np.ones(len(columns)), 1.0, highspy.kHighsInf)

    def _cover(self, codes: NDArray[np.int32], coverage: Coverage) -> None:
        """Pieces of each group's mass: their slopes fall, so the solver fills the first piece first."""
        for code in np.unique(codes[codes >= 0]):
            members = np.flatnonzero(codes == code)
            pieces, start = [], 0.0
            for slope, knee in zip(coverage.slopes, coverage.knees, strict=True):
                pieces.append(self._column(slope, knee - start, whole=False))
                start = knee
            columns = np.concatenate([pieces, members])
            mass = self.day.value[self.at[members]].astype(np.float64)
            self._row(columns, np.concatenate([np.ones(len(pieces)), -mass]), -highspy.kHighsInf, 0.0)

    def solve(self, seconds: float) -> tuple[float, float]:
        """The best objective found and the bound on any: equal when solved to the end."""
        if not len(self.at):
            return 0.0, 0.0
        of, shape = self.day.candidates, self.day.shape
        self._limits()
        for codes, coverage in (
            (of.topic, shape.topic),
            (of.author, shape.author),
            (of.channel, shape.channel),
            (of.kind, shape.kind),
        ):
            self._cover(codes[self.at], coverage)
        self.solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
        self.solver.setOptionValue("time_limit", seconds)
        self.solver.run()
        info = self.solver.getInfo()
        return float(info.objective_function_value), float(info.mip_dual_bound)


def optimum(day: Instance, seconds: float = 20.0) -> tuple[float, float]:
    """The exact optimum of a day (see `_Program.solve`)."""
    return _Program(day).solve(seconds)


def plain_greedy(day: Instance) -> float:
    """What taking the densest that fits comes to, or the single best: the scheme to beat."""
    worthy = above_floor(day.candidates, day.value, day.shape, NOW)
    open_to = eligible(day.candidates, worthy, day.shape, day.minutes, NOW)
    task = problem(
        day.candidates,
        day.value,
        open_to.at,
        open_to.must,
        shape=day.shape,
        minutes=day.minutes,
        read_minutes=open_to.read_minutes,
    )
    best = 0.0
    order = np.argsort(-task.value / task.cost, kind="stable")
    for first in ([], [int(np.argmax(np.where(task.must, task.value, task.value - 9)))] if len(task) else []):
        state = States.empty(task)
        for item in [*first, *order.tolist()] if first else order.tolist():
            if state.allowed()[0, item]:
                state.put(np.array([0]), np.array([item]), state.gains()[0, [item]])
        if state.complete()[0]:
            best = max(best, objective(task, np.flatnonzero(state.picked[0])))
    return best


@dataclass(frozen=True)
class Measured:
    """Shares of the optimum (of its bound where it was not solved to the end), one a day, and seconds."""

    ours: NDArray[np.float64]
    plain: NDArray[np.float64]
    seconds: NDArray[np.float64]
    unsolved: int


def measure(instances: int, seconds: float) -> Measured:
    """Our choice, plain greedy and the exact optimum of so many days; ``seconds`` limits the program's."""
    ours, plain, took, unsolved = [], [], [], 0
    for seed in range(instances):
        day = instance(seed)
        exact, bound = optimum(day, seconds)
        unsolved += bound > exact * (1 + 1e-4) + 1e-9
        start = time.perf_counter()
        found = choose(day.candidates, day.value, day.shape, day.minutes, now=NOW).objective
        took.append(time.perf_counter() - start)
        ours.append(found / bound if bound > 0 else 1.0)
        plain.append(plain_greedy(day) / bound if bound > 0 else 1.0)
    return Measured(np.array(ours), np.array(plain), np.array(took), int(unsolved))


def figures(instances: int = 500, seconds: float = 20.0) -> list[Figure]:
    """The mean and the worst share of the optimum, beside what plain greedy reaches."""
    found = measure(instances, seconds)
    mean, worst = float(found.ours.mean()), float(found.ours.min())
    how = (
        f"{instances} days, {found.unsolved} not solved to the end; {np.mean(found.ours > 1 - 1e-5):.0%} optimal; "
        f"median {1e3 * np.median(found.seconds):.0f} ms, most {1e3 * found.seconds.max():.0f} ms"
    )
    greedy = f"mean {found.plain.mean():.4f}, worst {found.plain.min():.4f}"
    return [
        Figure("choice, mean of optimum", f"{mean:.4f}", f">= {MEAN}", mean >= MEAN, how),
        Figure("choice, worst of optimum", f"{worst:.4f}", f">= {WORST}", worst >= WORST),
        Figure("choice, plain density greedy", greedy, how="beside it, for comparison"),
    ]


def main(argv: Sequence[str] | None = None) -> int:
    """Print the figures; 1 where one does not hold."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--instances", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=20.0, help="for the integer program, an instance")
    asked = parser.parse_args(argv)
    found = figures(asked.instances, asked.seconds)
    for one in found:
        print(f"{one.name}: {one.value} {one.must} {one.how}".rstrip())
    return int(any(one.holds is False for one in found))


if __name__ == "__main__":
    sys.exit(main())
