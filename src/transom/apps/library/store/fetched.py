"""What the store is given."""

from __future__ import annotations

from dataclasses import dataclass

from transom.apps.library.drafting.draft import Draft
from transom.apps.sources.connectors.records import Batch
from transom.apps.sources.models import Source
from transom.engine.fetch.state import FetchState
from transom.engine.parse.model import ParsedFeed


@dataclass(frozen=True, slots=True)
class FetchedFeed:
    """What one fetch came to: the source, its new schedule, and the document where there was a new one.

    ``drafts`` are the document's entries where they were made already, else the store makes them. ``records`` are
    a connector's, and ``cursor`` is where it has come with them; both are stored together or not at all. What is
    None stays as it is.
    """

    source: Source
    state: FetchState
    parsed: ParsedFeed | None = None
    adopt_address: str = ""
    problems: str | None = None
    body_bytes: int | None = None
    drafts: list[Draft] | None = None
    records: Batch | None = None
    cursor: str | None = None
