"""What a full run leaves for those of the same day: the pointings it read, so that only new ones are read again.

Kept as numbers alone, in the order of who points at whom, so that the day's runs need not sort them. What changed
meanwhile about who is who is put right when they are taken up again; what was deleted goes with the next full run.

A run's parts, one after the other, are one text: MARK, the sizes of the columns in bytes, and each column packed.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from transom.apps.people.models import StandingPart, StandingRun
from transom.apps.people.standing.nodes import IDENTITY, KINDS, PERSON, Who
from transom.apps.people.standing.tables import NONE, Keys, Nodes
from transom.engine.graph import Endorsements

PIECE: Final = 256 * 1024
MOST_ROWS: Final = 30_000_000
"""More are not kept: some 10 bytes each, in the database and its backups."""
MARK: Final = b"pointed2"
COLUMNS: Final = ("keys", "source", "target", "kind", "at", "within")
START: Final = len(MARK) + 8 * len(COLUMNS)
PARTS_AT_ONCE: Final = 64
AT_ONCE: Final = 2
"""Columns that are packed or unpacked at the same time; neither holds up Python meanwhile."""


def keep(run: StandingRun, nodes: Nodes, told: Endorsements, within: NDArray[np.int64]) -> None:
    """Keeps the pointings of a run, a piece a transaction. Call it before the run counts as complete."""
    if len(told) > MOST_ROWS:
        return
    for number, data in enumerate(_pieces(nodes, told, within)):
        with transaction.atomic():
            StandingPart.objects.create(run=run, number=number, data=data)


def _pieces(nodes: Nodes, told: Endorsements, within: NDArray[np.int64]) -> Iterator[bytes]:
    columns = (nodes.keys, told.source, told.target, told.kind, told.at, within)
    with ThreadPoolExecutor(AT_ONCE, "shelf") as threads:
        packed = list(threads.map(_packed, columns))
    sizes = np.array([len(one) for one in packed], dtype=np.int64)
    whole = b"".join((MARK, sizes.tobytes(), *packed))
    yield from (whole[start : start + PIECE] for start in range(0, len(whole), PIECE))


def _packed(column: NDArray[Any]) -> bytes:
    out = io.BytesIO()
    np.save(out, column, allow_pickle=False)
    return zlib.compress(out.getbuffer(), 1)


def _unpacked(packed: memoryview) -> NDArray[Any]:
    found: NDArray[Any] = np.load(io.BytesIO(zlib.decompress(packed)), allow_pickle=False)
    return found


def take(run: StandingRun, who: Who) -> tuple[Nodes, Endorsements, NDArray[np.int64]] | None:
    """What was kept of a run, with its nodes as they are known by now; None where nothing was."""
    kept = _read(run)
    if kept is None:
        return None
    keys, source, target, kind, at, within = kept
    nodes, now = _by_now(keys, who)
    source, target = now[source], now[target]
    if (now == NONE).any():
        there = (source >= 0) & (target >= 0)
        source, target, kind, at, within = (one[there] for one in (source, target, kind, at, within))
    return nodes, Endorsements(source, target, kind, at), within


def _read(run: StandingRun) -> list[NDArray[Any]] | None:
    """The columns of what was kept; None where nothing was, or in another way than this release does."""
    parts = StandingPart.objects.filter(run=run).order_by("number").values_list("data", flat=True)
    whole = b"".join(bytes(part) for part in parts.iterator(chunk_size=PARTS_AT_ONCE))
    if len(whole) < START or not whole.startswith(MARK):
        return None
    sizes = np.frombuffer(whole, dtype=np.int64, count=len(COLUMNS), offset=len(MARK))
    ends = START + np.cumsum(sizes)
    if ends[-1] != len(whole):
        return None
    with ThreadPoolExecutor(AT_ONCE, "shelf") as threads:
        spans = zip((ends - sizes).tolist(), ends.tolist(), strict=True)
        packed = (memoryview(whole)[begin:end] for begin, end in spans)
        return list(threads.map(_unpacked, packed))


def _by_now(keys: Keys, who: Who) -> tuple[Nodes, NDArray[np.int32]]:
    """The nodes as they are known by now, in the order they had, and the number of each; NONE for who is gone."""
    kind, pk = keys % KINDS, keys // KINDS
    people = who.people(pk)
    here = np.where(people == NONE, NONE, people * KINDS + PERSON)
    now = np.where(kind == PERSON, here, np.where(kind == IDENTITY, who.identities(pk), who.sources(pk)))
    nodes = Nodes.met(now[now != NONE])
    return nodes, nodes.find(now).astype(np.int32)
