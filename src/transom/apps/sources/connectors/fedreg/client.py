"""Asking the Federal Register's API: no key, up to 100 documents a page, oldest first."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

from transom.apps.sources.connectors import asking, values
from transom.apps.sources.connectors.fedreg.mapping import FIELDS, records_of
from transom.apps.sources.connectors.fedreg.server import sample_service
from transom.apps.sources.connectors.interface import AT, Ask, Connector, Meant, Query
from transom.apps.sources.connectors.records import Batch, Cursor
from transom.apps.sources.connectors.serving import Service
from transom.apps.sources.errors import SourceError
from transom.engine.net.port import HttpPort

PAGE = 100
BACK, OVERLAP = timedelta(days=120), timedelta(days=3)


class Consultations(Connector):
    name = "fedreg"
    title = "US consultations (Federal Register)"
    says = (
        "Proposed rules and notices of United States agencies that ask for comments, with the closing date."
    )
    asks = (
        Ask(
            "about",
            "Words that must stand in them, for example electronic records.",
            "electronic records",
            optional=True,
            label="Words",
        ),
        Ask(
            "agency",
            "An agency, as its page's address names it.",
            "national-archives-and-records-administration",
            optional=True,
            label="Agency",
        ),
        AT,
    )
    channel = "agency"
    home = "https://www.federalregister.gov"
    every_minutes = 24 * 60
    free_words = True
    limits = "Offices of the United States only; what asks for comments, four months back."
    sample = {"about": "records"}

    def address(self, query: Query) -> str:
        conditions = {
            "conditions[term]": query.get("about", ""),
            "conditions[agencies][]": query.get("agency", ""),
        }
        chosen = {name: value for name, value in conditions.items() if value}
        return f"{self.base(query)}/documents/search?{urlencode(chosen)}"

    def recognise(self, text: str) -> Meant | None:
        parts = urlsplit(text)
        if parts.hostname not in ("federalregister.gov", "www.federalregister.gov"):
            return None
        given = parse_qs(parts.query)
        agency = re.fullmatch(r"/agencies/([a-z0-9-]+)/?", parts.path)
        query = {
            "about": given.get("conditions[term]", [""])[0],
            "agency": agency[1] if agency else given.get("conditions[agencies][]", [""])[0],
        }
        return Meant(query) if any(query.values()) else None

    def tidy(self, query: Query) -> Query:
        if not query.get("about") and not query.get("agency"):
            raise SourceError(f"{self.title}: name words, an agency, or both.", permanent=True)
        agency = query.get("agency", "").lower()
        if agency and not re.fullmatch(r"[a-z0-9-]{2,120}", agency):
            raise SourceError(
                f"{agency[:80]!r} is no agency's name as in the address of its page on federalregister.gov.",
                permanent=True,
            )
        return {**query, **({"agency": agency} if agency else {})}

    def service(self) -> Service:
        return sample_service()

    async def fetch(self, query: Query, cursor: Cursor, client: HttpPort, now: datetime) -> Batch:
        since = values.day(cursor.get("since")) or (now - BACK).date()
        number = values.whole(cursor.get("page")) or 1
        url = f"{self.base(query)}/api/v1/documents.json"
        told = await asking.ask_json(client, asking.Wanted(url, _parameters(query, since, number)))
        results = values.get(told.value, "results")
        # Where nothing fits, the list is left out and the count says so.
        if not isinstance(results, list) and values.whole(told.value, "count") != 0:
            raise asking.unlike(url, 'there is no list "results" in it.')
        rows = list(values.rows(told.value, "results"))
        items, events, problems = records_of(rows)
        if self.is_elsewhere(query):  # another country's register that speaks the same language
            events = [replace(one, country="") for one in events]
        more = bool(values.text(told.value, "next_page_url")) and bool(rows)
        days = [day for row in rows if (day := values.day(row, "publication_date"))]
        newest = max([*days, values.day(cursor.get("newest")) or since])
        done = max(since, newest - OVERLAP)
        return Batch(
            items=tuple(items),
            events=tuple(events),
            cursor={"since": f"{since}", "page": number + 1, "newest": f"{newest}"}
            if more
            else {"since": f"{done}"},
            more=more,
            title="Federal Register: "
            + ", ".join(query[name] for name in ("about", "agency") if query.get(name)),
            site=self.address(query),
            language="en",
            problems=tuple(problems[:20]),
        )


def _parameters(query: Query, since: date, number: int) -> dict[str, str | list[str]]:
    wanted: dict[str, str | list[str]] = {
        "conditions[publication_date][gte]": since.isoformat(),
        "conditions[type][]": ["PRORULE", "NOTICE", "RULE"],
        "fields[]": list(FIELDS),
        "order": "oldest",
        "per_page": str(PAGE),
        "page": str(number),
    }
    if query.get("about"):
        wanted["conditions[term]"] = query["about"]
    if query.get("agency"):
        wanted["conditions[agencies][]"] = [query["agency"]]
    return wanted
