"""What of events goes into a user's export."""

from __future__ import annotations

from typing import Any

from transom.apps.base.export import leave_out, table
from transom.apps.conversations.models import (
    CalendarAddress,
    Conversation,
    Event,
    EventSighting,
    Membership,
    SavedEvent,
)
from transom.apps.sources.exporting import web_address
from transom.engine.core.addresses import is_http


def same_event(event: Event) -> Event | None:
    """The public event that is this one: the same title at the same time."""
    public = Event._base_manager.filter(owner=None, day=event.day, title=event.title)
    return public.filter(starts=event.starts).first()


table(
    Event,
    "the events of your own calendars, and those you saved",
    of="owner",
    find=same_event,
    checks={"address": web_address},
)
table(EventSighting, "which of your calendars they stand in", with_parent="event", same=("source_id", "uid"))
table(SavedEvent, "the dates you saved", of="user", same=("user_id", "event_id"))
table(
    CalendarAddress,
    "the private addresses of your dates (only their fingerprints)",
    of="user",
    skip_if_taken=("token_hash",),
)


def counts(given: Any) -> list[int]:
    """The whole numbers in it, none below 0: they are drawn."""
    return [max(one, 0) for one in given if type(one) is int] if isinstance(given, list) else []


def targets(given: Any) -> list[dict[str, Any]]:
    """What is pointed at, where it leads to the web: it is shown as links."""
    rows = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    return [
        {"address": str(one["address"]), "pointing": one["pointing"]}
        for one in rows
        if is_http(str(one.get("address", ""))) and type(one.get("pointing")) is int
    ]


table(
    Conversation,
    "what several people discuss, where something of your own takes part",
    of="owner",
    checks={"per_day": counts, "targets": targets},
)
table(Membership, "which of your own articles are about the same thing as others", of="owner")
leave_out(
    "conversations.Grouping", "How often this instance looked for conversations; it says nothing of you."
)
leave_out("conversations.ThemeMonth", "What rose and faded in public articles; it belongs to nobody.")
leave_out("conversations.Theme", "The words of it, likewise.")
