"""What follows from new and changed identities, and what recurs."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from transom.apps.base.jobs import enqueue, is_under_way, job
from transom.apps.base.models import OutboxEvent
from transom.apps.base.outbox import handles
from transom.apps.library.models import Authorship, Identity, Item
from transom.apps.people.discovery.reading_lists import lists_due, read_lists
from transom.apps.people.models import Membership, Trace
from transom.apps.people.resolving import absorb_identities, refresh_view, resolve_everything
from transom.apps.people.resolving.view import own_ends, users_with_views, views_touched
from transom.apps.people.services.activity import note_published
from transom.apps.people.shelf import in_pieces
from transom.apps.people.standing import is_wanted as standing_wanted
from transom.apps.people.standing import make_standing

log = logging.getLogger("transom.people")

AT_ONCE = 200
A_MOMENT = timedelta(minutes=1)
EVERYTHING = "people.everything"


@handles("items.added")
@handles("items.changed")
def resolve_authors(events: Sequence[OutboxEvent]) -> None:
    """New items may have authors nobody has seen before."""
    items = {one for event in events for one in event.payload["ids"]}
    note_published(items)
    authors: set[int] = set()
    for some in in_pieces(items):
        rows = Item.objects.filter(pk__in=some).exclude(author=None)
        authors |= set(rows.values_list("author_id", flat=True).distinct())
        authors |= set(
            Authorship.objects.filter(item__in=some).values_list("identity_id", flat=True).distinct()
        )
    known = set[int]()
    for some in in_pieces(authors):
        known |= set(Trace.objects.filter(identity__in=some).values_list("identity_id", flat=True))
    _send(authors - known)


@handles("identities.changed")
def resolve_changed(events: Sequence[OutboxEvent]) -> None:
    """A service said something of somebody, perhaps something new."""
    _send({one for event in events for one in event.payload["ids"]})


def _send(ids: Iterable[int]) -> None:
    """Some hundred identities a job."""
    for some in in_pieces(ids, AT_ONCE):
        enqueue("people.resolve", ids=some)


@job("people.resolve")
def resolve(ids: list[int]) -> None:
    """Finds out who these identities are; not while all are compared anew, which knows nothing of them yet."""
    now = timezone.now()
    if is_under_way(EVERYTHING, now):
        enqueue("people.resolve", ids=ids, run_after=now + A_MOMENT)
        return
    touched = absorb_identities(ids, now=now)
    if touched:
        log.info("%d identities were compared; they belong to %d people.", len(ids), len(touched))
    around: dict[int, set[int]] = views_touched({*ids, *_members(touched)})
    owned = Identity.objects.filter(pk__in=ids).exclude(owner=None)
    for owner_id, one in owned.values_list("owner_id", "pk"):
        around.setdefault(owner_id, set()).add(one)
    for user_id, some in around.items():
        refresh_view(user_id, some, now=now)


def _members(person_ids: Iterable[int]) -> set[int]:
    """The public identities of some people."""
    found: set[int] = set()
    for some in in_pieces(person_ids):
        rows = Membership.objects.filter(person__in=some, owner=None)
        found |= set(rows.values_list("identity_id", flat=True))
    return found


def _anybody(now: datetime) -> bool:
    return Identity.objects.filter(owner=None).exists()


@job(EVERYTHING, every=timedelta(days=1), wanted=_anybody, apart=True)
def everything() -> None:
    """All identities anew, with the census."""
    touched = resolve_everything(now=timezone.now())
    log.info("All identities were compared anew: %d people.", len(touched))
    for user_id in users_with_views():
        refresh_view(user_id, own_ends(user_id), now=timezone.now())


@job("people.standing", every=timedelta(minutes=5), wanted=standing_wanted, apart=True)
def standing() -> None:
    """Who is listened to, daily, and sooner where much was added."""
    done = make_standing(now=timezone.now())
    log.info("%d nodes, %d arcs: %d changed, for %d users.", done.nodes, done.arcs, done.changed, done.users)


@job("people.reading-lists", every=timedelta(hours=6), wanted=lists_due, apart=True)
def reading_lists() -> None:
    """Looks, once a month each, whether a blog that is followed publishes whom it reads."""
    read_lists(now=timezone.now())
