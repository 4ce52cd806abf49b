"""Where people work and worked, as their identities say it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from transom.apps.library.models import Identity
from transom.apps.people.models import Affiliation, Organization, Person
from transom.apps.people.shelf import in_pieces
from transom.apps.people.writing import add, change, remove
from transom.engine.resolve import names

if TYPE_CHECKING:
    from transom.apps.people.describing import Portrait

Work = tuple[str, str, str, str]
"""Organisation, role, since and until as an identity says them."""
Key = tuple[int | None, str]
"""Owner and folded name of an organisation."""


def works_of(identity: Identity) -> Iterator[Work]:
    """Where an identity says that somebody works or worked."""
    told = set()
    for one in identity.employments:
        name = str(one.get("organisation", "")).strip()[:300]
        if name and names.squeezed(name[: names.LONGEST]):
            told.add(name)
            yield name, str(one.get("role", ""))[:300], str(one.get("since", "")), str(one.get("until", ""))
    if identity.organisation and identity.organisation not in told:
        yield identity.organisation, "", "", ""


def is_current(work: Work, today: date) -> bool:
    """Whether it goes on: no end was said, or one to come."""
    until = day_of(work[3])
    return not work[3] or (until is not None and until >= today)


def day_of(text: str) -> date | None:
    """A day as an identity says it; None for what is none."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def key_of(person: Person, name: str) -> Key:
    """How an organisation is kept for a person: owned people have organisations of their owner's."""
    return person.owner_id, names.squeezed(name[: names.LONGEST])


def organizations_of(portraits: Sequence[Portrait]) -> dict[Key, Organization]:
    """The organisations these people name, made where they are new."""
    wanted = {key_of(one.person, work[0]): work[0] for one in portraits for _, work in one.works}
    # In one order, so that two who make the same ones do not wait for each other.
    made = [Organization(owner_id=owner, key=key, name=wanted[owner, key]) for owner, key in in_turn(wanted)]
    found: dict[Key, Organization] = {}
    keys = sorted({key for _, key in wanted})
    owners = {owner for owner, _ in wanted}
    for create in (True, False):
        found = {}
        for some in in_texts(keys):
            for row in Organization.objects.filter(key__in=some):
                if row.owner_id in owners:
                    found[row.owner_id, row.key] = row
        missing = [one for one in made if (one.owner_id, one.key) not in found]
        if not missing or not create:
            break
        Organization.objects.bulk_create(missing, ignore_conflicts=True)
    return found


def in_turn(keys: Iterable[Key]) -> list[Key]:
    """Public organisations first."""
    return sorted(keys, key=lambda one: (one[0] or 0, one[1]))


def in_texts(values: Sequence[str], size: int = 400) -> Iterator[Sequence[str]]:
    """Some hundred texts at a time."""
    yield from (values[start : start + size] for start in range(0, len(values), size))


def keep_affiliations(
    portraits: Sequence[Portrait], organizations: dict[Key, Organization], now: datetime
) -> None:
    """Those said today. One that was open and is no longer said ended today; nothing past is forgotten.

    The rows of an identity follow it when people are joined or parted.
    """
    person_of = {row.pk: one.person for one in portraits for row in one.identities}
    there = {
        (row.identity_id, row.organization_id, row.role, row.since): row
        for some in in_pieces(person_of)
        for row in Affiliation.objects.filter(identity__in=some)
        if row.owner_id == person_of[row.identity_id].owner_id
    }
    said: dict[tuple[int, int, str, date | None], date | None] = {}
    for one in portraits:
        for identity, work in one.works:
            organization = organizations.get(key_of(one.person, work[0]))
            if organization is not None:
                said.setdefault((identity.pk, organization.pk, work[1], day_of(work[2])), day_of(work[3]))
    new = [
        (person_of[key[0]].owner_id, person_of[key[0]].pk, *key, until, now)
        for key, until in said.items()
        if key not in there
    ]
    today = now.date()
    other = []
    for key, row in there.items():
        until = said.get(key, row.until or today)
        if (row.person_id, row.until) != (person_of[key[0]].pk, until):
            other.append((person_of[key[0]].pk, _plain(until), row.pk))
    change(Affiliation, ("person_id", "until"), other)
    columns = (
        "owner_id",
        "person_id",
        "identity_id",
        "organization_id",
        "role",
        "since",
        "until",
        "noticed_at",
    )
    add(Affiliation, columns, [tuple(map(_plain, row)) for row in new])
    # Those of an identity that went to somebody else move when that person is described.
    gone = Affiliation.objects.filter(person__in={one.person.pk for one in portraits})
    remove(Affiliation, gone.filter(identity__memberships=None).values_list("pk", flat=True))


def _plain(value: object) -> object:
    """A bare day as both databases take it."""
    return value.isoformat() if type(value) is date else value
