"""What was learned about one user, in whole sentences: everything the value of an item is learned from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from transom.apps.brief.models import Feedback, Signal
from transom.apps.brief.selectors.lessons import AUTHOR, KIND, SOURCE, Lesson, group, lesson_of
from transom.apps.brief.wording import kind_text

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

LIKED: Final = (Signal.FINISHED, Signal.SAVED, Signal.ACTED, Signal.MORE)
DISLIKED: Final = (Signal.PASSED_OVER, Signal.DISMISSED, Signal.LESS)
SPOKEN: Final = (Signal.MORE, Signal.LESS, Signal.WRONG_REASON)
MOST_GROUPS: Final = 12
MOST_SAYINGS: Final = 40
MOST_LESSONS: Final = 5
"""Of each group, so many rows are shown at once; a page of its own has the rest."""


@dataclass(frozen=True, slots=True)
class Learned:
    """One thing learned.

    ``feedback_id`` is the row to undo it by, None where many rows say it together: then ``of`` and ``key``
    name the group, ``lessons`` holds the latest of its rows and ``count`` says how many there are.
    """

    text: str
    feedback_id: int | None = None
    of: str = ""
    key: str = ""
    lessons: tuple[Lesson, ...] = ()
    count: int = 0

    def __str__(self) -> str:
        return self.text

    @property
    def more(self) -> bool:
        """Whether there are rows that are not among `lessons`."""
        return self.count > len(self.lessons)


def learned(user: User) -> list[Learned]:
    """What the log says about sources, authors and kinds, then what the user said in so many words."""
    return [*of_sources(user), *of_authors(user), *of_kinds(user), *what_was_said(user)]


def of_sources(user: User) -> list[Learned]:
    log = Feedback.objects.filter(user=user)
    rows = _counted(log, SOURCE, "source__title", "source__address", key="source_id")
    return [_group(log, SOURCE, row, _("From %(name)s: %(what)s")) for row in rows]


def of_authors(user: User) -> list[Learned]:
    log = Feedback.objects.filter(user=user)
    rows = _counted(log, AUTHOR, "author__name", key="author__name")
    return [_group(log, AUTHOR, row, _("Written by %(name)s: %(what)s")) for row in rows]


def of_kinds(user: User) -> list[Learned]:
    log = Feedback.objects.filter(user=user)
    rows = _counted(log, KIND, "kind", key="kind")
    return [_group(log, KIND, row, _("%(name)s: %(what)s")) for row in rows]


def what_was_said(user: User) -> list[Learned]:
    """What the user said in so many words, the latest first."""
    rows = Feedback.objects.filter(user=user, signal__in=SPOKEN).order_by("-at", "-pk")
    few = [lesson_of(row) for row in rows.defer("features", "terms")[:MOST_SAYINGS]]
    return [Learned(one.text, one.feedback_id, lessons=(one,), count=1) for one in few]


@dataclass(frozen=True, slots=True)
class _Row:
    """A group: its key and name, how many things were taken in, how many were left, how many rows say so."""

    key: str
    name: str
    liked: int
    left: int
    rows: int


def _counted(log: QuerySet[Feedback], of: str, *names: str, key: str) -> Iterator[_Row]:
    """The groups most is known about, each named by the first of ``names`` that is not empty."""
    counted = log.values(key, *names).annotate(
        liked=Count("item_id", distinct=True, filter=Q(signal__in=LIKED)),
        left=Count("item_id", distinct=True, filter=Q(signal__in=DISLIKED)),
        rows=Count("pk"),
    )
    known = counted.filter(Q(liked__gt=0) | Q(left__gt=0)).order_by("-liked", "left", *names, key)
    for row in known[:MOST_GROUPS]:
        if name := next((row[name] for name in names if row[name]), ""):
            shown = kind_text(name) if of == KIND else str(name)
            yield _Row(str(row[key]), shown, row["liked"], row["left"], row["rows"])


def _group(log: QuerySet[Feedback], of: str, row: _Row, said: str) -> Learned:
    latest = group(log, of, row.key).defer("features", "terms").order_by("-at", "-pk")[:MOST_LESSONS]
    return Learned(
        said % {"name": row.name, "what": _taken(row.liked, row.left)},
        of=of,
        key=row.key,
        lessons=tuple(lesson_of(one) for one in latest),
        count=row.rows,
    )


def _taken(liked: int, left: int) -> str:
    good = ngettext(
        "%(count)d finished, saved or acted on", "%(count)d finished, saved or acted on", liked
    ) % {"count": liked}
    bad = ngettext("%(count)d passed over or put aside", "%(count)d passed over or put aside", left) % {
        "count": left
    }
    return _("%(good)s, %(bad)s.") % {"good": good, "bad": bad}
