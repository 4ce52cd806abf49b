"""One conversation across sites: what was said in the order of time, what is pointed at, and who gathered it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from transom.apps.conversations.models import Conversation, Membership
from transom.apps.conversations.selectors.talk import Voice, moment_of, visible_conversations, voices_of
from transom.apps.library.models import Endorsement, Item, Link
from transom.apps.library.paging import read_key, write_key
from transom.apps.sources.models import Subscription

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

PAGE = 50
MOST_NAMED = 12
MOST_ROUNDUPS = 12
MOST_LOOKED_FOR = 400
NAMED = 24


@dataclass(frozen=True, slots=True)
class Said:
    """One item of it. ``points_to`` are earlier members it links to or answers."""

    item: Item
    points_to: Sequence[Item] = ()
    followed: bool = False
    is_original: bool = False

    @property
    def told_points(self) -> list[Item]:
        """Those that its own title does not name already, as a note that passes something on does."""
        return [one for one in self.points_to if not one.title or one.title[:NAMED] not in self.item.title]


@dataclass(frozen=True, slots=True)
class Pointed:
    """What members point at; the item where the library has it, and how many items point there."""

    address: str
    pointing: int
    item: Item | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """One conversation as one user sees it; ``after`` is the key of the next part of it."""

    row: Conversation
    voices: Sequence[Voice] = ()
    said: Sequence[Said] = ()
    pointed: Sequence[Pointed] = ()
    roundups: Sequence[Item] = field(default_factory=list)
    after: str | None = None

    @property
    def others(self) -> int:
        """How many more take part than the dozen that are named."""
        return max(len(self.voices) - MOST_NAMED, 0)

    @property
    def followed(self) -> list[str]:
        return [one.name for one in self.voices if one.followed]

    @property
    def all_followed(self) -> bool:
        return all(one.followed for one in self.voices)


def thread(user: User, cluster: int, after: str | None = None, *, limit: int = PAGE) -> Thread | None:
    """The conversation, or None where there is none that this user may see."""
    row = visible_conversations(user).filter(cluster=cluster).first()
    if row is None:
        return None
    items, key = _page(_members(user, cluster), after, limit)
    addresses = {item.address: item for item in _members(user, cluster)[:MOST_LOOKED_FOR] if item.address}
    return Thread(
        row=row,
        voices=voices_of(user, [cluster]).get(cluster, ()),
        said=_said(user, row, items, addresses),
        pointed=_pointed(user, row),
        roundups=_roundups(user, list(addresses)),
        after=key,
    )


def where_it_went(user: User, cluster: int) -> int | None:
    """The cluster that one which is no more went into, where that is a conversation of this user's."""
    member = Membership.objects.filter(Q(owner=None) | Q(owner=user), pk=cluster).first()
    if member is None or member.cluster in (None, cluster):
        return None
    there = visible_conversations(user).filter(cluster=member.cluster)
    return member.cluster if there.exists() else None


def _members(user: User, cluster: int) -> QuerySet[Item]:
    whose = Q(membership__owner=None) | Q(membership__owner=user)
    return Item.objects.filter(whose, membership__cluster=cluster).order_by("published_at", "pk")


def _page(items: QuerySet[Item], after: str | None, limit: int) -> tuple[list[Item], str | None]:
    key = read_key(after, 2)
    if key and isinstance(key[1], int) and (when := moment_of(key[0])):
        items = items.filter(Q(published_at__gt=when) | Q(published_at=when, pk__gt=key[1]))
    found = list(items.select_related("home", "author")[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    return found[:limit], write_key([last.published_at.isoformat(), last.pk]) if last else None


def _said(user: User, row: Conversation, items: Sequence[Item], addresses: dict[str, Item]) -> list[Said]:
    ids = [item.pk for item in items]
    pairs = set(
        Link.objects.filter(item__in=ids, target__in=list(addresses)).values_list("item_id", "target")
    )
    within = Endorsement.objects.filter(within__in=ids, target__in=list(addresses))
    pairs |= {(key, target) for key, target in within.values_list("within_id", "target") if key is not None}
    earlier: dict[int, list[Item]] = defaultdict(list)
    for key, target in sorted(pairs):
        if addresses[target].pk != key:
            earlier[key].append(addresses[target])
    mine = Subscription.objects.filter(user=user, source__in={item.home_id for item in items} - {None})
    followed = set(mine.values_list("source_id", flat=True))
    return [
        Said(item, earlier[item.pk], item.home_id in followed, item.pk == row.original_id) for item in items
    ]


def _pointed(user: User, row: Conversation) -> list[Pointed]:
    addresses = [str(one["address"]) for one in row.targets]
    items = items_at(user, addresses)
    return [
        Pointed(str(one["address"]), int(one["pointing"]), items.get(str(one["address"])))
        for one in row.targets
    ]


def items_at(user: User, addresses: Sequence[str]) -> dict[str, Item]:
    """The item at each of these addresses that this user may see, their own first."""
    known = Item.objects.filter(address__in=addresses).exclude(address="").select_related("home", "author")
    seen = [item for item in known if item.owner_id in (None, user.pk)]
    return {item.address: item for item in sorted(seen, key=lambda one: (one.owner_id or 0, -one.pk))}


def _roundups(user: User, addresses: list[str]) -> list[Item]:
    """Issues and lists that picked something of it, the latest first."""
    picking = Link.objects.filter(target__in=addresses).values("item_id")
    whose = Q(membership__owner=None) | Q(membership__owner=user)
    items = Item.objects.filter(whose, membership__rule="roundup", pk__in=picking)
    return list(items.select_related("home", "author").order_by("-published_at", "-pk")[:MOST_ROUNDUPS])
