"""The weights of the features: Bayesian logistic regression, at the posterior's peak.

Prior: independent normals (see `features.FEATURES`). Found by Newton's method, which for this convex problem of a
dozen dimensions takes a handful of steps (Bishop, Pattern Recognition and Machine Learning, 4.3.3 and 4.5.1).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

STEPS: Final = 25
CLOSE_ENOUGH: Final = 1e-6

Floats = NDArray[np.float64]


def fit(
    features: Sequence[Sequence[float]],
    labels: Sequence[float],
    masses: Floats,
    *,
    means: Floats,
    deviations: Floats,
) -> Floats:
    """The weights (last: the bias), given n feature rows with labels 0..1 and masses >= 0.

    `means` and `deviations` of the prior are one longer than a row, the bias last.
    """
    if not len(features):
        return means.copy()
    rows = np.asarray(features, dtype=np.float64)
    design = np.column_stack([rows, np.ones(len(rows))])
    wanted = np.asarray(labels, dtype=np.float64)
    precision = 1.0 / np.square(deviations)
    weights = means.copy()
    for _ in range(STEPS):
        value = sigmoid(design @ weights)
        gradient = design.T @ (masses * (value - wanted)) + precision * (weights - means)
        curvature = (design.T * (masses * value * (1.0 - value))) @ design + np.diag(precision)
        step = np.linalg.solve(curvature, gradient)
        weights -= step * min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < CLOSE_ENOUGH:
            break
    return weights


def sigmoid(x: Floats) -> Floats:
    """1 / (1 + e^-x), without overflow."""
    result: Floats = 0.5 * (1.0 + np.tanh(0.5 * x))
    return result
