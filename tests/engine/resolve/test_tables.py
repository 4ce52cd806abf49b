"""The library of an incremental run, kept in real tables: as in memory, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks.resolve_tables import Tables, opened, tables_in
from benchmarks.resolve_world import World
from tests.engine.resolve.made import crowd, day, together, who
from tests.servers.postgres import Cluster, postgres, why_not

from transom.engine.resolve import Account, Identity, Mail, absorb, resolve, take, traits_of
from transom.engine.resolve.block import keys_of

__all__ = ["postgres"]

NAME = "Wilhelmina Featherstonehaugh"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def tables(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Tables]:
    """Empty tables on a database of each kind."""
    if request.param == "sqlite":
        address = str(tmp_path / "people.sqlite3")
    elif reason := why_not():
        pytest.skip(reason)
    else:
        cluster: Cluster = request.getfixturevalue("postgres")
        address = cluster.url
    with opened(address) as base:
        kept = tables_in(base, address)
        kept.create()
        yield kept


def stored(tables: Tables, identities: list[Identity]) -> None:
    """A full run, kept."""
    found = resolve(identities)
    tables.write_identities((one, -1) for one in identities)
    tables.write_people(found.people())
    tables.write_pairs(found.pairs)
    tables.write_keys((key, one.id) for one in identities for key in keys_of(traits_of(one)))
    tables.write_census(take(map(traits_of, identities)))


def test_what_is_written_is_read(tables: Tables) -> None:
    full = Identity(
        7,
        (NAME, "王伟"),
        (Mail("wf@lee.net", verified=True),),
        (Account("forge", "7"),),
        handles=("wfeather",),
        orcid="0000-0002-1825-0097",
        home="https://lee.net",
        me=("https://a.example.org/@b",),
        organization="Lee",
        domains=("lee.net",),
        coauthors=("p7",),
        first=day(0),
        last=day(9),
    )
    rows = [full, *crowd(250)]
    stored(tables, rows)
    assert list(tables.identities([7])) == [full]
    assert list(tables.all_identities()) == rows
    assert tables.census() == take(map(traits_of, rows))
    assert resolve(tables.all_identities()) == resolve(rows)


def test_a_day_is_absorbed_as_in_one_full_run(tables: Tables) -> None:
    old = [who(1, NAME, "wf@one.com"), who(2, "Zoe Quist", "zq@two.com"), *crowd(300)]
    stored(tables, old)
    new = [who(3, NAME, "wf@three.com"), who(4, "Z. Quist")]
    tables.write_day(new)
    found = absorb(new, tables, tables.census())
    tables.add_day(new, found)
    assert together(found, 1, 3)
    census = tables.census()
    whole, again = resolve([*old, *new], census=census), absorb([who(5, NAME)], tables, census)
    assert together(whole, 1, 3)
    assert together(again, 1, 3, 5)


def test_the_made_up_world_is_the_same_for_the_same_seed() -> None:
    assert list(World(3).identities(50)) == list(World(3).identities(50))
    rows = list(World(3).identities(400))
    assert [identity.id for identity, _ in rows] == list(range(400))
    assert len({person for _, person in rows}) < 350
