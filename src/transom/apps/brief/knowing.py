"""Lines to know: at most five, outside the minutes, each about something concrete that happened."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final

from django.db.models import Count, F, Q
from django.utils import formats
from django.utils.translation import gettext as _

from transom.apps.accounts.models import profile_of
from transom.apps.brief import knowing_people, leading
from transom.apps.brief.days import start_of, zone_of
from transom.apps.brief.knowing_people import Told
from transom.apps.brief.models import Brief, BriefLine, Edition, Section
from transom.apps.library.models import Item, ReadingState
from transom.apps.participation.dates import local_time
from transom.apps.participation.models import Action, ActionState, OpportunityKind
from transom.apps.sources.models import SourceState, SourceStatus, Subscription

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

MOST: Final = 5
MOST_OF_A_KIND: Final = 2
TOLD_FOR: Final = timedelta(days=60)
"""What was told stays told for so long."""
AHEAD: Final = timedelta(days=7)
FAILING_FOR: Final = timedelta(days=3)
SILENT_DAYS: Final = 90
USUAL_GAPS: Final = 6
OFTEN: Final = 3
LATELY: Final = timedelta(days=180)


def know_lines(
    user: User, brief: Brief, picked: Collection[int], now: datetime, *, read: Collection[int] = ()
) -> list[BriefLine]:
    """The Know part of a brief, unsaved: dates ahead first, then edits, people, sources, and last a question.

    ``picked`` are the items that stand in it, ``read`` those to read: of what they are about several may speak.
    The question about who is who has a place of its own: on days when much happened it would never be asked.
    """
    told, led_to = _told_before(user, now)
    pairs = {pair for to in led_to if (pair := leading.pair_of(to))}
    question = knowing_people.asked(user, now, but=pairs)
    room = MOST - 1 if question else MOST
    talks = knowing_people.discussed(user, read, now)
    until = _covered_until(user, brief) or now

    def untold(some: Iterator[Told]) -> Iterator[Told]:
        return (one for one in some if one.text not in told and one.leads_to not in led_to)

    found: list[Told] = []
    kinds: tuple[Callable[[], Iterator[Told]], ...] = (
        lambda: _dates_ahead(user, now),
        lambda: _edited(user, brief.covers_from, until),
        lambda: knowing_people.moved(user, now),
        lambda: knowing_people.joined(user, now),
        lambda: knowing_people.published(user, brief, picked, until),
        lambda: islice(untold(talks), 1),
        lambda: _troubled_sources(user, now),
        lambda: _by_known_authors(user, brief, picked, until),
        lambda: _silent_sources(user, now),
        lambda: untold(talks),
    )
    for kind in kinds:
        found += islice(untold(kind()), min(MOST_OF_A_KIND, room - len(found)))
    found += [question] if question else []
    return [
        BriefLine(
            section=Section.KNOW, position=place, text=one.text, item_id=one.item, leads_to=one.leads_to
        )
        for place, one in enumerate(found)
    ]


def _told_before(user: User, now: datetime) -> tuple[set[str], set[str]]:
    """The words of earlier lines, and the conversations and questions they led to: told once, though more have
    joined since, or a name is written otherwise by now."""
    lines = BriefLine.objects.filter(
        brief__user=user, section=Section.KNOW, brief__started_at__gte=now - TOLD_FOR
    )
    rows = list(lines.values_list("text", "leads_to"))
    once = (f"{leading.CONVERSATION}:", f"{leading.QUESTION}:")
    return {text for text, _to in rows}, {to for _text, to in rows if to.startswith(once)}


def _dates_ahead(user: User, now: datetime) -> Iterator[Told]:
    """Dates of the coming days that the user saved or put in the calendar."""
    noted = Action.objects.filter(user=user, kind=OpportunityKind.CALENDAR, state=ActionState.SENT)
    saved = ReadingState.objects.filter(user=user).exclude(saved_at=None)
    wanted = Q(pk__in=noted.values("item_id")) | Q(pk__in=saved.values("item_id"))
    items = Item.objects.visible_to(user).filter(wanted, event_start__gt=now, event_start__lte=now + AHEAD)
    zone = zone_of(profile_of(user))
    for item in items.order_by("event_start")[:MOST]:
        assert item.event_start is not None
        at = local_time(item.event_start, zone, floating=item.event_floating)
        day = formats.date_format(at, "l j F")
        said = (
            _("%(title)s closes on %(day)s.")
            if item.event_what == "deadline"
            else _("%(title)s is on %(day)s.")
        )
        yield Told(said % {"title": item.title, "day": day}, item.pk)


def _covered_until(user: User, brief: Brief) -> datetime | None:
    """Where what a weekly edition covers ends; None for a day's, which goes up to now."""
    return start_of(brief.day, zone_of(profile_of(user))) if brief.edition == Edition.WEEK else None


