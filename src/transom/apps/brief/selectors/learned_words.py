"""What was learned about topics, in the words it was learned from, about how titles speak, and about reasons.

Terms are kept hashed. The words are taken from the titles in the log, by hashing theirs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from transom.apps.brief.models import Feedback
from transom.apps.brief.selectors.learned import MOST_LESSONS, Learned
from transom.apps.brief.selectors.lessons import MANNER, WORD, lesson_of
from transom.apps.brief.wording import feature_text, manner_texts
from transom.engine.rank import Model, Signal
from transom.engine.rank.features import FEATURES
from transom.engine.rank.signals import EVIDENCE
from transom.engine.rank.tastes import BASE, term_buckets
from transom.engine.rank.terms import term_id, unpack
from transom.engine.text.manner import FLAGS
from transom.engine.text.tokens import terms, words

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

MOST_WORDS: Final = 12
MOST_ROWS: Final = 2000
"""So many of the latest rows are looked through for words."""
HALF: Final = 0.5
LEAST: Final = 0.02
LEAST_MOVED: Final = 0.15
"""What moves the log-odds less than this decides nothing, and is not said."""


@dataclass(slots=True)
class _Taught:
    """Something that has a weight: its key, how it was written, and the rows that spoke for and against it."""

    key: str
    written: Counter[str] = field(default_factory=Counter)
    liked: list[Feedback] = field(default_factory=list)
    left: list[Feedback] = field(default_factory=list)

    def rows(self, *, liked: bool) -> list[Feedback]:
        return self.liked if liked else self.left

    def add(self, row: Feedback) -> None:
        self.rows(liked=EVIDENCE[Signal(row.signal)].label > HALF).append(row)


def of_words(user: User, model: Model, now: datetime) -> list[Learned]:
    """The words that count most, first for things and then against them; each with what taught it."""
    found = _terms(_telling(user, now))
    ids = np.array(sorted(found), dtype=np.uint32)
    at = term_buckets(ids)
    moved = (model.tastes.mean[at] - model.tastes.prior[at]).tolist()
    return [
        _said(WORD, one, _about_word(one), liked=liked)
        for one, liked in _strongest(zip(moved, (found[key] for key in ids.tolist()), strict=True))
    ]


def of_manners(user: User, model: Model, now: datetime) -> list[Learned]:
    """What about the way titles speak counts most, with what taught it."""
    found = [_Taught(name) for name in FLAGS]
    for row in _telling(user, now):
        bits = unpack(bytes(row.terms)).manner
        for at, one in enumerate(found):
            if bits >> at & 1:
                one.add(row)
    weights = model.tastes.mean[BASE + 1 : BASE + 1 + len(FLAGS)].tolist()
    said = manner_texts()
    return [
        _said(MANNER, one, said[one.key], liked=liked)
        for one, liked in _strongest(zip(weights, found, strict=True))
    ]


def _telling(user: User, now: datetime) -> list[Feedback]:
    """The latest rows that count for or against something."""
    log = Feedback.objects.filter(user=user, at__lte=now, signal__in=list(map(str, EVIDENCE)))
    return list(log.select_related("item").only(*_COLUMNS).order_by("-at", "-pk")[:MOST_ROWS])


_COLUMNS: Final = ("pk", "signal", "feature", "title", "at", "terms", "item", "item__language")


def _terms(rows: list[Feedback]) -> dict[int, _Taught]:
    """The terms of the titles in the log that the rows themselves hold, by their hash."""
    found: dict[int, _Taught] = {}
    for row in rows:
        for term, word in _written(row.title, row.item.language if row.item else ""):
            found.setdefault(term_id(term), _Taught(term)).written[word] += 1
    for row in rows:
        for key in unpack(bytes(row.terms)).ids.tolist():
            if key in found:
                found[key].add(row)
    return found


def _written(title: str, language: str) -> list[tuple[str, str]]:
    """The terms of a title, each with the word it was made from; scripts without spaces have no words."""
    by_word = {found[0]: word for word in words(title) if len(found := terms(word, language)) == 1}
    return [(term, by_word.get(term, term)) for term in terms(title, language) if not term.isdecimal()]


def _strongest(weighed: Iterable[tuple[float, _Taught]]) -> list[tuple[_Taught, bool]]:
    """What counts most, first for things and then against them, where there is a row that says so."""
    told = sorted(weighed, key=lambda one: -abs(one[0]))
    shown = [(one, weight > 0) for weight, one in told if abs(weight) >= LEAST and one.rows(liked=weight > 0)]
    return [one for liked in (True, False) for one in [row for row in shown if row[1] is liked][:MOST_WORDS]]


def _about_word(one: _Taught) -> str:
    return _("things about “%(word)s”") % {"word": one.written.most_common(1)[0][0]}


def _said(of: str, one: _Taught, what: str, *, liked: bool) -> Learned:
    rows = one.rows(liked=liked)
    things = len({row.item_id or row.title for row in rows})
    often = ngettext(
        "Of %(what)s you took in one.",
        "You often finish %(what)s, as %(count)d things show.",
        things,
    )
    seldom = ngettext(
        "Of %(what)s you left one.",
        "You seldom finish %(what)s, as %(count)d things show.",
        things,
    )
    return Learned(
        (often if liked else seldom) % {"what": what, "count": things},
        of=of,
        key=one.key,
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
