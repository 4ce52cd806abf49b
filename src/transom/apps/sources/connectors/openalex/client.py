"""Asking OpenAlex without a key: lists cost little of a small daily budget, which all of a network share."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from transom.apps.sources.connectors import asking, values
from transom.apps.sources.connectors.interface import AT, Ask, Connector, Meant, Query, Suggestion
from transom.apps.sources.connectors.openalex.mapping import FIELDS, key_of, orcid_in, records_of
from transom.apps.sources.connectors.openalex.server import sample_service
from transom.apps.sources.connectors.records import Batch, Cursor
from transom.apps.sources.connectors.serving import Service
from transom.apps.sources.errors import SourceError
from transom.engine.net.port import HttpPort

PAGE = 100
BACK, OVERLAP = timedelta(days=365), timedelta(days=60)


class Papers(Connector):
    name = "openalex"
    title = "Papers (OpenAlex)"
    says = "What an author publishes, by ORCID, or what appears on a topic; with everybody who wrote it."
    asks = (
        Ask(
            "about",
            "An ORCID, or the number of an author (A…) or topic (T…) of OpenAlex.",
            "T10102",
            label="Author or topic",
        ),
        AT,
    )
    channel = "journal"
    home = "https://api.openalex.org"
    every_minutes = 24 * 60
    limits = "A small daily allowance, which everybody on your network shares. Papers appear there days to weeks late."
    sample = {"about": "T10102"}

    def address(self, query: Query) -> str:
        about = query["about"]
        where = query.get("at") or "https://openalex.org"
        return (
            f"{where.rstrip('/')}/{about}"
            if about[0] in "AT"
            else f"{where.rstrip('/')}/authors/orcid:{about}"
        )

    def recognise(self, text: str) -> Meant | None:
        place = r"https?://(?:www\.)?openalex\.org/(?:authors/|topics/)?([AaTt]\d{1,15})/?(?:[?#].*)?"
        found = re.fullmatch(place, text)
        return Meant({"about": found[1]}) if found else None

    def tidy(self, query: Query) -> Query:
        given = query["about"].strip()
        about = orcid_in(given.upper()) or given.upper().rpartition("/")[2]
        if not orcid_in(about) and not re.fullmatch(r"[AT]\d{1,15}", about):
            raise SourceError(
                f"{given[:80]!r} is no ORCID, and no number of an author or topic such as T10102.",
                permanent=True,
            )
        return {**query, "about": about}

    def service(self) -> Service:
        return sample_service()

    async def discover(self, words: str, client: HttpPort, server: str = "") -> list[Suggestion]:
        """Topics and authors of this name. A search costs ten times a list: it is asked once for each."""
        found = []
        for kind in ("topics", "authors"):
            wanted = asking.Wanted(
                f"{server or self.home}/{kind}", {"search": words.strip(), "per-page": "5"}
            )
            told = await asking.ask_json(client, wanted)
            for row in values.rows(told.value, "results"):
                if key := key_of(row, "id"):
                    says = values.text(row, "description", most=300)
                    found.append(Suggestion({"about": key}, values.text(row, "display_name", most=200), says))
        return found

    async def fetch(self, query: Query, cursor: Cursor, client: HttpPort, now: datetime) -> Batch:
        since = values.day(cursor.get("since")) or (now - BACK).date()
        place = values.text(cursor.get("next"), most=500) or "*"
        wanted = asking.Wanted(
            f"{self.base(query)}/works",
            {
                "filter": f"{_condition(query['about'])},from_publication_date:{since}",
                "select": FIELDS,
                "sort": "publication_date",
                "per-page": str(PAGE),
                "cursor": place,
            },
        )
        told, rows = await asking.ask_rows(client, wanted, "results")
        items, people, problems = records_of(rows)
        following = values.text(told.value, "meta", "next_cursor", most=500)
        more = bool(following) and len(rows) >= PAGE
        # What is entered late is dated back: the next round looks at the last two months again.
        done = max(since, (now - OVERLAP).date())
        return Batch(
            items=tuple(items),
            identities=tuple(people),
            cursor={"since": f"{since}", "next": following} if more else {"since": f"{done}"},
            more=more,
            title=f"OpenAlex: {query['about']}",
            site=self.address(query),
            wait_seconds=asking.rate_wait(told.response, datetime.now(UTC)),
            problems=tuple(problems[:20]),
        )


def _condition(about: str) -> str:
    if about.startswith("T"):
        return f"topics.id:{about}"
    return f"author.id:{about}" if about.startswith("A") else f"author.orcid:{about}"
