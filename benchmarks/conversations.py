"""Are planted conversations found in a field's traffic, and do words alone find what an editor put together?

python -m benchmarks.conversations --figures     # the figures
python -m benchmarks.conversations --tune        # what each rule reaches on the seeds that are not measured

The traffic is `benchmarks/traffic.py`, day by day. Pairwise F1: of all pairs of items in one planted thread, and
of all pairs in one conversation found. Beside it: Emacs News names, for an entry, where else it was talked
about; the slugs of Reddit's addresses carry those posts' titles, and links are withheld, so that words decide.
"""

from __future__ import annotations

import gzip
import itertools
import json
import re
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.figure import Figure
from benchmarks.traffic import DAY, START, Post, Traffic
from transom.engine.core.addresses import canonical
from transom.engine.graph.growing import Grower, Rules
from transom.engine.graph.items import Piece
from transom.engine.rank.terms import Frequencies, weigh
from transom.engine.text.tokens import terms

EMACS: Final = Path(__file__).resolve().parents[2] / "shared" / "data" / "newsletters" / "emacs-news.jsonl.gz"
TUNED_ON: Final = tuple(range(1, 13))
SEEDS: Final = (*range(101, 109), *range(201, 213))
MUST_F1: Final = 0.90
HELD: Final = 30 * DAY
_SLUG: Final = re.compile(r"reddit\.com/r/\w+/comments/\w+/(\w+)")

