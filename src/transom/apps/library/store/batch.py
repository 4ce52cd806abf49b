"""Storing a batch of fetched feeds: items, links, search rows, validators and next due times together.

Killed at any instant, the batch is there or it is not; a validator never commits without its items.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from transom.apps.base.models import OutboxEvent
from transom.apps.library.models import Item
from transom.apps.library.store import same_story
from transom.apps.library.store.change import Changes
from transom.apps.library.store.draft import Draft, FetchedFeed, drafts_of
from transom.apps.library.store.states import save_states
from transom.engine.core.ids import item_ids


@dataclass(slots=True)
class Stored:
    """What a batch came to: ids of new items, of changed ones, and sightings joined to known items."""

    added: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    joined: int = 0


def store_batch(fetched: Iterable[FetchedFeed], *, now: datetime) -> Stored:
    """Stores everything in one transaction. Drafting (the slow part) happens before it begins."""
    feeds = list(fetched)
    drafts: dict[int | None, list[Draft]] = defaultdict(list)
    for feed in feeds:
        if feed.parsed is not None:
            drafts[feed.source.owner_id] += drafts_of(feed.source, feed.parsed, now=now)
    with transaction.atomic():
        stored = Stored()
        for owner_id, owned in drafts.items():
            _store_drafts(owned, owner_id, stored, now)
        save_states(feeds)
        _tell(stored)
    return stored


def _store_drafts(drafts: list[Draft], owner_id: int | None, stored: Stored, now: datetime) -> None:
    known = same_story.load_known(drafts, owner_id)
    changes = Changes(owner_id, now)
    new: list[Draft] = []
    for draft in drafts:
        sighting = known.sightings.get((draft.source.pk, draft.entry_key))
        if sighting is None:
            new.append(draft)
        elif sighting.content_hash != draft.content_hash:
            changes.edit(draft, sighting)
    for draft, item_id in zip(new, _new_ids(len(new), now), strict=True):
        found = same_story.find(draft, known)
        if found is None:
            known.add(draft, changes.add(draft, item_id))
        else:
            item, rule = found
            changes.join(draft, item, rule)
            known.add(draft, item)
            stored.joined += 1
    changes.write()
    stored.added += changes.added_ids
    stored.changed += changes.changed_ids


def _new_ids(count: int, now: datetime) -> range:
    """Ids above every one given before; on PostgreSQL two writers take turns for it."""
    if not count:
        return range(0)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('library_item.id'))")
    largest = Item.objects.aggregate(largest=Max("pk"))["largest"] or 0
    return item_ids(count, now=now, after=largest)


def _tell(stored: Stored) -> None:
    events = [
        OutboxEvent(topic=topic, payload={"ids": ids})
        for topic, ids in (("items.added", stored.added), ("items.changed", stored.changed))
        if ids
    ]
    OutboxEvent.objects.bulk_create(events)
