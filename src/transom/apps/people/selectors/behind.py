"""Who is behind very many identities: as columns, for whoever ranks by them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Max

from transom.apps.people.models import Membership
from transom.apps.people.shelf import in_pieces

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

AT_ONCE: Final = 5000


@dataclass(frozen=True, slots=True)
class Behind:
    """The person behind an identity, the first of all their identities, and how much the field listens to them."""

    person: int
    founder: int
    standing: float


def behind(user: User, identity_ids: Iterable[int]) -> dict[int, Behind]:
    """Who is behind each, as this user sees it; one query for five thousand. The unresolved are left out."""
    found: dict[int, Behind] = {}
    for some in in_pieces(set(identity_ids), AT_ONCE):
        rows = Membership.objects.visible_to(user).filter(identity__in=some)
        columns = rows.values_list(
            "identity_id", "person_id", "person__founder_id", "person__standing", "owner_id"
        )
        # A user's own row stands before the public one.
        for identity, person, founder, standing, _owner in sorted(
            columns, key=lambda row: row[4] is not None
        ):
            found[identity] = Behind(person, founder or identity, standing or 0.0)
    return found


def public_people(identity_ids: Iterable[int]) -> dict[int, int]:
    """The key of the public person behind each identity, whatever single users know; the unresolved are left out."""
    found: dict[int, int] = {}
    for some in in_pieces(set(identity_ids), AT_ONCE):
        rows = Membership.objects.filter(owner=None, identity__in=some)
        found |= dict(rows.values_list("identity_id", "person_id"))
    return found


def last_membership(user: User) -> int:
    """Grows whenever somebody is resolved otherwise; 0 where nobody is yet."""
    return Membership.objects.visible_to(user).aggregate(last=Max("pk"))["last"] or 0
