"""How lively the conversation is that an item belongs to: one of the brief's features, for many items at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F, OuterRef, Q, Subquery

from transom.apps.conversations.models import Conversation, Membership
from transom.apps.conversations.selectors.talk import visible_conversations

if TYPE_CHECKING:
    from transom.apps.accounts.models import User


def heats(user: User) -> dict[int, float]:
    """The heat, 0..1, of every item that is in a conversation under way, by item id; one query.

    Items in no such conversation are not among them: they have 0. A user's own overlay counts for them.
    """
    under_way = visible_conversations(user).filter(closed_at=None)
    own_first = Conversation.objects.filter(Q(owner=None) | Q(owner=user), cluster=OuterRef("cluster"))
    # Descending puts the overlay, which has an owner, before the public row on both databases.
    heat = own_first.order_by(F("owner").desc(nulls_last=True)).values("heat")[:1]
    members = Membership.objects.filter(
        Q(owner=None) | Q(owner=user), cluster__in=under_way.values("cluster")
    )
    return dict(members.annotate(heat=Subquery(heat)).values_list("item_id", "heat"))
