"""What of taking part goes into a user's export."""

from __future__ import annotations

from transom.apps.base.export import table
from transom.apps.participation.models import Action, Opportunity, Recipient

table(Opportunity, "what you could do", of="user")
table(Recipient, "whom you passed things on to", of="user")
table(Action, "what you did", of="user")
