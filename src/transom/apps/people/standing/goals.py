"""Where links lead: the item at each address, by fingerprints, since asking the database for each takes longer than
reading all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from django.db.models import QuerySet

from transom.apps.base.fingerprints import Fingerprint
from transom.apps.base.numbers import Numbers, numbers
from transom.apps.library.models import Endorsement, Item, Link
from transom.apps.people.standing.items import Items
from transom.apps.people.standing.nodes import Who
from transom.apps.people.standing.tables import NONE, Keys, Table, places


@dataclass(frozen=True, slots=True)
class Goals:
    """The items at addresses, and which links are endorsements already, such as a newsletter's picks."""

    _items: Table
    _told: Keys

    @classmethod
    def of_all(cls, items: Items) -> Self:
        """Those of every link."""
        return cls._made(items.keys, items.address, Endorsement.objects.filter(within__isnull=False))

    @classmethod
    def of(cls, who: Who, links: QuerySet[Link]) -> Self:
        """Those of some links, as far as this view may know the items."""
        there = Item.objects.filter(who.sees(), address__in=links.values("target")).order_by("pk")
        rows = numbers(there, "pk", Fingerprint("address"))
        told = Endorsement.objects.filter(within__in=links.values("item"))
        return cls._made(rows[:, 0], rows[:, 1], told)

    @classmethod
    def _made(cls, keys: Keys, addresses: Numbers, told: QuerySet[Endorsement, Any]) -> Self:
        # The earliest where an address has several.
        at_addresses = Table.of(addresses[::-1], keys[::-1])
        rows = numbers(told, "within_id", Fingerprint("target"))
        return cls(at_addresses, np.sort(_pair(rows[:, 0], rows[:, 1])))

    def found(self, links: Keys, items: Keys, targets: Numbers) -> tuple[Keys, Keys, Keys]:
        """Of links by their keys, those that are no endorsements: the link, the item it stands in, and the item it
        leads to, 0 where the library lacks it; from the items they stand in and the fingerprints of their targets.
        """
        new = places(self._told, _pair(items, targets)) == NONE
        links, items, targets = links[new], items[new], targets[new]
        return links, items, self._items(targets, 0)


def _pair(items: Keys, targets: Numbers) -> Numbers:
    """One number for an item and a fingerprint, as unlike any other as fingerprints are."""
    return items ^ targets
