"""The weighted terms kept with every item, for the ranker.

How common a term is, is counted over the latest texts; the counts live in memory and are taken afresh from
the library when a process starts, so that nothing has to be kept in step.
"""

from __future__ import annotations

from functools import lru_cache

from transom.apps.library.models import ItemBody
from transom.apps.library.store.draft import Draft
from transom.engine.rank.terms import Frequencies, ids_of, pack, weigh_and_count

LATEST = 300
LONGEST = 20_000


def weighed(draft: Draft) -> bytes:
    """The draft's terms, packed; its words count for the texts that come after it."""
    frequencies = _frequencies()
    title, body = ids_of(draft.title, draft.language), ids_of(draft.text[:LONGEST], draft.language)
    return pack(weigh_and_count(title, body, frequencies))


@lru_cache(maxsize=1)
def _frequencies() -> Frequencies:
    counted = Frequencies()
    latest = ItemBody.objects.order_by("-pk").values_list("text", "item__language")[:LATEST]
    for text, language in latest:
        counted.add(set(ids_of(text[:LONGEST], language).tolist()))
    return counted
