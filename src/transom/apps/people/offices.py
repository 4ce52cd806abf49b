"""The offices people hold, as their accounts say them, and when one was first said: so that it is news."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from transom.apps.people.models import Office
from transom.apps.people.writing import add, change

if TYPE_CHECKING:
    from transom.apps.people.describing import Portrait

FIRST_READ_WITHIN: Final = timedelta(days=1)
"""A source is read for the first time page after page; who comes later is a newcomer."""


def keep_offices(portraits: Sequence[Portrait], now: datetime) -> None:
    """Notes what is said now of the accounts of these people.

    What a source says when it is first read is no news, nor is the same office in what goes by another name now.
    Somebody new at a source that was known is news. That an account was read is a row without a role.
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
    new_at = {
        row.pk: row.source_id
        for one in portraits
        for row in one.identities
        if row.pk in said and not known[row.pk] and row.roles
    }
    newcomers = _newcomers(new_at, now)
    fresh = [
        (identity, role, now, _is_no_news(role, known[identity], said[identity], identity in newcomers))
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


def _newcomers(new_at: Mapping[int, int], now: datetime) -> set[int]:
    """Of accounts seen for the first time, those whose source was read long before: somebody was known there."""
    if not new_at:
        return set()
    before = Office.objects.filter(
        identity__source__in=set(new_at.values()), role="", noticed_at__lte=now - FIRST_READ_WITHIN
    )
    read_before = set(before.values_list("identity__source_id", flat=True).distinct())
    return {identity for identity, source in new_at.items() if source in read_before}


def _is_no_news(role: str, known: dict[str, Office], said: Collection[str], is_newcomer: bool) -> bool:
    return _is_renamed(role, known, said) if known else not is_newcomer


def _is_renamed(role: str, known: dict[str, Office], said: Collection[str]) -> bool:
    """Whether an office of the same kind goes as this one comes: ``chair of cp14``, ``chair of Environments``."""
    kind, _of, group = role.partition(" of ")
    return bool(group) and any(
        one.left_at is None and one.role not in said and one.role.startswith(f"{kind} of ")
        for one in known.values()
    )
