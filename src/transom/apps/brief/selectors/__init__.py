"""Reads: finding editions, showing them in words, what is wrong, what was learned."""

from transom.apps.brief.selectors.editions import brief_on, latest, next_day, previous_day
from transom.apps.brief.selectors.learned import Learned, learned
from transom.apps.brief.selectors.problems import problems
from transom.apps.brief.selectors.view import BriefView, LineView, view

__all__ = [
    "BriefView",
    "Learned",
    "LineView",
    "brief_on",
    "latest",
    "learned",
    "next_day",
    "previous_day",
    "problems",
    "view",
]
