"""Conversations in words: who takes part, how much was said, and how it grows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from transom.apps.conversations.models import Conversation

NAMED = 3
MARKED = 0.4
"""So much more or less a day, as a power of two, is worth a word."""
OVER_AFTER = timedelta(days=7)


def names(people: Sequence[str], named: int = NAMED) -> str:
    """``Ada, Ben and Cleo``; ``Ada, Ben, Cleo and 4 others``."""
    if not people:
        return ""
    if len(people) == 1:
        return people[0]
    if len(people) <= named:
        return _("%(some)s and %(last)s") % {"some": _(", ").join(people[:-1]), "last": people[-1]}
    others = len(people) - named
    said = ngettext("%(some)s and one other", "%(some)s and %(count)d others", others)
    return said % {"some": _(", ").join(people[:named]), "count": others}


def extent(row: Conversation) -> str:
    """``18 pieces in 8 days``."""
    days = len(row.per_day)
    pieces = ngettext("%(count)d piece", "%(count)d pieces", row.items) % {"count": row.items}
    if days <= 1:
        return _("%(pieces)s in one day") % {"pieces": pieces}
    return _("%(pieces)s in %(days)d days") % {"pieces": pieces, "days": days}


def growth(row: Conversation) -> str:
    """Whether more or less is said than before, in a word; empty where there is nothing to compare."""
    now = timezone.now()
    if row.latest_at < now - OVER_AFTER:
        return _("over")
    if row.first_at > now - timedelta(days=3):
        return _("new")
    if row.growth >= MARKED:
        return _("growing")
    return _("quieter than before") if row.growth <= -MARKED else _("steady")


def days_told(per_day: Sequence[int]) -> str:
    """What a sparkline shows, for those who do not see it: ``Pieces a day: 1, 0, 4.``"""
    return _("Pieces a day: %(counts)s.") % {"counts": _(", ").join(map(str, per_day))}
