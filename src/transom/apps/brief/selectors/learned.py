"""What was learned about one user, in whole sentences: everything the value of an item is learned from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from transom.apps.brief.models import Feedback, Signal
from transom.apps.brief.wording import feature_text, kind_text, shortened

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

LIKED: Final = (Signal.FINISHED, Signal.SAVED, Signal.ACTED, Signal.MORE)
DISLIKED: Final = (Signal.PASSED_OVER, Signal.DISMISSED, Signal.LESS)
SPOKEN: Final = (Signal.MORE, Signal.LESS, Signal.WRONG_REASON)
MOST_GROUPS: Final = 12
MOST_SAYINGS: Final = 40


@dataclass(frozen=True, slots=True)
class Learned:
    """One thing learned; ``feedback_id`` is the row to undo it by, None where many rows say it together."""

    text: str
    feedback_id: int | None = None

    def __str__(self) -> str:
        return self.text


def learned(user: User) -> list[Learned]:
    """What the log says about sources, authors and kinds, then what the user said in so many words."""
    log = Feedback.objects.filter(user=user)
    return [
        *(Learned(_of_source(*row)) for row in _counted(log, "source__title", "source__address")),
        *(Learned(_of_author(*row)) for row in _counted(log, "author__name")),
        *(Learned(_of_kind(*row)) for row in _counted(log, "kind")),
        *_said(log),
    ]


Row = tuple[str, int, int]
"""A name, how many things were taken in, how many were left."""


def _counted(log: QuerySet[Feedback], *names: str) -> Iterator[Row]:
    """The groups most is known about; by the first of ``names`` that is not empty."""
    counted = log.values(*names).annotate(
        liked=Count("item_id", distinct=True, filter=Q(signal__in=LIKED)),
        left=Count("item_id", distinct=True, filter=Q(signal__in=DISLIKED)),
    )
    known = counted.filter(Q(liked__gt=0) | Q(left__gt=0)).order_by("-liked", "left", *names)
    for row in known[:MOST_GROUPS]:
        if name := next((row[name] for name in names if row[name]), ""):
            yield str(name), row["liked"], row["left"]


def _of_source(name: str, liked: int, left: int) -> str:
    return _("From %(name)s: %(what)s") % {"name": name, "what": _taken(liked, left)}


def _of_author(name: str, liked: int, left: int) -> str:
    return _("Written by %(name)s: %(what)s") % {"name": name, "what": _taken(liked, left)}


def _of_kind(name: str, liked: int, left: int) -> str:
    return _("%(kind)s: %(what)s") % {"kind": kind_text(name), "what": _taken(liked, left)}


def _taken(liked: int, left: int) -> str:
    good = ngettext(
        "%(count)d finished, saved or acted on", "%(count)d finished, saved or acted on", liked
    ) % {"count": liked}
    bad = ngettext("%(count)d passed over or put aside", "%(count)d passed over or put aside", left) % {
        "count": left
    }
    return _("%(good)s, %(bad)s.") % {"good": good, "bad": bad}


def _said(log: QuerySet[Feedback]) -> Iterator[Learned]:
    rows = log.filter(signal__in=SPOKEN).order_by("-at", "-pk")
    for row in rows.only("pk", "signal", "title", "feature")[:MOST_SAYINGS]:
        yield Learned(_saying(row), row.pk)


def _saying(row: Feedback) -> str:
    title = shortened(row.title) or _("Untitled")
    if row.signal == Signal.WRONG_REASON:
        said = _("You said that %(reason)s was no reason for “%(title)s”.")
        return said % {"reason": feature_text(row.feature), "title": title}
    if row.signal == Signal.MORE:
        return _("You asked for more like “%(title)s”.") % {"title": title}
    return _("You asked for less like “%(title)s”.") % {"title": title}
