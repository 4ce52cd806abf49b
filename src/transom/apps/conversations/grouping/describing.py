"""What screens show of a cluster, from its pieces to rows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from django.db import transaction

from transom.apps.conversations.grouping.pieces import members_of, originals
from transom.apps.conversations.grouping.warm import before
from transom.apps.conversations.models import Conversation
from transom.apps.library.models import Link
from transom.apps.library.store import rows
from transom.engine.graph.conversations import Conversation as Described
from transom.engine.graph.conversations import describe
from transom.engine.graph.items import Piece
from transom.engine.graph.people import independent

VERSION = 1
LEAST_PEOPLE = 2
MOST_TARGETS = 12
AT_ONCE = 500
AT_A_TIME = 100
COLUMNS = Conversation._meta.concrete_fields
FACTS = (
    *("headline", "original_id", "people", "items", "first_at", "latest_at"),
    *("per_day", "growth", "heat", "targets", "rule_version", "closed_at"),
)


class Rows:
    """Rows of some clusters of one owner (None: public), made before the transaction and written inside it."""

    def __init__(self, owner_id: int | None, now: datetime) -> None:
        self.owner_id = owner_id
        self.now = now
        self._changed: list[Conversation] = []
        self._added: list[Conversation] = []
        self._gone: list[int] = []

    def take(self, clusters: Mapping[int, Sequence[Piece]]) -> None:
        """Describes each cluster; one that two people no longer share loses its row."""
        known = {
            row.cluster: row
            for row in Conversation.objects.filter(owner_id=self.owner_id, cluster__in=list(clusters))
        }
        talked = {key: pieces for key, pieces in clusters.items() if independent(pieces) >= LEAST_PEOPLE}
        self._gone += [row.pk for key, row in known.items() if key not in talked]
        pointing = self._pointing(talked)
        for key, pieces in talked.items():
            row = known.get(key)
            made = describe(key, pieces, now=self.now, pointing=pointing)
            if row is None:
                row = Conversation(
                    owner_id=self.owner_id, actor_id=self.owner_id, cluster=key, created_at=self.now
                )
                self._fill(row, made)
                self._added.append(row)
            elif self._fill(row, made):
                self._changed.append(row)

    def _pointing(self, clusters: Mapping[int, Sequence[Piece]]) -> dict[str, int]:
        """How many items, roundups too, point at each member; under the address that the pieces carry."""
        ids = [piece.id for pieces in clusters.values() for piece in pieces]
        carried = {piece.address for pieces in clusters.values() for piece in pieces} - {""}
        real = originals(ids, carried)
        pointing: set[tuple[str, int]] = set()
        wanted = sorted(real.values())
        for start in range(0, len(wanted), AT_ONCE):
            links = Link.objects.filter(target__in=wanted[start : start + AT_ONCE])
            for target, item_id, owner_id in links.values_list("target", "item_id", "item__owner_id"):
                if owner_id in (None, self.owner_id):
                    pointing.add((target, item_id))
        counts = Counter(target for target, _ in pointing)
        return {address: counts[told] for address, told in real.items()}

    def _fill(self, row: Conversation, made: Described) -> bool:
        """Whether it says anything new."""
        old = [getattr(row, name) for name in FACTS]
        row.headline = made.headline
        row.original_id = made.original
        row.people, row.items = made.people, len(made.members)
        row.first_at, row.latest_at = _moment(made.first), _moment(made.latest)
        row.per_day = made.per_day.tolist()
        row.growth, row.heat = round(made.growth, 3), round(made.heat, 4)
        targets = made.targets[:MOST_TARGETS]
        real = originals(made.members, [one.address for one in targets]) if targets else {}
        row.targets = [{"address": real[one.address], "pointing": one.pointing} for one in targets]
        row.rule_version = VERSION
        if made.latest >= before(self.now):
            row.closed_at = None
        elif row.closed_at is None:
            row.closed_at = self.now
        changed = old != [getattr(row, name) for name in FACTS]
        if changed:
            row.changed_at = self.now
        return changed

    def write(self) -> None:
        """Call it inside a transaction."""
        Conversation.objects.bulk_create(self._added, batch_size=AT_ONCE)
        # One prepared statement, as bulk_update takes a hundred times as long for so many columns.
        names = [str(one.column) for one in COLUMNS]
        rows.insert(Conversation, names, map(_values, self._changed), key="id")
        Conversation.objects.filter(pk__in=self._gone).delete()


def write_described(owner_id: int | None, clusters: Iterable[int], now: datetime) -> None:
    """Describes some clusters from the items that are in them now; a short transaction for some at a time."""
    wanted = sorted(set(clusters))
    for start in range(0, len(wanted), AT_A_TIME):
        some = wanted[start : start + AT_A_TIME]
        made, members = Rows(owner_id, now), members_of(some, owner_id)
        made.take({key: members.get(key, []) for key in some})
        with transaction.atomic():
            made.write()


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def _values(row: Conversation) -> list[object]:
    held = [getattr(row, column.attname) for column in COLUMNS]
    return [json.dumps(one) if isinstance(one, list) else one for one in held]
