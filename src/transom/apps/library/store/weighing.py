"""The weighted terms kept with every item, for the ranker.

How common a term is, is counted over the latest texts; the counts live in memory and are taken afresh from
the library when a process starts, so that nothing has to be kept in step.
"""

from __future__ import annotations

from functools import lru_cache

from transom.apps.library.drafting.indexed import LONGEST_WEIGHED
from transom.apps.library.models import ItemBody
from transom.engine.rank.terms import Counted, Frequencies, Terms, ids_of, pack, weigh, weigh_and_count
from transom.engine.text.tokens import terms

LATEST = 300


def weighed(counted: Counted) -> bytes:
    """A text's terms, packed; its words count for the texts that come after it."""
    return pack(weigh_and_count(counted, _frequencies()))


def weighed_now(title: str, text: str, language: str = "") -> Terms:
    """The terms of a text that is kept nowhere, weighed as those of items are; its words count for no other."""
    return weigh(terms(title, language), terms(text[:LONGEST_WEIGHED], language), _frequencies())


@lru_cache(maxsize=1)
def _frequencies() -> Frequencies:
    counted = Frequencies()
    latest = ItemBody.objects.order_by("-pk").values_list("text", "item__language")[:LATEST]
    for text, language in latest:
        counted.add(set(ids_of(text[:LONGEST_WEIGHED], language).tolist()))
    return counted
