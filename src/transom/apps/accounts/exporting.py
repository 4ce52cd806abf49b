"""What of an account goes into its export, and what stays here."""

from __future__ import annotations

import zoneinfo
from typing import Any

from transom.apps.accounts.errors import AccountError
from transom.apps.accounts.models import Profile, User
from transom.apps.accounts.services.profiles import week_of
from transom.apps.base.export import leave_out, table


def known_zone(name: str) -> str:
    """The name of a time zone; UTC where this computer knows none of that name."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"
    return name


def week(minutes: Any) -> list[int]:
    """Minutes a weekday, Monday first. Raises ValueError."""
    try:
        return week_of(minutes)
    except (AccountError, TypeError) as error:
        raise ValueError("are no minutes of a week") from error


def words(given: Any) -> list[str]:
    """A list of words. Raises ValueError."""
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise ValueError("is no list of words")
    return given


table(
    User,
    "your name and mail address",
    of="pk",
    fields=("id", "name", "first_name", "last_name", "email", "date_joined"),
)
table(
    Profile,
    "your job, interests, minutes and settings",
    of="user",
    replaces=True,
    checks={"time_zone": known_zone, "minutes": week, "interests": words, "memberships": words},
)

KEYS = "Passwords, passkeys, sign-in links, sessions: keys to this instance, of no use elsewhere."
HERE = "What keeps this instance going and says nothing about you: queues, its schedule, its log."

for label in (
    "accounts.SignInLink",
    "account.EmailAddress",
    "account.EmailConfirmation",
    "mfa.Authenticator",
    "sessions.Session",
):
    leave_out(label, KEYS)
leave_out(
    "base.OutgoingContact",
    "Whom this instance asked for you is true of this instance alone; what-left.csv has it for you to read.",
)
leave_out("accounts.Invitation", "Invitations to this instance.")
for label in (
    "admin.LogEntry",
    "auth.Group",
    "auth.Permission",
    "contenttypes.ContentType",
    "django_tasks_database.DBTaskResult",
    "base.OutboxEvent",
    "base.PeriodicTask",
    "base.JobRetry",
):
    leave_out(label, HERE)