Pairs = set[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Score:
    """Pairwise precision, recall and F1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def score(found: Pairs, planted: Pairs) -> Score:
    """Of the pairs found, how many are planted; of those planted, how many are found."""
    hits = len(found & planted)
    return Score(hits / max(len(found), 1), hits / max(len(planted), 1))


def pieces_of(posts: Sequence[Post]) -> list[Piece]:
    """The posts as the grouping sees them, weighed in the order of time as the library does."""
    frequencies, made = Frequencies(), []
    for post in posts:
        found = weigh(post.title, post.body, frequencies)
        frequencies.add(int(one) for one in found.ids)
        made.append(
            Piece(
                id=post.id,
                published=post.published,
                title=" ".join(post.title),
                address=canonical(post.address),
                links=tuple(canonical(link) for link in post.links),
                terms=found.ids,
                weights=found.weights,
                author=post.author,
                domain=post.domain,
            )
        )
    return made


def grown(pieces: Iterable[Piece], rules: Rules) -> Grower:
    """All pieces as they come: first what feeds hold when they are first read, then daily batches.

    Each batch has an order of its own.
    """
    grower, random = Grower(rules=rules), np.random.default_rng(5)
    for _, day in itertools.groupby(pieces, key=lambda piece: max(piece.published - START, HELD) // DAY):
        batch = list(day)
        grower.add([batch[int(k)] for k in random.permutation(len(batch))])
    return grower


def pairs(groups: Iterable[Iterable[int]]) -> Pairs:
    """All pairs within each group, the lower id first."""
    return {pair for group in groups for pair in itertools.combinations(sorted(group), 2)}


def planted_score(seed: int, rules: Rules) -> tuple[Score, float, int]:
    """How well the planted threads of one seed are found, the seconds it took, and how many items it was."""
    posts = Traffic(seed).posts()
    pieces = pieces_of(posts)
    begun = time.perf_counter()
    found = grown(pieces, rules).conversations()
    seconds = time.perf_counter() - begun
    threads: dict[int, list[int]] = {}
    for post in posts:
        if post.thread >= 0:
            threads.setdefault(post.thread, []).append(post.id)
    got = pairs([piece.id for piece in one] for one in found.values())
    return score(got, pairs(threads.values())), seconds, len(posts)


def emacs_score(rules: Rules) -> tuple[Score, int]:
    """Agreement with the editor of Emacs News on which posts are about the same, by words alone."""
    with gzip.open(EMACS, "rt", encoding="utf-8") as lines:
        entries = [json.loads(line) for line in lines]
    frequencies = Frequencies()
    groups, pieces, count = [], list[Piece](), itertools.count(1)
    for entry in entries:
        group = [
            _worded(next(count), title, entry, at, frequencies) for at, title in enumerate(_titles(entry))
        ]
        pieces += group
        groups.append([piece.id for piece in group])
    found = Grower(rules=rules)
    for _, issue in itertools.groupby(pieces, key=lambda piece: piece.published):
        found.add(issue)
        # Issues are a week apart: what is older than a window cannot be joined any more.
    together = pairs([piece.id for piece in one] for one in found.conversations().values())
    planted = pairs(groups)
    return score(together, planted), len(planted)


def _titles(entry: dict[str, Any]) -> Iterator[str]:
    yield entry["title"]
    for mention in entry.get("mentions", ()):
        if slug := _SLUG.search(mention["url"]):
            yield slug[1].replace("_", " ")


def _worded(key: int, title: str, entry: dict[str, Any], at: int, frequencies: Frequencies) -> Piece:
    found = weigh(terms(title, "en"), [], frequencies)
    frequencies.add(int(one) for one in found.ids)
    published = datetime.fromisoformat(entry["date"]).replace(tzinfo=UTC).timestamp()
    if at:
        # The newsletter does not say who wrote elsewhere: each stands for a person of its own.
        return Piece(key, published, title, terms=found.ids, weights=found.weights, person=f"{key}")
    author, address = entry.get("source_label", ""), canonical(entry["url"])
    return Piece(key, published, title, address, terms=found.ids, weights=found.weights, author=author)


def figures() -> list[Figure]:
    """F1 on planted threads over several seeds, its speed, and the agreement with Emacs News."""
    measured = [planted_score(seed, Rules()) for seed in SEEDS]
    scores = [one for one, _, _ in measured]
    worst = min(one.f1 for one in scores)
    mean = {
        name: float(np.mean([getattr(one, name) for one in scores])) for name in ("precision", "recall", "f1")
    }
    items, seconds = sum(count for _, _, count in measured), sum(spent for _, spent, _ in measured)
    made = [
        Figure(
            "conversations, pairwise F1 of planted threads",
            f"{mean['f1']:.3f} (worst seed {worst:.3f})",
            f">= {MUST_F1}",
            mean["f1"] >= MUST_F1,
            f"mean of {len(SEEDS)} seeds, {items} items; P {mean['precision']:.3f}, R {mean['recall']:.3f}",
        ),
        Figure("conversations, speed", f"{items / seconds:.0f} items/s", how="in daily batches, one process"),
    ]
    return [*made, _emacs_figure()]


def _emacs_figure() -> Figure:
    name = "conversations, agreement with Emacs News' mentions"
    if not EMACS.is_file():
        return Figure(name, "not measured: ../shared/data/newsletters is absent")
    found, planted = emacs_score(Rules())
    how = (
        f"{planted} pairs, words of titles alone: precision {found.precision:.3f}, recall {found.recall:.3f}"
    )
    return Figure(name, f"F1 {found.f1:.3f}", how=how)


def tune() -> None:
    """Print the F1 of each rule's neighbours on the seeds that are not measured."""
    usual = Rules()
    options: dict[str, tuple[float, ...]] = {
        "touching": (0.01, 0.03, 0.05),
        "close": (0.03, 0.04, 0.08),
        "same": (0.08, 0.1, 0.12),
        "shared": (3, 4, 5),
        "copied": (0.7, 0.8, 0.9),
        "window_days": (7.0, 10.0, 14.0),
    }
    for name, values in options.items():
        for value in values:
            got = [planted_score(seed, replace(usual, **{name: value}))[0].f1 for seed in TUNED_ON]  # type: ignore[arg-type]
            print(f"{name:12} {value:<6} {np.mean(got):.3f}, worst {min(got):.3f}", flush=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure or tune; 1 where a figure does not hold."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if "--tune" in arguments:
        tune()
        return 0
    found = figures()
    for one in found:
        print(f"{one.name}: {one.value} {one.must} ({one.how})")
    return int(any(one.holds is False for one in found))


if __name__ == "__main__":
    sys.exit(main())
