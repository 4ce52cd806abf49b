"""Items read from the database as columns, straight into the ranker's arrays."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

import numpy as np
from django.db.models import Q, QuerySet

from transom.apps.brief.candidates.costs import CLOSED, LISTENED, Cost, cost_of, host_of
from transom.apps.library.models import Sighting
from transom.apps.sources.models import Source, SourceKind, Subscription
from transom.engine.core.ids import EPOCH, MICROSECOND
from transom.engine.rank import Candidates, Codes
from transom.engine.rank.candidates import READ, UNKNOWN, WIDTH
from transom.engine.rank.terms import unpack

CHUNK: Final = 5000
"""Rows turned into arrays at a time, and ids asked for at a time."""


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What the candidates of one source have in common; ``followed_at`` is when the user began to.

    What the user handed in is new when it is handed in, however old the thing itself is.
    """

    channel: str
    vendor: bool
    median_minutes: float | None
    followed_at: datetime
    handed_in: bool = False


class Row(NamedTuple):
    """One item as seen at one source, in the order of `COLUMNS`."""

    item_id: int
    source_id: int
    home_id: int | None
    author_id: int | None
    published_at: datetime
    kind: str
    access: str
    form: str
    language: str
    words: int
    minutes: float
    about: bool
    event_start: datetime | None
    address: str
    terms: bytes | memoryview | None


COLUMNS: Final = (
    "item_id",
    "source_id",
    "item__home_id",
    "item__author_id",
    "item__published_at",
    "item__kind",
    "item__access",
    "item__form",
    "item__language",
    "item__words",
    "item__minutes",
    "item__about",
    "item__event_start",
    "item__address",
    "item__terms__data",
)


