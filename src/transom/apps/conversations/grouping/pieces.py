"""Items as the engine's grouping sees them, many at once and in few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from transom.apps.conversations.grouping.places import domain_of, placed
from transom.apps.conversations.grouping.who import person_keys
from transom.apps.library.models import Endorsement, EndorsementKind, Item, Link
from transom.engine.graph.items import Piece
from transom.engine.rank.terms import unpack

AT_ONCE = 500
NEWSLETTER = "newsletter"
FEWEST_PICKED = 4
"""A newsletter's issue that points at so many places is a list of picks; one that points at fewer is an essay."""
MOST_LINKS = 60
"""More links of one item tell nothing more: it is a roundup long before."""
COLUMNS = (
    "pk",
    "published_at",
    "title",
    "address",
    "author_id",
    "author_name",
    "author__name",
    "home__site",
    "home__address",
    "home__channel",
    "terms__data",
)


@dataclass(frozen=True, slots=True)
class Placed:
    """A piece, and the cluster it is in where it was placed before."""

    piece: Piece
    cluster: int | None


def pieces_of(item_ids: Iterable[int]) -> list[Piece]:
    """The pieces of some items, whoever owns them; ids that are gone are left out."""
    wanted = sorted(item_ids)
    found: list[Piece] = []
    for start in range(0, len(wanted), AT_ONCE):
        rows = Item.objects.filter(pk__in=wanted[start : start + AT_ONCE]).values_list(*COLUMNS)
        found += _pieces(list(rows))
    return found


def placed_pieces(items: QuerySet[Item], owner_id: int | None, most: int) -> Iterator[Placed]:
    """The latest `most` of one owner's items (None: public ones) that were placed in a cluster, oldest first."""
    # By the membership's owner, which is the item's: by the item's own, SQLite would read every public item.
    rows = items.filter(membership__cluster__isnull=False, membership__owner_id=owner_id)
    rows = rows.order_by("-published_at", "-pk")
    chosen = list(rows.values_list(*COLUMNS, "membership__cluster")[:most])[::-1]
    for start in range(0, len(chosen), AT_ONCE):
        some = chosen[start : start + AT_ONCE]
        clusters = {row[0]: row[-1] for row in some}
        for piece in _pieces([row[:-1] for row in some]):
            yield Placed(piece, clusters[piece.id])


def members_of(clusters: Sequence[int], owner_id: int | None) -> dict[int, list[Piece]]:
    """The pieces of each cluster: the public ones, and with an owner theirs too."""
    whose = (
        Q(membership__owner=None) | Q(membership__owner=owner_id) if owner_id else Q(membership__owner=None)
    )
    items = Item.objects.filter(whose, membership__cluster__in=clusters)
    rows = list(items.values_list(*COLUMNS, "membership__cluster"))
    found: dict[int, list[Piece]] = defaultdict(list)
    cluster_of = {row[0]: row[-1] for row in rows}
    for piece in _pieces([row[:-1] for row in rows]):
        found[cluster_of[piece.id]].append(piece)
    return dict(found)


def _pieces(rows: Sequence[tuple[Any, ...]]) -> list[Piece]:
    ids = [row[0] for row in rows]
    links, answered = _links(ids), _answered(ids)
    persons = person_keys({row[4] for row in rows if row[4]})
    return [
        _piece(row, links.get(row[0], ()), answered.get(row[0], ()), persons.get(row[4], "")) for row in rows
    ]


def _piece(row: tuple[Any, ...], links: Sequence[str], answered: Sequence[str], person: str) -> Piece:
    pk, published, title, address, _, author_name, identity, site, source, channel, data = row
    terms = unpack(bytes(data)) if data else unpack(b"")
    stories = tuple(map(placed, links))
    return Piece(
        id=pk,
        published=published.timestamp(),
        title=title,
        address=placed(address) if address else "",
        links=stories,
        answers=tuple(map(placed, answered)),
        terms=terms.ids,
        weights=terms.weights,
        author=identity or author_name,
        person=person,
        domain=domain_of(address, folder_of=site or source or ""),
        curated=channel == NEWSLETTER and len(set(map(domain_of, stories))) >= FEWEST_PICKED,
    )


def _links(item_ids: Sequence[int]) -> dict[int, list[str]]:
    """What each item links to in its order, and what its author pointed at with it: a reply's parent, a pick."""
    found: dict[int, list[str]] = defaultdict(list)
    for start in range(0, len(item_ids), AT_ONCE):
        some = item_ids[start : start + AT_ONCE]
        for item_id, target in (
            Link.objects.filter(item__in=some).order_by("pk").values_list("item_id", "target")
        ):
            if len(found[item_id]) < MOST_LINKS:
                found[item_id].append(target)
        # What a paper cites is no story it takes part in, and would make a roundup of it.
        within = (
            Endorsement.objects.filter(within__in=some).exclude(kind=EndorsementKind.CITATION).order_by("pk")
        )
        for within_id, target in within.values_list("within_id", "target"):
            if within_id is not None and len(found[within_id]) < MOST_LINKS:
                found[within_id].append(target)
    return dict(found)


def _answered(item_ids: Sequence[int]) -> dict[int, list[str]]:
    """What each item replies to."""
    found: dict[int, list[str]] = defaultdict(list)
    for start in range(0, len(item_ids), AT_ONCE):
        rows = Endorsement.objects.filter(
            within__in=item_ids[start : start + AT_ONCE], kind=EndorsementKind.REPLY
        )
        for within_id, target in rows.order_by("pk").values_list("within_id", "target"):
            if within_id is not None:
                found[within_id].append(target)
    return dict(found)


def originals(item_ids: Sequence[int], addresses: Iterable[str]) -> dict[str, str]:
    """The real address behind each of these that a piece of some items carries; see `places.placed`."""
    real = dict.fromkeys(
        address
        for address in Item.objects.filter(pk__in=item_ids).values_list("address", flat=True)
        if address
    )
    for targets in _links(item_ids).values():
        real |= dict.fromkeys(targets)
    known = {placed(address): address for address in real}
    return {address: known.get(address, address) for address in addresses}


def since(now: datetime) -> datetime:
    """From when on items are looked at: the grouping's window, and what it remembers of before it."""
    from transom.engine.graph.common import MEMORY_WINDOWS
    from transom.engine.graph.growing import Rules

    return datetime.fromtimestamp(now.timestamp() - MEMORY_WINDOWS * Rules().window_days * 86_400, now.tzinfo)
