"""Writes: making editions, taking note of what the user says, bringing the brief to them."""

from transom.apps.brief.selectors.learned import learned
from transom.apps.brief.services.delivery import mail_due, send_brief
from transom.apps.brief.services.editions import brief_of_day, brief_of_week, is_held_up
from transom.apps.brief.services.feed_addresses import feed, new_feed_address, revoke_feed_address
from transom.apps.brief.services.feedback import (
    absorb,
    give_feedback,
    reset_learning,
    take_back,
    undo_feedback,
)

__all__ = [
    "absorb",
    "brief_of_day",
    "brief_of_week",
    "feed",
    "give_feedback",
    "is_held_up",
    "learned",
    "mail_due",
    "new_feed_address",
    "reset_learning",
    "revoke_feed_address",
    "send_brief",
    "take_back",
    "undo_feedback",
]
