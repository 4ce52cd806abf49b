"""Asking arXiv: one question every three seconds and one at a time, which politeness sees to."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, quote_plus, urlsplit

from transom.apps.sources.connectors import asking, values
from transom.apps.sources.connectors.arxiv.mapping import Answer, answered, records_of
from transom.apps.sources.connectors.arxiv.server import sample_service
from transom.apps.sources.connectors.interface import AT, Ask, Connector, Meant, Query
from transom.apps.sources.connectors.records import Batch, Cursor
from transom.apps.sources.connectors.serving import Service
from transom.apps.sources.errors import SourceError
from transom.engine.core.errors import FetchError
from transom.engine.net.port import HttpPort

PAGE = 100
MOST = 30_000
BACK, OVERLAP = timedelta(days=30), timedelta(days=4)  # it appears up to four days after it was handed in
LARGEST = 8 * 1024 * 1024
PAUSE = 600.0
HOSTS = ("arxiv.org", "www.arxiv.org")
_FIELDS = re.compile(r"\b(?:ti|au|abs|co|jr|cat|rn|all):")
_CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)*\.[A-Za-z-]{2,}|(?:hep|nucl)-[a-z]{2}|quant-ph|math-ph|gr-qc")


class Preprints(Connector):
    name = "arxiv"
    title = "Preprints (arXiv)"
    says = "Papers before they are printed, in computing, engineering, mathematics, physics, statistics, economics."
    asks = (
        Ask(
            "search",
            "Words, a category such as cs.DL, or a search as arXiv's own pages explain it.",
            "records management",
            optional=True,
            label="Search",
        ),
        Ask("author", "Somebody's name, as on their papers.", "Hester Quill", optional=True, label="Author"),
        AT,
    )
    channel = "journal"
    accounts_of_a_work = True
    home = "https://export.arxiv.org"
    every_minutes = 24 * 60
    free_words = True
    limits = "Not yet reviewed by anybody. A name may be that of several people. A month back at first."
    sample = {"search": "records"}

    def address(self, query: Query) -> str:
        where = (query.get("at") or "https://arxiv.org").rstrip("/")
        search, author = query.get("search", ""), query.get("author", "")
        if author and not search:
            return f"{where}/search/?query={quote_plus(author)}&searchtype=author"
        if _CATEGORY.fullmatch(search) and not author:
            return f"{where}/list/{search}/recent"
        both = f"{search} au:{author}" if author else search
        return f"{where}/search/?query={quote_plus(both)}&searchtype=all"

    def recognise(self, text: str) -> Meant | None:
        parts = urlsplit(text)
        if parts.hostname not in HOSTS:
            return None
        if listed := re.fullmatch(r"/(?:list|archive)/([A-Za-z.-]+)(?:/.*)?", parts.path):
            return Meant({"search": listed[1]})
        given = parse_qs(parts.query)
        words, kind = given.get("query", [""])[0], given.get("searchtype", ["all"])[0]
        return Meant({"author" if kind == "author" else "search": words}) if words else None

    def tidy(self, query: Query) -> Query:
        if not query.get("search") and not query.get("author"):
            raise SourceError(f"{self.title}: name words, an author, or both.", permanent=True)
        return query

    def service(self) -> Service:
        return sample_service()

    async def fetch(self, query: Query, cursor: Cursor, client: HttpPort, now: datetime) -> Batch:
        """A page of what was handed in between two moments; the second stays while pages are turned."""
        since = values.moment(cursor.get("since")) or now.astimezone(UTC) - BACK
        until, start = (
            values.moment(cursor.get("until")) or now.astimezone(UTC),
            values.whole(cursor.get("start")) or 0,
        )
        answer = await _ask(client, f"{self.base(query)}/api/query", _question(query, since, until), start)
        items, people, problems = records_of(answer.entries)
        more = bool(answer.entries) and start + PAGE < min(answer.total, MOST)
        # arXiv now and then sends an empty page in the middle: what was not shown is asked for again.
        if not answer.entries and start < min(answer.total, MOST):
            raise asking.unlike(self.base(query), "it sent a page without papers, and says there are some.")
        going = {"since": since.isoformat(), "until": until.isoformat(), "start": start + PAGE}
        return Batch(
            items=tuple(items),
            identities=tuple(people),
            cursor=going if more else {"since": max(since, until - OVERLAP).isoformat()},
            more=more,
            title="arXiv: " + ", ".join(filter(None, (query.get("search"), query.get("author")))),
            site=self.address(query),
            language="en",
            problems=tuple(problems[:20]),
        )


async def _ask(client: HttpPort, url: str, question: str, start: int) -> Answer:
    parameters = {
        "search_query": question,
        "start": str(start),
        "max_results": str(PAGE),
        "sortBy": "submittedDate",
        "sortOrder": "ascending",
    }
    wanted = asking.Wanted(url, parameters, accept="application/atom+xml", max_bytes=LARGEST)
    response = await asking.ask(client, wanted)
    if response.body[:200].strip().startswith(b"Rate exceeded"):
        message = f"{url} has been asked too often. {asking.ADVICE[429]}"
        raise FetchError("http-status", message, url=url, status=429, retry_after=PAUSE)
    found = answered(response.body)
    if found is None:
        raise asking.unlike(url, "it sent no list of papers, or half of one.")
    if found.complaint:
        raise FetchError(
            "http-status", f"arXiv does not take this search: {found.complaint}", url=url, status=400
        )
    return found


def _question(query: Query, since: datetime, until: datetime) -> str:
    """The search in arXiv's own words: plain ones must all stand in the paper."""
    search, author = query.get("search", ""), query.get("author", "")
    parts = []
    if _FIELDS.search(search):
        parts.append(f"({search})")
    elif _CATEGORY.fullmatch(search):
        parts.append(f"cat:{search}")
    else:
        parts += [f"all:{word}" for word in re.findall(r'"[^"]+"|[^\s"()]+', search)]
    if author:
        plain = author.replace('"', " ").strip()
        parts.append(f'au:"{plain}"')
    return " AND ".join([*parts, f"submittedDate:[{since:%Y%m%d%H%M} TO {until:%Y%m%d%H%M}]"])
