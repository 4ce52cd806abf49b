"""Keeping a batch's events: each list's own sighting, joined where two lists mean the same date.

Comparing happens before the transaction, writing inside it, beside the items and the cursor.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Q

from transom.apps.base.models import OutboxEvent
from transom.apps.conversations.models import Event, EventSighting
from transom.apps.conversations.said import DESCRIBED, describe, facts_of, said_of, uid_of
from transom.apps.library.store import rows
from transom.apps.library.store.fetched import FetchedFeed
from transom.apps.sources.connectors.records import Batch, EventRecord
from transom.apps.sources.models import Source
from transom.engine.graph.same_event import DAYS_APART, VERSION, EventFacts, family, same_event, tells_of

AT_ONCE = 500
SAID = [name for name in DESCRIBED if name != "changed_at"]
COLUMNS = Event._meta.concrete_fields
Known = defaultdict[date, list[tuple[EventFacts, Event, bool]]]
"""By day: what is compared, whose event it is, and whether an article says it."""
CHANGED = ["uid", "said", "starts", "seen_at", "gone_at"]
MOVED_BY = timedelta(days=180)
"""A date that vanishes while another of its name and address appears was put off, unless they are further apart."""


def prepare_events(feeds: Sequence[FetchedFeed], now: datetime) -> Callable[[], None]:
    """Compares every batch's events with what is known; returns what writes them."""
    keepings = [
        Keeping(feed.source, feed.records, now)
        for feed in feeds
        if feed.records is not None and (feed.records.events or feed.records.whole_from)
    ]
    beside: dict[int | None, Known] = {}
    for keeping in keepings:
        keeping.compare(beside.setdefault(keeping.source.owner_id, defaultdict(list)))

    def write() -> None:
        for keeping in keepings:
            keeping.write()

    return write


