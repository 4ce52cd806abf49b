"""ISO's storage: two long files of JSON lines, served whole or in pieces, with ETag."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from transom.apps.sources.connectors.serving import Asked, Reply, Service

KIND = "application/octet-stream"
Row = dict[str, Any]


def service(deliverables: Sequence[Row], committees: Sequence[Row] = ()) -> Service:
    """Serves both lists."""
    files = {
        "iso_deliverables_metadata": _lines(deliverables),
        "iso_technical_committees": _lines(committees),
    }

    def answer(asked: Asked) -> Reply:
        body = files.get(asked.path.rpartition("/")[2].removesuffix(".jsonl"))
        if body is None or not asked.path.startswith("/opendata/_latest/"):
            return Reply(404, b"BlobNotFound", content_type="application/xml")
        etag = f'"0x{hashlib.sha256(body).hexdigest()[:15].upper()}"'
        if asked.headers.get("if-none-match") == etag:
            return Reply(304, headers={"ETag": etag})
        if asked.headers.get("if-match", etag) != etag:
            return Reply(412, b"ConditionNotMet", content_type="application/xml")
        wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", asked.headers.get("range", ""))
        if not wanted:
            return Reply(200, body, {"ETag": etag}, KIND)
        begin, end = int(wanted[1]), min(int(wanted[2]), len(body) - 1)
        if begin >= len(body):
            return Reply(416, b"InvalidRange", content_type="application/xml")
        headers = {"ETag": etag, "Content-Range": f"bytes {begin}-{end}/{len(body)}"}
        return Reply(206, body[begin : end + 1], headers, KIND)

    return answer


def _lines(rows: Sequence[Row]) -> bytes:
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows).encode()


def deliverable(
    number: int, reference: str, title: str, stage: int, committee: str, published: str | None = None
) -> Row:
    """`stage` as 6060, `published` as 2026-03-01."""
    return {
        "id": number,
        "deliverableType": "IS",
        "supplementType": None,
        "reference": reference,
        "publicationDate": published,
        "edition": 1,
        "icsCode": ["01.140.20"],
        "ownerCommittee": committee,
        "currentStage": stage,
        "replaces": None,
        "replacedBy": None,
        "languages": ["en"],
        "pages": {"en": 24},
        "title": {"en": title, "fr": f"{title} (fr)"},
        "scope": {"en": f"<p>This document says how {title.lower()} is done.</p>"},
    }


def sample_service(now: datetime | None = None) -> Service:
    """A committee with a new standard, an old one under review, and a draft that can be commented."""
    new = ((now or datetime.now(UTC)) - timedelta(days=20)).date()
    mine, other = "ISO/TC 900/SC 2", "ISO/TC 901"
    return service(
        [
            deliverable(90001, "ISO 90001:2026", "Shelves: drift", 6060, mine, f"{new}"),
            deliverable(90002, "ISO 90002:2019", "Shelves: damp", 9020, mine, "2019-05-02"),
            deliverable(90003, "ISO/DIS 90003", "Shelves: felt", 4020, mine),
            deliverable(90004, "ISO 90004:2026", "Something else", 6060, other, f"{new}"),
        ],
        [
            {"id": 1, "reference": mine, "title": {"en": "Shelves"}},
            {"id": 2, "reference": other, "title": {"en": "Something else"}},
        ],
    )
