"""Asking ORCID's public interface for one record."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta

from transom.apps.sources.connectors import asking, values
from transom.apps.sources.connectors.interface import AT, Ask, Connector, Meant, Query, Suggestion
from transom.apps.sources.connectors.openalex.mapping import orcid_in
from transom.apps.sources.connectors.orcid.mapping import identity_of, works_of
from transom.apps.sources.connectors.orcid.server import sample_service
from transom.apps.sources.connectors.records import Batch, Cursor
from transom.apps.sources.connectors.serving import Service
from transom.apps.sources.errors import SourceError
from transom.engine.net.port import HttpPort

BACK = timedelta(days=3 * 365)


class Records(Connector):
    name = "orcid"
    title = "People (ORCID)"
    says = "Somebody's own record: what they publish, where they work, their links."
    asks = (Ask("orcid", "The ORCID, four groups of four.", "0000-0002-1825-0097", label="ORCID iD"), AT)
    channel = "journal"
    home = "https://pub.orcid.org"
    every_minutes = 24 * 60
    limits = "What its owner made public, and no more; the last three years."
    sample = {"orcid": "0000-0002-1825-0097"}

    def address(self, query: Query) -> str:
        where = query.get("at") or "https://orcid.org"
        return f"{where.rstrip('/')}/{query['orcid']}"

    def recognise(self, text: str) -> Meant | None:
        found = re.fullmatch(r"(?:https?://)?(?:orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dXx])/?", text)
        return Meant({"orcid": found[1]}) if found else None

    def tidy(self, query: Query) -> Query:
        found = orcid_in(query["orcid"].upper())
        if not found or not is_sound(found):
            raise SourceError(f"{query['orcid'][:80]!r} is no ORCID; check its digits.", permanent=True)
        return {**query, "orcid": found}

    def service(self) -> Service:
        return sample_service()

    async def discover(self, words: str, client: HttpPort, server: str = "") -> list[Suggestion]:
        wanted = asking.Wanted(
            f"{server or self.home}/v3.0/expanded-search/", {"q": words.strip(), "rows": "10"}
        )
        told = await asking.ask_json(client, wanted)
        found = []
        for row in values.rows(told.value, "expanded-result"):
            name = f"{values.text(row, 'given-names')} {values.text(row, 'family-names')}".strip()
            if orcid := orcid_in(values.text(row, "orcid-id")):
                found.append(
                    Suggestion({"orcid": orcid}, name, ", ".join(values.texts(row, "institution-name")))
                )
        return found

    async def fetch(self, query: Query, cursor: Cursor, client: HttpPort, now: datetime) -> Batch:
        url = f"{self.base(query)}/v3.0/{query['orcid']}/record"
        told = await asking.ask_json(
            client, asking.Wanted(url, remembered=asking.Remembered.of(cursor, url), max_bytes=15 * 1024**2)
        )
        digest = hashlib.sha256(told.response.body).hexdigest()[:32]
        if told.unchanged or cursor.get("hash") == digest:
            return Batch(cursor=cursor, unchanged=True)
        if orcid_in(values.text(told.value, "orcid-identifier", "path")) != query["orcid"]:
            raise asking.unlike(url, "it sent no record, or somebody else's.")
        who = identity_of(told.value, query["orcid"])
        works, problems = works_of(told.value, who, (now - BACK).date())
        return Batch(
            items=tuple(works),
            identities=(who,),
            cursor={"hash": digest, "seen": asking.Remembered.from_answer(told.response, url)},
            title=who.name,
            site=who.profile,
            problems=tuple(problems[:20]),
        )


def is_sound(orcid: str) -> bool:
    """Whether the last character checks (ISO 7064, MOD 11-2)."""
    total = 0
    for digit in orcid.replace("-", "")[:-1]:
        total = (total + int(digit)) * 2
    rest = (12 - total % 11) % 11
    return orcid[-1] == ("X" if rest == 10 else str(rest))
