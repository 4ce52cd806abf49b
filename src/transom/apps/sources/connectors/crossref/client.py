"""Asking Crossref without a key, and without anybody's mail address unless they give it."""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime, timedelta
from urllib.parse import parse_qs, quote_plus, urlsplit

from transom.apps.sources.connectors import asking, values
from transom.apps.sources.connectors.crossref.mapping import FIELDS, records_of
from transom.apps.sources.connectors.crossref.server import sample_service
from transom.apps.sources.connectors.interface import AT, Ask, Connector, Meant, Query, Suggestion
from transom.apps.sources.connectors.records import Batch, Cursor
from transom.apps.sources.connectors.serving import Service
from transom.apps.sources.errors import SourceError
from transom.engine.net.limits import MIB
from transom.engine.net.port import HttpPort

PAGE, CLOSEST = 100, 40
LARGEST = 20 * MIB
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
            "A journal by its ISSN, or somebody by ORCID. Type a title or a subject to look for it.",
            "1234-5679",
            optional=True,
            label="Journal or person",
        ),
        Ask("words", "Words that papers are about.", "nursing records", optional=True, label="Subject"),
        Ask(
            "mail",
            "Your mail address, only if Crossref may have it: then it answers more reliably. Leave it empty otherwise.",
            optional=True,
            label="Mail address, if you like",
        ),
        AT,
    )
    channel = "journal"
    accounts_of_a_work = True
    home = "https://api.crossref.org"
    every_minutes = 24 * 60
    limits = "Abstracts only where a publisher gives them. Of a search the forty closest works of each week."
    sample = {"about": "1234-5679"}

    def address(self, query: Query) -> str:
        where = (query.get("at") or "https://search.crossref.org").rstrip("/")
        # Whoever gives an address reads for themselves; the address itself stands nowhere in sight.
        own = f"#{hashlib.sha256(query['mail'].encode()).hexdigest()[:10]}" if query.get("mail") else ""
        return f"{where}/search/works?q={quote_plus(_asked(query))}&from_ui=yes{own}"

    def recognise(self, text: str) -> Meant | None:
        parts = urlsplit(text)
        if parts.hostname == "search.crossref.org":
            words = parse_qs(parts.query).get("q", [""])[0]
            return Meant({"words": words}) if words else None
        portal = re.fullmatch(r"https?://portal\.issn\.org/resource/ISSN/([\dX-]{9})/?", text, re.I)
        issn = _issn(portal[1] if portal else text)
        return Meant({"about": issn}) if issn else None

    def is_private(self, query: Query) -> bool:
        return bool(query.get("mail"))

    def tidy(self, query: Query) -> Query:
        about, words, mail = query.get("about", ""), query.get("words", ""), query.get("mail", "")
        if bool(about) == bool(words):
            raise SourceError(f"{self.title}: name a journal or a person, or else a subject.", permanent=True)
        if about:
            about = _known(about)
        if mail and not re.fullmatch(r"[^@\s<>&,]+@[^@\s<>&,]+\.[^@\s<>&,]+", mail):
            raise SourceError(f"{mail[:80]!r} is no mail address.", permanent=True)
        return {**query, **({"about": about} if about else {})}

    def service(self) -> Service:
        return sample_service()

    async def discover(self, words: str, client: HttpPort, server: str = "") -> list[Suggestion]:
        """Journals of this title, those that bring most first; and the words as a subject."""
        wanted = asking.Wanted(f"{server or self.home}/journals", {"query": words.strip(), "rows": "10"})
        _, rows = await asking.ask_rows(client, wanted, "message", "items")
        rows.sort(key=lambda row: -(values.whole(row, "counts", "current-dois") or 0))
        found = [
            Suggestion(
                {"about": issn}, values.text(row, "title", most=200), values.text(row, "publisher", most=200)
            )
            for row in rows
            if (issn := next(filter(None, map(_issn, values.texts(row, "ISSN"))), ""))
        ]
        return [*found, Suggestion({"words": words.strip()}, f"Papers about: {words.strip()}")]

    async def fetch(self, query: Query, cursor: Cursor, client: HttpPort, now: datetime) -> Batch:
        """A page of what was registered since; of a search only the closest, as it finds whatever is a little alike."""
        since = values.day(cursor.get("since")) or (now - BACK).date()
        place = values.text(cursor.get("next"), most=2000)
        path, parameters = _question(query, since, now.date(), place)
        if query.get("mail"):
            parameters["mailto"] = query["mail"]
        wanted = asking.Wanted(f"{self.base(query)}{path}", parameters, max_bytes=LARGEST)
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
            title=_name_of(_asked(query), rows),
            site=self.address(query),
            problems=tuple(problems[:20]),
        )


def _question(query: Query, since: date, today: date, place: str) -> tuple[str, dict[str, str | list[str]]]:
    """Path and parameters: of a journal or a person all pages, of a search the first."""
    # A publisher registers a whole backlist in a day: what is old is not new because of that.
    condition, about = f"from-created-date:{since},from-pub-date:{today - LATE}", query.get("about", "")
    if not about:
        found: dict[str, str | list[str]] = {"query.bibliographic": query["words"], "filter": condition}
        return "/works", {**found, "select": FIELDS, "rows": str(CLOSEST)}
    paged = {"select": FIELDS, "rows": str(PAGE), "cursor": place or "*"}
    if _ISSN.fullmatch(about):
        return f"/journals/{about}/works", {"filter": condition, **paged}
    return "/works", {"filter": f"orcid:{about},{condition}", **paged}


def _asked(query: Query) -> str:
    return query.get("about") or query["words"]


def _known(about: str) -> str:
    """An ORCID or an ISSN, as it is written. Raises SourceError for anything else, which may be looked for."""
    orcid = _ORCID.fullmatch(about)
    if found := orcid[1].upper() if orcid else _issn(about):
        return found
    wrong = "an ISSN with a wrong digit" if _ISSN.fullmatch(about) else "neither an ISSN nor an ORCID"
    raise SourceError(f"{about[:80]!r} is {wrong}. Choose a journal, or a subject.", permanent=True)


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
