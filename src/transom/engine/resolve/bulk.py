"""A million identities: DuckDB holds the keys, joins the blocks and spills to disk; the model is the same.

The pairs that share a key are found by one join. Every pair is weighed by the code that weighs any other, so
bulk and plain runs agree by construction; what DuckDB saves is the memory and time of the blocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import numpy as np

from transom.engine.resolve.block import LARGEST, OFFER, STRONG, keys_of, kind, number
from transom.engine.resolve.census import take
from transom.engine.resolve.model import Decision, Identity, Pair, Resolution, Thresholds
from transom.engine.resolve.people import Scorer, floor_bits, resolution
from transom.engine.resolve.traits import traits_of
from transom.engine.resolve.weigh import pair_of
from transom.engine.resolve.weights import Weights

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

CHUNK: Final = 200_000
MEMORY: Final = "2GB"

_COLUMNS: Final = ("key", "largest", "seeks", "id")
_BLOCKS: Final = """
    create table members as select key, largest, id, bool_or(seeks) as seeks from keys group by key, largest, id;
    create table blocks as
    select key from members group by key, largest having count(*) between 2 and largest
"""
_WEAK: Final = """
    select distinct one.id as a, other.id as b
    from blocks join members one using (key) join members other using (key)
    where one.id < other.id and (one.seeks or other.seeks)
"""
_STRONG: Final = """
    select distinct a, b from (
        select lag(id) over (partition by key order by id) as a, id as b from members where largest = 0
    ) where a is not null
"""


class Bulk:
    """Many identities made ready: about 3 kB each. `census` is what later days stand on."""

    def __init__(self, identities: Iterable[Identity], weights: Weights | None = None) -> None:
        self.traits = {one.id: traits_of(one) for one in identities}
        self.census = take(self.traits.values())
        self._weights = weights or Weights()

    def keys(self) -> Iterator[tuple[str, int]]:
        """(key, identity), as an incremental run looks them up."""
        return ((key, one.id) for one in self.traits.values() for key in keys_of(one))

    def resolve(
        self,
        *,
        decisions: Sequence[Decision] = (),
        thresholds: Thresholds | None = None,
        threads: int = 2,
        memory: str = MEMORY,
    ) -> Resolution:
        """As `people.resolve`. `memory` is what DuckDB may hold before it spills to a temporary folder.

        Raises ModuleNotFoundError without the extra `bulk`.
        """
        with TemporaryDirectory(prefix="transom-bulk-") as folder, _opened(Path(folder) / "keys") as base:
            base.execute(f"set threads = {int(threads)}; set memory_limit = '{memory}'")
            _store_keys(base, self.keys())
            kept = self._weighed(candidates(base), floor_bits(self.census, thresholds))
        scorer = Scorer(self.traits, self.census, self._weights, kept)
        return resolution(self.traits, kept, scorer, decisions=decisions, thresholds=thresholds)

    def _weighed(self, found: Iterable[tuple[int, int]], floor: float) -> list[Pair]:
        traits, census, weights = self.traits, self.census, self._weights
        weighed = (pair_of(traits[a], traits[b], census, weights) for a, b in found)
        return [pair for pair in weighed if pair.joined or pair.parted or pair.bits >= floor]


def _opened(path: Path) -> DuckDBPyConnection:
    import duckdb  # noqa: PLC0415  only this room of the engine needs the extra

    return duckdb.connect(str(path))


def candidates(base: DuckDBPyConnection) -> Iterator[tuple[int, int]]:
    """All pairs to compare, each once."""
    base.execute(_BLOCKS)
    answer = base.execute(f"{_WEAK} union {_STRONG}")
    while rows := answer.fetchmany(CHUNK):
        yield from rows


def _store_keys(base: DuckDBPyConnection, keys: Iterable[tuple[str, int]]) -> None:
    base.execute("create table keys (key bigint, largest usmallint, seeks boolean, id bigint)")
    rows = (_row(key, one) for key, one in keys)
    while chunk := list(islice(rows, CHUNK)):
        base.register("fresh", dict(zip(_COLUMNS, np.array(chunk, dtype=np.int64).T, strict=True)))
        base.execute("insert into keys select key, largest, seeks, id from fresh")
        base.unregister("fresh")


def _row(key: str, one: int) -> tuple[int, int, bool, int]:
    return number(key.removeprefix(OFFER)), _largest(key), not key.startswith(OFFER), one


def _largest(key: str) -> int:
    """The bound of a key's block; 0 for a strong key, whose block is chained."""
    return 0 if key.startswith(STRONG) else LARGEST[kind(key)]
