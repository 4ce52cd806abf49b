"""What of the briefs goes into a user's export."""

from __future__ import annotations

from transom.apps.base.export import Mention, table
from transom.apps.brief import leading
from transom.apps.brief.models import Brief, BriefLine, Delivery, FeedAddress, Feedback, Learning

table(Brief, "your briefs", of="user")
table(
    BriefLine,
    "what stood in them",
    of="brief__user",
    mentions={"leads_to": Mention((leading.PEOPLE, leading.IDENTITIES), leading.rows_within, leading.moved)},
)
table(Feedback, "what you said and did about articles: all that is learned about you", of="user")
table(Learning, "how far that was taken in", of="user", replaces=True)
table(
    FeedAddress,
    "the private addresses of your brief (only their fingerprints)",
    of="user",
    skip_if_taken=("token_hash",),
)
table(Delivery, "which briefs went out by mail", of="brief__user")
