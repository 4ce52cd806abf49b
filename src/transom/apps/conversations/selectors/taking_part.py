"""In which conversations somebody takes part."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from transom.apps.conversations.models import Conversation, Membership
from transom.apps.conversations.selectors.talk import visible_conversations
from transom.apps.library.models import Authorship, Item

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

FEW: Final = 5
MOST_LOOKED_AT: Final = 200
"""Of somebody's latest things so many; who wrote more since a conversation takes part in others by now."""


def takes_part_in(user: User, identity_ids: Iterable[int], *, limit: int = FEW) -> list[Conversation]:
    """The conversations in which these identities wrote something the user may see, the latest first; four queries."""
    ids = list(identity_ids)
    items = Item.objects.visible_to(user)
    named = Authorship.objects.filter(identity__in=ids).values("item_id")
    wrote: set[int] = set()
    # Two questions, each by an index of its own: asked as one, databases look through all there is.
    for some in (items.filter(author__in=ids), items.filter(pk__in=named)):
        wrote |= set(some.order_by("-published_at", "-pk").values_list("pk", flat=True)[:MOST_LOOKED_AT])
    members = Membership.objects.filter(Q(owner=None) | Q(owner=user), item__in=wrote)
    clusters = {one for one in members.values_list("cluster", flat=True) if one is not None}
    rows = visible_conversations(user).filter(cluster__in=clusters)
    return list(rows.order_by("-latest_at", "-pk")[:limit])
