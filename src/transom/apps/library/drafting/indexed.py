"""A draft's texts as search and the ranker want them, as far as that can be told without the library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from transom.engine.rank.terms import Counted, counted, ids_of
from transom.engine.text.manner import manner
from transom.engine.text.tokens import index_text

if TYPE_CHECKING:
    from transom.apps.library.drafting.draft import Draft

LONGEST_INDEXED = 200_000
LONGEST_WEIGHED = 20_000


@dataclass(frozen=True, slots=True)
class Indexed:
    """Folded texts for full-text search, and the terms with their counts for weighing."""

    title: str
    author: str
    body: str
    terms: Counted


def indexed(draft: Draft) -> Indexed:
    """Folds and counts; takes about as long as parsing did."""
    if draft.indexed is not None:
        return draft.indexed
    title, author, body = map(index_text, (draft.title, draft.author_name, draft.text[:LONGEST_INDEXED]))
    named = ids_of(draft.title, draft.language)
    told = ids_of(draft.text[:LONGEST_WEIGHED], draft.language)
    return Indexed(title, author, body, counted(named, told, manner(draft.title)))
