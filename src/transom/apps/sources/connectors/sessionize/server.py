"""Sessionize's "All" view of one conference."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from transom.apps.sources.connectors.serving import Asked, Reply, Service, as_json, with_etag

Row = dict[str, Any]


def service(programmes: Mapping[str, Row]) -> Service:
    """Serves programmes by id."""

    def answer(asked: Asked) -> Reply:
        parts = asked.path.strip("/").split("/")
        if len(parts) != 5 or parts[:2] != ["api", "v2"] or parts[3:] != ["view", "All"]:
            return Reply(404, b"Not found", content_type="text/html")
        found = programmes.get(parts[2])
        return with_etag(asked, as_json(found)) if found is not None else Reply(404, b"Not found")

    return answer


def session(key: str, title: str, starts: datetime, speakers: list[str], **more: Any) -> Row:
    """A session of three quarters of an hour; its time is the place's own."""
    return {
        "id": key,
        "title": title,
        "description": f"{title}, in short.",
        "startsAt": f"{starts:%Y-%m-%dT%H:%M:%S}",
        "endsAt": f"{starts + timedelta(minutes=45):%Y-%m-%dT%H:%M:%S}",
        "isServiceSession": False,
        "isPlenumSession": False,
        "speakers": speakers,
        "categoryItems": [],
        "questionAnswers": [],
        "roomId": 4,
        "liveUrl": None,
        "recordingUrl": None,
        "status": "Accepted",
        **more,
    }


def speaker(key: str, name: str) -> Row:
    first, _, last = name.partition(" ")
    return {
        "id": key,
        "firstName": first,
        "lastName": last,
        "fullName": name,
        "bio": "",
        "tagLine": "Keeper of shelves",
        "profilePicture": None,
        "isTopSpeaker": False,
        "links": [{"title": "Blog", "url": f"https://{first.lower()}.example", "linkType": "Blog"}],
        "sessions": [],
    }


def programme(first: datetime) -> Row:
    """Two talks, a break, and one that was declined."""
    morning = first.replace(hour=9, minute=30)
    return {
        "sessions": [
            session("101", "How shelves drift", morning, ["s-hester", "s-kofi"]),
            session("102", "Felt", morning + timedelta(days=1), ["s-kofi"]),
            session("103", "Lunch", morning + timedelta(hours=3), [], isServiceSession=True),
            session("104", "Not this time", morning, ["s-hester"], status="Declined"),
        ],
        "speakers": [speaker("s-hester", "Hester Quill"), speaker("s-kofi", "Kofi Adjei")],
        "questions": [],
        "categories": [],
        "rooms": [{"id": 4, "name": "Great Hall", "sort": 0}],
    }


def sample_service(now: datetime | None = None) -> Service:
    return service({"stack5x7": programme((now or datetime.now(UTC)) + timedelta(days=70))})
