"""Taking back what one handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from transom.apps.library.errors import LibraryError
from transom.apps.library.media import forget_media
from transom.apps.library.models import Item
from transom.apps.sources.models import SourceKind

if TYPE_CHECKING:
    from transom.apps.accounts.models import User


def delete_handed_in(user: User, item: Item) -> None:
    """Removes one's own handed-in item with everything made of it. Raises LibraryError for any other."""
    if item.owner_id != user.pk or item.home is None or item.home.kind != SourceKind.HANDED_IN:
        raise LibraryError("Only what you handed in yourself can be deleted.", permanent=True)
    key = item.pk
    item.delete()
    forget_media(user.pk, key)
