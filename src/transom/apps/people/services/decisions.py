"""A user's answers about who is who. Each counts for the user who gave it, until taken back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model

from transom.apps.library.models import Identity
from transom.apps.people.errors import PeopleError
from transom.apps.people.models import Decision, Person
from transom.apps.people.resolving.increment import reconsider_identities
from transom.apps.people.resolving.view import refresh_view, views_touched
from transom.apps.people.selectors.person import member_ids

if TYPE_CHECKING:
    from transom.apps.accounts.models import User


def may_decide_for_all(user: User) -> bool:
    """Whether an answer of this user's counts for everybody: they look after the instance, or are its only user."""
    return user.is_superuser or not _others(user)


def asks_for_whom(user: User) -> bool:
    """Whether it is this user's to say for whom an answer counts: they look after the instance, and are not alone."""
    return user.is_superuser and _others(user)


def _others(user: User) -> bool:
    return bool(get_user_model()._default_manager.filter(is_active=True).exclude(pk=user.pk).exists())


def decide(
    user: User,
    one: int,
    other: int,
    same: bool | None,
    *,
    now: datetime,
    everybody: bool = False,
    actor: User | None = None,
) -> Decision:
    """Notes whether two identities are one person (None: the user does not know) and makes their people anew.

    With one user it counts for all at once; else `everybody` must be asked for, by whoever looks after the
    instance. What concerns a user's own sources is theirs alone. Raises PeopleError.
    """
    found = {row.pk: row for row in Identity.objects.visible_to(user).filter(pk__in=[one, other])}
    if len(found) < 2:
        raise PeopleError("There are no two such people in your library.", permanent=True)
    if everybody and not may_decide_for_all(user):
        raise PeopleError(
            "Only whoever looks after this Transom can say so for everybody. You can say it for yourself.",
            permanent=True,
        )
    public = all(row.owner_id is None for row in found.values())
    a, b = sorted(found)
    was = Decision.objects.filter(user=user, a_id=a, b_id=b, everybody=True).exists()
    decision, _ = Decision.objects.update_or_create(
        user=user,
        a_id=a,
        b_id=b,
        defaults={
            "same": same,
            "everybody": public and same is not None and (everybody or not _others(user)),
            "at": now,
            "actor": actor or user,
        },
    )
    if same is not None or was:
        _make_anew(user, decision.everybody or was, (a, b), now)
    return decision


def part(user: User, identity_id: int, person: Person, *, now: datetime, everybody: bool = False) -> Decision:
    """An identity is not this person: from now on, for the user or for everybody (see `decide`). Raises PeopleError.

    Said against the person's other identity that is longest known; what hangs together with that stays with it.
    """
    members = member_ids(user, person)
    others = [one for one in members if one != identity_id]
    if identity_id not in members or not others:
        raise PeopleError(f"“{person.name}” has no other name or account to tell this one from.")
    last = [decide(user, identity_id, other, False, now=now, everybody=everybody) for other in others]
    return last[0]


def take_back(user: User, decision: Decision, *, now: datetime) -> None:
    """Forgets an answer; what only it joined or parted is as it was before. Raises PeopleError."""
    if decision.user_id != user.pk:
        raise PeopleError("That is not yours to take back.", permanent=True)
    ends, everybody = (decision.a_id, decision.b_id), decision.everybody
    decision.delete()
    _make_anew(user, everybody, ends, now)


def _make_anew(user: User, everybody: bool, ends: Iterable[int], now: datetime) -> None:
    ids = set(ends)
    if everybody:
        reconsider_identities(ids, now=now)
        for user_id, some in views_touched(ids).items():
            refresh_view(user_id, some, now=now)
        return
    refresh_view(user.pk, ids, now=now)
