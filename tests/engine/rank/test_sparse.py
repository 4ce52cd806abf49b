"""The fit of many sparse weights finds the one peak there is, from wherever it starts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transom.engine.rank.sparse import Evidence, fit

COLUMNS = 7


def evidence(seed: int, count: int) -> Evidence:
    random = np.random.default_rng(seed)
    rows = np.repeat(np.arange(count, dtype=np.int32), 3)
    return Evidence(
        rows,
        random.integers(0, COLUMNS, len(rows)).astype(np.int32),
        random.normal(0, 2, len(rows)).astype(np.float32),
        random.integers(0, 2, count).astype(np.float64),
        random.uniform(0, 1.5, count),
    )


def slope(given: Evidence, prior: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The gradient of the log posterior, written out."""
    odds = np.zeros(len(given.label))
    for row, key, value in zip(given.rows, given.keys, given.values, strict=True):
        odds[row] += value * weights[key]
    away = given.weight * (given.label - 1 / (1 + np.exp(-odds)))
    found = prior - weights
    for row, key, value in zip(given.rows, given.keys, given.values, strict=True):
        found[key] += value * away[row]
    return found


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 60))
def test_nothing_is_more_probable_nearby(seed: int, count: int) -> None:
    prior = np.random.default_rng(seed + 1).normal(0, 1, COLUMNS)
    found = fit(evidence(seed, count), prior)
    assert np.abs(slope(evidence(seed, count), prior, found)).max() < 2e-3


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_the_start_changes_nothing(seed: int) -> None:
    prior, start = np.zeros(COLUMNS), np.random.default_rng(seed).normal(0, 5, COLUMNS)
    assert fit(evidence(seed, 30), prior, start) == pytest.approx(fit(evidence(seed, 30), prior), abs=4e-3)


def test_without_evidence_the_prior_stands() -> None:
    prior = np.arange(COLUMNS, dtype=np.float64)
    assert np.array_equal(fit(evidence(1, 0), prior), prior)
