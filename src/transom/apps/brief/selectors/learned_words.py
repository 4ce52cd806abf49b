"""What was learned about topics, in the words it was learned from, and how much each reason counts by now.

Terms are kept hashed. The words are taken from the titles in the log, by hashing theirs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from transom.apps.brief.models import Feedback
from transom.apps.brief.selectors.learned import MOST_LESSONS, Learned
from transom.apps.brief.selectors.lessons import WORD, lesson_of
from transom.apps.brief.wording import feature_text
from transom.engine.rank import Model, Signal
from transom.engine.rank.features import FEATURES
from transom.engine.rank.signals import EVIDENCE
from transom.engine.rank.tastes import term_buckets
from transom.engine.rank.terms import term_id, unpack
from transom.engine.text.tokens import terms, words

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

MOST_WORDS: Final = 12
MOST_ROWS: Final = 2000
"""So many of the latest rows are looked through for words."""
LEAST: Final = 0.02
LEAST_MOVED: Final = 0.15
"""What moves the log-odds less than this decides nothing, and is not said."""


@dataclass(slots=True)
class _Term:
    """A term: how it was written, and the rows that spoke for and against things about it."""

    term: str
    written: Counter[str] = field(default_factory=Counter)
    liked: list[Feedback] = field(default_factory=list)
    left: list[Feedback] = field(default_factory=list)

    def rows(self, *, liked: bool) -> list[Feedback]:
        return self.liked if liked else self.left


def of_words(user: User, model: Model, now: datetime) -> list[Learned]:
    """The words that count most, first for things and then against them; each with what taught it."""
    found = _terms(user, now)
    ids = np.array(sorted(found), dtype=np.uint32)
    if not len(ids):
        return []
    at = term_buckets(ids)
    moved = (model.tastes.mean[at] - model.tastes.prior[at]).tolist()
    told = sorted(zip(moved, ids.tolist(), strict=True), key=lambda one: -abs(one[0]))
    shown = [(weight > 0, found[key]) for weight, key in told if abs(weight) >= LEAST]
    return [
        _said(term, liked=liked)
        for liked in (True, False)
        for term in [one for up, one in shown if up is liked and one.rows(liked=liked)][:MOST_WORDS]
    ]


def _terms(user: User, now: datetime) -> dict[int, _Term]:
    """The terms of the titles in the log that the rows themselves hold, by their hash."""
    log = Feedback.objects.filter(user=user, at__lte=now, signal__in=list(map(str, EVIDENCE)))
    rows = log.select_related("item").only(*_COLUMNS).order_by("-at", "-pk")[:MOST_ROWS]
    found: dict[int, _Term] = {}
    holding: defaultdict[int, list[Feedback]] = defaultdict(list)
    for row in rows:
        for key in unpack(bytes(row.terms)).ids.tolist():
            holding[key].append(row)
        for term, word in _written(row.title, row.item.language if row.item else ""):
            found.setdefault(term_id(term), _Term(term)).written[word] += 1
    for key, one in found.items():
        for row in holding[key]:
            liked = EVIDENCE[Signal(row.signal)].label > 0.5  # noqa: PLR2004
            one.rows(liked=liked).append(row)
    return found


_COLUMNS: Final = ("pk", "signal", "feature", "title", "at", "terms", "item", "item__language")


def _written(title: str, language: str) -> list[tuple[str, str]]:
    """The terms of a title, each with the word it was made from; scripts without spaces have no words."""
    whole = terms(title, language)
    by_word = {found[0]: word for word in words(title) if len(found := terms(word, language)) == 1}
    return [(term, by_word.get(term, term)) for term in whole if not term.isdecimal()]


def _said(one: _Term, *, liked: bool) -> Learned:
    rows = one.rows(liked=liked)
    things = len({row.item_id or row.title for row in rows})
    often = ngettext(
        "You often finish things about “%(word)s”, as %(count)d thing shows.",
        "You often finish things about “%(word)s”, as %(count)d things show.",
        things,
    )
    seldom = ngettext(
        "You seldom finish things about “%(word)s”, as %(count)d thing shows.",
        "You seldom finish things about “%(word)s”, as %(count)d things show.",
        things,
    )
    word = one.written.most_common(1)[0][0]
    return Learned(
        (often if liked else seldom) % {"word": word, "count": things},
        of=WORD,
        key=one.term,
        lessons=tuple(lesson_of(row) for row in rows[:MOST_LESSONS]),
        count=len(rows),
    )


def of_reasons(model: Model) -> list[str]:
    """Which reasons came to count more or less than they did before anything was learned."""
    moved = [
        (float(weight) - feature.prior_mean, feature.name)
        for feature, weight in zip(FEATURES, model.weights.of_features, strict=True)
    ]
    more, less = _("That counts for more than at first: %s."), _("That counts for less than at first: %s.")
    told = sorted((one for one in moved if abs(one[0]) >= LEAST_MOVED), key=lambda one: -abs(one[0]))
    return [(more if by > 0 else less) % feature_text(name) for by, name in told]
