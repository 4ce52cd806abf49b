"""A made-up world of people for the scale benchmark: names as unequal, and rows a person as skewed, as in life.

Given names and surnames are drawn from Zipf's law (exponents 0.9 and 0.75 over 5,000 and 150,000 names), so that
the commonest full name has hundreds of bearers and most have one. A person has 1 row in 55 of 100 cases, else
a number with a long tail up to 40, each at one of four sorts of source: a mailbox with a name, a byline with
a site, an account with a handle, an author with an employer. One row in 200 is a role or a placeholder.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from transom.engine.resolve import Account, Identity, Mail
from transom.engine.resolve.facts import COMMON

GIVEN, SURNAMES, EMPLOYERS = 5_000, 150_000, 20_000
FIRST_DAY = date(2012, 1, 1)
_SYLLABLES = (
    "ba be bo da de du fa fi ga go ha he ja jo ka ke ki la le lu ma me mi na ne no pa pe ra re ro sa se so "
)
_SYLLABLES += "ta te to va ve wa wi ya yo za zu chen dor fel gan hol kar lin mar nor pol rin sen tor vin"


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the rows of one person are drawn from."""

    number: int
    given: str
    surname: str
    handle: str
    mails: tuple[str, ...]
    site: str
    employer: str
    start: date
    days: int


class World:
    """People and their rows, the same for the same seed."""

    def __init__(self, seed: int = 7) -> None:
        self.draw = random.Random(seed)
        self._given = _zipf(self._names(GIVEN, 2), 0.9)
        self._surnames = _zipf(self._names(SURNAMES, 3), 0.75)
        self._number = 0
        self._taken = set[str]()

    def identities(self, count: int) -> Iterator[tuple[Identity, int]]:
        """That many rows, each with the number of its person (-1: nobody's); ids count from 0."""
        row = 0
        while row < count:
            if self.draw.random() < 0.005:
                yield self._nobody(row), -1
                row += 1
                continue
            person = self._person()
            for _ in range(min(self._rows(), count - row)):
                yield self._row(row, person), person.number
                row += 1

    def _names(self, count: int, syllables: int) -> list[str]:
        known = [name for name in COMMON if name.isascii()]
        made: dict[str, None] = dict.fromkeys(known[: count // 20])
        parts = _SYLLABLES.split()
        while len(made) < count:
            made["".join(self.draw.choices(parts, k=syllables + (self.draw.random() < 0.4)))] = None
        return list(made)

    def _rows(self) -> int:
        if self.draw.random() < 0.55:
            return 1
        return min(40, 1 + int(self.draw.paretovariate(1.4)))

    def _person(self) -> Person:
        self._number += 1
        draw = self.draw
        given = draw.choices(self._given[0], cum_weights=self._given[1])[0]
        surname = draw.choices(self._surnames[0], cum_weights=self._surnames[1])[0]
        handle = self._free(self._handle(given, surname))
        employer = f"employer{int(draw.paretovariate(0.6)) % EMPLOYERS}"
        mails = [f"{handle}@{draw.choice(('gmail.com', 'outlook.com', 'posteo.de'))}"]
        if draw.random() < 0.5:
            mails.append(f"{self._free(f'{given}.{surname}@{employer}')}.com")
        site = f"https://{handle}.net" if draw.random() < 0.25 else ""
        start = FIRST_DAY + timedelta(days=draw.randrange(4000))
        return Person(
            self._number, given, surname, handle, tuple(mails), site, employer, start, draw.randrange(1, 1500)
        )

    def _handle(self, given: str, surname: str) -> str:
        kind = self.draw.random()
        digits = str(self.draw.randrange(10, 9999))
        if kind < 0.3:
            return given + surname + (digits if self.draw.random() < 0.5 else "")
        if kind < 0.5:
            return given[0] + surname + (digits if self.draw.random() < 0.5 else "")
        return "".join(self.draw.choices(_SYLLABLES.split(), k=3)) + (digits if kind < 0.8 else "")

    def _free(self, handle: str) -> str:
        """Two people never hold one mailbox: who comes later adds a number, as in life."""
        while handle in self._taken:
            handle += str(self.draw.randrange(10, 999))
        self._taken.add(handle)
        return handle

    def _row(self, row: int, person: Person) -> Identity:
        draw = self.draw
        name = self._written(person)
        first = person.start + timedelta(days=draw.randrange(person.days))
        last = first + timedelta(days=draw.randrange(200))
        sort = draw.randrange(4)
        if sort == 0:
            return Identity(row, (name,), (Mail(draw.choice(person.mails)),), first=first, last=last)
        if sort == 1:
            return Identity(row, (name,), home=person.site, first=first, last=last)
        if sort == 2:
            shown = name if draw.random() < 0.6 else person.handle
            account = Account(f"service{draw.randrange(3)}", str(person.number))
            return Identity(
                row, (shown,), accounts=(account,), handles=(person.handle,), first=first, last=last
            )
        return Identity(row, (name,), organization=person.employer, first=first, last=last)

    def _written(self, person: Person) -> str:
        how = self.draw.random()
        given, surname = person.given.title(), person.surname.title()
        if how < 0.80:
            return f"{given} {surname}"
        if how < 0.87:
            return f"{given[0]}. {surname}"
        if how < 0.92:
            return f"{surname}, {given}"
        return f"{given} {self.draw.choice('ABCDEFGHJKLMNPRST')}. {surname}" if how < 0.97 else given

    def _nobody(self, row: int) -> Identity:
        name, mail = self.draw.choice(
            (
                ("unknown", "none@none"),
                ("root", "devnull@localhost"),
                ("The Editorial Team", "info@employer1.com"),
            )
        )
        return Identity(row, (name,), (Mail(mail),))


def _zipf(names: list[str], exponent: float) -> tuple[list[str], list[float]]:
    return names, list(accumulate((rank + 1) ** -exponent for rank in range(len(names))))
