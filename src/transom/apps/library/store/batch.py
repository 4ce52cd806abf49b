"""Storing a batch of fetched feeds: items, links, search rows, validators and next due times together.

Killed at any instant, the batch is there or it is not; a validator never commits without its items.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from statistics import median

from django.db import IntegrityError, transaction
from django.db.models import Max

from transom.apps.base.models import OutboxEvent
from transom.apps.library.drafting.draft import Draft, drafts_of
from transom.apps.library.models import Form, Item
from transom.apps.library.store import keepers, same_story
from transom.apps.library.store.change import Changes
from transom.apps.library.store.fetched import FetchedFeed
from transom.apps.library.store.records import RecordWriter, drafts_of_records
from transom.apps.library.store.states import save_states
from transom.apps.library.store.withheld import without_withheld, without_withheld_bylines
from transom.engine.core.ids import item_ids

TRIES = 3


@dataclass(slots=True)
class Stored:
    """What a batch came to: ids of new items, of changed ones, and sightings joined to known items."""

    added: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    joined: int = 0


def store_batch(fetched: Iterable[FetchedFeed], *, now: datetime) -> Stored:
    """Stores everything in one short transaction; reading, comparing and weighing happen before it begins.

    Somebody else may write between the two (a hand-in, an expiry): then all is compared afresh and tried again.
    """
    feeds = list(fetched)
    for attempts_left in reversed(range(TRIES)):
        try:
            return _store(feeds, now)
        except IntegrityError:
            if not attempts_left:
                raise
    raise AssertionError("unreachable")


def _store(feeds: list[FetchedFeed], now: datetime) -> Stored:
    stored = Stored()
    feeds = [without_withheld(feed) for feed in feeds]
    drafts = _drafts_by_owner(feeds, now)
    without_withheld_bylines(chain.from_iterable(drafts.values()))
    usual = _usual_minutes(chain.from_iterable(drafts.values()))
    prepared = [_prepare(owned, owner_id, stored, now) for owner_id, owned in drafts.items()]
    records = [RecordWriter(feed, now) for feed in feeds if feed.records is not None]
    kept = keepers.prepared(feeds, now)
    with transaction.atomic():
        for writer in records:
            writer.write_identities()
        for changes in prepared:
            changes.write()
        for writer in records:
            writer.write_rest()
        for write in kept:
            write()
        save_states(feeds, usual)
        tell(stored.added, stored.changed)
    return stored


def _drafts_by_owner(feeds: list[FetchedFeed], now: datetime) -> dict[int | None, list[Draft]]:
    drafts: dict[int | None, list[Draft]] = defaultdict(list)
    for feed in feeds:
        if feed.drafts is not None:
            drafts[feed.source.owner_id] += feed.drafts
        elif feed.records is not None:
            drafts[feed.source.owner_id] += drafts_of_records(feed.source, feed.records, now=now)
        elif feed.parsed is not None:
            drafts[feed.source.owner_id] += drafts_of(feed.source, feed.parsed, now=now)
    return drafts


def _usual_minutes(drafts: Iterable[Draft]) -> dict[int, float]:
    full: dict[int, list[float]] = defaultdict(list)
    for draft in drafts:
        if draft.form == Form.FULL:
            full[draft.source.pk].append(draft.minutes)
    return {source: median(minutes) for source, minutes in full.items()}


def _prepare(drafts: list[Draft], owner_id: int | None, stored: Stored, now: datetime) -> Changes:
    known = same_story.load_known(drafts, owner_id)
    changes = Changes(owner_id, now)
    new: list[Draft] = []
    for draft in drafts:
        sighting = known.sightings.get((draft.source.pk, draft.entry_key))
        if sighting is None:
            if (draft.source.pk, draft.entry_key) not in known.expired:
                new.append(draft)
        elif sighting.content_hash != draft.content_hash:
            changes.edit(draft, sighting)
    # Ids follow publication within a batch too, so that the latest arrivals read as the latest.
    new.sort(key=lambda draft: draft.published_at)
    for draft, item_id in zip(new, new_ids(len(new), now, after=stored.added), strict=True):
        found = same_story.find(draft, known)
        if found is None:
            known.add(draft, changes.add(draft, item_id))
        else:
            item, rule = found
            changes.join(draft, item, rule)
            known.add(draft, item)
            stored.joined += 1
    changes.prepare()
    stored.added += changes.added_ids
    stored.changed += changes.changed_ids
    return changes


def new_ids(count: int, now: datetime, *, after: Iterable[int] = ()) -> range:
    """Ids above every one given before. Two writers may be given the same: the second one's insert fails."""
    if not count:
        return range(0)
    largest = Item.objects.aggregate(largest=Max("pk"))["largest"] or 0
    return item_ids(count, now=now, after=max([largest, *after]))


def tell(added: list[int], changed: list[int]) -> None:
    """Hands the news on through the outbox, in the transaction that made it."""
    events = [
        OutboxEvent(topic=topic, payload={"ids": ids})
        for topic, ids in (("items.added", added), ("items.changed", changed))
        if ids
    ]
    OutboxEvent.objects.bulk_create(events)
