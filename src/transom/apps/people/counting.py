"""The census, kept in pieces and held in memory: how common everything is that identities share."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Max

from transom.apps.library.models import Identity
from transom.apps.people.models import Census as KeptCensus
from transom.apps.people.models import CensusPart, Trace
from transom.engine.resolve import Census

PIECE: Final = 256 * 1024
GROWN: Final = 1.25
FEW: Final = 200
_held: dict[int, Census] = {}


def current() -> Census | None:
    """The census of the last full run; None before the first."""
    row = KeptCensus.objects.filter(complete=True).order_by("-pk").first()
    if row is None:
        return None
    if row.pk not in _held:
        parts = CensusPart.objects.filter(census=row).order_by("number").values_list("data", flat=True)
        _held.clear()
        _held[row.pk] = _unpacked(b"".join(bytes(part) for part in parts))
    return _held[row.pk]


def has_grown(census: Census, more: int) -> bool:
    """Whether so many more identities are to come that the counts say too little: a quarter of what was counted."""
    row = KeptCensus.objects.filter(complete=True).order_by("-pk").first()
    since = Trace.objects.filter(pk__gt=row.last, identity__owner=None).count() if row else 0
    return since + more > max(FEW, census.identities) * (GROWN - 1)


def keep(census: Census, now: datetime) -> None:
    """Keeps a census, a piece a transaction; it counts once the last is there. Older ones go."""
    last = Identity.objects.aggregate(last=Max("pk"))["last"] or 0
    row = KeptCensus.objects.create(taken_at=now, identities=census.identities, last=last)
    for number, data in enumerate(_pieces(census)):
        CensusPart.objects.create(census=row, number=number, data=data)
    with transaction.atomic():
        KeptCensus.objects.filter(pk=row.pk).update(complete=True)
        KeptCensus.objects.exclude(pk=row.pk).delete()


def _pieces(census: Census) -> Iterator[bytes]:
    counted = asdict(census) | {"crowds": sorted(census.crowds)}
    packed = zlib.compress(json.dumps(counted).encode("utf-8"), 6)
    yield from (packed[start : start + PIECE] for start in range(0, len(packed), PIECE))


def _unpacked(packed: bytes) -> Census:
    counted = json.loads(zlib.decompress(packed))
    return Census(**counted | {"crowds": frozenset(counted["crowds"])})
