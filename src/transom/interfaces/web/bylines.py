"""Names in bylines as links to the people behind them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from transom.apps.library.models import Authorship, Item
from transom.apps.people.selectors import people_of

if TYPE_CHECKING:
    from transom.apps.accounts.models import User


@dataclass(frozen=True, slots=True)
class Author:
    """A name and where it leads; "" where nobody is known behind it."""

    name: str
    href: str = ""


def author_links(user: User, items: Iterable[Item]) -> dict[int, str]:
    """For each item the page of whoever its byline is; one query."""
    authors = {item.pk: item.author_id for item in items if item.author_id}
    people = people_of(user, authors.values())
    return {pk: reverse("web:person", args=[people[one].pk]) for pk, one in authors.items() if one in people}


def authors_of(user: User, item: Item) -> Sequence[Author]:
    """An item's authors one by one, where its source names them apart; nothing where it does not."""
    rows = Authorship.objects.filter(item=item).order_by("position").select_related("identity")[:40]
    identities = [row.identity for row in rows]
    people = people_of(user, [one.pk for one in identities])
    return [
        Author(one.name, reverse("web:person", args=[people[one.pk].pk]) if one.pk in people else "")
        for one in identities
    ]
