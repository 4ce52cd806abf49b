"""Small graphs for the tests, drawn by hypothesis or written by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import strategies as st

from transom.engine.graph.arcs import Arcs
from transom.engine.graph.endorsements import Endorsements, Kind
from transom.engine.graph.shares import Shares

NOW = datetime(2026, 3, 1, tzinfo=UTC)
NODES = 8

Row = tuple[int, int, int, float]


def row(source: int, target: int, kind: Kind = Kind.LINK, days_ago: float = 0.0) -> Row:
    return source, target, int(kind), (NOW - timedelta(days=days_ago)).timestamp()


def shares(rows: Sequence[Row], nodes: int = NODES, **options: object) -> Shares:
    return Shares.of(Arcs.of(Endorsements.of(rows), now=NOW), nodes=nodes, **options)  # type: ignore[arg-type]


def rows(*, fresh: bool = False, loops: bool = True) -> st.SearchStrategy[list[Row]]:
    """Endorsements among NODES nodes; `fresh` ones are not aged."""
    ages = st.just(0.0) if fresh else st.floats(0, 2000)
    one = st.builds(row, st.integers(0, NODES - 1), st.integers(0, NODES - 1), st.sampled_from(Kind), ages)
    return st.lists(one if loops else one.filter(lambda r: r[0] != r[1]), max_size=40)


def restarts() -> st.SearchStrategy[np.ndarray]:
    """Restarts over NODES nodes that add up to 1."""
    weights = st.lists(st.integers(0, 5), min_size=NODES, max_size=NODES).filter(any)
    return weights.map(lambda found: np.array(found) / sum(found))
