"""An ORCID registry with one record, in the shape of version 3.0."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from transom.apps.sources.connectors.serving import Asked, Reply, Service, as_json, not_found, with_etag

Row = dict[str, Any]
ORCID = "0000-0002-1825-0097"


def service(records: dict[str, Row]) -> Service:
    def answer(asked: Asked) -> Reply:
        parts = asked.path.strip("/").split("/")
        if len(parts) == 3 and parts[0] == "v3.0" and parts[2] == "record" and parts[1] in records:
            return with_etag(asked, as_json(records[parts[1]]))
        if parts == ["v3.0", "expanded-search"]:
            found = [row for row in map(_found, records.values()) if _fits(row, asked.one("q"))]
            return as_json({"expanded-result": found or None, "num-found": len(found)})
        return not_found("The resource was not found.")

    return answer


def _found(record: Row) -> Row:
    """A record as a search shows it."""
    name, jobs = (
        record["person"]["name"],
        record["activities-summary"]["employments"]["affiliation-group"],
    )
    places = [row["employment-summary"]["organization"]["name"] for job in jobs for row in job["summaries"]]
    return {
        "orcid-id": record["orcid-identifier"]["path"],
        "given-names": name["given-names"]["value"],
        "family-names": name["family-name"]["value"],
        "institution-name": places,
    }


def _fits(row: Row, words: str) -> bool:
    told = f"{row['given-names']} {row['family-names']} {' '.join(row['institution-name'])}".casefold()
    return all(word in told for word in words.casefold().split())


def date(year: int, month: int | None = None) -> Row:
    return {
        "year": {"value": str(year)},
        "month": {"value": f"{month:02}"} if month else None,
        "day": None,
    }


def work(code: int, title: str, when: Row, doi: str = "", kind: str = "journal-article") -> Row:
    ids = (
        [{"external-id-type": "doi", "external-id-value": doi, "external-id-relationship": "self"}]
        if doi
        else []
    )
    return {
        "external-ids": {"external-id": ids},
        "work-summary": [
            {
                "put-code": code,
                "title": {"title": {"value": title}, "subtitle": None},
                "type": kind,
                "publication-date": when,
                "journal-title": {"value": "Journal of Keeping"},
                "url": {"value": f"https://works.example/{code}"},
                "external-ids": {"external-id": ids},
            }
        ],
    }


def job(where: str, role: str, since: Row, until: Row | None = None) -> Row:
    summary = {"organization": {"name": where}, "role-title": role, "start-date": since, "end-date": until}
    return {"summaries": [{"employment-summary": summary}]}


def record(name: tuple[str, str], works: list[Row], jobs: list[Row]) -> Row:
    return {
        "orcid-identifier": {"uri": f"https://orcid.org/{ORCID}", "path": ORCID, "host": "orcid.org"},
        "person": {
            "name": {
                "given-names": {"value": name[0]},
                "family-name": {"value": name[1]},
                "credit-name": None,
            },
            "researcher-urls": {
                "researcher-url": [{"url-name": "Site", "url": {"value": "https://slowrooms.example/"}}]
            },
            "emails": {"email": []},
        },
        "activities-summary": {"employments": {"affiliation-group": jobs}, "works": {"group": works}},
    }


def sample_service(now: datetime | None = None) -> Service:
    today = (now or datetime.now(UTC)).date()
    lately = today - timedelta(days=60)
    works = [
        work(1, "Acoustic emission of oak shelves", date(lately.year, lately.month), "10.5555/10"),
        work(2, "Long ago", date(1999)),
    ]
    jobs = [
        job("Slow Rooms Institute", "Head of preservation", date(today.year - 1, 3)),
        job("Dry Rooms Ltd", "Conservator", date(2012), date(today.year - 1, 2)),
    ]
    return service({ORCID: record(("Hester", "Quill"), works, jobs)})
