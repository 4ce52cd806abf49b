"""Remarks that merely point at something: they count for what they point at, and do not stand beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from transom.apps.brief.candidates.rows import Row, sightings
from transom.apps.library.choices import Form, Kind
from transom.apps.library.models import Endorsement, EndorsementKind, Link
from transom.engine.rank.terms import unpack
from transom.engine.text.manner import FLAGS

LONGEST: Final = 25
"""Words of a remark at most; who says more says something of their own."""
REACHES_BACK: Final = timedelta(days=90)
"""What was published so long before the remark is no longer offered: then the remark stands for it."""
KINDS: Final = (Kind.STATUS, Kind.DISCUSSION, Kind.POST)
_ASKS: Final = 1 << FLAGS.index("question")


class Remark(NamedTuple):
    """A short text that points at one address: where it was seen, where it lives, and when it was published."""

    source_id: int
    home_id: int | None
    published_at: datetime


class Target(NamedTuple):
    """What the library has at an address that somebody points at."""

    item_id: int
    home_id: int | None
    published_at: datetime


class Share(NamedTuple):
    """A remark that merely points at an item which can be offered."""

    item_id: int
    remark: Remark
    target: int


@dataclass(slots=True)
class Shares:
    """The remarks among one user's candidates by the address they point at, of which the target may come later."""

    user_id: int
    _by_address: dict[str, dict[int, Remark]] = field(default_factory=lambda: defaultdict(dict))
    _address: dict[int, str] = field(default_factory=dict)

    def look_through(self, rows: Sequence[Row], sources: Collection[int]) -> list[Share]:
        """The shares among these rows, and those known before that point at one of them.

        Rows and what they point at count at ``sources``, those the user follows, alone.
        """
        for row in rows:
            self._forget(row.item_id)
        remarks = {
            row.item_id: Remark(row.source_id, row.home_id, row.published_at)
            for row in rows
            if _is_remark(row)
        }
        addresses = _pointing_at(remarks) if remarks else {}
        for item_id, address in addresses.items():
            self._by_address[address][item_id] = remarks[item_id]
            self._address[item_id] = address
        targets = {
            row.address: Target(row.item_id, row.home_id, row.published_at)
            for row in rows
            if row.address in self._by_address
        }
        targets |= self._there(set(addresses.values()) - targets.keys(), sources)
        return [
            Share(item_id, remark, target.item_id)
            for address, target in targets.items()
            for item_id, remark in self._by_address[address].items()
            if _counts(remark, target)
        ]

    def _there(self, addresses: Collection[str], sources: Collection[int]) -> dict[str, Target]:
        if not addresses:
            return {}
        found = sightings(self.user_id).filter(item__address__in=list(addresses)).order_by("-pk")
        columns = ("source_id", "item__address", "item_id", "item__home_id", "item__published_at")
        return {
            address: Target(*facts)
            for source_id, address, *facts in found.values_list(*columns)
            if source_id in sources
        }

    def _forget(self, item_id: int) -> None:
        address = self._address.pop(item_id, None)
        if address is not None:
            self._by_address[address].pop(item_id)
            if not self._by_address[address]:
                del self._by_address[address]


def _counts(remark: Remark, target: Target) -> bool:
    """Whether the target can stand for the remark: it is somebody else's place, and was not published long before."""
    elsewhere = target.home_id is None or target.home_id != remark.home_id
    return elsewhere and target.published_at >= remark.published_at - REACHES_BACK


def _is_remark(row: Row) -> bool:
    if row.kind not in KINDS or row.form != Form.FULL or not 0 < row.words <= LONGEST:
        return False
    return not (row.terms and unpack(bytes(row.terms)).manner & _ASKS)


def _pointing_at(item_ids: Iterable[int]) -> dict[int, str]:
    """The one address that each of these points at; nothing of those that point at several, or answer somebody."""
    ids = list(item_ids)
    found: dict[int, set[str]] = defaultdict(set)
    for item_id, target in Link.objects.filter(item__in=ids).values_list("item_id", "target"):
        found[item_id].add(target)
    answers: set[int] = set()
    said = Endorsement.objects.filter(within__in=ids).values_list("within_id", "kind", "target")
    for within, kind, target in said:
        if kind == EndorsementKind.REPLY:
            answers.add(within or 0)
        elif within is not None:
            found[within].add(target)
    return {pk: next(iter(some)) for pk, some in found.items() if len(some) == 1 and pk not in answers}
