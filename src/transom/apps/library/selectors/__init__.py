"""What screens show of the library: an item in the reader, and lists that page by key."""

from transom.apps.library.selectors.lists import (
    ItemPage,
    items_by_ids,
    recent_of_source,
    saved,
    tagged,
    tags_of,
)
from transom.apps.library.selectors.network import network_is_down
from transom.apps.library.selectors.reader import ReaderPage, may_take_apart, reader_page

__all__ = [
    "ItemPage",
    "ReaderPage",
    "items_by_ids",
    "may_take_apart",
    "network_is_down",
    "reader_page",
    "recent_of_source",
    "saved",
    "tagged",
    "tags_of",
]
