"""Reading a group's public archive by its feed."""

from __future__ import annotations

from datetime import datetime

from transom.apps.sources.connectors import asking
from transom.apps.sources.connectors.groupsio.mapping import SERVICE, group_of, letters_of
from transom.apps.sources.connectors.groupsio.server import sample_service
from transom.apps.sources.connectors.interface import Ask, Connector, Meant, Query
from transom.apps.sources.connectors.letters import Letters
from transom.apps.sources.connectors.listing import Told, ask_letters
from transom.apps.sources.connectors.records import Batch, Cursor
from transom.apps.sources.connectors.serving import Service
from transom.apps.sources.errors import SourceError
from transom.engine.core.errors import FetchError
from transom.engine.net.port import HttpPort
from transom.engine.parse import discover

FEED = "application/rss+xml, application/xml;q=0.9, */*;q=0.1"


class Groups(Connector):
    name = "groupsio"
    title = "Groups (groups.io)"
    says = "What is asked and answered in a group whose archive is open, and by whom."
    asks = (Ask("group", "The group's address.", "https://groups.io/g/keepers", label="Address"),)
    channel = "mailing list"
    every_minutes = 6 * 60
    limits = (
        "The latest letters, where the archive is open to everybody. Many groups show theirs to members only."
    )
    sample = {"group": "https://groups.io/g/keepers"}

    def address(self, query: Query) -> str:
        return query["group"]

    def recognise(self, text: str) -> Meant | None:
        _, name, sure = group_of(text)
        return Meant({"group": text}, sure=sure) if name else None

    def tidy(self, query: Query) -> Query:
        given = query["group"] if "://" in query["group"] else f"https://{query['group']}"
        site, name, _ = group_of(given)
        if not name:
            raise SourceError(
                f"{query['group'][:200]!r} is no group's address, such as https://groups.io/g/keepers.",
                permanent=True,
            )
        site = query["at"].rstrip("/") if query.get("at") else site
        return {"group": f"{site}/g/{name}"}

    def service(self) -> Service:
        return sample_service()

    async def fetch(self, query: Query, cursor: Cursor, client: HttpPort, now: datetime) -> Batch:
        """The latest letters; what was read before stays as it is."""
        group = query["group"]
        name = group.rpartition("/")[2]
        told = await _ask(client, group, cursor)
        if told is None:
            return Batch(cursor=cursor, unchanged=True)
        mapped = Letters(SERVICE, name, group, told.threads)
        mapped.add_all(letters_of(told.entries))
        return told.batch(mapped, group, name)


async def _ask(client: HttpPort, group: str, cursor: Cursor) -> Told | None:
    """The feed at its usual address, else the one that the group's page names."""
    try:
        return await ask_letters(client, asking.Wanted(f"{group}/rss", accept=FEED), cursor)
    except FetchError as error:
        if error.status != 404:
            raise
    response = await asking.ask(client, asking.Wanted(group, accept="text/html, */*;q=0.1"))
    named = discover(response.body, url=response.url, content_type=response.headers.get("content-type"))
    for link in named:
        if not link.guessed:
            return await ask_letters(client, asking.Wanted(link.url, accept=FEED), cursor)
    message = f"{group} has no archive that is open to everybody. Its letters can come to Transom by mail."
    raise FetchError("http-status", message, url=group, status=403)
