"""A user's own words about an item."""

from __future__ import annotations

from typing import TYPE_CHECKING

from transom.apps.library.errors import LibraryError
from transom.apps.library.models import Item, Note
from transom.apps.library.services.guard import require_own, require_visible, storable

if TYPE_CHECKING:
    from transom.apps.accounts.models import User


def add_note(user: User, item: Item, text: str) -> Note:
    """Raises LibraryError when there are no words or the item is another's."""
    require_visible(user, item)
    return Note.objects.create(user=user, actor=user, item=item, text=_words(text))


def change_note(user: User, note: Note, text: str) -> None:
    """New words for a note of one's own. Raises LibraryError when there are none."""
    require_own(user, note)
    note.text = _words(text)
    note.save(update_fields=["text", "changed_at"])


def delete_note(user: User, note: Note) -> None:
    require_own(user, note)
    note.delete()


def _words(text: str) -> str:
    kept = storable(text).strip()
    if not kept:
        raise LibraryError("A note needs some words. Write them, or delete the note.", permanent=True)
    return kept
