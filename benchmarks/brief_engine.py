"""The engine's part of making a brief: learning one more row, valuing all candidates, choosing, explaining.

Nothing is stored or read here; `benchmarks/brief.py` measures the whole. Before each round one row of feedback
and 100 new candidates arrive; the process is warm.

    python -m benchmarks.brief_engine [--rounds 20]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from benchmarks.figure import Figure
from transom.engine.rank import Candidates, FeedbackRow, Pool, Shape, Signal, extend, learn, rank
from transom.engine.rank.candidates import DO, READ, WIDTH

NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
SIZES = (25_000, 50_000, 100_000, 200_000)
MEASURED = 100_000
NEW = 100
SAID = 1_500
MINUTES = 15.0
MUST_MS = 150.0
LINEAR = 1.15
_VOCABULARY = 30_000


def invented(rng: np.random.Generator, count: int, first_id: int) -> Candidates:
    """Candidates of 60 days from 2,000 sources, with terms as frequent as words are."""
    weights = np.sort(rng.exponential(1.0, (count, WIDTH)).astype(np.float32))[:, ::-1]
    zeros = np.zeros(count, dtype=np.float32)
    return Candidates(
        ids=np.arange(first_id, first_id + count, dtype=np.int64),
        cost_minutes=(np.clip(rng.lognormal(6.0, 1.2, count), 30, 8000) / 238 + 0.5).astype(np.float32),
        published=NOW.timestamp() - rng.uniform(0, 60, count) * 86_400,
        source=rng.integers(1, 2_000, count).astype(np.int32),
        author=rng.integers(-1, 5_000, count).astype(np.int32),
        channel=rng.integers(0, 5, count).astype(np.int32),
        kind=rng.integers(0, 6, count).astype(np.int32),
        topic=rng.integers(-1, 60, count).astype(np.int32),
        conversation=np.full(count, -1, dtype=np.int64),
        item=np.full(count, -1, dtype=np.int64),
        language=np.zeros(count, dtype=np.int32),
        section=np.where(rng.random(count) < 0.0005, DO, READ).astype(np.int8),
        deadline=np.full(count, np.nan),
        vendor=rng.random(count) < 0.05,
        returned=np.zeros(count, dtype=np.bool_),
        cannot_open=rng.random(count) < 0.05,
        tie=zeros,
        standing=rng.random(count).astype(np.float32),
        heat=zeros,
        attention=zeros,
        manner=np.zeros(count, dtype=np.uint32),
        terms=(rng.zipf(1.2, (count, WIDTH)) % _VOCABULARY * 2_654_435_761 % 2**32).astype(np.uint32),
        term_weights=weights / np.linalg.norm(weights, axis=1, keepdims=True),
    )


def said(rng: np.random.Generator, about: Candidates, at: int, when: datetime) -> FeedbackRow:
    """One row of feedback about a candidate."""
    return FeedbackRow(
        item=int(about.ids[at]),
        signal=(Signal.FINISHED, Signal.PASSED_OVER, Signal.OPENED)[int(rng.integers(0, 3))],
        at=when.timestamp(),
        source=int(about.source[at]),
        author=int(about.author[at]),
        kind=int(about.kind[at]),
        terms=about.terms[at],
        term_weights=about.term_weights[at],
        features={"freshness": float(rng.random()), "novelty": float(rng.random())},
    )


def milliseconds(size: int, rounds: int) -> list[float]:
    """What each round took, after one to warm up."""
    rng = np.random.default_rng(20260302)
    pool = Pool(invented(rng, size, 1))
    start = NOW - timedelta(days=180)
    log = [said(rng, pool.view(), at, start + timedelta(hours=2.8 * at)) for at in range(SAID)]
    model = learn(log, now=NOW, interests=("records management",))
    took = []
    for turn in range(rounds + 1):
        fresh = invented(rng, NEW, size + 1 + turn * NEW)
        row = said(rng, fresh, 0, NOW)
        begun = time.perf_counter()
        pool.append(fresh)
        model = extend(model, [row], now=NOW)
        ranking = rank(pool.view(), model, Shape(), MINUTES, now=NOW)
        for index in (*ranking.choice.read, *ranking.choice.do):
            ranking.reasons(index)
        took.append(1e3 * (time.perf_counter() - begun))
    return took[1:]


def figures(rounds: int = 20) -> list[Figure]:
    """p95 at 100,000 candidates, and how time grows."""
    took = {size: milliseconds(size, rounds) for size in SIZES}
    p95 = float(np.percentile(took[MEASURED], 95))
    medians = {size: float(np.median(values)) for size, values in took.items()}
    slope = float(np.polyfit(np.log(SIZES), np.log(list(medians.values())), 1)[0])
    growth = ", ".join(f"{size // 1000}k {value:.0f} ms" for size, value in medians.items())
    how = f"{rounds} rounds; learning, valuing, choosing, explaining; median {medians[MEASURED]:.0f} ms"
    return [
        Figure("brief, engine's part, p95", f"{p95:.0f} ms", f"<= {MUST_MS:.0f} ms", p95 <= MUST_MS, how),
        Figure("brief, engine's growth", f"n^{slope:.2f}", "at most linear", slope <= LINEAR, growth),
    ]


def main(argv: Sequence[str] | None = None) -> int:
    """Print the figures; 1 where one does not hold."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=20)
    found = figures(parser.parse_args(argv).rounds)
    for one in found:
        print(f"{one.name}: {one.value} {one.must} ({one.how})")
    return int(any(one.holds is False for one in found))


if __name__ == "__main__":
    sys.exit(main())
