"""What there is to take part in: dates of the community's calendar that fit the user, each offered once."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from transom.apps.conversations.calendar_file import calendar_file
from transom.apps.conversations.models import Event, EventKind, EventSighting
from transom.apps.conversations.selectors import closing, fitting
from transom.apps.participation.errors import ParticipationError
from transom.apps.participation.models import Action, ActionState, Opportunity, OpportunityKind
from transom.apps.participation.selectors import usual_minutes
from transom.apps.participation.soon import BEGINS_WITHIN, date_to_act

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

MOST_FITTING: Final = 4
MOST_CLOSING: Final = 4
FILE: Final = "file"

KIND_OF: Final = {
    EventKind.CONFERENCE: OpportunityKind.ATTEND,
    EventKind.WEBINAR: OpportunityKind.ATTEND,
    EventKind.MEETING: OpportunityKind.JOIN,
    EventKind.CALL: OpportunityKind.SUBMIT,
    EventKind.CONSULTATION: OpportunityKind.RESPOND,
}
TAKING_PART: Final = frozenset(KIND_OF.values())


def offer_dates(user: User, now: datetime) -> None:
    """Offers the next closing dates and the dates that fit, while acting on them matters (see `soon`).

    What was offered once is never offered again. Articles that are dates themselves are left out: they are offered
    as what they are.
    """
    found = {
        one.pk: one
        for one in (
            *closing(user, now, limit=MOST_CLOSING),
            *fitting(user, now, limit=MOST_FITTING, within=BEGINS_WITHIN),
        )
        if date_to_act(one, now)
    }
    known = set(Opportunity.objects.filter(user=user, event__in=found).values_list("event_id", flat=True))
    articles = EventSighting.objects.filter(event__in=found, item__isnull=False, gone_at=None)
    known |= set(articles.values_list("event_id", flat=True))
    fresh = [one for pk, one in found.items() if pk not in known]
    minutes = {kind: usual_minutes(user, kind) for kind in {KIND_OF[EventKind(one.kind)] for one in fresh}}
    Opportunity.objects.bulk_create(
        [_row(user, one, minutes[KIND_OF[EventKind(one.kind)]], now) for one in fresh], ignore_conflicts=True
    )


def _row(user: User, event: Event, minutes: float, now: datetime) -> Opportunity:
    return Opportunity(
        user=user,
        kind=KIND_OF[EventKind(event.kind)],
        event=event,
        minutes=minutes,
        deadline=date_to_act(event, now),
        created_at=now,
        rule="date of a list",
    )


def date_file(opportunity: Opportunity, now: datetime) -> bytes:
    """The calendar file of the date an offer is about. Raises ParticipationError where it is about none."""
    if opportunity.event is None:
        raise ParticipationError(_("This is about no date."), permanent=True)
    return calendar_file([opportunity.event], now)


def note_date(user: User, opportunity: Opportunity, now: datetime) -> Action:
    """Notes that the user took the date up, once however often they press, and closes the offer."""
    action, _made = Action.objects.get_or_create(
        user=user,
        opportunity=opportunity,
        event=opportunity.event,
        kind=opportunity.kind,
        state=ActionState.SENT,
        defaults={"how": FILE, "minutes": opportunity.minutes, "created_at": now},
    )
    Opportunity.objects.filter(pk=opportunity.pk, closed_at=None).update(closed_at=now)
    return action
