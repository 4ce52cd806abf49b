"""Open Library with an author or two: their records, the search for books, the search for authors."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from transom.apps.sources.connectors.serving import Asked, Reply, Service, as_json, not_found

Row = dict[str, Any]


def author(key: str, name: str, links: tuple[str, ...] = ()) -> Row:
    return {
        "key": f"/authors/{key}",
        "type": {"key": "/type/author"},
        "name": name,
        "links": [{"title": "Site", "url": where} for where in links],
        "remote_ids": {"viaf": "1"},
    }


def moved(key: str, to: str) -> Row:
    """What stands where two records were joined."""
    return {"key": f"/authors/{key}", "type": {"key": "/type/redirect"}, "location": f"/authors/{to}"}


def book(key: str, title: str, year: int, authors: list[Row], *dates: str) -> Row:
    return {
        "key": f"/works/{key}",
        "title": title,
        "author_key": [one["key"].rpartition("/")[2] for one in authors],
        "author_name": [one["name"] for one in authors],
        "first_publish_year": year,
        "publish_date": list(dates) or [f"{year}"],
        "publisher": ["Guild Press"],
        "isbn": ["9780000000019"],
        "subject": ["Stores"],
    }


def service(authors: list[Row], books: list[Row]) -> Service:
    """Serves authors and books."""
    records = {one["key"]: one for one in authors}

    def answer(asked: Asked) -> Reply:
        if asked.path == "/search/authors.json":
            return _authors(authors, books, asked.one("q").casefold())
        if asked.path == "/search.json":
            return _books(books, asked)
        found = records.get(asked.path.removesuffix(".json"))
        return as_json(found) if found else not_found()

    return answer


def _authors(authors: list[Row], books: list[Row], words: str) -> Reply:
    docs = [
        {
            "key": one["key"].rpartition("/")[2],
            "name": one["name"],
            "work_count": sum(one["name"] in each["author_name"] for each in books),
            "top_work": next((each["title"] for each in books if one["name"] in each["author_name"]), None),
        }
        for one in authors
        if "name" in one and words in one["name"].casefold()
    ]
    return as_json({"numFound": len(docs), "start": 0, "docs": docs})


def _books(books: list[Row], asked: Asked) -> Reply:
    key = asked.one("q").removeprefix("author_key:")
    found = sorted(
        (one for one in books if key in one["author_key"]), key=lambda one: -int(one["first_publish_year"])
    )
    size, number = asked.number("limit", 100), asked.number("page", 1)
    fields = asked.one("fields").split(",")
    shown = [
        {name: one[name] for name in fields if name in one}
        for one in found[(number - 1) * size : number * size]
    ]
    return as_json(
        {"numFound": len(found), "num_found": len(found), "start": (number - 1) * size, "docs": shown}
    )


def sample_service(now: datetime | None = None) -> Service:
    year = (now or datetime.now(UTC)).year
    hester = author("OL41A", "Hester Quill", ("https://slowrooms.example/hester",))
    kofi = author("OL42A", "Kofi Adjei")
    return service(
        [hester, kofi],
        [
            book("OL1W", "Slow rooms", year - 9, [hester]),
            book("OL2W", "Two loggers, one shelf", year, [hester, kofi], f"Mar 5, {year}"),
        ],
    )
