"""Which conversation an item belongs to and how lively it is: for the brief, for many items at once."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import F, OuterRef, Q, Subquery

from transom.apps.conversations.models import Conversation, Membership
from transom.apps.conversations.selectors.talk import visible_conversations

if TYPE_CHECKING:
    from transom.apps.accounts.models import User


class Talked(NamedTuple):
    """The conversation an item is in, by its cluster, and its heat, 0..1."""

    cluster: int
    heat: float


def read_of(user: User, clusters: Collection[int], item_ids: Collection[int]) -> set[int]:
    """Which of these conversations have one of these items in them, as the user sees them."""
    members = Membership.objects.filter(
        Q(owner=None) | Q(owner=user), cluster__in=clusters, item__in=item_ids
    )
    return {cluster for cluster in members.values_list("cluster", flat=True) if cluster is not None}


def talked_of(user: User) -> dict[int, Talked]:
    """Every item that is in a conversation under way, by item id; one query.

    Items in no such conversation are not among them. A user's own overlay counts for them.
    """
    under_way = visible_conversations(user).filter(closed_at=None)
    own_first = Conversation.objects.filter(Q(owner=None) | Q(owner=user), cluster=OuterRef("cluster"))
    # Descending puts the overlay, which has an owner, before the public row on both databases.
    heat = own_first.order_by(F("owner").desc(nulls_last=True)).values("heat")[:1]
    members = Membership.objects.filter(
        Q(owner=None) | Q(owner=user), cluster__in=under_way.values("cluster")
    )
    rows = members.annotate(heat=Subquery(heat)).values_list("item_id", "cluster", "heat")
    return {item_id: Talked(cluster, heat) for item_id, cluster, heat in rows if cluster is not None}
