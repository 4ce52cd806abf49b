"""What nobody refers to goes after its time, a hundred at once; what a user touched stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from transom.apps.library.media import forget_media
from transom.apps.library.models import (
    Authorship,
    Expired,
    Item,
    ItemBody,
    ItemTerms,
    ItemVersion,
    Link,
    ReadingState,
    Reference,
    SearchDocument,
    Sighting,
)
from transom.apps.sources.models import Source, SourceKind
from transom.engine.core.ids import EPOCH, MICROSECOND

CHUNK = 100
MOST_AT_ONCE = 20_000
PARTS_OF_AN_ITEM = (Authorship, ItemBody, ItemTerms, ItemVersion, Link, Reference, SearchDocument, Sighting)


def expires_at(item: Item) -> datetime:
    """When it goes, unless somebody opens, saves, notes, marks, labels or is shown it before."""
    return item.seen_at + timedelta(days=settings.OPTIONS.expire_days)


def expire(now: datetime, *, most: int = MOST_AT_ONCE) -> int:
    """Removes what is past its time, the oldest first; how many. Sources that nobody follows go with their last."""
    removed = last = 0
    while removed < most:
        ids = list(_unreferenced(now).filter(pk__gt=last)[: min(CHUNK, most - removed)])
        if not ids:
            break
        removed += _remove(ids, now)
        last = ids[-1]
    _remove_sources(now)
    return removed


def _unreferenced(now: datetime) -> QuerySet[Item, int]:
    """Ids of items past their time. An item's id is the microsecond of its arrival, so age is a key range."""
    before = (now - timedelta(days=settings.OPTIONS.expire_days) - EPOCH) // MICROSECOND
    items = Item.objects.filter(pk__lt=before)
    for condition in _references():
        items = items.filter(~condition)
    return items.order_by("pk").values_list("pk", flat=True)


def _references() -> list[Exists]:
    """Every row of any app that would be lost with the item keeps it; later apps' rows as well."""
    found = [_used()]
    for relation in Item._meta.related_objects:
        model: Any = relation.related_model
        if model in (*PARTS_OF_AN_ITEM, ReadingState):
            continue
        if isinstance(relation, models.ManyToManyRel):
            through: Any = relation.through
            found.append(Exists(through.objects.filter(item_id=OuterRef("pk"))))
        elif relation.on_delete is models.CASCADE:
            found.append(Exists(model.objects.filter(**{f"{relation.field.name}_id": OuterRef("pk")})))
    return found


def _used() -> Exists:
    used = ~Q(opened_at=None) | ~Q(saved_at=None) | ~Q(finished_at=None)
    return Exists(ReadingState.objects.filter(used, item_id=OuterRef("pk")))


def _remove(found: list[int], now: datetime) -> int:
    """Those of the found that still nobody refers to: somebody may have saved one meanwhile."""
    with transaction.atomic():
        # Held first and asked second: whoever refers to one of them from now on waits, and then finds it gone.
        held = list(Item.objects.select_for_update().filter(pk__in=found).values_list("pk", flat=True))
        ids = list(_unreferenced(now).filter(pk__in=held))
        seen = Sighting.objects.filter(item_id__in=ids).values_list("source_id", "entry_key")
        Expired.objects.bulk_create(
            [Expired(source_id=source, entry_key=key) for source, key in seen], ignore_conflicts=True
        )
        owned = list(Item.objects.filter(pk__in=ids).exclude(owner=None).values_list("pk", "owner_id"))
        Item.objects.filter(pk__in=ids).delete()
    for item_id, owner_id in owned:
        forget_media(owner_id, item_id)
    return len(ids)


def _remove_sources(now: datetime) -> None:
    """Public sources without a follower and without an item; new ones get a day to find their follower."""
    Source.objects.filter(
        ~Exists(Sighting.objects.filter(source_id=OuterRef("pk"))),
        subscriptions=None,
        items=None,
        owner=None,
        created_at__lt=now - timedelta(days=1),
    ).exclude(kind=SourceKind.HANDED_IN).delete()
