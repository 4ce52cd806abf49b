"""A pretalx with one conference: the event and its submissions, in pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from transom.apps.sources.connectors.serving import Asked, Reply, Service, as_json, not_found

Row = dict[str, Any]


def service(event: Row, talks: list[Row]) -> Service:
    """Serves a conference."""
    path = f"/api/events/{event['slug']}/"

    def answer(asked: Asked) -> Reply:
        if asked.path == "/api/events/":
            return as_json([event])
        if asked.path == path:
            return as_json(event)
        if asked.path != f"{path}submissions/":
            return not_found("Not found.")
        size, number = min(asked.number("page_size", 50), 50), asked.number("page", 1)
        more = number * size < len(talks)
        following = f"{asked.base}{asked.path}?page={number + 1}&page_size={size}" if more else None
        shown = talks[(number - 1) * size : number * size]
        return as_json({"count": len(talks), "next": following, "previous": None, "results": shown})

    return answer


def conference(slug: str, name: str, first: datetime) -> Row:
    return {
        "slug": slug,
        "name": {"en": name, "de": f"{name} (de)"},
        "is_public": True,
        "timezone": "Europe/Berlin",
        "date_from": f"{first:%Y-%m-%d}",
        "date_to": f"{first + timedelta(days=2):%Y-%m-%d}",
    }


def talk(
    code: str, title: str, starts: datetime | None, speakers: list[tuple[str, str]], state: str = "confirmed"
) -> Row:
    slot = {
        "start": starts.isoformat() if starts else None,
        "end": (starts + timedelta(minutes=30)).isoformat() if starts else None,
        "room": {"id": 1, "name": {"en": "Great Hall"}},
    }
    return {
        "code": code,
        "title": title,
        "state": state,
        "abstract": f"{title}, in short.",
        "description": "More.",
        "content_locale": "en",
        "slots": [slot] if starts else [],
        "speakers": [
            {"code": key, "name": name, "biography": "", "avatar_url": None} for key, name in speakers
        ],
    }


def sample_service(now: datetime | None = None) -> Service:
    first = (now or datetime.now(UTC)) + timedelta(days=75)
    return service(
        conference("stewards", "Stores and Stewards", first),
        [
            talk("AAAAAA", "Two loggers, one shelf", first, [("KOFI77", "Kofi Adjei")]),
            talk("BBBBBB", "Felt, round", first + timedelta(hours=1), [("HESTER", "Hester Quill")]),
        ],
    )
