"""When something of somebody was last published: how the directory orders those whom few point at."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from transom.apps.library.models import Authorship, Item
from transom.apps.people.models import Membership, Person
from transom.apps.people.shelf import in_pieces


def note_published(item_ids: Iterable[int]) -> int:
    """Brings up to date when the authors of these items were last seen; how many people that was news of."""
    latest: dict[int, datetime] = {}
    for some in in_pieces(item_ids):
        bylines = Item.objects.filter(pk__in=some, author__isnull=False).values_list(
            "author_id", "published_at"
        )
        named = Authorship.objects.filter(item__in=some).values_list("identity_id", "item__published_at")
        for rows in (bylines, named):
            for identity_id, at in rows:
                latest[identity_id] = max(at, latest.get(identity_id, at))
    changed = 0
    for some in in_pieces(latest):
        people: dict[int, Person] = {}
        for row in Membership.objects.filter(identity__in=some).select_related("person"):
            # What is only one user's own says nothing of when everybody last saw somebody.
            if row.owner_id == row.person.owner_id and latest[row.identity_id] > row.person.seen_at:
                person = people.setdefault(row.person_id, row.person)
                person.seen_at = max(person.seen_at, latest[row.identity_id])
        Person.objects.bulk_update(people.values(), ["seen_at"], batch_size=100)
        changed += len(people)
    return changed
