"""What of a user's network goes into their export."""

from __future__ import annotations

from transom.apps.base.export import table
from transom.apps.network.models import Tie

table(Tie, "whom you follow and know, and what you noted about them", of="user")
