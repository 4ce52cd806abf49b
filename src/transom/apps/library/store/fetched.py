"""What the store is given."""

from __future__ import annotations

from dataclasses import dataclass

from transom.apps.library.drafting.draft import Draft
from transom.apps.sources.models import Source
from transom.engine.fetch.state import FetchState
from transom.engine.parse.model import ParsedFeed


@dataclass(frozen=True, slots=True)
class FetchedFeed:
    """What one fetch came to: the source, its new schedule, and the document where there was a new one.

    ``drafts`` are the document's entries where they were made already, else the store makes them.
    """

    source: Source
    state: FetchState
    parsed: ParsedFeed | None = None
    adopt_address: str = ""
    problems: str = ""
    body_bytes: int | None = None
    drafts: list[Draft] | None = None
