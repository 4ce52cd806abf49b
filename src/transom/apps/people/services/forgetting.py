"""Forgetting a person: their rows go, and fingerprints keep them from coming back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import transaction

from transom.apps.base.outbox import emit
from transom.apps.library.models import (
    Authorship,
    Identity,
    IdentityMail,
    Item,
    SearchDocument,
    Sighting,
)
from transom.apps.library.own_pages import forget_told
from transom.apps.library.store.withheld import Seen
from transom.apps.people.errors import PeopleError
from transom.apps.people.models import Person, Suppression
from transom.apps.people.naming import traces_of
from transom.apps.people.selectors.who import aliases_of, members_of
from transom.apps.people.services.forgetting_titles import take_from_meetings, take_from_titles
from transom.apps.people.shelf import in_pieces
from transom.apps.people.suppressing import fingerprints, is_per_work

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

AT_ONCE = 100
ITEMS_AT_ONCE = 20  # each is written anew for the search


def may_forget(user: User, person: Person) -> bool:
    """Whoever owns the row may; a public person only whoever looks after the instance, or its only user."""
    if person.owner_id is not None:
        return person.owner_id == user.pk
    others = get_user_model()._default_manager.filter(is_active=True).exclude(pk=user.pk)
    return user.is_superuser or not others.exists()


def forget(user: User, person: Person, *, now: datetime) -> int:
    """Removes a person with all names, accounts and bylines; how many identities went. Raises PeopleError.

    What they published stays, without their name; what others wrote about them stays as others wrote it. Only
    fingerprints are kept, by which they are left out whenever they are fetched again; later stages hear of it by
    `people.forgotten`, which says the names as `people.naming` does. For a public person that
    holds for everybody; what stands in the user's own sources goes with it.
    """
    if not may_forget(user, person):
        raise PeopleError(
            "Only whoever looks after this Transom can have somebody forgotten for everybody.", permanent=True
        )
    identities = [row.identity for row in members_of(user, person).select_related("identity__source")]
    keys = aliases_of(user, person)
    # By whose rows it is known: what one user alone knows decides nothing for everybody.
    with_orcid = {one.owner_id for one in identities if one.orcid}
    for start in range(0, len(identities), AT_ONCE):
        _forget_some(identities[start : start + AT_ONCE], with_orcid, now)
    names = {person.name, *(one.name for one in identities)}
    traces = traces_of(names)
    take_from_titles({one.source_id for one in identities}, traces)
    take_from_meetings(names, {person.owner_id, user.pk}, now=now)
    told = {"people": sorted(keys), "names": traces, "owner": person.owner_id, "user": user.pk}
    with transaction.atomic():
        Person.objects.visible_to(user).filter(pk__in=keys).delete()
        emit("people.forgotten", told, owner=user if person.owner_id else None)
    return len(identities)


def _forget_some(identities: Sequence[Identity], with_orcid: set[int | None], now: datetime) -> None:
    ids = [one.pk for one in identities]
    mails: dict[int, list[str]] = {pk: [] for pk in ids}
    for pk, mail in IdentityMail.objects.filter(identity__in=ids).values_list("identity_id", "mail"):
        mails[pk].append(mail)
    with transaction.atomic():
        rows = [
            Suppression(digest=digest, owner_id=one.owner_id, actor_id=one.owner_id, at=now)
            for one in identities
            for digest in sorted(
                fingerprints(
                    _seen(one, mails[one.pk]),
                    per_work=is_per_work(one.source),
                    has_orcid=bool(with_orcid & {None, one.owner_id}),
                    pages=[link["address"] for link in one.links if link.get("both_ways")],
                )
            )
        ]
        Suppression.objects.bulk_create(rows, ignore_conflicts=True)
    changed = _items_by(ids)
    for some in in_pieces(changed, ITEMS_AT_ONCE):
        with transaction.atomic():
            _take_names(some, {one.name for one in identities}, ids)
    with transaction.atomic():
        forget_told({one.source_id for one in identities if not one.account and one.owner_id is None})
        Identity.objects.filter(pk__in=ids).delete()


def _seen(one: Identity, mails: Iterable[str]) -> Seen:
    return Seen(
        one.source_id,
        one.owner_id,
        one.name,
        one.address,
        one.service,
        one.account,
        one.orcid,
        tuple(mails),
    )


def _items_by(identity_ids: Sequence[int]) -> set[int]:
    wrote = set(Item.objects.filter(author__in=identity_ids).values_list("pk", flat=True))
    named = Authorship.objects.filter(identity__in=identity_ids).values_list("item_id", flat=True)
    return wrote | set(named)


def _take_names(item_ids: Sequence[int], names: set[str], identity_ids: Sequence[int]) -> None:
    """Takes a name from bylines, from where things were seen, and from what the search looks in."""
    items = list(Item.objects.filter(pk__in=item_ids).select_related("author"))
    joint = {
        item.author.pk for item in items if item.author and names.intersection(item.author.name.split(", "))
    }
    for item in items:
        item.author_name = without(item.author_name, names)
        if item.author_id in joint or item.author_id in identity_ids:
            item.author = None
    Item.objects.bulk_update(items, ["author_name", "author"], batch_size=100)
    # A byline of several is an identity of its own, which names them all.
    Identity.objects.filter(pk__in=joint).delete()
    sightings = list(Sighting.objects.filter(item__in=item_ids).exclude(author_name=""))
    for sighting in sightings:
        sighting.author_name = without(sighting.author_name, names)
    Sighting.objects.bulk_update(sightings, ["author_name"], batch_size=100)
    left = {item.pk: item.author_name for item in items}
    documents = list(SearchDocument.objects.filter(item__in=item_ids).exclude(author=""))
    for document in documents:
        document.author = left[document.item_id]
    SearchDocument.objects.bulk_update(documents, ["author"], batch_size=100)


def without(byline: str, names: set[str]) -> str:
    """A byline without these names; what stands between commas is one name."""
    if byline in names:
        return ""
    return ", ".join(one for one in byline.split(", ") if one not in names)
