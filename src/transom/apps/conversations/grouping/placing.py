"""Putting new items where they belong, a batch at a time. Killed at any instant, a batch is placed or it is not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from transom.apps.conversations.grouping.describing import VERSION, Rows, write_described
from transom.apps.conversations.grouping.pieces import pieces_of, since
from transom.apps.conversations.grouping.warm import Warm, forget_public, own_grower, public_grower
from transom.apps.conversations.models import Conversation, Grouping, Membership
from transom.apps.library.models import Item
from transom.engine.graph.growing import Changes
from transom.engine.graph.items import Piece

AT_ONCE = 100
MOST_OWN = 1000
TRIES = 3


class _OvertakenError(Exception):
    """Another worker placed a batch meanwhile."""


def place(item_ids: Iterable[int], now: datetime, *, at_once: int = AT_ONCE) -> int:
    """Places those of these items that are new and of late, public ones first; how many were placed."""
    by_owner: dict[int | None, list[int]] = defaultdict(list)
    wanted = sorted(item_ids)
    for start in range(0, len(wanted), AT_ONCE):
        rows = _waiting(now).filter(pk__in=wanted[start : start + AT_ONCE])
        for pk, owner_id in rows.values_list("pk", "owner_id"):
            by_owner[owner_id].append(pk)
    for whose in sorted(by_owner, key=lambda one: one or 0):
        ids = by_owner[whose]
        for start in range(0, len(ids), at_once):
            _place(whose, ids[start : start + at_once], now)
    return sum(map(len, by_owner.values()))


def place_public(item_ids: Iterable[int], now: datetime) -> set[int]:
    """Places the public ones of these items; whose the others are."""
    rows = list(_waiting(now).filter(pk__in=list(item_ids)).values_list("pk", "owner_id"))
    place([pk for pk, owner_id in rows if owner_id is None], now)
    return {owner_id for _, owner_id in rows if owner_id is not None}


def place_own(owner_id: int, now: datetime) -> int:
    """Places all that waits of one user's own items; how many. It takes seconds once, however many they are."""
    own = _waiting(now).filter(owner_id=owner_id).order_by("-published_at", "-pk")
    return place(own.values_list("pk", flat=True)[:MOST_OWN], now, at_once=MOST_OWN)


def waiting(now: datetime, *, most: int = 2000) -> list[int]:
    """What no event told of: items that were there before, or came while nothing worked; the latest first."""
    return list(_waiting(now).order_by("-published_at", "-pk").values_list("pk", flat=True)[:most])


def _waiting(now: datetime) -> QuerySet[Item]:
    near = Item.objects.filter(published_at__gte=since(now), published_at__lte=now + timedelta(days=1))
    return near.filter(membership=None)


def _place(owner_id: int | None, ids: Sequence[int], now: datetime) -> None:
    pieces = pieces_of(ids)
    for left in reversed(range(TRIES)):
        warm = own_grower(owner_id, now) if owner_id else public_grower(now)
        try:
            _write(owner_id, pieces, warm, now)
            return
        except (_OvertakenError, IntegrityError):
            forget_public()
            if not left:
                raise
        except BaseException:
            # What is in memory holds what was not written.
            forget_public()
            raise


def _write(owner_id: int | None, pieces: Sequence[Piece], warm: Warm, now: datetime) -> None:
    changes = warm.grower.add(pieces)
    news = Rows(owner_id, now)
    touched = changes.touched - {one.gone for one in changes.merged}
    if owner_id is None:
        news.take({key: warm.grower.members(key) for key in touched})
    rows = [_membership(owner_id, piece, changes, now) for piece in pieces]
    with transaction.atomic():
        _count(owner_id, warm.version)
        Membership.objects.bulk_create(rows, batch_size=500)
        for one in changes.merged:
            _merge(owner_id, one.kept, one.gone, now)
        news.write()
    warm.version += 1
    if owner_id is None:
        _tell_overlays(touched, now)
    else:
        # From the rows: in memory public clusters may have merged by private evidence, which counts for nobody else.
        write_described(owner_id, touched, now)


def _count(owner_id: int | None, version: int) -> None:
    """Takes the next number; raises where somebody else took it."""
    if not version and not Grouping.objects.filter(owner_id=owner_id).exists():
        Grouping.objects.create(owner_id=owner_id, version=1)
        return
    mine = Grouping.objects.filter(owner_id=owner_id, version=version)
    if not mine.update(version=F("version") + 1):
        raise _OvertakenError


def _membership(owner_id: int | None, piece: Piece, changes: Changes, now: datetime) -> Membership:
    cluster = changes.joined.get(piece.id)
    rule = "roundup" if cluster is None else "founded" if cluster == piece.id else "joined"
    return Membership(
        item_id=piece.id,
        owner_id=owner_id,
        actor_id=owner_id,
        cluster=cluster,
        rule=rule,
        rule_version=VERSION,
        at=now,
    )


def _merge(owner_id: int | None, kept: int, gone: int, now: datetime) -> None:
    """What was in one is in the other. Private items follow the public ones they are with, never the reverse."""
    members = Membership.objects.filter(cluster=gone)
    rows = Conversation.objects.filter(cluster=gone)
    if owner_id is not None:
        members, rows = members.filter(owner_id=owner_id), rows.filter(owner_id=owner_id)
    members.update(cluster=kept, rule="merged", rule_version=VERSION, at=now)
    both = Conversation.objects.filter(cluster=kept).values("owner_id")
    rows.filter(Q(owner=None) | Q(owner__in=both)).delete()
    # An overlay that stood with the younger stands with the older now; the next look describes it.
    rows.update(cluster=kept)


def _tell_overlays(clusters: Iterable[int], now: datetime) -> None:
    """Where users' own items stand beside these public ones, their pages say the new too."""
    beside = Membership.objects.filter(cluster__in=list(clusters)).exclude(owner=None)
    by_owner: dict[int, set[int]] = defaultdict(set)
    for owner_id, cluster in beside.values_list("owner_id", "cluster"):
        if owner_id is not None and cluster is not None:
            by_owner[owner_id].add(cluster)
    for owner_id, some in by_owner.items():
        write_described(owner_id, some, now)
