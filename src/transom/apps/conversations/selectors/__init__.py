"""What screens, the brief and the command line ask about conversations, themes and the community's calendar."""

from transom.apps.conversations.selectors.calendar import (
    EventFilters,
    EventPage,
    EventRow,
    EventSheet,
    calendar,
    calendar_sources,
    event_sheet,
    fitting,
    may_take_apart,
    saved_events,
)
from transom.apps.conversations.selectors.events import (
    CLOSING,
    Listed,
    between,
    closing,
    dates_in,
    events_of,
    lists_of,
    upcoming,
)
from transom.apps.conversations.selectors.talk import (
    ConversationPage,
    Talk,
    earlier,
    of_the_week,
    top_of_the_week,
    visible_conversations,
)
from transom.apps.conversations.selectors.themes import ThemePage, ThemeRow, themes_of
from transom.apps.conversations.selectors.thread import Pointed, Said, Thread, thread, where_it_went
from transom.apps.conversations.selectors.warmth import Talked, read_of, talked_of

__all__ = [
    "CLOSING",
    "ConversationPage",
    "EventFilters",
    "EventPage",
    "EventRow",
    "EventSheet",
    "Listed",
    "Pointed",
    "Said",
    "Talk",
    "Talked",
    "ThemePage",
    "ThemeRow",
    "Thread",
    "between",
    "calendar",
    "calendar_sources",
    "closing",
    "dates_in",
    "earlier",
    "event_sheet",
    "events_of",
    "fitting",
    "lists_of",
    "may_take_apart",
    "of_the_week",
    "read_of",
    "saved_events",
    "talked_of",
    "themes_of",
    "thread",
    "top_of_the_week",
    "upcoming",
    "visible_conversations",
    "where_it_went",
]
