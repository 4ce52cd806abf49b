"""Which items speak of one and the same date: those that name it and link to each other or to the same page.

Pure: what it needs of the database is handed in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Dated:
    """An item with a date ahead, and the addresses it links to."""

    item_id: int
    day: date
    address: str
    home_id: int | None
    published: datetime
    targets: frozenset[str] = frozenset()


def groups(items: Sequence[Dated]) -> list[list[Dated]]:
    """The items, those of one date together; each group and the groups in the order given."""
    leader = {item.item_id: item.item_id for item in items}

    def found(key: int) -> int:
        while leader[key] != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    for some in _by(items, lambda item: item.day).values():
        for one, other in _linked(some):
            leader[found(other)] = found(one)
    return list(_by(items, lambda item: found(item.item_id)).values())


def speaker(group: Sequence[Dated]) -> Dated:
    """Who speaks for a group: the page that others link to, else one on that page's site, else the earliest."""
    pages = [target for item in group for target in item.targets if _is_page(target)]
    asked = {item.address for item in group} & set(pages)
    times = {target: pages.count(target) for target in asked}
    shared = {_host(target) for target in pages if pages.count(target) > 1}

    def rank(item: Dated) -> tuple[int, bool, datetime, int]:
        return -times.get(item.address, 0), _host(item.address) not in shared, item.published, item.item_id

    return min(group, key=rank)


def _linked(items: Sequence[Dated]) -> Iterable[tuple[int, int]]:
    """Pairs that link one to the other, or both to a page that is not a site's front door.

    Items of one source share links in every footer, so that of these only a link from one to the other counts.
    """
    at = {item.address: item.item_id for item in items if item.address}
    linking: defaultdict[str, list[Dated]] = defaultdict(list)
    for item in items:
        for target in item.targets:
            if target in at:
                yield item.item_id, at[target]
            elif _is_page(target):
                linking[target].append(item)
    for some in linking.values():
        homes = {item.home_id: item for item in some}
        for one, other in pairwise(homes.values()):
            yield one.item_id, other.item_id


def _by(items: Iterable[Dated], key: Callable[[Dated], object]) -> Mapping[object, list[Dated]]:
    some: defaultdict[object, list[Dated]] = defaultdict(list)
    for item in items:
        some[key(item)].append(item)
    return some


def _is_page(address: str) -> bool:
    try:
        return urlsplit(address).path not in ("", "/")
    except ValueError:
        return False


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