class Names:
    """The codes that stand for names in one user's arrays."""

    def __init__(self) -> None:
        self.kinds = Codes()
        self.channels = Codes()
        self.languages = Codes()

    def listened(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """For each kind's code, whether it is listened to or watched (pace does not matter then)."""
        codes = {self.kinds.code(name) for name in LISTENED}
        table = np.zeros(max(codes) + 1, dtype=np.bool_)
        table[list(codes)] = True
        return table


def kind_name(kind: str, form: str) -> str:
    """What sort of thing it is to the user: how it is taken in, where it is not read."""
    return form if form in LISTENED else kind


def followed(user_id: int) -> dict[int, SourceFacts]:
    """The sources this user follows and may see, and their own of handed-in things."""
    rows = Subscription.objects.filter(user_id=user_id).filter(
        Q(source__owner=None) | Q(source__owner_id=user_id)
    )
    columns = rows.values_list(
        "source_id", "source__channel", "source__vendor", "source__state__median_minutes", "followed_at"
    )
    found = {
        source_id: SourceFacts(channel, vendor, median, followed_at)
        for source_id, channel, vendor, median, followed_at in columns
    }
    own = Source.objects.filter(owner_id=user_id, kind=SourceKind.HANDED_IN)
    for source_id, channel, created_at in own.values_list("pk", "channel", "created_at"):
        found[source_id] = SourceFacts(channel, False, None, created_at, handed_in=True)
    return found


def sightings(user_id: int) -> QuerySet[Sighting]:
    """Where the items were seen that this user may see at all: public ones and their own."""
    return Sighting.objects.filter(Q(item__owner=None) | Q(item__owner_id=user_id))


def read(rows: QuerySet[Sighting]) -> Iterator[list[Row]]:
    """The rows, in chunks."""
    chunk: list[Row] = []
    for values in rows.values_list(*COLUMNS).iterator(chunk_size=CHUNK):
        chunk.append(Row._make(values))
        if len(chunk) >= CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def read_items(user_id: int, sources: Container[int], item_ids: Iterable[int]) -> Iterator[list[Row]]:
    """The rows of these items at these sources, in chunks."""
    ids = list(item_ids)
    for start in range(0, len(ids), CHUNK):
        # The sources are compared here: thousands of them in a query cost more than the few rows too many.
        for rows in read(sightings(user_id).filter(item_id__in=ids[start : start + CHUNK])):
            yield [row for row in rows if row.source_id in sources]


def one_each(rows: Iterable[Row]) -> list[Row]:
    """One row an item: the one at its home source, else the first."""
    kept: dict[int, Row] = {}
    for row in rows:
        if row.item_id not in kept or row.source_id == row.home_id:
            kept[row.item_id] = row
    return list(kept.values())


def candidates_of(
    rows: Sequence[Row], sources: dict[int, SourceFacts], names: Names, memberships: Sequence[str]
) -> Candidates:
    """The arrays of these rows; ``cost_minutes`` at the usual pace and without the switch."""
    count = len(rows)
    terms = np.zeros((count, WIDTH), dtype=np.uint32)
    weights = np.zeros((count, WIDTH), dtype=np.float32)
    costs = np.zeros(count, dtype=np.float32)
    closed = np.zeros(count, dtype=np.bool_)
    manners = np.zeros(count, dtype=np.uint32)
    for at, row in enumerate(rows):
        cost = cost_of_row(row, sources.get(row.source_id), memberships)
        costs[at], closed[at] = cost.minutes, cost.cannot_open
        if row.terms:
            found = unpack(bytes(row.terms))
            terms[at, : len(found.ids)] = found.ids[:WIDTH]
            weights[at, : len(found.weights)] = found.weights[:WIDTH]
            manners[at] = found.manner
    channels = [
        names.channels.code(sources[row.source_id].channel) if row.source_id in sources else UNKNOWN
        for row in rows
    ]
    kinds = [names.kinds.code(kind_name(row.kind, row.form)) for row in rows]
    neutral = np.zeros(count, dtype=np.float32)
    return Candidates(
        ids=np.array([row.item_id for row in rows], dtype=np.int64),
        cost_minutes=costs,
        published=np.array([new_at(row, sources).timestamp() for row in rows], dtype=np.float64),
        source=np.array([row.source_id for row in rows], dtype=np.int32),
        author=np.array([row.author_id or UNKNOWN for row in rows], dtype=np.int32),
        channel=np.array(channels, dtype=np.int32),
        kind=np.array(kinds, dtype=np.int32),
        topic=np.full(count, UNKNOWN, dtype=np.int32),
        conversation=np.full(count, UNKNOWN, dtype=np.int64),
        item=np.array([row.item_id for row in rows], dtype=np.int64),
        language=np.array([names.languages.code(row.language) for row in rows], dtype=np.int32),
        section=np.full(count, READ, dtype=np.int8),
        deadline=np.full(count, np.nan, dtype=np.float64),
        vendor=np.array([_is_vendor(row, sources) for row in rows], dtype=np.bool_),
        returned=np.zeros(count, dtype=np.bool_),
        cannot_open=closed,
        tie=neutral,
        standing=neutral.copy(),
        heat=neutral.copy(),
        attention=neutral.copy(),
        manner=manners,
        terms=terms,
        term_weights=weights,
    )


def new_at(row: Row, sources: dict[int, SourceFacts]) -> datetime:
    """When it became news: when it was published, or handed in."""
    facts = sources.get(row.source_id)
    if facts is None or not facts.handed_in:
        return row.published_at
    return max(row.published_at, EPOCH + row.item_id * MICROSECOND)


def cost_of_row(row: Row, source: SourceFacts | None, memberships: Sequence[str]) -> Cost:
    """See `cost_of`."""
    return cost_of(
        form=row.form,
        access=row.access,
        minutes=row.minutes,
        words=row.words,
        about=row.about,
        host=host_of(row.address) if memberships and row.access in CLOSED else "",
        source_median=source.median_minutes if source else None,
        memberships=memberships,
    )


def _is_vendor(row: Row, sources: dict[int, SourceFacts]) -> bool:
    return row.source_id in sources and sources[row.source_id].vendor