def _edited(user: User, since: datetime, until: datetime) -> Iterator[Told]:
    """Saved things whose authors changed them since the last brief."""
    states = ReadingState.objects.filter(
        user=user, saved_at__isnull=False, item__updated_at__gte=since, item__updated_at__gt=F("saved_at")
    ).filter(item__updated_at__lt=until)
    for state in states.select_related("item").order_by("-item__updated_at")[:MOST]:
        said = _("%(title)s, which you saved, was changed by its author.")
        yield Told(said % {"title": state.item.title}, state.item_id)


def _troubled_sources(user: User, now: datetime) -> Iterator[Told]:
    """Sources that are gone, or could not be fetched for days."""
    states = SourceState.objects.filter(source__subscriptions__user=user).filter(
        ~Q(status=SourceStatus.ACTIVE) | Q(failures__gt=0, first_failed_at__lte=now - FAILING_FOR)
    )
    for state in states.select_related("source").order_by("status", "first_failed_at", "pk")[: MOST * 4]:
        name = str(state.source)
        if state.status == SourceStatus.ACTIVE:
            said = _("%(source)s could not be fetched for days. The page of sources says why.")
            yield Told(said % {"source": name})
        elif state.status == SourceStatus.GONE or state.gone_sightings:
            said = _("%(source)s is gone: its publisher says it will not come back.")
            yield Told(said % {"source": name})


def _silent_sources(user: User, now: datetime) -> Iterator[Told]:
    """Sources that used to publish and have not for much longer than is usual for them."""
    silent_since = now - timedelta(days=SILENT_DAYS)
    states = SourceState.objects.filter(
        source__subscriptions__user=user,
        status=SourceStatus.ACTIVE,
        failures=0,
        last_changed_at__lte=silent_since,
        gap_hours__isnull=False,
    )
    for state in states.select_related("source").order_by("-last_changed_at")[: MOST * 4]:
        assert state.last_changed_at is not None
        gap = timedelta(hours=state.gap_hours or 0)
        if now - state.last_changed_at >= gap * USUAL_GAPS:
            month = formats.date_format(state.last_changed_at, "F Y")
            said = _("%(source)s has published nothing since %(month)s.")
            yield Told(said % {"source": str(state.source), "month": month})


def _by_known_authors(user: User, brief: Brief, picked: Collection[int], until: datetime) -> Iterator[Told]:
    """What somebody the user often finishes published, where it did not fit into the minutes."""
    finished = ReadingState.objects.filter(
        user=user, finished_at__gte=brief.started_at - LATELY, item__author__isnull=False
    )
    often = finished.values("item__author_id").annotate(times=Count("pk")).filter(times__gte=OFTEN)
    authors = [row["item__author_id"] for row in often.order_by("-times")[:20]]
    if not authors:
        return
    followed = Subscription.objects.filter(user=user)
    items = Item.objects.visible_to(user).filter(
        author_id__in=authors, seen_at__gte=brief.covers_from, home_id__in=followed.values("source_id")
    )
    items = items.filter(published_at__lt=until)
    items = items.exclude(pk__in=list(picked)).exclude(reading_states__user=user).select_related("author")
    for item in items.order_by("-published_at")[:MOST]:
        said = _("%(author)s, whom you often finish, published “%(title)s”, which did not fit.")
        name = item.author_name or str(item.author)
        yield Told(said % {"author": name, "title": item.title}, item.pk)
