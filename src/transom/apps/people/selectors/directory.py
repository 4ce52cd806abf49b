"""The directory: everybody a user sees, narrowed down, a page by key."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.dateparse import parse_datetime

from transom.apps.library.models import Authorship, Item
from transom.apps.library.paging import read_key, write_key
from transom.apps.library.search import search
from transom.apps.people.describing import name_words
from transom.apps.people.models import Facet, Person, Word
from transom.apps.people.selectors.who import people_of, visible_people

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

PAGE: Final = 30
MOST_CHOICES: Final = 60
MOST_FOUND: Final = 120
MANY: Final = 5_000
MOST_WORDS: Final = 5
LAST: Final = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the directory is narrowed to. `facets` are keys of Facet, all of which must be true; `among` keys of
    people, for instance those the user knows.
    """

    name: str = ""
    topic: str = ""
    facets: tuple[int, ...] = ()
    among: Collection[int] | None = None


@dataclass(frozen=True, slots=True)
class Directory:
    """A page of people, those first whom most listen to; `after` is the key of the next page."""

    people: list[Person] = field(default_factory=list)
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One value to narrow by, with how many people it is true of."""

    id: int
    label: str
    count: int


def choices() -> dict[str, list[Choice]]:
    """The commonest values of each facet, by kind. Of public people only."""
    found: dict[str, list[Choice]] = {}
    for kind in (Facet.CHANNEL, Facet.ORGANIZATION, Facet.GROUP, Facet.REGION):
        rows = Facet.objects.filter(kind=kind, count__gt=0).order_by("-count", "value")[:MOST_CHOICES]
        found[kind] = [Choice(row.pk, row.label, row.count) for row in rows]
    return found


def directory(
    user: User, filters: Filters | None = None, after: str | None = None, *, limit: int = PAGE
) -> Directory:
    """Who is there, by standing, then by when something of theirs was last published."""
    rows = _narrowed(user, filters or Filters()).select_related("organization")
    key = read_key(after, 3)
    found: list[Person] = []
    if key is None or key[0] == "first":
        first = rows.filter(standing__isnull=False)
        if key and isinstance(key[1], int | float) and isinstance(key[2], int):
            first = first.filter(Q(standing__lt=key[1]) | Q(standing=key[1], pk__lt=key[2]))
        found = list(first.order_by("-standing", "-pk")[: limit + 1])
    if len(found) <= limit:
        rest = rows.filter(standing=None)
        if (seen := _moment(key)) and key and key[0] == "rest" and isinstance(key[2], int):
            rest = rest.filter(Q(seen_at__lt=seen) | Q(seen_at=seen, pk__lt=key[2]))
        found += rest.order_by("-seen_at", "-pk")[: limit + 1 - len(found)]
    shown = found[:limit]
    return Directory(shown, _key_of(shown[-1]) if len(found) > limit else None)


def _key_of(person: Person) -> str:
    if person.standing is not None:
        return write_key(["first", person.standing, person.pk])
    return write_key(["rest", person.seen_at.isoformat(), person.pk])


def _moment(key: list[object] | None) -> datetime | None:
    if key is None or not isinstance(key[1], str):
        return None
    try:
        when = parse_datetime(key[1])
        return when.astimezone(UTC) if when is not None and when.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _narrowed(user: User, filters: Filters) -> QuerySet[Person]:
    rows = visible_people(user)
    for word in name_words([filters.name])[:MOST_WORDS]:
        rows = rows.filter(pk__in=beginning_with(Word.NAME, word).values("person_id"))
    through, facets = Facet.people.through.objects, Facet.objects.in_bulk(filters.facets)
    if len(facets) < len(set(filters.facets)):
        return rows.none()
    for facet in facets.values():
        # A channel may be true of half of all: then it is asked of each person in turn, until the page is full.
        if facet.count > MANY:
            rows = rows.filter(Exists(through.filter(facet=facet, person=OuterRef("pk"))))
        else:
            rows = rows.filter(pk__in=through.filter(facet=facet).values("person_id"))
    if filters.topic.strip():
        rows = rows.filter(pk__in=list(writing_about(user, filters.topic)))
    if filters.among is not None:
        rows = rows.filter(pk__in=sorted(filters.among)[:5000])
    return rows


def beginning_with(of: str, word: str) -> QuerySet[Word]:
    """Rows whose word begins so, by an index on either database."""
    if connection.vendor == "sqlite":
        return Word.objects.filter(of=of, word__gte=word, word__lt=word + LAST)
    return Word.objects.filter(of=of, word__startswith=word)


def writing_about(user: User, words: str) -> dict[int, list[Item]]:
    """People whose things the search finds for these words, the best hundred: by key, with what was found."""
    items = [hit.item for hit in search(user, words, limit=MOST_FOUND).hits]
    return authors_of(user, items)


def authors_of(user: User, items: Sequence[Item]) -> dict[int, list[Item]]:
    """The people who wrote some items, by key, with those that are theirs."""
    wrote: dict[int, list[int]] = {one.pk: [one.author_id] for one in items if one.author_id}
    for item_id, identity_id in Authorship.objects.filter(item__in=[one.pk for one in items]).values_list(
        "item_id", "identity_id"
    ):
        wrote.setdefault(item_id, []).append(identity_id)
    people = people_of(user, {one for some in wrote.values() for one in some})
    found: dict[int, list[Item]] = {}
    for item in items:
        for key in {people[one].pk for one in wrote.get(item.pk, ()) if one in people}:
            found.setdefault(key, []).append(item)
    return found
