"""What was learned from one user's feedback log: rebuilt from it alone, so undo is delete and learn again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from transom.engine.rank.settings import Settings
from transom.engine.rank.signals import FeedbackRow
from transom.engine.rank.tastes import DAY, Tastes, View
from transom.engine.rank.terms import term_id
from transom.engine.rank.weights import Shown, Weights, fit
from transom.engine.text.tokens import terms

INTEREST_STRENGTH: Final = 3.0
"""The prior weight of a word of the profile: an item about it alone starts with such log-odds."""


@dataclass(frozen=True, slots=True)
class Model:
    """Everything the ranking knows about one user. Immutable; about 6 MB and half a kilobyte a row of the log.

    `words` are the words of the profile by the hash of their term.
    """

    tastes: Tastes
    shown: Shown
    weights: Weights
    words: dict[int, str]

    def view(self, now: datetime) -> View:
        """The tastes as they are at `now`."""
        return self.tastes.at(now.timestamp() / DAY)


def learn(
    log: Iterable[FeedbackRow],
    *,
    now: datetime,
    interests: Sequence[str] = (),
    settings: Settings | None = None,
) -> Model:
    """Learn from a whole log (any order; rows after `now` are ignored). About a second for 20,000 rows.

    `interests` are words of the user's profile; they count as topical interest from day one.
    """
    given = [word.strip(",.;:()") for text in interests for word in text.split()]
    # The number in a standard's name says nothing by itself.
    given = [word for word in given if not word.isdigit()]
    words = {term_id(term): word for word in given for term in terms(word)}
    settings = Settings() if settings is None else settings
    of_interest = np.array(sorted(words), dtype=np.uint32)
    empty = Tastes.empty(settings, of_interest, INTEREST_STRENGTH)
    nothing = Shown.of([])
    day = now.timestamp() / DAY
    blank = Model(empty, nothing, fit(nothing, day, settings.half_life_days), words)
    return extend(blank, log, now=now)


def extend(model: Model, rows: Iterable[FeedbackRow], *, now: datetime) -> Model:
    """The model that `learn` would give with `rows` added, where none of them is older than the log."""
    latest = now.timestamp()
    new = sorted((row for row in rows if row.at <= latest), key=lambda row: row.at)
    tastes = model.tastes.extended(new, latest / DAY)
    shown = model.shown.joined(Shown.of(new))
    half_life = tastes.settings.half_life_days
    weights = fit(shown, latest / DAY, half_life, start=model.weights.fitted)
    return Model(tastes, shown, weights, model.words)
