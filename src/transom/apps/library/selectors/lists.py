"""Lists of items, by key and never by number: what was saved, what a source brought, what has an id."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.dateparse import parse_datetime

from transom.apps.library.models import Item, ReadingState, Sighting, Tag
from transom.apps.library.paging import LARGEST, read_key, write_key
from transom.apps.sources.models import Source

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

PAGE = 30


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Some items, each with its home source; ``after`` is the key of the next page."""

    items: list[Item] = field(default_factory=list)
    after: str | None = None


def items_by_ids(user: User, ids: Iterable[int]) -> list[Item]:
    """Those of the items that the user may see, in the order asked for."""
    wanted = [pk for pk in ids if abs(pk) <= LARGEST]
    visible = Item.objects.visible_to(user).select_related("home", "author")
    found = visible.in_bulk(wanted)
    return [found[pk] for pk in wanted if pk in found]


def saved(user: User, after: str | None = None, *, limit: int = PAGE) -> ItemPage:
    """What the user saved, the latest first."""
    states = ReadingState.objects.filter(user=user).exclude(saved_at=None)
    if key := _saved_key(after):
        when, row = key
        states = states.filter(Q(saved_at__lt=when) | Q(saved_at=when, pk__lt=row))
    rows = list(states.order_by("-saved_at", "-pk").values_list("pk", "item_id", "saved_at")[: limit + 1])
    items = items_by_ids(user, [item for _, item, _ in rows[:limit]])
    last = rows[limit - 1] if len(rows) > limit else None
    return ItemPage(items, write_key([last[2].isoformat(), last[0]]) if last and last[2] else None)


def _saved_key(after: str | None) -> tuple[datetime, int] | None:
    values = read_key(after, 2)
    if values is None or not isinstance(values[1], int):
        return None
    try:
        when = parse_datetime(str(values[0]))
        return (when.astimezone(UTC), values[1]) if when is not None and when.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def recent_of_source(user: User, source: Source, after: str | None = None, *, limit: int = PAGE) -> ItemPage:
    """What was seen at a source, the latest arrival first; nothing where the user may not see the source."""
    if source.owner_id not in {None, user.pk}:
        return ItemPage()
    seen = Sighting.objects.filter(source=source)
    key = read_key(after, 1)
    if key and isinstance(key[0], int):
        seen = seen.filter(item_id__lt=key[0])
    ids = list(seen.order_by("-item_id").values_list("item_id", flat=True)[: limit + 1])
    more = len(ids) > limit
    return ItemPage(items_by_ids(user, ids[:limit]), write_key([ids[limit - 1]]) if more else None)


def tagged(user: User, tag: Tag, after: str | None = None, *, limit: int = PAGE) -> ItemPage:
    """What has this label of the user's, the latest arrival first; nothing where the label is another's."""
    if tag.user_id != user.pk:
        return ItemPage()
    links = Tag.items.through.objects.filter(tag=tag)
    key = read_key(after, 1)
    if key and isinstance(key[0], int):
        links = links.filter(item_id__lt=key[0])
    ids = list(links.order_by("-item_id").values_list("item_id", flat=True)[: limit + 1])
    more = len(ids) > limit
    return ItemPage(items_by_ids(user, ids[:limit]), write_key([ids[limit - 1]]) if more else None)


def tags_of(user: User) -> list[Tag]:
    """The user's labels, by name."""
    return list(Tag.objects.filter(user=user).order_by("name"))
