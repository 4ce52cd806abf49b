"""Undoing a merge: "this is not the same story"."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from transom.apps.library.drafting.draft import Draft, draft_of
from transom.apps.library.errors import LibraryError
from transom.apps.library.models import Item, Sighting
from transom.apps.library.selectors.reader import may_take_apart
from transom.apps.library.services.guard import require_visible
from transom.apps.library.store.batch import new_ids, tell
from transom.apps.library.store.change import Changes
from transom.engine.parse.model import Author, ParsedEntry, ParsedFeed

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

ONLY_ONE = "It was seen at one place only, so there is nothing to take apart."
NOT_ALONE = (
    "Several people use this library, and taking the two apart would change them for everybody. "
    "Ask whoever runs it to do this."
)
AT_HOME = "The item is this source's own. Take the other place apart instead."


def split(user: User, sighting: Sighting, now: datetime | None = None) -> Item:
    """The sighting becomes an item of its own, with its own body, and is never joined again.

    Raises LibraryError where there is nothing to take apart, and where that is not the user's to decide.
    """
    require_visible(user, sighting.item)
    if not may_take_apart(user, sighting.item):
        raise LibraryError(NOT_ALONE, permanent=True)
    now = now or timezone.now()
    with transaction.atomic():
        own = Sighting.objects.select_related("item", "source").select_for_update(of=("self",))
        found = own.filter(pk=sighting.pk).first()
        if found is None or not found.item.sightings.exclude(pk=found.pk).exists():
            raise LibraryError(ONLY_ONE, permanent=True)
        if found.item.home_id == found.source_id:
            raise LibraryError(AT_HOME, permanent=True)
        return _apart(user, found, now)


def _apart(user: User, sighting: Sighting, now: datetime) -> Item:
    changes = Changes(sighting.item.owner_id, now)
    item = changes.add(_draft(sighting, now), new_ids(1, now)[0], sighted=False)
    item.actor = user
    changes.prepare()
    changes.write()
    former = sighting.item_id
    sighting.item, sighting.split, sighting.rule, sighting.html = item, True, "own", ""
    sighting.save(update_fields=["item", "split", "rule", "html"])
    tell([item.pk], [former])
    return item


def _draft(sighting: Sighting, now: datetime) -> Draft:
    entry = ParsedEntry(
        id=sighting.entry_key,
        title=sighting.title,
        link=sighting.address,
        published=sighting.published_at or sighting.item.published_at,
        authors=(Author(sighting.author_name),) if sighting.author_name else (),
        content_html=sighting.html,
    )
    draft = draft_of(sighting.source, entry, ParsedFeed(format="split"), now=now)
    draft.content_hash = sighting.content_hash or draft.content_hash
    return draft
