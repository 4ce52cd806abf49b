"""Passages a user marked, each on the text as it was then."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from transom.apps.library.drafting.draft import content_hash
from transom.apps.library.errors import LibraryError
from transom.apps.library.models import Highlight, Item, ItemBody, ItemVersion
from transom.apps.library.passages import locate
from transom.apps.library.services.guard import require_own, require_visible, storable

if TYPE_CHECKING:
    from transom.apps.accounts.models import User


def add_highlight(
    user: User, item: Item, *, quote: str, start: int, end: int, note: str = "", now: datetime
) -> Highlight:
    """Marks ``quote``, which stands at ``start`` to ``end`` (characters) of the item's text or near there.

    Keeps the text it was made on. Raises LibraryError when the words do not stand there.
    """
    require_visible(user, item)
    with transaction.atomic():
        body = ItemBody.objects.select_related("item").filter(pk=item.pk).first()
        place = locate(body.text, storable(quote), start=start, end=end) if body else None
        if body is None or place is None:
            raise LibraryError(
                "Those words do not stand at that place of the text, so nothing was marked. "
                "Open it again and mark them anew: it may have changed meanwhile.",
                permanent=True,
            )
        first, last = place
        return Highlight.objects.create(
            user=user,
            actor=user,
            item_id=item.pk,
            version=_version(body, now),
            quote=body.text[first:last],
            start=first,
            end=last,
            note=storable(note).strip(),
        )


def _version(body: ItemBody, now: datetime) -> ItemVersion:
    key = body.item.content_hash or content_hash(body.item.title, body.html)
    version, _ = ItemVersion.objects.get_or_create(
        item_id=body.pk,
        content_hash=key,
        defaults={"html": body.html, "text": body.text, "seen_at": now},
    )
    return version


def delete_highlight(user: User, highlight: Highlight) -> None:
    """Takes the mark away, and the kept text where nobody else marked it."""
    require_own(user, highlight)
    with transaction.atomic():
        version_id = highlight.version_id
        highlight.delete()
        ItemVersion.objects.filter(pk=version_id, highlights=None).delete()
