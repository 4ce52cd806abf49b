"""Crossref's REST API with a few works: by journal, by ORCID, by words; filters, and pages by cursor."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from transom.apps.sources.connectors.serving import Asked, Reply, Service, as_json

Row = dict[str, Any]


def work(
    doi: str, title: str, when: date, authors: list[Row], journal: str = "Journal of Keeping", **more: Any
) -> Row:
    """A work as Crossref keeps it, registered on the day it appeared."""
    return {
        "DOI": doi,
        "title": [title],
        "subtitle": [],
        "author": authors,
        "issued": {"date-parts": [[when.year, when.month]]},
        "published-online": {"date-parts": [[when.year, when.month, when.day]]},
        "created": {"date-time": f"{when}T09:00:00Z"},
        "type": "journal-article",
        "container-title": [journal],
        "ISSN": ["1234-5679"],
        "publisher": "Guild Press",
        "abstract": f"<jats:title>Summary</jats:title><jats:p>{title}, <jats:italic>in short</jats:italic>.</jats:p>",
        **more,
    }


def author(given: str, family: str, orcid: str = "", works: str = "") -> Row:
    return {
        "given": given,
        "family": family,
        "sequence": "first",
        **({"ORCID": f"http://orcid.org/{orcid}", "authenticated-orcid": False} if orcid else {}),
        "affiliation": [{"name": works}] if works else [],
    }


def service(works: list[Row]) -> Service:
    """Serves works; unknown journals are not found, as there."""

    def answer(asked: Asked) -> Reply:
        parts = asked.path.strip("/").split("/")
        found = works
        if parts == ["journals"]:
            return _journals(works, asked.one("query").casefold())
        if parts[0] == "journals" and len(parts) == 3:
            found = [one for one in works if parts[1] in one.get("ISSN", [])]
        elif parts != ["works"]:
            return Reply(404, b"Resource not found.", content_type="text/plain")
        if parts[0] == "journals" and not found:
            return Reply(404, b"Resource not found.", content_type="text/plain")
        return _page(_fitting(found, asked), asked)

    return answer


def _journals(works: list[Row], words: str) -> Reply:
    """Journals by title, in no order, with how much each brings."""
    titles = dict.fromkeys(str(one["container-title"][0]) for one in works)
    items = []
    for title in titles:
        own = [one for one in works if one["container-title"] == [title]]
        if words in title.casefold():
            counts = {"current-dois": len(own), "total-dois": len(own)}
            items.append(
                {"title": title, "ISSN": own[0]["ISSN"], "publisher": own[0]["publisher"], "counts": counts}
            )
    return as_json({"status": "ok", "message-type": "journal-list", "message": {"items": items}})


def _fitting(works: list[Row], asked: Asked) -> list[Row]:
    conditions = dict(one.split(":", 1) for one in asked.one("filter").split(",") if ":" in one)
    since, published = conditions.get("from-created-date", ""), conditions.get("from-pub-date", "")
    words = asked.one("query.bibliographic").casefold().split()
    return [
        one
        for one in works
        if str(one["created"]["date-time"])[:10] >= since
        and _day(one) >= published
        and ("orcid" not in conditions or conditions["orcid"] in str(one["author"]))
        and (not words or any(word in str(one["title"]).casefold() for word in words))
    ]


def _day(one: Row) -> str:
    return "-".join(f"{part:02}" for part in one["issued"]["date-parts"][0]) + "-28"


def _page(found: list[Row], asked: Asked) -> Reply:
    size = min(asked.number("rows", 20), 1000)
    place = asked.one("cursor")
    start = int(place.removeprefix("page-")) if place.startswith("page-") else 0
    fields = asked.one("select").split(",")
    shown = [{key: one[key] for key in fields if key in one} for one in found[start : start + size]]
    following = {"next-cursor": f"page-{start + size}"} if place else {}
    message = {"total-results": len(found), "items": shown, "items-per-page": size, **following}
    told = {"status": "ok", "message-type": "work-list", "message": message}
    return as_json(told, X_Rate_Limit_Limit="5", X_Rate_Limit_Interval="1s")


def sample_service(now: datetime | None = None) -> Service:
    today = (now or datetime.now(UTC)).date()
    hester = author("Hester", "Quill", "0000-0002-1825-0097", "Slow Rooms Institute")
    return service(
        [
            work(
                "10.5555/felt",
                "Felt under plinths",
                today - timedelta(days=6),
                [hester, author("Kofi", "Adjei")],
            ),
            work(
                "10.5555/damp", "Damp and its measure", today - timedelta(days=2), [author("Kofi", "Adjei")]
            ),
        ]
    )
