"""What time and edits change about conversations: they cool, they end, their items change or go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from transom.apps.conversations.grouping.describing import VERSION, write_described
from transom.apps.conversations.grouping.pieces import pieces_of, since
from transom.apps.conversations.models import Conversation, Membership

AT_ONCE = 500
MOST = 5000


def refresh(now: datetime) -> int:
    """Describes every open conversation as it is now, and closes those that are over; how many."""
    clusters: dict[int | None, set[int]] = defaultdict(set)
    rows = Conversation.objects.filter(closed_at=None).order_by("-heat", "-pk")
    for owner_id, cluster in rows.values_list("owner_id", "cluster")[:MOST]:
        clusters[owner_id].add(cluster)
    # Private items whose batch was placed but whose page was not written when the process was killed.
    own = Membership.objects.filter(owner__isnull=False, at__gte=since(now)).exclude(cluster=None)
    for whose, key in own.values_list("owner_id", "cluster").distinct()[:MOST]:
        if key is not None:
            clusters[whose].add(key)
    for one, some in clusters.items():
        write_described(one, some, now)
    return sum(map(len, clusters.values()))


def look_again(item_ids: Iterable[int], now: datetime) -> None:
    """Items changed: what became a roundup leaves, and their conversations are described again."""
    wanted = sorted(item_ids)
    for start in range(0, len(wanted), AT_ONCE):
        _look_again(wanted[start : start + AT_ONCE], now)


def _look_again(ids: Sequence[int], now: datetime) -> None:
    members = Membership.objects.filter(pk__in=ids).exclude(cluster=None)
    clusters: dict[int | None, set[int]] = defaultdict(set)
    for owner_id, cluster in members.values_list("owner_id", "cluster"):
        if cluster is not None:
            clusters[owner_id].add(cluster)
    left = [piece.id for piece in pieces_of(members.values_list("pk", flat=True)) if piece.is_roundup]
    Membership.objects.filter(pk__in=left).update(cluster=None, rule="roundup", rule_version=VERSION, at=now)
    for one, some in clusters.items():
        write_described(one, some, now)
