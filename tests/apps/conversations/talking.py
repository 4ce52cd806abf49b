"""Items that are about the same thing, as short sentences: who wrote what, where, linking to what."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from tests import factories as make

from transom.apps.conversations.grouping.placing import place, waiting
from transom.apps.library.models import Item, ItemTerms, Link
from transom.engine.core.addresses import canonical, host_of
from transom.engine.rank.terms import Frequencies, pack, weigh
from transom.engine.text.tokens import terms

NOW = make.NOW
_places = itertools.count(1)


def wrote(
    author: str,
    title: str,
    *,
    to: Iterable[Item | str] = (),
    days_ago: float = 1.0,
    now: datetime = NOW,
    **values: Any,
) -> Item:
    """Somebody wrote an item at a place of their own, with terms and links as the library stores them."""
    if "source" not in values:
        values["source"] = make.make_source(host=f"{next(_places)}-{author.split()[0].lower()}.example")
    item = make.make_item(title, author=author, published=now - timedelta(days=days_ago), **values)
    body = values.get("body", make.BODY)
    data = pack(weigh(terms(title), terms(body), Frequencies()))
    ItemTerms.objects.create(item=item, data=data)
    for target in to:
        address = canonical(target if isinstance(target, str) else target.address)
        Link.objects.create(item=item, target=address, host=host_of(address))
    return item


def a_conversation(**values: Any) -> tuple[Item, Item, Item]:
    """Three people at three places about a flood: one begins, two point at it."""
    first = wrote("Ada Lumley", "The flood in our basement archive", days_ago=3, **values)
    second = wrote("Ben Okoro", "What the basement flood teaches", to=[first], days_ago=2, **values)
    third = wrote("Cleo Marsh", "Basements, floods and archives", to=[first, second], days_ago=1, **values)
    return first, second, third


def place_waiting(now: datetime) -> int:
    """Places what no event told of, as the hourly look does; how many."""
    return place(waiting(now), now)
