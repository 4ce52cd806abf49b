"""With whom somebody has to do: who writes with them, whom they point to, and who points to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Count, QuerySet

from transom.apps.library.models import Authorship, Endorsement, Identity, Item, Link
from transom.apps.people.models import Person
from transom.apps.people.selectors.who import people_of

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

MOST_SHARED: Final = 400
MOST_ITEMS: Final = 200
MOST_COMPANY: Final = 8

Times = Counter[int]
"""How often, by identity."""


@dataclass(frozen=True, slots=True)
class Company:
    """Somebody a person has to do with: how often they wrote together, pointed at them, and were pointed at."""

    person: Person
    together: int = 0
    points_at: int = 0
    pointed_to: int = 0


def company_of(user: User, person: Person, identities: Sequence[Identity]) -> list[Company]:
    """The most first. Of what a person published the latest two hundred things count."""
    ids = [one.pk for one in identities]
    together = _together(ids)
    items = _latest(user, ids)
    points_at, pointed_to = _linked(user, items)
    visible = Endorsement.objects.visible_to(user)
    # A link may be known twice, as it stands in the text and as a service tells it: the larger count is taken.
    points_at |= _counted(visible.filter(by__in=ids).exclude(item__author=None), "item__author_id")
    pointed_to |= _counted(visible.filter(item__author__in=ids), "by_id")
    people = people_of(user, {*together, *points_at, *pointed_to})
    sums = (Counter[int](), Counter[int](), Counter[int]())
    for count, told in zip(sums, (together, points_at, pointed_to), strict=True):
        for identity_id, times in told.items():
            if identity_id in people:
                count[people[identity_id].pk] += times
    by_key = {one.pk: one for one in people.values() if one.pk != person.pk}
    found = [Company(one, *(count[pk] for count in sums)) for pk, one in by_key.items()]
    found.sort(key=lambda one: (-3 * one.together - one.points_at - one.pointed_to, one.person.pk))
    return found[:MOST_COMPANY]


def _together(ids: Sequence[int]) -> Times:
    items = Authorship.objects.filter(identity__in=ids).order_by("-item_id")
    shared = list(items.values_list("item_id", flat=True)[:MOST_SHARED])
    return _counted(Authorship.objects.filter(item__in=shared).exclude(identity__in=ids), "identity_id")


def _latest(user: User, ids: Sequence[int]) -> dict[int, str]:
    rows = Item.objects.visible_to(user).filter(author__in=ids).order_by("-published_at", "-pk")
    return dict(rows.values_list("pk", "address")[:MOST_ITEMS])


def _linked(user: User, items: dict[int, str]) -> tuple[Times, Times]:
    """Whose items these link to, and who links to these."""
    targets = Counter(
        Link.objects.filter(item__in=items).values_list("target", flat=True)[: 10 * MOST_SHARED]
    )
    wanted = [target for target, _ in targets.most_common(MOST_SHARED)]
    visible = Item.objects.visible_to(user)
    points_at = Counter[int]()
    for author, address in visible.filter(address__in=wanted).values_list("author_id", "address"):
        if author is not None:
            points_at[author] += targets[address]
    addresses = [address for address in items.values() if address]
    linking = Link.objects.filter(target__in=addresses).exclude(item__in=items).values("item_id")
    pointing = visible.filter(pk__in=linking, author__isnull=False)
    counted = pointing.values_list("author_id").annotate(times=Count("pk")).order_by("-times", "author_id")
    return points_at, Counter(dict(counted[:MOST_SHARED]))


def _counted(rows: QuerySet[Authorship] | QuerySet[Endorsement], by: str) -> Times:
    counted = rows.values_list(by).annotate(times=Count("pk")).order_by("-times", by)
    return Counter(dict(counted[:MOST_SHARED]))
