"""Tables of identities and people for the scale benchmark, alike on SQLite and PostgreSQL."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, fields
from datetime import date
from itertools import islice
from typing import Any, Final

import psycopg

from transom.engine.resolve import Account, Census, Identity, Mail, Pair, Resolution, traits_of
from transom.engine.resolve.block import keys_of, number

CHUNK: Final = 50_000
ASKED: Final = 500
"""Values of one `in (...)`."""

_TABLES: Final = """
    create table identity (id bigint primary key, body text not null, truth bigint, day integer not null);
    create table person (identity bigint primary key, person bigint not null);
    create table pair (a bigint, b bigint, who real, activity real, organization real, company real,
                       joined integer, parted integer);
    create table key (key bigint not null, id bigint not null);
    create table census (kind text not null, value text not null, number double precision not null)
"""


def opened(address: str) -> Any:
    """A connection to close at the end: to a server where `address` is one, else to a file."""
    if address.startswith("postgresql:"):
        return closing(psycopg.connect(address))
    base = sqlite3.connect(address)
    base.executescript("pragma journal_mode = wal; pragma synchronous = normal; pragma cache_size = -200000")
    return closing(base)


class Tables:
    """What both databases share; also the library that an incremental run asks."""

    mark = "?"

    def __init__(self, base: Any) -> None:
        self._base = base

    def create(self) -> None:
        """Make the tables, empty."""
        for table in ("identity", "person", "pair", "key", "census"):
            self._base.execute(f"drop table if exists {table}")
        for statement in _TABLES.split(";"):
            self._base.execute(statement)
        self._base.commit()

    def write_identities(self, rows: Iterable[tuple[Identity, int]]) -> None:
        """Identities of earlier days, each with its true person."""
        self._write("identity", ((one.id, _packed(one), truth, 0) for one, truth in rows))

    def write_day(self, identities: Iterable[Identity]) -> None:
        """Identities that are not there before tomorrow."""
        self._write("identity", ((one.id, _packed(one), -1, 1) for one in identities))

    def all_identities(self) -> Iterator[Identity]:
        """All identities of earlier days, streamed."""
        return map(_unpacked, self._stream("select id, body from identity where day = 0 order by id"))

    def day(self) -> Iterator[Identity]:
        """The new ones."""
        return map(_unpacked, self._stream("select id, body from identity where day = 1 order by id"))

    def truth(self) -> dict[int, int]:
        """The true person of each identity."""
        return dict(self._stream("select id, truth from identity where day = 0"))

    def write_people(self, people: Mapping[int, int]) -> None:
        """Who is who."""
        self._write("person", people.items())

    def write_pairs(self, pairs: Iterable[Pair]) -> None:
        """The pairs kept."""
        self._write("pair", map(_row, pairs))
        for side in "ab":
            self._base.execute(f"create index pair_{side} on pair ({side})")
        self._base.commit()

    def write_keys(self, keys: Iterable[tuple[str, int]]) -> None:
        """The keys an incremental run looks up."""
        self._write("key", ((number(key), one) for key, one in keys))
        self._base.execute("create index key_key on key (key, id)")
        self._base.commit()

    def write_census(self, census: Census) -> None:
        """The counts that later days stand on."""
        kinds = {field.name: getattr(census, field.name) for field in fields(census)}
        kinds["crowds"] = dict.fromkeys(census.crowds, 1)
        for kind, values in kinds.items():
            counts = values.items() if isinstance(values, Mapping) else [("", values)]
            self._write("census", ((kind, value, count) for value, count in counts))

    def census(self) -> Census:
        """The counts of the last full run."""
        kept: dict[str, dict[str, Any]] = defaultdict(dict)
        for kind, value, count in self._stream("select kind, value, number from census"):
            kept[kind][value] = count if kind == "activity" else int(count)
        sizes = {kind: int(kept.pop(kind)[""]) for kind in ("identities", "names")}
        return Census(**sizes, crowds=frozenset(kept.pop("crowds", {})), **kept)

    def sharing(self, keys: Collection[str]) -> Iterator[tuple[str, int]]:
        """See `Library`."""
        named = {number(key): key for key in keys}
        rows = self._asked("select key, id from key where key in ({})", sorted(named))
        return ((named[key], one) for key, one in rows)

    def identities(self, ids: Collection[int]) -> Iterator[Identity]:
        """See `Library`."""
        return map(_unpacked, self._asked("select id, body from identity where id in ({})", sorted(ids)))

    def pairs(self, ids: Collection[int]) -> Iterator[Pair]:
        """See `Library`."""
        columns = "a, b, who, activity, organization, company, joined, parted"
        for side in "ab":
            for row in self._asked(f"select {columns} from pair where {side} in ({{}})", sorted(ids)):
                yield Pair(*row[:6], bool(row[6]), bool(row[7]))

    def add_day(self, new: Sequence[Identity], found: Resolution) -> None:
        """Store what a day brought: keys, pairs and the people touched."""
        fresh = {one.id for one in new}
        self._write("key", ((number(key), one.id) for one in new for key in keys_of(traits_of(one))))
        self._write("pair", (_row(pair) for pair in found.pairs if fresh & {pair.a, pair.b}))
        people = found.people()
        for _ in self._asked("delete from person where identity in ({}) returning 1", sorted(people)):
            pass
        self._write("person", people.items())

    def _asked(self, statement: str, values: Sequence[int]) -> Iterator[Any]:
        for at in range(0, len(values), ASKED):
            part = values[at : at + ASKED]
            yield from self._base.execute(statement.format(",".join([self.mark] * len(part))), part)

    def _stream(self, statement: str) -> Iterator[Any]:
        yield from self._base.execute(statement)

    def _write(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        rows = iter(rows)
        while chunk := list(islice(rows, CHUNK)):
            marks = ",".join(self.mark * len(chunk[0]))
            self._base.executemany(f"insert into {table} values ({marks})", chunk)
        self._base.commit()


class PostgresTables(Tables):
    """The same by COPY and server-side cursors."""

    mark = "%s"

    def _stream(self, statement: str) -> Iterator[Any]:
        with self._base.cursor(name="stream") as cursor:
            cursor.itersize = CHUNK
            yield from cursor.execute(statement)

    def _asked(self, statement: str, values: Sequence[int]) -> Iterator[Any]:
        yield from self._base.execute(statement.replace("in ({})", "= any(%s)"), [list(values)])

    def _write(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        with self._base.cursor() as cursor, cursor.copy(f"copy {table} from stdin") as copy:
            for row in rows:
                copy.write_row(row)
        self._base.execute(f"analyze {table}")
        self._base.commit()


def tables_in(base: Any, address: str) -> Tables:
    """The tables of the database at an address."""
    return PostgresTables(base) if address.startswith("postgresql:") else Tables(base)


def _row(pair: Pair) -> tuple[Any, ...]:
    sums = (pair.who, pair.activity, pair.organization, pair.company)
    return (pair.a, pair.b, *sums, int(pair.joined), int(pair.parted))


def _packed(identity: Identity) -> str:
    body = {key: value for key, value in asdict(identity).items() if value and key != "id"}
    return json.dumps(body, default=date.isoformat)


def _unpacked(row: tuple[int, str]) -> Identity:
    body = json.loads(row[1])
    for name, kind in (("mails", Mail), ("accounts", Account)):
        body[name] = tuple(kind(**one) for one in body.get(name, ()))
    for name in ("first", "last"):
        if name in body:
            body[name] = date.fromisoformat(body[name])
    return Identity(
        row[0], **{key: tuple(value) if isinstance(value, list) else value for key, value in body.items()}
    )
