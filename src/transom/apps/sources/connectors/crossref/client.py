"""Asking Crossref without a key, and without anybody's mail address unless they give it."""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime, timedelta
from urllib.parse import parse_qs, quote_plus, urlsplit

from transom.apps.sources.connectors import asking, values
from transom.apps.sources.connectors.crossref.mapping import FIELDS, records_of
from transom.apps.sources.connectors.crossref.server import sample_service
from transom.apps.sources.connectors.interface import AT, Ask, Connector, Meant, Query
from transom.apps.sources.connectors.records import Batch, Cursor
from transom.apps.sources.connectors.serving import Service
from transom.apps.sources.errors import SourceError
from transom.engine.net.port import HttpPort

PAGE, CLOSEST = 100, 40
BACK, OVERLAP, LATE = timedelta(days=90), timedelta(days=7), timedelta(days=400)
_ISSN = re.compile(r"(?:ISSN[: ]*)?(\d{4})-?(\d{3}[\dX])", re.I)
_ORCID = re.compile(r"(?:https?://orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])/?", re.I)


class Works(Connector):
    name = "crossref"
    title = "Journals, authors and papers (Crossref)"
    says = "What a journal brings, by its ISSN; what somebody publishes, by ORCID; or what is registered on a subject."
    asks = (
        Ask(
            "about",
            "A journal's ISSN, which stands on its pages; an ORCID; or words.",
            "1234-5679",
            label="ISSN, ORCID or words",
        ),
        Ask(
            "mail",
            "Your mail address, only if Crossref may have it: then it answers more reliably. Leave it empty otherwise.",
            optional=True,
            label="Mail address, if you like",
        ),
        AT,
    )
    channel = "journal"
    home = "https://api.crossref.org"
    every_minutes = 24 * 60
    free_words = True
    limits = "Abstracts only where a publisher gives them. Of a search the forty closest works of each week."
    sample = {"about": "1234-5679"}

    def address(self, query: Query) -> str:
        where = (query.get("at") or "https://search.crossref.org").rstrip("/")
        # Whoever gives an address reads for themselves; the address itself stands nowhere in sight.
        own = f"#{hashlib.sha256(query['mail'].encode()).hexdigest()[:10]}" if query.get("mail") else ""
        return f"{where}/search/works?q={quote_plus(query['about'])}&from_ui=yes{own}"

    def recognise(self, text: str) -> Meant | None:
        parts = urlsplit(text)
        if parts.hostname == "search.crossref.org":
            words = parse_qs(parts.query).get("q", [""])[0]
            return Meant({"about": words}) if words else None
        portal = re.fullmatch(r"https?://portal\.issn\.org/resource/ISSN/([\dX-]{9})/?", text, re.I)
        issn = _issn(portal[1] if portal else text)
        return Meant({"about": issn}) if issn else None

    def is_private(self, query: Query) -> bool:
        return bool(query.get("mail"))

    def tidy(self, query: Query) -> Query:
        about = query["about"]
        orcid = _ORCID.fullmatch(about)
        about = orcid[1].upper() if orcid else _issn(about) or about
        if _ISSN.fullmatch(query["about"]) and not _issn(query["about"]):
            raise SourceError(f"{query['about']!r} is no ISSN: a digit of it is wrong.", permanent=True)
        mail = query.get("mail", "")
        if mail and not re.fullmatch(r"[^@\s<>&,]+@[^@\s<>&,]+\.[^@\s<>&,]+", mail):
            raise SourceError(f"{mail[:80]!r} is no mail address.", permanent=True)
        return {**query, "about": about}

    def service(self) -> Service:
        return sample_service()

    async def fetch(self, query: Query, cursor: Cursor, client: HttpPort, now: datetime) -> Batch:
        """A page of what was registered since; of a search only the closest, as it finds whatever is a little alike."""
        since = values.day(cursor.get("since")) or (now - BACK).date()
        place = values.text(cursor.get("next"), most=2000)
        path, parameters = _question(query["about"], since, now.date(), place)
        if query.get("mail"):
            parameters["mailto"] = query["mail"]
        wanted = asking.Wanted(f"{self.base(query)}{path}", parameters)
        told, rows = await asking.ask_rows(client, wanted, "message", "items")
        items, people, problems = records_of(rows)
        following = values.text(told.value, "message", "next-cursor", most=2000)
        more = bool(following) and len(rows) >= PAGE and "cursor" in parameters
        done = max(since, (now - OVERLAP).date())
        return Batch(
            items=tuple(items),
            identities=tuple(people),
            cursor={"since": f"{since}", "next": following} if more else {"since": f"{done}"},
            more=more,
            title=_name_of(query["about"], rows),
            site=self.address(query),
            problems=tuple(problems[:20]),
        )


def _question(about: str, since: date, today: date, place: str) -> tuple[str, dict[str, str | list[str]]]:
    """Path and parameters: of a journal or a person all pages, of a search the first."""
    # A publisher registers a whole backlist in a day: what is old is not new because of that.
    since_when = f"from-created-date:{since},from-pub-date:{today - LATE}"
    if _ISSN.fullmatch(about):
        path, condition = f"/journals/{about}/works", since_when
    elif _ORCID.fullmatch(about):
        path, condition = "/works", f"orcid:{about},{since_when}"
    else:
        found: dict[str, str | list[str]] = {"query.bibliographic": about, "filter": since_when}
        return "/works", {**found, "select": FIELDS, "rows": str(CLOSEST)}
    return path, {"filter": condition, "select": FIELDS, "rows": str(PAGE), "cursor": place or "*"}


def _name_of(about: str, rows: list[asking.Row]) -> str:
    named = next((one for row in rows if (one := values.text(row, "container-title", 0, most=200))), "")
    return named if named and _ISSN.fullmatch(about) else f"Crossref: {about}"


def _issn(text: str) -> str:
    """The ISSN a text is, with its check digit right; else "" (ISO 3297)."""
    found = _ISSN.fullmatch(text.strip())
    digits = f"{found[1]}{found[2]}".upper() if found else ""
    if not digits:
        return ""
    total = sum(int(digit) * weight for digit, weight in zip(digits[:7], range(8, 1, -1), strict=True))
    check = "0123456789X"[-total % 11]
    return f"{digits[:4]}-{digits[4:]}" if check == digits[7] else ""
