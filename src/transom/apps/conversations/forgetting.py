"""Dates that go by the name of somebody who was forgotten."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q

from transom.apps.conversations.models import Event, EventSighting
from transom.apps.library.store.withheld import Seen
from transom.apps.people.naming import Traces, is_name
from transom.apps.people.suppressing import keep_out

AT_ONCE: Final = 1000
CHANGED_AT_ONCE: Final = 100


def forget_organisers(names: Traces, owner_ids: Collection[int | None], *, now: datetime) -> int:
    """Takes these names from dates, public ones (None) and those of some users, and keeps their lists from bringing
    them back; how many dates they stood in.
    """
    whose = Q(owner=None) if None in owner_ids else Q(pk__in=[])
    whose |= Q(owner__in=[one for one in owner_ids if one is not None])
    events, last, many = Event.objects.filter(whose).exclude(organiser=""), 0, 0
    while some := list(events.filter(pk__gt=last).order_by("pk").values_list("pk", "organiser")[:AT_ONCE]):
        told = {organiser: is_name(organiser, names) for organiser in {one for _, one in some}}
        found = [pk for pk, organiser in some if told[organiser]]
        for start in range(0, len(found), CHANGED_AT_ONCE):
            _take_from(found[start : start + CHANGED_AT_ONCE], names, now)
        last, many = some[-1][0], many + len(found)
    return many


def _take_from(event_ids: Collection[int], names: Traces, now: datetime) -> None:
    rows = EventSighting.objects.filter(event__in=event_ids).select_related("source")
    said = [row for row in rows if is_name(row.said.get("organiser") or "", names)]
    seen = [Seen(row.source_id, row.source.owner_id, row.said["organiser"]) for row in said]
    for row in said:
        row.said = {**row.said, "organiser": ""}
    with transaction.atomic():
        keep_out(seen, now=now)
        EventSighting.objects.bulk_update(said, ["said"], batch_size=100)
        Event.objects.filter(pk__in=event_ids).update(organiser="")
