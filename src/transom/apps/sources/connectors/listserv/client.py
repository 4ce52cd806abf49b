"""Reading a LISTSERV archive by its feed."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from transom.apps.sources.connectors import asking
from transom.apps.sources.connectors.interface import Ask, Connector, Meant, Query
from transom.apps.sources.connectors.letters import Letters
from transom.apps.sources.connectors.listing import ask_letters
from transom.apps.sources.connectors.listserv.mapping import SERVICE, archive_of, letters_of
from transom.apps.sources.connectors.listserv.server import sample_service
from transom.apps.sources.connectors.records import Batch, Cursor
from transom.apps.sources.connectors.serving import Service
from transom.apps.sources.errors import SourceError
from transom.engine.net.port import HttpPort

LATEST = 100


class Lists(Connector):
    name = "listserv"
    title = "Mailing lists (LISTSERV)"
    says = "What is asked and answered on a list whose archive is open, and by whom."
    asks = (
        Ask(
            "archive",
            "The archive's address: it has wa or webadmin in it, and the list's name.",
            "https://lists.example.org/cgi-bin/wa?A0=NURSING-L",
            label="Address",
        ),
    )
    channel = "mailing list"
    every_minutes = 6 * 60
    limits = "The latest hundred letters, where the archive is open to all. Many lists show theirs to members only."
    sample = {"archive": "https://lists.example/cgi-bin/wa?A0=KEEPERS-L"}

    def address(self, query: Query) -> str:
        return query["archive"]

    def recognise(self, text: str) -> Meant | None:
        return Meant({"archive": text}) if archive_of(text)[1] else None

    def tidy(self, query: Query) -> Query:
        program, name = archive_of(query["archive"])
        if not name:
            raise SourceError(
                f"{query['archive'][:200]!r} is no archive of LISTSERV. Its address has wa or webadmin in it, and "
                "A0= with the list's name.",
                permanent=True,
            )
        if query.get("at"):
            program = query["at"].rstrip("/") + urlsplit(program).path
        return {"archive": f"{program}?A0={name}"}

    def service(self) -> Service:
        return sample_service()

    async def fetch(self, query: Query, cursor: Cursor, client: HttpPort, now: datetime) -> Batch:
        """The latest letters; what was read before stays as it is."""
        program, name = archive_of(query["archive"])
        wanted = asking.Wanted(
            f"{program}?RSS&L={name}&v=2.0&LIMIT={LATEST}", accept="application/rss+xml, */*;q=0.1"
        )
        told = await ask_letters(client, wanted, cursor)
        if told is None:
            return Batch(cursor=cursor, unchanged=True)
        mapped = Letters(SERVICE, name, program, told.threads)
        mapped.add_all(letters_of(told.entries))
        return told.batch(mapped, self.address(query), name)
