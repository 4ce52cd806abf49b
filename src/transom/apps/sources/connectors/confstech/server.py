"""A server of confs.tech's files, as raw.githubusercontent.com serves them: ETag, text/plain."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from transom.apps.sources.connectors.serving import Asked, Reply, Service, with_etag

Files = Mapping[str, list[dict[str, Any]]]


def service(files: Files) -> Service:
    """Serves files by "YEAR/TOPIC"."""

    def answer(asked: Asked) -> Reply:
        name = asked.path.partition("/conferences/")[2].removesuffix(".json")
        if name not in files:
            return Reply(404, b"404: Not Found", content_type="text/plain; charset=utf-8")
        body = json.dumps(files[name], ensure_ascii=False, indent=2).encode()
        return with_etag(asked, Reply(body=body, content_type="text/plain; charset=utf-8"))

    return answer


def sample_service(now: datetime | None = None) -> Service:
    """A topic with a conference and its call, one on the net, and an entry with a date that does not exist."""
    today = (now or datetime.now(UTC)).date()
    first, closes = today + timedelta(days=90), today + timedelta(days=30)
    entries: list[dict[str, Any]] = [
        {
            "name": f"LeadDev Tarnholt {first.year}",
            "url": "https://leaddev.example/tarnholt",
            "startDate": f"{first}",
            "endDate": f"{first + timedelta(days=1)}",
            "city": "Tarnholt",
            "country": "U.K.",
            "online": False,
            "locales": "EN",
            "cfpUrl": "https://leaddev.example/call",
            "cfpEndDate": f"{closes}",
        },
        {
            "name": "Calm Managers",
            "url": "https://calm.example",
            "online": True,
            "locales": "EN",
            "startDate": f"{today + timedelta(days=45)}",
            "endDate": f"{today + timedelta(days=45)}",
        },
        {"name": "No Such Day", "url": "https://nosuch.example", "startDate": f"{first.year}-02-31"},
    ]
    files: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        files.setdefault(f"{entry['startDate'][:4]}/leadership", []).append(entry)
    return service(files)
