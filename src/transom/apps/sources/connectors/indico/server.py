"""An Indico's export: a category in pages, an event with its contributions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from transom.apps.sources.connectors.serving import Asked, Reply, Service, as_json, not_found

ZONE = "Europe/Zurich"
Row = dict[str, Any]


def service(categories: Mapping[str, list[Row]], events: Mapping[str, Row] | None = None) -> Service:
    """Serves categories and events by their number."""

    def answer(asked: Asked) -> Reply:
        kind, _, name = asked.path.removeprefix("/export/").partition("/")
        key = name.removesuffix(".json")
        if kind == "categ" and key in categories:
            begin = asked.number("offset", 0)
            rows = _between(categories[key], asked.one("from"), asked.one("to"))
            shown = rows[begin : begin + asked.number("limit", 1000)]
        elif kind == "event" and events and key in events:
            row = dict(events[key])
            if asked.one("detail") != "contributions":
                row.pop("contributions", None)
            shown = [row]
        else:
            return not_found()
        return as_json(
            {"count": len(shown), "additionalInfo": {}, "_type": "HTTPAPIResult", "results": shown}
        )

    return answer


def _between(rows: list[Row], begin: str, end: str) -> list[Row]:
    return [row for row in rows if begin <= row["startDate"]["date"] <= end]


def moment(when: datetime) -> Row:
    """A time as Indico writes it; the hour is the place's own."""
    return {"date": f"{when:%Y-%m-%d}", "time": f"{when:%H:%M:%S}", "tz": ZONE}


def person(first: str, last: str, works: str = "", digest: str = "") -> Row:
    return {
        "_type": "ConferenceChair",
        "fullName": f"{last.upper()}, {first}",
        "first_name": first,
        "last_name": last,
        "affiliation": works,
        "emailHash": digest,
    }


def event(number: str, title: str, starts: datetime, kind: str = "meeting", **more: Any) -> Row:
    """An event of two hours."""
    return {
        "_type": "Conference",
        "id": number,
        "title": title,
        "description": f"<p>{title}, in short.</p>",
        "startDate": moment(starts),
        "endDate": moment(starts + timedelta(hours=2)),
        "timezone": ZONE,
        "room": "Attic",
        "location": "Tarnholt",
        "url": f"https://indico.example/event/{number}/",
        "type": kind,
        "category": "Shelf studies",
        "categoryId": 12,
        "chairs": [],
        **more,
    }


def contribution(number: str, title: str, starts: datetime, speakers: list[Row]) -> Row:
    return {
        "_type": "Contribution",
        "id": number,
        "title": title,
        "description": f"{title}, in short.",
        "startDate": moment(starts),
        "endDate": moment(starts + timedelta(minutes=20)),
        "duration": 20,
        "room": "Attic",
        "location": "Tarnholt",
        "url": f"https://indico.example/event/70/contributions/{number}/",
        "speakers": speakers,
        "primaryauthors": [],
        "coauthors": [],
    }


def sample_service(now: datetime | None = None) -> Service:
    """A category with a meeting and a workshop that lasts three days, and that workshop with two contributions."""
    now = (now or datetime.now(UTC)).replace(hour=10, minute=0, second=0, microsecond=0)
    hester = person("Hester", "Quill", "Dry Rooms Ltd", "0123456789abcdef0123456789abcdef")
    kofi = person("Kofi", "Adjei", "Veldhaven Lab")
    first = now + timedelta(days=60)
    workshop = event(
        "70",
        "Workshop on damp",
        first,
        "conference",
        chairs=[hester],
        endDate=moment(first + timedelta(days=2)),
        contributions=[
            contribution("1", "Two loggers, one shelf", first, [kofi]),
            contribution("2", "Felt", first + timedelta(hours=1), [hester, kofi]),
        ],
    )
    listed = {name: value for name, value in workshop.items() if name != "contributions"}
    monthly = event("71", "Monthly meeting", now + timedelta(days=9), chairs=[kofi])
    return service({"12": [monthly, listed]}, {"70": workshop, "71": monthly})
