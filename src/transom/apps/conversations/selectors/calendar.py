"""The calendar's page: dates ahead under the day they are listed at, each repetition once, with filters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q, QuerySet

from transom.apps.accounts.models import profile_of
from transom.apps.conversations.models import CLOSING, Event, EventSighting, SavedEvent
from transom.apps.conversations.selectors.events import Listed, events_of, lists_of
from transom.apps.conversations.selectors.talk import moment_of
from transom.apps.conversations.selectors.thread import items_at
from transom.apps.library.models import Item
from transom.apps.library.paging import read_key, write_key
from transom.apps.sources.models import Subscription
from transom.engine.text.tokens import terms

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

PAGE = 30
LONGEST_UNDER_WAY = timedelta(days=21)
MOST_UNDER_WAY = 5
MOST_DATES = 70
LONGEST_WORDS = 100
FITTING_WITHIN = timedelta(days=60)
MOST_WEIGHED = 300
ONLINE, IN_PLACE = "online", "place"


@dataclass(frozen=True, slots=True)
class EventFilters:
    """What to show: a kind, "online" or "place", one source, words of title, place or organiser, saved ones."""

    kind: str = ""
    where: str = ""
    source: int | None = None
    words: str = ""
    saved: bool = False


@dataclass(frozen=True, slots=True)
class EventRow:
    """A date in a list; ``further`` are its next repetitions after this one."""

    event: Event
    saved: bool = False
    further: Sequence[Event] = ()


@dataclass(frozen=True, slots=True)
class EventPage:
    """Some dates; ``after`` is the key of the next page."""

    rows: list[EventRow] = field(default_factory=list)
    under_way: list[EventRow] = field(default_factory=list)
    after: str | None = None


@dataclass(frozen=True, slots=True)
class EventSheet:
    """Everything about one date that its page shows."""

    row: EventRow
    lists: Sequence[Listed]
    article: Item | None
    may_split: bool


def calendar(
    user: User,
    now: datetime,
    filters: EventFilters | None = None,
    after: str | None = None,
    *,
    limit: int = PAGE,
) -> EventPage:
    """What is ahead, soonest first. Of dates that repeat the next stands for all."""
    asked = filters or EventFilters()
    matching = _matching(user, asked)
    ahead = _ahead(matching, now).filter(~Exists(_sooner(user, now)))
    key = read_key(after, 2)
    if key and isinstance(key[1], int) and (when := moment_of(key[0])):
        ahead = ahead.filter(Q(listed_at__gt=when) | Q(listed_at=when, pk__gt=key[1]))
    found = list(ahead.order_by("listed_at", "pk")[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    now_on = [] if after else list(_under_way(matching, now))
    rows = _rows(user, [*now_on, *found[:limit]], now)
    return EventPage(
        rows=rows[len(now_on) :],
        under_way=rows[: len(now_on)],
        after=write_key([last.listed_at.isoformat(), last.pk]) if last and last.listed_at else None,
    )


def _today(now: datetime) -> datetime:
    """Whole days are kept as midnight in UTC: one that began then is still to come."""
    return datetime.combine(now.astimezone(UTC).date(), time(0), UTC)


def _ahead(rows: QuerySet[Event], now: datetime) -> QuerySet[Event]:
    return rows.filter(
        Q(listed_at__gte=now) | Q(all_day=True), listed_at__gte=min(_today(now), now), cancelled=False
    )


def _under_way(rows: QuerySet[Event], now: datetime) -> QuerySet[Event]:
    """What began before today and lasts until today or longer."""
    today = _today(now)
    rows = rows.filter(
        Q(ends__gte=now) | Q(all_day=True, ends__gte=today),
        listed_at__lt=today,
        listed_at__gte=now - LONGEST_UNDER_WAY,
        cancelled=False,
    )
    return rows.exclude(kind__in=CLOSING).order_by("listed_at", "pk")[:MOST_UNDER_WAY]


def _sooner(user: User, now: datetime) -> QuerySet[Event]:
    """A repetition of the same entry, in a list of this user's too, that is ahead and comes first."""
    same = events_of(user).filter(series=OuterRef("series")).filter(series__gt="")
    return _ahead(same, now).filter(listed_at__lt=OuterRef("listed_at"))


