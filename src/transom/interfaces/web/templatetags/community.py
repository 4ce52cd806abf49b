"""Tags of the screens about the community: what is discussed, who takes part, and where it meets."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from transom.apps.conversations.models import Conversation, Event
from transom.interfaces.web import event_words, talk_words

register = template.Library()

MOST_BARS = 30
BAR, GAP, HEIGHT = 5, 2, 24
EVENT_WORDS: dict[str, Callable[[Event], str]] = {
    "when": event_words.when,
    "there": event_words.there,
    "where": event_words.where,
    "kind": event_words.kind,
    "closes": event_words.closes,
    "repeats": event_words.repeats,
    "closes soon": event_words.closes_soon,
}


@register.filter
def extent(row: Conversation) -> str:
    return talk_words.extent(row)


@register.filter
def growth(row: Conversation) -> str:
    return talk_words.growth(row)


@register.filter
def names(people: Sequence[str], named: int = talk_words.NAMED) -> str:
    return talk_words.names(people, named)


@register.filter
def event(row: Event, what: str) -> str:
    """A date in words: ``{{ event|event:"when" }}``; what there is stands in `event_words`."""
    return EVENT_WORDS[what](row)


@register.filter
def further(events: Sequence[Event]) -> str:
    return event_words.further(events)


@register.filter
def sparkline(per_day: Sequence[int]) -> SafeString:
    """Bars of the latest thirty days as a small drawing, with the counts as its text; takes the text's colour."""
    counts = [int(one) for one in per_day][-MOST_BARS:]
    if len(counts) < 2:
        return SafeString("")
    top = max(*counts, 1)
    heights = [max(round(HEIGHT * one / top), 2) if one else 1 for one in counts]
    bars = format_html_join(
        "",
        '<rect x="{}" y="{}" width="{}" height="{}"/>',
        ((at * (BAR + GAP), HEIGHT - height, BAR, height) for at, height in enumerate(heights)),
    )
    width = len(counts) * (BAR + GAP) - GAP
    return format_html(
        '<svg class="spark" role="img" aria-label="{}" viewBox="0 0 {} {}" width="{}" height="{}" '
        'fill="currentColor">{}</svg>',
        talk_words.days_told(counts),
        width,
        HEIGHT,
        width,
        HEIGHT,
        bars,
    )
