"""Reads: finding editions, showing them in words, what is wrong, what was learned."""

from transom.apps.brief.selectors.editions import brief_on, latest, next_day, previous_day
from transom.apps.brief.selectors.learned import (
    Learned,
    learned,
    of_authors,
    of_kinds,
    of_sources,
    what_was_said,
)
from transom.apps.brief.selectors.learned_words import of_manners, of_reasons, of_words
from transom.apps.brief.selectors.lessons import Lesson, lessons
from transom.apps.brief.selectors.minutes import minutes_for
from transom.apps.brief.selectors.problems import problems
from transom.apps.brief.selectors.view import BriefView, LineView, view

__all__ = [
    "BriefView",
    "Learned",
    "Lesson",
    "LineView",
    "brief_on",
    "latest",
    "learned",
    "lessons",
    "minutes_for",
    "next_day",
    "of_authors",
    "of_kinds",
    "of_manners",
    "of_reasons",
    "of_sources",
    "of_words",
    "previous_day",
    "problems",
    "view",
    "what_was_said",
]
