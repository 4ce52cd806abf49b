"""A user's own labels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction

from transom.apps.library.errors import LibraryError
from transom.apps.library.models import Item, Tag
from transom.apps.library.services.guard import require_visible, storable

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

LONGEST_NAME = 60
MOST_TAGS = 50


def set_tags(user: User, item: Item, names: Iterable[str]) -> list[Tag]:
    """The item has exactly these labels of this user afterwards; labels on nothing go.

    White space is folded, and of names that differ only in case the first known one is meant. Raises
    LibraryError for a name over 60 letters or more than 50 names; then nothing changes.
    """
    require_visible(user, item)
    wanted = _tidy(names)
    with transaction.atomic():
        known = {tag.name.casefold(): tag for tag in Tag.objects.filter(user=user).order_by("pk")}
        new = [Tag(user=user, actor=user, name=name) for key, name in wanted.items() if key not in known]
        if new:
            Tag.objects.bulk_create(new, ignore_conflicts=True)
            names_of_new = [tag.name for tag in new]
            known |= {t.name.casefold(): t for t in Tag.objects.filter(user=user, name__in=names_of_new)}
        chosen = [known[key] for key in wanted]
        _link(item, chosen, [tag for tag in known.values() if tag not in chosen])
    return chosen


def _tidy(names: Iterable[str]) -> dict[str, str]:
    wanted: dict[str, str] = {}
    for given in names:
        name = " ".join(storable(given).split())
        if len(name) > LONGEST_NAME:
            raise LibraryError(f"{name[:30]!r}… is too long for a tag: 60 letters at most.", permanent=True)
        if name:
            wanted.setdefault(name.casefold(), name)
    if len(wanted) > MOST_TAGS:
        raise LibraryError(f"{len(wanted)} tags are too many for one item: 50 at most.", permanent=True)
    return wanted


def _link(item: Item, chosen: list[Tag], others: list[Tag]) -> None:
    joined = Tag.items.through.objects
    joined.filter(item_id=item.pk, tag__in=others).delete()
    joined.bulk_create(
        [Tag.items.through(tag_id=tag.pk, item_id=item.pk) for tag in chosen], ignore_conflicts=True
    )
    Tag.objects.filter(pk__in=[tag.pk for tag in others], items=None).delete()
