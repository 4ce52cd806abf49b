"""What of events goes into a user's export."""

from __future__ import annotations

from transom.apps.base.export import leave_out, table
from transom.apps.conversations.models import Event, EventSighting
from transom.apps.sources.exporting import web_address

table(Event, "the events of your own calendars", of="owner", checks={"address": web_address})
table(EventSighting, "which of your calendars they stand in", with_parent="event", same=("source_id", "uid"))
leave_out("conversations.Conversation", "Worked out from your articles, and worked out again where they are.")
leave_out("conversations.Membership", "Which articles are about the same thing; worked out again likewise.")
leave_out("conversations.Grouping", "How often this instance worked that out.")
