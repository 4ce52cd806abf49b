"""What a full run leaves for those of the same day: the pointings it read, so that only new ones are read again.

Kept as numbers alone. What changed meanwhile about who is who is put right when they are taken up again; what was
deleted goes with the next full run.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from typing import Final

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from transom.apps.people.models import StandingPart, StandingRun
from transom.apps.people.standing.nodes import IDENTITY, KINDS, NONE, PERSON, Keys, Nodes, Who
from transom.engine.graph import Endorsements

PIECE: Final = 256 * 1024
MOST_ROWS: Final = 30_000_000
"""More are not kept: some 10 bytes each, in the database and its backups."""


def keep(run: StandingRun, nodes: Nodes, told: Endorsements, within: NDArray[np.int64]) -> None:
    """Keeps the pointings of a run, a piece a transaction. Call it before the run counts as complete."""
    if len(told) > MOST_ROWS:
        return
    for number, data in enumerate(_pieces(nodes, told, within)):
        with transaction.atomic():
            StandingPart.objects.create(run=run, number=number, data=data)


def _pieces(nodes: Nodes, told: Endorsements, within: NDArray[np.int64]) -> Iterator[bytes]:
    out = io.BytesIO()
    keys = np.array(nodes.keys, dtype=np.int64)
    np.savez(
        out,
        keys=keys,
        source=told.source,
        target=told.target,
        kind=told.kind,
        at=told.at,
        within=within,
    )
    packed = zlib.compress(out.getvalue(), 1)
    yield from (packed[start : start + PIECE] for start in range(0, len(packed), PIECE))


def take(run: StandingRun, who: Who) -> tuple[Nodes, Endorsements, NDArray[np.int64]] | None:
    """What was kept of a run, with its nodes as they are known by now; None where nothing was."""
    parts = list(StandingPart.objects.filter(run=run).order_by("number").values_list("data", flat=True))
    if not parts:
        return None
    kept = np.load(io.BytesIO(zlib.decompress(b"".join(bytes(part) for part in parts))), allow_pickle=False)
    nodes = Nodes()
    now = _by_now(kept["keys"], who, nodes)
    source, target = now[kept["source"]], now[kept["target"]]
    there = (source >= 0) & (target >= 0)
    told = Endorsements(
        source[there].astype(np.int32),
        target[there].astype(np.int32),
        kept["kind"][there],
        kept["at"][there],
    )
    within: NDArray[np.int64] = kept["within"][there]
    return nodes, told, within


def _by_now(keys: Keys, who: Who, nodes: Nodes) -> NDArray[np.int64]:
    """The number of each node by now; NONE for people who are gone."""
    kind, pk = keys % KINDS, keys // KINDS
    people = who.people(pk)
    here = np.where(people == NONE, NONE, people * KINDS + PERSON)
    now = np.where(kind == PERSON, here, np.where(kind == IDENTITY, who.identities(pk), who.sources(pk)))
    found = np.full(len(keys), NONE, dtype=np.int64)
    found[now != NONE] = nodes.numbers(now[now != NONE])
    return found