@dataclass(slots=True)
class Keeping:
    """One source's dates. `items` are articles that are such a date themselves, by the date's uid."""

    source: Source
    batch: Batch
    now: datetime
    items: Mapping[str, int] = field(default_factory=dict)
    _added: list[tuple[Event, EventSighting]] = field(default_factory=list)
    _joined: list[EventSighting] = field(default_factory=list)
    _changed: list[EventSighting] = field(default_factory=list)
    _known: Known = field(default_factory=lambda: defaultdict(list))
    _beside: Known = field(default_factory=lambda: defaultdict(list))
    _taken: set[int] = field(default_factory=set)

    def compare(self, beside: Known | None = None) -> None:
        """Compares with what is stored and with `beside`: what lists before it in the batch bring, and it adds to."""
        self._beside = defaultdict(list) if beside is None else beside
        records = {uid_of(record): record for record in self.batch.events}
        known = self._sightings(list(records))
        fresh = {uid: record for uid, record in records.items() if uid not in known}
        gone = self._gone(set(records))
        for uid, sighting in self._moved(gone, fresh).items():
            known[uid] = sighting
            del fresh[uid]
        self._load({record.starts.date() for record in fresh.values()})
        for uid, sighting in known.items():
            said = said_of(records[uid])
            if said != sighting.said or sighting.gone_at is not None:
                sighting.uid, sighting.said, sighting.starts = uid, said, records[uid].starts
                sighting.seen_at, sighting.gone_at = self.now, None
                self._changed.append(sighting)
        for uid, record in fresh.items():
            self._place(
                EventSighting(
                    source=self.source,
                    uid=uid,
                    said=said_of(record),
                    starts=record.starts,
                    item_id=self.items.get(uid),
                    seen_at=self.now,
                )
            )
        for sighting in gone:
            if sighting.uid not in records:
                sighting.gone_at = self.now
                self._changed.append(sighting)
        for event, sighting in self._added:
            facts = facts_of(sighting.said)
            self._beside[facts.day].append((facts, event, sighting.item_id is not None))

    def _sightings(self, uids: list[str]) -> dict[str, EventSighting]:
        found: dict[str, EventSighting] = {}
        for start in range(0, len(uids), AT_ONCE):
            rows = EventSighting.objects.filter(source=self.source, uid__in=uids[start : start + AT_ONCE])
            found |= {row.uid: row for row in rows}
        return found

    def _load(self, days: set[date]) -> None:
        """The owner's events around these days; one that stands in this list already is not looked for again."""
        wanted = sorted(
            {day + timedelta(days=apart) for day in days for apart in range(-DAYS_APART, DAYS_APART + 1)}
        )
        for start in range(0, len(wanted), AT_ONCE):
            rows = Event.objects.filter(
                day__in=wanted[start : start + AT_ONCE], owner_id=self.source.owner_id
            )
            rows = rows.exclude(sightings__source=self.source)
            seen = EventSighting.objects.filter(event__in=rows, split=False).select_related("event")
            for sighting in seen:
                self._remember(sighting, sighting.event)

    def _remember(self, sighting: EventSighting, event: Event) -> None:
        facts = facts_of(sighting.said)
        self._known[facts.day].append((facts, event, sighting.item_id is not None))

    def _place(self, sighting: EventSighting) -> None:
        facts = facts_of(sighting.said)
        for apart in (0, -1, 1):
            day = facts.day + timedelta(days=apart)
            for other, event, told in (*self._known.get(day, ()), *self._beside.get(day, ())):
                # Two entries of one list are two events, whatever they look like.
                if family(other.kind) != family(facts.kind) or _key(event) in self._taken:
                    continue
                if rule := (tells_of if told or self.items else same_event)(facts, other):
                    sighting.event, sighting.rule, sighting.rule_version = event, rule, VERSION
                    self._taken.add(_key(event))
                    self._joined.append(sighting)
                    return
        event = Event(owner_id=self.source.owner_id, actor_id=self.source.owner_id, created_at=self.now)
        describe(event, [sighting], self.now)
        self._added.append((event, sighting))

    def _gone(self, there: set[str]) -> list[EventSighting]:
        """What a whole list no longer holds was taken back; what began before, it need not hold."""
        since = self.batch.whole_from
        if since is None or self.batch.more:
            return []
        rows = EventSighting.objects.filter(source=self.source, starts__gte=since, gone_at=None, item=None)
        return [sighting for sighting in rows if sighting.uid not in there]

    def _moved(
        self, gone: Sequence[EventSighting], fresh: Mapping[str, EventRecord]
    ) -> dict[str, EventSighting]:
        """Of lists that name a date by its day: what vanished under one name and came under another, by the new name.

        Who saved it keeps it, with its new day, and is not told that it was called off.
        """
        by_place: dict[tuple[str, str, str], list[EventSighting]] = defaultdict(list)
        for sighting in gone:
            facts = facts_of(sighting.said)
            by_place[family(facts.kind), sighting.said["title"], sighting.said["address"]].append(sighting)
        found: dict[str, EventSighting] = {}
        for uid, record in fresh.items():
            same = by_place.get((family(str(record.kind)), record.title[:300], record.address), [])
            near = [one for one in same if abs(one.starts - record.starts) <= MOVED_BY]
            if record.address and len(near) == 1 and near[0] not in found.values():
                found[uid] = near[0]
        return found

    def write(self) -> None:
        """Call it inside a transaction."""
        made = Event.objects.bulk_create([event for event, _ in self._added], batch_size=AT_ONCE)
        for event, (_, sighting) in zip(made, self._added, strict=True):
            sighting.event = event
        for sighting in self._joined:
            # An event that another list of this batch brought has its key only now.
            sighting.event = sighting.event
        new = [sighting for _, sighting in self._added] + self._joined
        EventSighting.objects.bulk_create(new, batch_size=AT_ONCE)
        EventSighting.objects.bulk_update(self._changed, CHANGED, batch_size=AT_ONCE)
        touched = {sighting.event_id for sighting in (*self._changed, *self._joined)}
        describe_again(touched, self.now)
        tell([event.pk for event in made], sorted(touched))


def _key(event: Event) -> int:
    """What tells an event from others, before it has a key too."""
    return event.pk or -id(event)


def describe_again(event_ids: set[int], now: datetime) -> None:
    """Writes afresh what these events say, from all lists they stand in; one without any goes."""
    wanted = sorted(event_ids)
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        sightings: dict[int, list[EventSighting]] = defaultdict(list)
        for row in EventSighting.objects.filter(event__in=some).select_related("source"):
            sightings[row.event_id].append(row)
        events = list(Event.objects.filter(pk__in=some))
        changed = []
        for event in events:
            before = [getattr(event, name) for name in SAID]
            if sightings[event.pk]:
                describe(event, sightings[event.pk], now)
            if before != [getattr(event, name) for name in SAID]:
                changed.append(event)
        # One prepared statement; Django's bulk_update took a hundred times as long for so many columns.
        rows.insert(Event, [str(one.column) for one in COLUMNS], map(_values, changed), key="id")
        Event.objects.filter(Q(pk__in=[one.pk for one in events if not sightings[one.pk]])).delete()


def _values(event: Event) -> list[object]:
    """The event's columns as the database takes them; a bare date as text."""
    held = [getattr(event, column.attname) for column in COLUMNS]
    return [one.isoformat() if type(one) is date else one for one in held]


def tell(added: list[int], changed: list[int]) -> None:
    """Hands the news on through the outbox, in the transaction that made it."""
    topics = (("events.added", added), ("events.changed", changed))
    OutboxEvent.objects.bulk_create(
        [OutboxEvent(topic=topic, payload={"ids": ids}) for topic, ids in topics if ids]
    )
