"""The rows of the log in words: each one thing the user did or said, which can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from transom.apps.brief.models import Feedback, Signal
from transom.apps.brief.wording import feature_text, shortened
from transom.apps.library.paging import LARGEST, read_key, write_key
from transom.engine.rank.terms import Terms, term_id, unpack
from transom.engine.text.manner import FLAGS

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

SOURCE, AUTHOR, KIND, WORD, MANNER = "source", "author", "kind", "word", "manner"
PAGE: Final = 50
CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class Lesson:
    """One row of the log; ``feedback_id`` is what it is taken back by."""

    feedback_id: int
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LessonPage:
    """Some rows of the log, the latest first; ``after`` is the key of the next page."""

    lessons: list[Lesson]
    after: str | None = None


def lessons(
    user: User, of: str = "", key: str = "", after: str | None = None, *, limit: int = PAGE
) -> LessonPage:
    """What was noted about one source, author, kind, word or manner; about everything where none is named."""
    log = _before(group(Feedback.objects.filter(user=user), of, key), after)
    rows = log.defer("features").order_by("-at", "-pk")
    holds = _holding(of, key)
    found = _first((row for row in rows.iterator(CHUNK) if holds(unpack(bytes(row.terms)))), limit + 1)
    last = found[limit - 1] if len(found) > limit else None
    return LessonPage(
        [lesson_of(row) for row in found[:limit]],
        write_key([last.at.isoformat(), last.pk]) if last else None,
    )


def group(log: QuerySet[Feedback], of: str, key: str) -> QuerySet[Feedback]:
    """The rows of one group; those of a word or manner are not told apart here."""
    if of == SOURCE:
        known = key.isdecimal() and int(key) <= LARGEST
        return log.filter(source_id=int(key)) if known else log.none()
    if of == AUTHOR:
        return log.filter(author__name=key)
    return log.filter(kind=key) if of == KIND else log


def lesson_of(row: Feedback) -> Lesson:
    """One row in words."""
    return Lesson(row.pk, saying(row), row.at)


def saying(row: Feedback) -> str:
    """What the user did or said, in a sentence."""
    title = shortened(row.title) or _("Untitled")
    if row.signal == Signal.WRONG_REASON:
        said = _("You said that %(reason)s was no reason for “%(title)s”.")
        return said % {"reason": feature_text(row.feature), "title": title}
    known = {
        Signal.OPENED.value: _("You opened “%(title)s”."),
        Signal.FINISHED.value: _("You finished “%(title)s”."),
        Signal.SAVED.value: _("You saved “%(title)s”."),
        Signal.ACTED.value: _("You did something about “%(title)s”."),
        Signal.PASSED_OVER.value: _("You went past “%(title)s” in a brief."),
        Signal.DISMISSED.value: _("You put “%(title)s” aside."),
        Signal.MORE.value: _("You asked for more like “%(title)s”."),
        Signal.LESS.value: _("You asked for less like “%(title)s”."),
    }
    return known[row.signal] % {"title": title}


def _before(log: QuerySet[Feedback], after: str | None) -> QuerySet[Feedback]:
    values = read_key(after, 2)
    if values is None or not isinstance(values[1], int):
        return log
    try:
        at = datetime.fromisoformat(str(values[0]))
    except ValueError:
        return log
    return log.filter(Q(at__lt=at) | Q(at=at, pk__lt=values[1])) if at.tzinfo else log


def _holding(of: str, key: str) -> Callable[[Terms], bool]:
    """Whether the terms of a row hold a word, or the manner of its title a fact."""
    if of == WORD:
        wanted = term_id(key)
        return lambda terms: wanted in terms.ids
    if of == MANNER:
        bit = 1 << FLAGS.index(key) if key in FLAGS else 0
        return lambda terms: bool(terms.manner & bit)
    return lambda _terms: True


def _first(rows: Iterable[Feedback], most: int) -> list[Feedback]:
    return [row for row, _number in zip(rows, range(most), strict=False)]
