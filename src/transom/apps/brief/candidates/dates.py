"""Dates of the community's calendar as candidates: valued by their words, with their closing day as the deadline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from transom.apps.brief.candidates.rows import Names, SourceFacts
from transom.apps.conversations.models import Event, EventSighting
from transom.apps.library.store.weighing import weighed_now
from transom.engine.rank import DO, Candidate, Candidates
from transom.engine.rank.candidates import UNKNOWN

if TYPE_CHECKING:
    from transom.apps.participation.models import Opportunity

LONGEST_ABOUT: Final = 1500
NEVER: Final = float("nan")


def candidates_of_dates(
    offers: Sequence[Opportunity], sources: Mapping[int, SourceFacts], names: Names
) -> Candidates:
    """One candidate an offer, its id the offer's key negated; its source is a list of the user's that names it."""
    events = [one.event for one in offers if one.event is not None]
    lists = dict(
        EventSighting.objects.filter(event__in=events, gone_at=None, source__in=list(sources))
        .order_by("-pk")
        .values_list("event_id", "source_id")
    )
    return Candidates.of(
        [_candidate(one, one.event, lists.get(one.event.pk), sources, names) for one in offers if one.event]
    )


def _candidate(
    offer: Opportunity,
    event: Event,
    source: int | None,
    sources: Mapping[int, SourceFacts],
    names: Names,
) -> Candidate:
    list_ = sources.get(source) if source else None
    found = weighed_now(event.title, f"{event.organiser} {event.description[:LONGEST_ABOUT]}")
    return Candidate(
        id=-offer.pk,
        cost_minutes=offer.minutes,
        published=event.created_at.timestamp(),
        source=source or UNKNOWN,
        channel=names.channels.code(list_.channel) if list_ else UNKNOWN,
        kind=names.kinds.code(offer.kind),
        section=DO,
        deadline=offer.deadline.timestamp() if offer.deadline else NEVER,
        vendor=list_ is not None and list_.vendor,
        manner=found.manner,
        terms=found.ids,
        term_weights=found.weights,
    )
