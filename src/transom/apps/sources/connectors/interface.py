"""What every connector is: asks a user for a query, and turns a service's answers into records, page by page.

class Meetings(Connector):
    name, title = "meetings", "A committee's meetings"
    asks = (Ask("committee", "Its acronym, for example hl7-ed.", example="hl7-ed"),)

    def address(self, query): return f"https://meetings.example/{query['committee']}"

    async def fetch(self, query, cursor, client, now): ...

A connector holds no state: what must be known next time stands in the cursor, which is stored in the same
transaction as the records that came with it.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from transom.apps.sources.connectors.records import Batch, Cursor
from transom.apps.sources.errors import SourceError
from transom.engine.core import addresses
from transom.engine.net.port import HttpPort

if TYPE_CHECKING:
    from transom.apps.sources.connectors.serving import Service

Query = Mapping[str, str]
ELSEWHERE = "at"
LONGEST_VALUE = 500
_TYPED = re.compile(r'\w+="(?P<several>[^"]*)"(?!\S)|\S+')


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing to be told: its name, a sentence for the user, an example, and what screens call it."""

    name: str
    says: str
    example: str = ""
    optional: bool = False
    label: str = ""

    @property
    def shown(self) -> str:
        """What a field for it is called."""
        return self.label or self.name.capitalize()


AT = Ask(
    ELSEWHERE,
    "Another server that speaks the same language, where you do not mean the usual one.",
    optional=True,
    label="Another server",
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A query that would bring something, and why."""

    query: Query
    title: str
    says: str = ""


@dataclass(frozen=True, slots=True)
class Meant:
    """What a pasted text means to a connector: certainly, or only by the look of an address (`sure` is false)."""

    query: Query
    sure: bool = True


class Connector(ABC):
    """A kind of source. Subclasses are made without arguments and registered under `transom.connectors`.

    `channel` is what its sources are (blog, journal, standards body, agency, forum, ...); `home` the service's
    usual address, "" where the query names the server; `every_minutes` how often it may be asked at most;
    `limits` what bounds it, in a sentence for the user ("" where nothing does);
    `searched` is where words are looked for, where a query names the server and the words name none;
    `free_words`: what it asks first may be any words, as in a search; `accounts_of_a_work`: an account is a place in
    a byline, so that whoever writes twice has two.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    says: ClassVar[str] = ""
    asks: ClassVar[tuple[Ask, ...]]
    channel: ClassVar[str] = "blog"
    home: ClassVar[str] = ""
    searched: ClassVar[str] = ""
    every_minutes: ClassVar[int] = 6 * 60
    limits: ClassVar[str] = ""
    free_words: ClassVar[bool] = False
    accounts_of_a_work: ClassVar[bool] = False
    sample: ClassVar[Query] = {}

    @abstractmethod
    def address(self, query: Query) -> str:
        """Where a person would look at the same; no two queries share one."""

    @abstractmethod
    async def fetch(self, query: Query, cursor: Cursor, client: HttpPort, now: datetime) -> Batch:
        """What came since the cursor, one page of it. Raises FetchError or ParseError where nothing usable came.

        A record that makes no sense becomes a sentence in the batch's problems.
        """

    async def discover(self, words: str, client: HttpPort, server: str = "") -> list[Suggestion]:
        """What one could follow here, for words a user typed, as `server` knows it, where another than the usual one
        was named; by default the words themselves, where they fit. Raises FetchError or ParseError.
        """
        query = self.understood(words)
        return [Suggestion(query, self.address(query))]

    async def search(self, words: str, client: HttpPort, server: str = "") -> list[Suggestion]:
        """What `discover` finds, each to be asked of the server that was named, where another one is usual."""
        found = await self.discover(words, client, server)
        if not (server and self.home):
            return found
        return [replace(one, query={**one.query, ELSEWHERE: server}) for one in found]

    @property
    def takes_words(self) -> bool:
        """Whether somebody who knows no name or number gets somewhere with words."""
        return self.free_words or (self.finds and bool(self.searched or self.home))

    @property
    def finds(self) -> bool:
        """Whether it can be searched for what one might follow."""
        return type(self).discover is not Connector.discover

    def recognise(self, text: str) -> Meant | None:
        """What a pasted address, handle or number means here; None where it means nothing."""
        return None

    def tidy(self, query: Query) -> Query:
        """The query as it is kept, checked. Raises SourceError."""
        return query

    def service(self) -> Service | None:
        """A local server of the real protocol with a sample in it, for tests, the demo and trying out."""
        return None

    def is_private(self, query: Query) -> bool:
        """Whether what it brings is meant for one person only."""
        return False

    def is_elsewhere(self, query: Query) -> bool:
        """Whether another server than the usual one is asked: what it claims counts for one user only."""
        return bool(query.get(ELSEWHERE)) and addresses.host_of(query[ELSEWHERE]) != addresses.host_of(
            self.home
        )

    def base(self, query: Query) -> str:
        """The server to ask, without a slash at the end."""
        return (query.get(ELSEWHERE) or self.home).rstrip("/")

    def understood(self, words: str) -> Query:
        """A query from what was typed, as `typed` reads it. Raises SourceError."""
        return self.checked(self.typed(words))

    def typed(self, words: str) -> Query:
        """What was typed, unchecked: NAME=VALUE or NAME="SEVERAL WORDS", and the rest for the first thing asked."""
        names = {ask.name for ask in self.asks} | {ELSEWHERE}
        query: dict[str, str] = {}
        rest: list[str] = []
        for found in _TYPED.finditer(words):
            name, sign, value = found[0].partition("=")
            if sign and name in names:
                query[name] = found["several"] or value
            else:
                rest.append(found[0])
        if rest:
            query.setdefault(self.asks[0].name, " ".join(rest))
        return query

    def checked(self, query: Query) -> Query:
        """The query, complete and tidy. Raises SourceError where something is missing or odd."""
        known = {ask.name for ask in self.asks} | {ELSEWHERE}
        clean = {name: value.strip() for name, value in query.items() if value.strip()}
        if strange := [name for name in clean if name not in known]:
            raise _wrong(self, f"{strange[0]!r} is nothing it asks for.")
        for ask in self.asks:
            if not ask.optional and ask.name not in clean:
                raise _wrong(self, f"Please name: {ask.name}. {ask.says}")
        if any(len(value) > LONGEST_VALUE for value in clean.values()):
            raise _wrong(self, f"No answer may be longer than {LONGEST_VALUE} characters.")
        if not addresses.is_http(clean.get(ELSEWHERE, "https://x.example")):
            raise _wrong(self, f"{clean[ELSEWHERE]!r} is no web address. Begin it with https://.")
        return self.tidy(clean)


def _wrong(connector: Connector, words: str) -> SourceError:
    return SourceError(f"{connector.title}: {words}", permanent=True)
