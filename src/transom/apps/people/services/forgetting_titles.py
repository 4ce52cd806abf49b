"""What else carries the name of somebody who is forgotten: titles of their own sources, and groups named for them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q

from transom.apps.library.models import Identity, Meeting
from transom.apps.library.store.withheld import Seen
from transom.apps.people.naming import Traces, is_named
from transom.apps.people.shelf import in_pieces
from transom.apps.people.suppressing import keep_out
from transom.apps.sources.models import Source, Subscription

SEEN: Final = ("pk", "source_id", "owner_id", "group")


def take_from_titles(source_ids: Iterable[int], traces: Traces) -> None:
    """Their own sources go by their addresses, so that no later document names them anew."""
    for some in in_pieces(set(source_ids)):
        shared = set(Identity.objects.filter(source__in=some).values_list("source_id", flat=True).distinct())
        rows = [row for row in Source.objects.filter(pk__in=some) if row.connector or row.pk not in shared]
        renamed = [row for row in rows if is_named(row.title, traces)]
        for row in renamed:
            row.title = row.shown_address[:300]
        followed = Subscription.objects.filter(source__in=[row.pk for row in rows]).exclude(title="")
        called = [one.pk for one in followed if is_named(one.title, traces)]
        with transaction.atomic():
            Source.objects.bulk_update(renamed, ["title"], batch_size=100)
            Subscription.objects.filter(pk__in=called).update(title="")


def take_from_meetings(names: Collection[str], owner_ids: Collection[int | None], *, now: datetime) -> None:
    """Meetings that went by the name of whoever held them, in public sources and in those of these users."""
    whose = Q(owner=None) if None in owner_ids else Q(pk__in=[])
    whose |= Q(owner__in=[one for one in owner_ids if one is not None])
    rows = Meeting.objects.filter(whose, group__in=names)
    told = {pk: Seen(source, owner, group) for pk, source, owner, group in rows.values_list(*SEEN)}
    for some in in_pieces(told):
        with transaction.atomic():
            keep_out({told[pk] for pk in some}, now=now)
            Meeting.objects.filter(pk__in=some).update(group="")
