"""A million identities: DuckDB holds the keys, joins the blocks and spills to disk; the model is the same.

The pairs that share a key are found by one join. Every pair is weighed by the code that weighs any other, so
bulk and plain runs agree by construction; what DuckDB saves is the memory and time of the blocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import numpy as np

from transom.engine.resolve.block import LARGEST, STRONG, keys_of, kind
from transom.engine.resolve.census import take
from transom.engine.resolve.model import Decision, Identity, Resolution, Thresholds
from transom.engine.resolve.people import Scorer, floor_bits, resolution
from transom.engine.resolve.traits import Traits, traits_of
from transom.engine.resolve.weigh import pair_of
from transom.engine.resolve.weights import Weights

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

CHUNK: Final = 200_000
MEMORY: Final = "2GB"
"""What DuckDB may hold before it spills."""

_BLOCKS: Final = """
    create table blocks as
    select key, count(*) as members from keys group by key, largest
    having count(*) > 1 and count(*) <= largest
"""
_WEAK: Final = """
    select distinct one.id as a, other.id as b
    from blocks join keys one using (key) join keys other using (key)
    where one.id < other.id
"""
_STRONG: Final = """
    select distinct a, b from (
        select lag(id) over (partition by key order by id) as a, id as b from keys where largest = 0
    ) where a is not null
"""


def resolve_in_bulk(
    identities: Iterable[Identity],
    *,
    decisions: Sequence[Decision] = (),
    weights: Weights | None = None,
    thresholds: Thresholds | None = None,
    threads: int = 2,
) -> Resolution:
    """As `people.resolve`, for as many as memory holds traits of (about 2 kB each).

    Raises ModuleNotFoundError without the extra `bulk`.
    """
    import duckdb  # noqa: PLC0415  only this room of the engine needs the extra

    traits = {one.id: traits_of(one) for one in identities}
    census, given = take(traits.values()), weights or Weights()
    floor = floor_bits(census, thresholds)
    with (
        TemporaryDirectory(prefix="transom-bulk-") as folder,
        duckdb.connect(str(Path(folder) / "keys")) as base,
    ):
        base.execute(f"set threads = {int(threads)}; set memory_limit = '{MEMORY}'")
        _store_keys(base, traits.values())
        weighed = (pair_of(traits[a], traits[b], census, given) for a, b in candidates(base))
        kept = [pair for pair in weighed if pair.joined or pair.parted or pair.bits >= floor]
    scorer = Scorer(traits, census, given)
    return resolution(traits, kept, scorer, decisions=decisions, thresholds=thresholds)


def candidates(base: DuckDBPyConnection) -> Iterator[tuple[int, int]]:
    """All pairs to compare, each once."""
    base.execute(_BLOCKS)
    answer = base.execute(f"{_WEAK} union {_STRONG}")
    while rows := answer.fetchmany(CHUNK):
        yield from rows


def _store_keys(base: DuckDBPyConnection, traits: Iterable[Traits]) -> None:
    base.execute("create table keys (key ubigint, largest usmallint, id bigint)")
    rows = ((_hash(key), _largest(key), one.id) for one in traits for key in keys_of(one))
    while chunk := list(islice(rows, CHUNK)):
        key, largest, number = zip(*chunk, strict=True)
        table = {
            "key": np.array(key, dtype=np.uint64),
            "largest": np.array(largest, dtype=np.uint16),
            "id": np.array(number, dtype=np.int64),
        }
        base.register("fresh", table)
        base.execute("insert into keys select key, largest, id from fresh")
        base.unregister("fresh")


def _hash(key: str) -> int:
    return int.from_bytes(blake2b(key.encode("utf-8", "replace"), digest_size=8).digest(), "big")


def _largest(key: str) -> int:
    """The bound of a key's block; 0 for a strong key, whose block is chained."""
    return 0 if key.startswith(STRONG) else LARGEST[kind(key)]
