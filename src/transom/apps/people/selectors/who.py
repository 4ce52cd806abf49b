"""Which person a key, an identity or an earlier person is, as one user sees it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet

from transom.apps.library.paging import LARGEST
from transom.apps.people.models import Joined, Membership, Person
from transom.apps.people.shelf import in_pieces

if TYPE_CHECKING:
    from transom.apps.accounts.models import User


def visible_people(user: User) -> QuerySet[Person]:
    """Everybody this user sees, each once: public people and their own, without those who are somebody else."""
    away = Joined.objects.filter(user=user, person=OuterRef("pk"))
    people: QuerySet[Person] = Person.objects.visible_to(user).filter(merged_into=None)
    return people.filter(~Exists(away))


def person_for(user: User, person_id: int) -> Person | None:
    """Who goes by this key for the user by now; None where they may not see them."""
    if not 0 < person_id <= LARGEST:
        return None
    return Person.objects.visible_to(user).filter(pk=here_of(user, [person_id]).get(person_id, 0)).first()


def here_of(user: User, person_ids: Iterable[int]) -> dict[int, int]:
    """From keys of people to the keys they go by for this user by now; the keys of nobody are left out."""
    found: dict[int, int] = {}
    for some in in_pieces(set(person_ids)):
        rows = Person.objects.visible_to(user).filter(pk__in=some).values_list("pk", "merged_into_id")
        found |= {pk: merged or pk for pk, merged in rows}
    for some in in_pieces(set(found.values())):
        joined = dict(Joined.objects.filter(user=user, person__in=some).values_list("person_id", "into_id"))
        found = {pk: joined.get(here, here) for pk, here in found.items()}
    return found


def aliases_of(user: User, person: Person) -> set[int]:
    """All keys that lead to this person for the user, their own among them."""
    away = Joined.objects.filter(user=user, into=person).values_list("person_id", flat=True)
    keys = {person.pk, *away}
    merged = Person.objects.visible_to(user).filter(merged_into__in=keys)
    return keys | set(merged.values_list("pk", flat=True))


def members_of(user: User, person: Person) -> QuerySet[Membership]:
    """The memberships of a person as this user sees them."""
    otherwise = Membership.objects.filter(owner=user, identity=OuterRef("identity"))
    rows = Membership.objects.filter(person=person).filter(
        Q(owner=user) | (Q(owner=None) & ~Exists(otherwise))
    )
    return rows.order_by("identity_id")


def people_of(user: User, identity_ids: Iterable[int | None]) -> dict[int, Person]:
    """The person behind each identity, as this user sees it; one query for some hundred."""
    found: dict[int, Person] = {}
    for some in in_pieces({one for one in identity_ids if one is not None}):
        rows = Membership.objects.visible_to(user).filter(identity__in=some)
        rows = rows.select_related("person__organization")
        # A user's own row stands before the public one.
        for row in sorted(rows, key=lambda row: row.owner_id is not None):
            found[row.identity_id] = row.person
    return found
