"""An OpenAlex with a few works: filter, cursor pages, rate headers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from transom.apps.sources.connectors.serving import Asked, Reply, Service, as_json, not_found

Row = dict[str, Any]
ORCID = "0000-0002-1825-0097"


def service(works: list[Row], remaining: int = 900, topics: dict[str, str] | None = None) -> Service:
    """Serves works, oldest first, by author, ORCID or topic; and finds authors and topics (by id) by name."""

    def answer(asked: Asked) -> Reply:
        if asked.path in ("/authors", "/topics"):
            people = {
                one["author"]["id"]: one["author"]["display_name"]
                for row in works
                for one in row["authorships"]
            }
            named = people if asked.path == "/authors" else topics or {}
            words = asked.one("search").casefold()
            found = [
                {"id": key, "display_name": name, "description": ""}
                for key, name in named.items()
                if words in name.casefold()
            ]
            return as_json({"meta": {"count": len(found)}, "results": found[: asked.number("per-page", 25)]})
        if asked.path != "/works":
            return not_found()
        if remaining <= 0:
            return as_json({"error": "Insufficient budget"}, 429, Retry_After="50000")
        found = sorted(
            (row for row in works if _fits(row, asked)), key=lambda row: str(row["publication_date"])
        )
        size, given = asked.number("per-page", 25), asked.one("cursor", "*")
        start = 0 if given == "*" else int(given.removeprefix("at-"))
        more = start + size < len(found)
        meta = {"count": len(found), "per_page": size, "next_cursor": f"at-{start + size}" if more else None}
        headers = {
            "X_RateLimit_Limit": "1000",
            "X_RateLimit_Remaining": str(remaining),
            "X_RateLimit_Reset": "3600",
        }
        return as_json({"meta": meta, "results": found[start : start + size]}, 200, **headers)

    return answer


def _fits(row: Row, asked: Asked) -> bool:
    for condition in asked.one("filter").split(","):
        name, _, value = condition.partition(":")
        people = [one["author"] for one in row["authorships"]]
        told = {
            "author.id": [one["id"].rpartition("/")[2] for one in people],
            "author.orcid": [str(one["orcid"]).rpartition("/")[2] for one in people],
            "topics.id": row["topics"],
        }
        if name == "from_publication_date" and str(row["publication_date"]) < value:
            return False
        if name in told and value not in told[name]:
            return False
    return True


def author(number: int, name: str, where: str, orcid: str = "") -> Row:
    return {
        "author_position": "first",
        "author": {
            "id": f"https://openalex.org/A{number}",
            "display_name": name,
            "orcid": f"https://orcid.org/{orcid}" if orcid else None,
        },
        "institutions": [{"id": "https://openalex.org/I1", "display_name": where}],
    }


def work(
    number: int,
    title: str,
    published: datetime,
    wrote: list[Row],
    abstract: str = "",
    cites: list[int] | None = None,
) -> Row:
    """`cites` are the numbers of works."""
    index: dict[str, list[int]] = {}
    for place, word in enumerate(abstract.split()):
        index.setdefault(word, []).append(place)
    return {
        "id": f"https://openalex.org/W{number}",
        "doi": f"https://doi.org/10.5555/{number}",
        "title": title,
        "publication_date": f"{published:%Y-%m-%d}",
        "language": "en",
        "type": "article",
        "authorships": wrote,
        "primary_location": {"source": {"display_name": "Journal of Keeping"}},
        "topics": ["T10102"],
        "open_access": {"is_oa": number % 2 == 0},
        "abstract_inverted_index": index or None,
        "referenced_works": [f"https://openalex.org/W{one}" for one in cites or []],
    }


def sample_service(now: datetime | None = None) -> Service:
    now = now or datetime.now(UTC)
    hester = author(1, "Hester Quill", "Slow Rooms Institute", ORCID)
    kofi = author(2, "Kofi Adjei", "Veldhaven Lab")
    words = "Shelves drift before they fail and the drift can be heard"
    return service(
        [
            work(10, "Acoustic emission of oak shelves", now - timedelta(days=40), [hester, kofi], words),
            work(11, "What volunteers count", now - timedelta(days=3), [kofi]),
        ]
    )
