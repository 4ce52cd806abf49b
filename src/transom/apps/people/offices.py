"""The offices people hold, as their accounts say them, and when one was first said: so that it is news."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from transom.apps.people.models import Office
from transom.apps.people.writing import add, change

if TYPE_CHECKING:
    from transom.apps.people.describing import Portrait


def keep_offices(portraits: Sequence[Portrait], now: datetime) -> None:
    """Notes what is said now of the accounts of these people.

    What an account says when it is first read is no news, nor is the same office in what goes by another name now.
    That it was read is a row without a role.
    """
    said = {
        row.pk: ("", *dict.fromkeys(str(role)[:300] for role in row.roles))
        for one in portraits
        for row in one.identities
        if row.account
    }
    known: dict[int, dict[str, Office]] = defaultdict(dict)
    for office in Office.objects.filter(identity__in=said):
        known[office.identity_id][office.role] = office
    fresh = [
        (identity, role, now, not known[identity] or _is_renamed(role, known[identity], said[identity]))
        for identity, roles in said.items()
        for role in roles
        if role not in known[identity]
    ]
    add(Office, ("identity_id", "role", "noticed_at", "at_first"), fresh)
    left = [
        (None if role in said[identity] else now, office.pk)
        for identity, offices in known.items()
        for role, office in offices.items()
        if (office.left_at is None) != (role in said[identity])
    ]
    change(Office, ("left_at",), left)


def _is_renamed(role: str, known: dict[str, Office], said: Collection[str]) -> bool:
    """Whether an office of the same kind goes as this one comes: ``chair of cp14``, ``chair of Environments``."""
    kind, _of, group = role.partition(" of ")
    return bool(group) and any(
        one.left_at is None and one.role not in said and one.role.startswith(f"{kind} of ")
        for one in known.values()
    )
