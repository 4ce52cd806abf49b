"""Finding editions."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from transom.apps.brief.models import Brief, BriefState, Edition

if TYPE_CHECKING:
    from transom.apps.accounts.models import User


def brief_on(user: User, day: date) -> Brief | None:
    """The edition of a day as it was; None where none was made."""
    return _days(user).filter(day=day).first()


def previous_day(brief: Brief) -> date | None:
    """The day of the edition before this one."""
    earlier = _days(brief.user_id).filter(day__lt=brief.day, budget_minutes__gt=0)
    return earlier.order_by("-day").values_list("day", flat=True).first()


def next_day(brief: Brief) -> date | None:
    """The day of the edition after this one."""
    later = _days(brief.user_id).filter(day__gt=brief.day, budget_minutes__gt=0)
    return later.order_by("day").values_list("day", flat=True).first()


def latest(user: User, edition: str = Edition.DAY) -> Brief | None:
    """The last finished edition with anything in it."""
    made = Brief.objects.filter(user=user, edition=edition, state=BriefState.FINAL, budget_minutes__gt=0)
    return made.order_by("-day").first()


def _days(user: User | int) -> QuerySet[Brief]:
    return Brief.objects.filter(user=user, edition=Edition.DAY)
