"""CallingAllPapers' list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from transom.apps.sources.connectors.serving import Asked, Reply, Service, as_json, not_found, with_etag

Row = dict[str, Any]


def service(calls: list[Row]) -> Service:
    def answer(asked: Asked) -> Reply:
        return with_etag(asked, as_json({"cfps": calls})) if asked.path == "/v1/cfp" else not_found()

    return answer


def call(name: str, closes: datetime, first: datetime, **more: Any) -> Row:
    """A call; `first` is midnight in Helsinki, as the service writes days."""
    slug = name.casefold().replace(" ", "-")
    return {
        "name": name,
        "uri": f"https://calls.example/{slug}",
        "dateCfpStart": f"{closes - timedelta(days=60):%Y-%m-%dT%H:%M:%S+00:00}",
        "dateCfpEnd": f"{closes:%Y-%m-%dT%H:%M:%S+00:00}",
        "location": "Helsinki, Finland",
        "latitude": 60.1695,
        "longitude": 24.9354,
        "description": "",
        "dateEventStart": f"{first:%Y-%m-%dT%H:%M:%S+00:00}",
        "dateEventEnd": f"{first + timedelta(days=1):%Y-%m-%dT%H:%M:%S+00:00}",
        "iconUri": "",
        "eventUri": f"https://{slug}.example",
        "timezone": "Europe/Helsinki",
        "tags": ["shelves"],
        "sources": ["confs.tech"],
        "lastChange": f"{closes - timedelta(days=50):%Y-%m-%dT%H:%M:%S+00:00}",
        "_rel": {"cfp_uri": f"v1/cfp/{slug}"},
        **more,
    }


def sample_service(now: datetime | None = None) -> Service:
    """Two calls, one of them about something else."""
    today = (now or datetime.now(UTC)).replace(hour=22, minute=0, second=0, microsecond=0)
    closes, first = today + timedelta(days=25), today + timedelta(days=90)
    return service([call("Shelf Days", closes, first), call("Web Days", closes, first, tags=["web"])])
