"""What users do with items: read, keep, note, mark, label, hand in, take apart; and what goes after its time."""

from transom.apps.library.media import media_folder, media_path
from transom.apps.library.services.expiry import expire, expires_at
from transom.apps.library.services.hand_in import (
    FetchedPage,
    fetch_page,
    hand_in_link,
    hand_in_mail,
    hand_in_pdf,
    hand_in_text,
)
from transom.apps.library.services.highlights import add_highlight, delete_highlight
from transom.apps.library.services.notes import add_note, change_note, delete_note
from transom.apps.library.services.reading import (
    dismiss,
    finish,
    open_item,
    record_reading,
    save,
    unsave,
)
from transom.apps.library.services.splitting import split
from transom.apps.library.services.tags import set_tags
from transom.apps.library.services.taking_back import delete_handed_in

__all__ = [
    "FetchedPage",
    "add_highlight",
    "add_note",
    "change_note",
    "delete_handed_in",
    "delete_highlight",
    "delete_note",
    "dismiss",
    "expire",
    "expires_at",
    "fetch_page",
    "finish",
    "hand_in_link",
    "hand_in_mail",
    "hand_in_pdf",
    "hand_in_text",
    "media_folder",
    "media_path",
    "open_item",
    "record_reading",
    "save",
    "set_tags",
    "split",
    "unsave",
]
