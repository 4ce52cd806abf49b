"""Whom a user knows and follows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from transom.apps.network.models import Tie
from transom.apps.people.models import Person
from transom.apps.people.selectors import aliases_of, here_of

if TYPE_CHECKING:
    from transom.apps.accounts.models import User


@dataclass(frozen=True, slots=True)
class Relation:
    """How the user stands to somebody."""

    known: bool = False
    followed: bool = False
    note: str = ""


def tie_of(user: User, person: Person) -> Relation:
    """All that the user noted about a person, under whatever key."""
    rows = list(Tie.objects.filter(user=user, person__in=aliases_of(user, person)).order_by("pk"))
    return Relation(
        known=any(row.known for row in rows),
        followed=any(row.followed for row in rows),
        note="\n\n".join(dict.fromkeys(row.note for row in rows if row.note)),
    )


def ties_of(user: User, person_ids: Iterable[int]) -> dict[int, Relation]:
    """The same for several people at once, by the key they go by now; those without any are left out."""
    wanted = set(person_ids)
    return {pk: one for pk, one in all_ties(user).items() if pk in wanted}


def all_ties(user: User) -> dict[int, Relation]:
    """Everybody the user knows or follows, by the key they go by now."""
    rows = list(Tie.objects.filter(user=user).order_by("pk"))
    here = here_of(user, [row.person_id for row in rows])
    found: dict[int, Relation] = {}
    for row in rows:
        if row.person_id in here:
            one = found.get(here[row.person_id], Relation())
            note = "\n\n".join(part for part in (one.note, row.note) if part)
            found[here[row.person_id]] = Relation(one.known or row.known, one.followed or row.followed, note)
    return found


def known_to(user: User) -> set[int]:
    """Keys of the people the user knows."""
    rows = Tie.objects.filter(Q(known=True), user=user).values_list("person_id", flat=True)
    return set(here_of(user, rows).values())


def chosen_by(user: User) -> set[int]:
    """Keys of the people the user follows or knows: where their view of the field starts from."""
    rows = Tie.objects.filter(Q(followed=True) | Q(known=True), user=user).values_list("person_id", flat=True)
    return set(here_of(user, rows).values())