def _matching(user: User, asked: EventFilters) -> QuerySet[Event]:
    rows = events_of(user)
    if asked.kind == "closing":
        rows = rows.filter(kind__in=CLOSING)
    elif asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.where == ONLINE:
        rows = rows.filter(online=True)
    elif asked.where == IN_PLACE:
        rows = rows.exclude(city="", place="", country="")
    if asked.source is not None:
        rows = rows.filter(sightings__source=asked.source, sightings__gone_at=None).distinct()
    if asked.saved:
        rows = rows.filter(saved__user=user)
    for word in asked.words[:LONGEST_WORDS].replace("\x00", " ").split():
        rows = rows.filter(
            Q(title__icontains=word)
            | Q(place__icontains=word)
            | Q(city__icontains=word)
            | Q(country__icontains=word)
            | Q(organiser__icontains=word)
            | Q(description__icontains=word)
        )
    return rows


def _rows(user: User, events: Sequence[Event], now: datetime) -> list[EventRow]:
    """Two queries, however many."""
    kept = SavedEvent.objects.filter(user=user, event__in=[event.pk for event in events])
    saved = set(kept.values_list("event_id", flat=True))
    further = _further(user, {event.series for event in events if event.series}, now)
    return [
        EventRow(
            event,
            event.pk in saved,
            [one for one in further.get(event.series, ()) if one.starts > event.starts],
        )
        for event in events
    ]


def _further(user: User, series: Iterable[str], now: datetime) -> dict[str, list[Event]]:
    wanted = list(series)
    if not wanted:
        return {}
    found: dict[str, list[Event]] = defaultdict(list)
    rows = _ahead(events_of(user).filter(series__in=wanted), now).order_by("listed_at", "pk")
    for event in rows[: MOST_DATES * len(wanted)]:
        found[event.series].append(event)
    return found


def event_sheet(user: User, event_id: int, now: datetime) -> EventSheet | None:
    """One date, or None where there is none in a list that this user may see."""
    event = Event.objects.visible_to(user).filter(pk=event_id).first()
    if event is None:
        return None
    lists = lists_of(user, event)
    article = Item.objects.visible_to(user).filter(dates__event=event).order_by("pk").first()
    if article is None and event.address:
        article = items_at(user, [event.address]).get(event.address)
    return EventSheet(
        row=_rows(user, [event], now)[0],
        lists=lists,
        article=article,
        may_split=len(lists) > 1 and may_take_apart(user, event),
    )


def may_take_apart(user: User, event: Event) -> bool:
    """Taking apart what is everybody's changes it for all: only who runs the instance, or uses it alone, may."""
    if event.owner_id is not None:
        return event.owner_id == user.pk
    others = get_user_model().objects.filter(is_active=True).exclude(pk=user.pk)
    return user.is_superuser or user.is_staff or not others.exists()


def calendar_sources(user: User) -> list[tuple[int, str]]:
    """The sources this user follows that bring dates, by name."""
    dated = EventSighting.objects.filter(source=OuterRef("source_id"))
    mine = Subscription.objects.filter(Exists(dated), user=user).select_related("source")
    named = {row.source_id: row.title or str(row.source) for row in mine}
    return sorted(named.items(), key=lambda one: one[1].casefold())


def saved_events(user: User, now: datetime, *, limit: int) -> list[Event]:
    """What the user saved, from a month ago on; those that every list dropped too, as they were."""
    rows = Event.objects.visible_to(user).filter(saved__user=user, listed_at__gte=now - timedelta(days=31))
    return list(rows.order_by("listed_at", "pk")[:limit])


def fitting(user: User, now: datetime, *, limit: int = 5, within: timedelta = FITTING_WITHIN) -> list[Event]:
    """Dates ahead that this user could well take part in, the most fitting first; not those they saved already.

    What speaks of their interests or job comes first, then what is online or gives credits, then the soonest.
    """
    rows = _ahead(events_of(user), now).filter(~Exists(_sooner(user, now)), listed_at__lte=now + within)
    rows = rows.exclude(saved__user=user)
    profile = profile_of(user)
    wanted = set(terms(" ".join([profile.job, *profile.interests]), profile.language))

    def worth(event: Event) -> tuple[float, float]:
        told = set(terms(f"{event.title} {event.organiser} {event.description[:1000]}"))
        fits = min(len(wanted & told), 4) + 0.5 * event.online + 0.5 * bool(event.credits)
        assert event.listed_at is not None
        return -fits, event.listed_at.timestamp()

    return sorted(rows.order_by("listed_at", "pk")[:MOST_WEIGHED], key=worth)[:limit]
