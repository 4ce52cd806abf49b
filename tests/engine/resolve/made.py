"""People for tests, in one line each."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Iterator
from datetime import date

from hypothesis import strategies as st

from transom.engine.resolve import Identity, Mail, Pair, Resolution

ORCID, OTHER_ORCID = "0000-0002-1825-0097", "0000-0001-5109-3700"

ROW = st.builds(
    lambda name, mail, handle, code: (name, mail, handle, code),
    st.sampled_from(
        ["Ann Lee", "Anne Lee", "A. Lee", "Zoe Quist", "ann", "unknown", "王伟", "", "Ann Lee and Zoe Quist"]
    ),
    st.sampled_from(
        ["", "ann@lee.net", "zoe.quist@gmail.com", "devnull@localhost", "info@lee.net", "ann.lee@gmail.com"]
    ),
    st.sampled_from(["", "annlee", "kestrel77", "zoe", "admin"]),
    st.sampled_from(["", "", "", ORCID, OTHER_ORCID]),
)


PRIOR = -10.0

PAIRS = st.lists(
    st.tuples(
        st.integers(0, 9),
        st.integers(0, 9),
        st.floats(-12, 30).map(lambda bits: round(bits, 2)),
        st.sampled_from(["", "", "", "", "joined", "parted"]),
    ),
    max_size=25,
)


def pairs_from(rows: list[tuple[int, int, float, str]]) -> list[Pair]:
    """At most one pair for any two ids."""
    found = {}
    for a, b, bits, mark in rows:
        if a != b:
            key = (min(a, b), max(a, b))
            found[key] = Pair(*key, bits, joined=mark == "joined", parted=mark == "parted")
    return list(found.values())


class Known:
    """Weighs pairs as given, others as silent."""

    def __init__(self, pairs: list[Pair]) -> None:
        self._pairs = {(pair.a, pair.b): pair for pair in pairs}

    def __call__(self, a: int, b: int) -> Pair:
        key = (min(a, b), max(a, b))
        return self._pairs.get(key, Pair(*key, 0.0))


def who(number: int, name: str = "", mail: str = "", **fields: object) -> Identity:
    """An identity with at most one name and one mail; everything else by its field's name."""
    names = (name,) if name else ()
    mails = (Mail(mail),) if mail else ()
    return Identity(number, names=names, mails=mails, **fields)  # type: ignore[arg-type]


def crowd(count: int, start: int = 1000) -> list[Identity]:
    """So many people who share nothing, for a library of some size to stand in."""
    draw = random.Random(start)
    letters = "abcdefghiklmnoprstuvz"
    return [
        who(
            start + number,
            f"{''.join(draw.choices(letters, k=6)).title()} {''.join(draw.choices(letters, k=8)).title()}",
            f"{''.join(draw.choices(letters, k=9))}@example{number}.com",
        )
        for number in range(count)
    ]


def together(found: Resolution, *ids: int) -> bool:
    """Whether the identities are one person."""
    people = found.people()
    return len({people[one] for one in ids}) == 1


def apart(found: Resolution, *ids: int) -> bool:
    """Whether no two of the identities are one person."""
    people = found.people()
    return len({people[one] for one in ids}) == len(ids)


def day(number: int) -> date:
    """A day of 2020, counted from 0."""
    return date.fromordinal(date(2020, 1, 1).toordinal() + number)


class Shelf:
    """A library in memory, as the incremental run asks one."""

    def __init__(
        self, identities: Iterable[Identity], keys: Iterable[tuple[str, int]], pairs: Iterable[Pair]
    ) -> None:
        self.known = {one.id: one for one in identities}
        self.keys = list(keys)
        self.kept = set(pairs)
        self.loaded: set[int] = set()

    def sharing(self, keys: Collection[str]) -> Iterator[tuple[str, int]]:
        return (row for row in self.keys if row[0] in keys)

    def identities(self, ids: Collection[int]) -> Iterator[Identity]:
        self.loaded |= set(ids)
        return (self.known[one] for one in ids if one in self.known)

    def pairs(self, ids: Collection[int]) -> Iterator[Pair]:
        return (pair for pair in self.kept if pair.a in ids or pair.b in ids)
