"""The clusters of lately published items, kept in memory between batches: loading them takes seconds."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from transom.apps.conversations.grouping.pieces import placed_pieces, since
from transom.apps.conversations.models import Grouping
from transom.apps.library.models import Item
from transom.engine.graph.growing import Grower, Rules

MOST_KNOWN = 12_000
MOST_BESIDE = 5_000
"""So many of the latest public items are looked at beside one user's own."""
FRESH_FOR = timedelta(hours=12)
"""Then it is loaded afresh: items go, are edited, and what is over is forgotten."""


@dataclass(slots=True)
class Warm:
    """A grower that holds what was placed up to a version."""

    grower: Grower
    version: int
    loaded_at: datetime


class _Held:
    """What this process has in memory."""

    lock = threading.Lock()
    public: Warm | None = None


def public_grower(now: datetime) -> Warm:
    """The public clusters, as of the last batch that any process placed."""
    version = version_of(None)
    with _Held.lock:
        held = _Held.public
        if held is None or held.version != version or not held.loaded_at <= now < held.loaded_at + FRESH_FOR:
            held = Warm(_load(None, now), version, now)
            _Held.public = held
        return held


def own_grower(owner_id: int, now: datetime) -> Warm:
    """One user's own items beside the latest public ones; made anew each time, as it is seldom asked for."""
    return Warm(_load(owner_id, now), version_of(owner_id), now)


def forget_public() -> None:
    """What is in memory may not be what is stored: it is loaded again when it is asked for."""
    with _Held.lock:
        _Held.public = None


def version_of(owner_id: int | None) -> int:
    row = Grouping.objects.filter(owner_id=owner_id).values_list("version", flat=True).first()
    return row or 0


def _load(owner_id: int | None, now: datetime) -> Grower:
    lately = Item.objects.filter(published_at__gte=since(now), published_at__lte=now + timedelta(days=1))
    found = list(placed_pieces(lately, None, MOST_BESIDE if owner_id else MOST_KNOWN))
    if owner_id is not None:
        found += placed_pieces(lately, owner_id, MOST_BESIDE)
    clusters = [one.cluster or one.piece.id for one in found]
    # Oldest cluster first, by its first item here; its own items in the order of time.
    first: dict[int, int] = {}
    for place, key in enumerate(clusters):
        first.setdefault(key, place)
    order = sorted(range(len(found)), key=lambda at: (first[clusters[at]], at))
    grower = Grower((found[at].piece, clusters[at]) for at in order)
    grower.forget(before(now))
    return grower


def before(now: datetime) -> float:
    """Clusters whose latest item is from before this time (epoch seconds) are over."""
    return now.timestamp() - Rules().window_days * 86_400
