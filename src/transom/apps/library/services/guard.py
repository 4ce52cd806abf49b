"""What every service checks first: whose item it is, and that both databases can keep the words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from transom.apps.library.errors import LibraryError

if TYPE_CHECKING:
    from transom.apps.accounts.models import User
    from transom.apps.base.owned import UserRow
    from transom.apps.library.models import Item

LONGEST_TEXT = 2_000_000


def require_visible(user: User, item: Item) -> None:
    """Raises LibraryError unless the item is public or the user's own."""
    if item.owner_id not in {None, user.pk}:
        raise LibraryError("There is no such item in your library.", permanent=True)


def require_own(user: User, row: UserRow) -> None:
    """Raises LibraryError unless the row is the user's."""
    if row.user_id != user.pk:
        raise LibraryError("That is not yours to change.", permanent=True)


def storable(text: str) -> str:
    """The text without what a database refuses: null characters, halves of surrogate pairs.

    Raises LibraryError when it is longer than two million characters.
    """
    if len(text) > LONGEST_TEXT:
        raise LibraryError(
            f"The text is too long to be kept ({len(text):,} characters; {LONGEST_TEXT:,} is the most). "
            "Divide it and keep the parts.",
            permanent=True,
        )
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
