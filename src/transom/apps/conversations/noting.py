"""Articles that are a date themselves (a call, a consultation, a meetup): they stand in the calendar beside lists.

An article that only speaks of such a date is none: it links to the one it speaks of.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction

from transom.apps.conversations.keeping import Keeping, describe_again
from transom.apps.conversations.models import EventSighting
from transom.apps.conversations.said import uid_of
from transom.apps.library.choices import Kind
from transom.apps.library.models import Item, Link
from transom.apps.sources.connectors.ical.mapping import CALL, CONFERENCE, CONSULTATION, WEBINAR, kind_of
from transom.apps.sources.connectors.records import Batch, EventKind, EventRecord

AT_ONCE = 200
OVER = timedelta(days=30)
DEADLINE = "deadline"
ALWAYS = (Kind.EVENT, Kind.CONSULTATION)
BY_TITLE = (Kind.POST, Kind.STANDARD, Kind.PAGE, Kind.TEXT)
GATHERING = re.compile(
    r"\b(meet-?up|workshop|seminar|webinaire|office hours|training day|save the date|agm|annual general meeting)\b",
    re.I,
)
ONLINE = re.compile(r"\b(online|virtual|zoom|webinar|webcast)\b", re.I)
CREDITS = re.compile(r"\b\d+(?:[.,]\d+)?\s*(?:CPE|CEU|CME|CNE|CPD|PDU)s?\b", re.I)


def note_dates(item_ids: Iterable[int], now: datetime) -> int:
    """Puts those of these articles that are dates into the calendar, and takes out those that no longer are."""
    wanted, noted = sorted(item_ids), 0
    for start in range(0, len(wanted), AT_ONCE):
        noted += _note(wanted[start : start + AT_ONCE], now)
    return noted


def _note(ids: Sequence[int], now: datetime) -> int:
    rows = Item.objects.filter(pk__in=ids, event_start__gte=now - OVER).exclude(home=None)
    dated = list(rows.filter(kind__in=[*ALWAYS, *BY_TITLE]).select_related("home"))
    telling = [item for item in dated if is_date(item)]
    speaking = _only_speaking(telling)
    by_source: dict[int, list[Item]] = defaultdict(list)
    for item in telling:
        if item.pk not in speaking and item.home_id is not None:
            by_source[item.home_id].append(item)
    kept = {item.pk for items in by_source.values() for item in items}
    for items in by_source.values():
        _keep(items, now)
    _take_out([pk for pk in ids if pk not in kept], now)
    _take_out(_speaking_of([item for items in by_source.values() for item in items]), now)
    return len(kept)


def is_date(item: Item) -> bool:
    """Whether the article is a date on which one can take part, by what it is or by what it is called."""
    if item.kind in ALWAYS:
        return True
    patterns = (CALL, CONSULTATION, WEBINAR, CONFERENCE, GATHERING)
    return any(pattern.search(item.title) for pattern in patterns)


def record_of(item: Item) -> EventRecord:
    """What the calendar keeps of it. Its source is the organiser as far as is known."""
    starts = item.event_start
    assert starts is not None
    ends = item.event_end if item.event_end and item.event_end > starts else None
    all_day = not item.event_floating and starts.astimezone(UTC).time() == time(0)
    closes = item.event_what == DEADLINE
    kind = kind_of(item.title, starts, ends, all_day)
    if item.kind == Kind.CONSULTATION:
        kind = EventKind.CONSULTATION
    elif closes and kind not in (EventKind.CALL, EventKind.CONSULTATION):
        kind = EventKind.CALL
    text = f"{item.title}\n{item.summary}"
    credits_told = CREDITS.search(text)
    return EventRecord(
        uid=f"item:{item.pk}",
        kind=kind,
        title=item.title[:300],
        starts=starts,
        ends=ends,
        all_day=all_day,
        floating=item.event_floating,
        place=item.event_place,
        online=bool(ONLINE.search(f"{item.title} {item.event_place}")),
        address=item.address,
        closes_at=starts if kind in (EventKind.CALL, EventKind.CONSULTATION) else None,
        organiser=str(item.home)[:200],
        credits=credits_told[0] if credits_told else "",
        description=item.summary,
    )


def _only_speaking(items: Sequence[Item]) -> set[int]:
    """Those that link to another article that is this date, and those that stand in their source's own list."""
    found = {item.pk for item in items if _is_listed(item)}
    targets = dict(_targets([item for item in items if item.kind not in ALWAYS]))
    addresses = {address for some in targets.values() for address in some}
    others: dict[str, set[date]] = defaultdict(set)
    for other in Item.objects.filter(address__in=addresses).exclude(address="").exclude(event_start=None):
        if is_date(other) and other.event_start:
            others[other.address].add(other.event_start.date())
    for item in items:
        for address in targets.get(item.pk, ()):
            if item.event_start and item.event_start.date() in others.get(address, ()):
                found.add(item.pk)
    return found


def _targets(items: Sequence[Item]) -> Iterable[tuple[int, set[str]]]:
    found: dict[int, set[str]] = defaultdict(set)
    links = Link.objects.filter(item__in=[item.pk for item in items])
    own = {item.pk: item.address for item in items}
    for key, target in links.values_list("item_id", "target"):
        if target != own[key]:
            found[key].add(target)
    return found.items()


def _is_listed(item: Item) -> bool:
    """Whether its own source has this date in its list of dates as well."""
    assert item.event_start is not None
    rows = EventSighting.objects.filter(source=item.home_id, item=None, starts=item.event_start)
    return any(row.said["title"] == item.title[:300] or row.said["address"] == item.address for row in rows)


def _speaking_of(items: Sequence[Item]) -> list[int]:
    """Articles in the calendar that turn out to speak of one of these, which came later."""
    days = {item.address: item.event_start.date() for item in items if item.address and item.event_start}
    links = Link.objects.filter(target__in=list(days), item__dates__isnull=False)
    links = links.exclude(item__kind__in=ALWAYS).exclude(item__in=[item.pk for item in items])
    rows = links.values_list("item_id", "target", "item__event_start").distinct()
    return [key for key, target, at in rows if at is not None and at.date() == days[target]]


def _keep(items: Sequence[Item], now: datetime) -> None:
    source = items[0].home
    assert source is not None
    records = [record_of(item) for item in items]
    keys = {uid_of(record): item.pk for record, item in zip(records, items, strict=True)}
    keeping = Keeping(source, Batch(events=tuple(records)), now, items=keys)
    keeping.compare()
    with transaction.atomic():
        keeping.write()


def _take_out(item_ids: Sequence[int], now: datetime) -> None:
    rows = EventSighting.objects.filter(item__in=item_ids)
    touched = set(rows.values_list("event_id", flat=True))
    if touched:
        with transaction.atomic():
            rows.delete()
            describe_again(touched, now)
