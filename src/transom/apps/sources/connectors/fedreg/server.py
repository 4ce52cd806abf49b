"""A Federal Register with a few documents: conditions, fields and pages as its API has them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from transom.apps.sources.connectors.serving import Asked, Reply, Service, as_json, not_found

Row = dict[str, Any]


def service(rows: list[Row]) -> Service:
    """Serves documents."""

    def answer(asked: Asked) -> Reply:
        if asked.path != "/api/v1/documents.json":
            return not_found()
        found = sorted(
            (row for row in rows if _fits(row, asked)), key=lambda row: str(row["publication_date"])
        )
        size, number = asked.number("per_page", 20), asked.number("page", 1)
        shown = found[(number - 1) * size : number * size]
        told: Row = {"count": len(found), "description": "Documents", "total_pages": -(-len(found) // size)}
        if found:
            wanted = asked.query.get("fields[]", [])
            told["results"] = [{name: row.get(name) for name in wanted} for row in shown]
        if number * size < len(found):
            following = {**asked.query, "page": [str(number + 1)]}
            told["next_page_url"] = f"{asked.base}{asked.path}?{urlencode(following, doseq=True)}"
        return as_json(told)

    return answer


def _fits(row: Row, asked: Asked) -> bool:
    words = asked.one("conditions[term]").casefold()
    wanted = set(asked.query.get("conditions[agencies][]", []))
    slugs = {agency.get("slug") for agency in row["agencies"]}
    since = asked.one("conditions[publication_date][gte]")
    return (
        (not words or words in f"{row['title']} {row['abstract']}".casefold())
        and (not wanted or bool(wanted & slugs))
        and str(row["publication_date"]) >= since
    )


def document(number: str, title: str, published: datetime, closes: datetime | None) -> Row:
    """A proposed rule of the archives."""
    return {
        "document_number": number,
        "title": title,
        "type": "Proposed Rule",
        "action": "Proposed rule.",
        "abstract": f"{title}: what is proposed for records.",
        "topics": ["Archives and records"],
        "agencies": [
            {
                "raw_name": "NATIONAL ARCHIVES AND RECORDS ADMINISTRATION",
                "name": "National Archives and Records Administration",
                "slug": "national-archives-and-records-administration",
            }
        ],
        "publication_date": f"{published:%Y-%m-%d}",
        "comments_close_on": f"{closes:%Y-%m-%d}" if closes else None,
        "comment_url": f"https://www.regulations.example/commenton/{number}" if closes else None,
        "dates": f"Comments must be received by {closes:%B %d, %Y}." if closes else None,
        "html_url": f"https://www.federalregister.example/documents/{number}",
    }


def sample_service(now: datetime | None = None) -> Service:
    now = now or datetime.now(UTC)
    return service(
        [
            document(
                "2026-11111", "Electronic Records Transfer", now - timedelta(days=9), now + timedelta(days=21)
            ),
            document(
                "2026-22222",
                "Digitizing Permanent Records",
                now - timedelta(days=3),
                now + timedelta(days=57),
            ),
            document("2026-33333", "Meeting of the Advisory Committee", now - timedelta(days=2), None),
        ]
    )
