"""Asking PubMed by its E-utilities: first for numbers, then for the papers; no key."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from urllib.parse import parse_qs, quote_plus, urlsplit

from transom.apps.sources.connectors import asking, values
from transom.apps.sources.connectors.interface import AT, Ask, Connector, Meant, Query
from transom.apps.sources.connectors.pubmed.mapping import articles, records_of
from transom.apps.sources.connectors.pubmed.server import sample_service
from transom.apps.sources.connectors.records import Batch, Cursor
from transom.apps.sources.connectors.serving import Service
from transom.engine.net.port import HttpPort

PAGE = 100
MOST = 9_900  # What a search gives at most without its history.
BACK, OVERLAP = timedelta(days=90), timedelta(days=2)
PAGES = "pubmed.ncbi.nlm.nih.gov"
UTILITIES = "/entrez/eutils"
LARGEST = 15 * 1024 * 1024


class Papers(Connector):
    name = "pubmed"
    title = "Papers in medicine and nursing (PubMed)"
    says = "Papers that fit a search, as one would type it at PubMed, with authors and where they work."
    asks = (Ask("search", "The search, as at PubMed.", "nursing informatics[MeSH Terms]", label="Search"), AT)
    channel = "journal"
    accounts_of_a_work = True
    home = "https://eutils.ncbi.nlm.nih.gov"
    every_minutes = 24 * 60
    free_words = True
    limits = "Abstracts, three months back; a search with more than 9,900 papers is cut there."
    sample = {"search": "records"}

    def address(self, query: Query) -> str:
        where = query.get("at") or "https://pubmed.ncbi.nlm.nih.gov"
        return f"{where.rstrip('/')}/?term={quote_plus(query['search'])}"

    def recognise(self, text: str) -> Meant | None:
        parts = urlsplit(text)
        words = parse_qs(parts.query).get("term", [""])[0] if parts.hostname == PAGES else ""
        return Meant({"search": words}) if words else None

    def service(self) -> Service:
        return sample_service()

    async def fetch(self, query: Query, cursor: Cursor, client: HttpPort, now: datetime) -> Batch:
        """A page of what was entered between two days; the second stays while pages are turned."""
        base = f"{self.base(query)}{UTILITIES}"
        since = values.day(cursor.get("since")) or (now - BACK).date()
        until, start = values.day(cursor.get("until")) or now.date(), values.whole(cursor.get("start")) or 0
        wanted = asking.Wanted(f"{base}/esearch.fcgi", _search(query["search"], since, until, start))
        told = await asking.ask_json(client, wanted)
        if not isinstance(values.get(told.value, "esearchresult", "idlist"), list):
            raise asking.unlike(
                wanted.url, values.text(told.value, "error", most=200) or "there is no list of numbers."
            )
        numbers = [
            one for one in values.texts(told.value, "esearchresult", "idlist", most=PAGE) if one.isdigit()
        ]
        items, people, problems = records_of(await _papers(client, base, numbers))
        count = values.whole(told.value, "esearchresult", "count") or 0
        more = bool(numbers) and start + PAGE < min(count, MOST)
        if count > MOST and not start:
            problems.append(f"The search finds {count} papers; narrow it. The first {MOST} are read.")
        going = {"since": f"{since}", "until": f"{until}", "start": start + PAGE}
        return Batch(
            items=tuple(items),
            identities=tuple({(one.service, one.account): one for one in people}.values()),
            cursor=going if more else {"since": f"{max(since, until - OVERLAP)}"},
            more=more,
            title=f"PubMed: {query['search']}",
            site=self.address(query),
            problems=tuple(problems[:20]),
        )


def _search(words: str, since: date, until: date, start: int) -> dict[str, str]:
    return {
        "db": "pubmed",
        "term": words,
        "retmode": "json",
        "tool": "transom",
        "datetype": "edat",
        "mindate": f"{since:%Y/%m/%d}",
        "maxdate": f"{until:%Y/%m/%d}",
        "retmax": str(PAGE),
        "retstart": str(start),
    }


async def _papers(client: HttpPort, base: str, numbers: list[str]) -> list[object]:
    if not numbers:
        return []
    parameters = {"db": "pubmed", "id": ",".join(numbers), "retmode": "xml", "tool": "transom"}
    wanted = asking.Wanted(f"{base}/efetch.fcgi", parameters, accept="text/xml", max_bytes=LARGEST)
    response = await asking.ask(client, wanted)
    found = articles(response.body)
    if found is None:
        raise asking.unlike(wanted.url, "it sent no papers.")
    # Half an answer is still XML once it is mended: all or nothing, so that none is lost.
    if len(found) < len(numbers) and not response.body.rstrip().endswith(b"</PubmedArticleSet>"):
        raise asking.unlike(wanted.url, "its answer ends in the middle.")
    return found
