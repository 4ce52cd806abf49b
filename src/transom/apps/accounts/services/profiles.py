"""What the brief is made for: the answers of the first page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from transom.apps.accounts.errors import AccountError
from transom.apps.accounts.models import WEEKDAYS, Profile, User, profile_of

KEPT = frozenset(field.name for field in Profile._meta.concrete_fields) - {
    "user",
    "job",
    "minutes",
    "set_up_at",
}
MOST_MINUTES = 24 * 60


def save_profile(
    user: User, *, job: str, minutes: int | Sequence[int], now: datetime, **values: Any
) -> Profile:
    """Keeps the job in a sentence and the minutes: one number for all days, or seven, Monday first.

    `values` are other fields of the profile. Raises AccountError for minutes that make no week.
    """
    unknown = set(values) - KEPT
    if unknown:
        raise TypeError(f"a profile has no {', '.join(sorted(unknown))}")
    profile = profile_of(user)
    profile.job = job.strip()
    profile.minutes = week_of(minutes)
    profile.set_up_at = profile.set_up_at or now
    for name, value in values.items():
        setattr(profile, name, value)
    profile.save()
    return profile


def week_of(minutes: int | Sequence[int]) -> list[int]:
    """Minutes for each weekday. Raises AccountError."""
    week = [int(minutes)] * WEEKDAYS if isinstance(minutes, int) else [int(day) for day in minutes]
    if len(week) != WEEKDAYS or any(not 0 <= day <= MOST_MINUTES for day in week):
        raise AccountError("Minutes are one number for all days, or seven from Monday on, each 0 to 1440.")
    return week
