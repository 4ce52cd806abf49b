"""What the user said or did about an item, and how much each counts as evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

NO_TERMS: NDArray[np.uint32] = np.zeros(0, dtype=np.uint32)
NO_WEIGHTS: NDArray[np.float32] = np.zeros(0, dtype=np.float32)


class Signal(StrEnum):
    """The same words as the brief app's feedback log."""

    OPENED = "opened"
    FINISHED = "finished"
    SAVED = "saved"
    ACTED = "acted"
    PASSED_OVER = "passed-over"
    LESS = "less"
    MORE = "more"
    DISMISSED = "dismissed"
    WRONG_REASON = "wrong-reason"


@dataclass(frozen=True, slots=True)
class Evidence:
    """How one signal counts: towards "worth finishing" (1) or against it (0), and how strongly."""

    label: float
    weight: float


# Only what stood *above* the last thing touched may be logged as passed over; the caller sees to that.
EVIDENCE: Mapping[Signal, Evidence] = {
    Signal.ACTED: Evidence(1.0, 1.5),
    Signal.FINISHED: Evidence(1.0, 1.0),
    Signal.SAVED: Evidence(1.0, 1.0),
    Signal.MORE: Evidence(1.0, 1.0),
    Signal.OPENED: Evidence(1.0, 0.15),
    Signal.PASSED_OVER: Evidence(0.0, 0.3),
    Signal.DISMISSED: Evidence(0.0, 1.0),
    Signal.LESS: Evidence(0.0, 1.5),
}


@dataclass(frozen=True, slots=True)
class FeedbackRow:
    """One row of the feedback log, complete in itself: the model is rebuilt from such rows alone.

    `at` is in epoch seconds; the codes are those of `Candidate` (-1 = unknown), `manner` its bits; `features` are the
    item's features as they were when it was shown (empty: it was never ranked, and the row then counts
    for rates and terms but not for the weights). `feature` names the culprit of a wrong reason.
    """

    item: int
    signal: Signal
    at: float
    source: int = -1
    author: int = -1
    channel: int = -1
    kind: int = -1
    manner: int = 0
    terms: NDArray[np.uint32] = field(default_factory=lambda: NO_TERMS)
    term_weights: NDArray[np.float32] = field(default_factory=lambda: NO_WEIGHTS)
    features: Mapping[str, float] = field(default_factory=dict)
    feature: str = ""
