"""Who is who: identities as seen at sources become people.

found = resolve(identities, decisions=decisions)      # all at once; bulk.Bulk for very many
found.clusters; found.people()[id]; found.questions
found = absorb(new, library, census)                  # a day's new ones; reconsider() after an answer
explain(a, b, census)                                 # why, in bits; links_between() for two of one person
"""

from transom.engine.resolve.census import Census, take
from transom.engine.resolve.explain import Explanation, explain, links_between
from transom.engine.resolve.incremental import Library, absorb, reconsider
from transom.engine.resolve.model import (
    Account,
    Decision,
    Evidence,
    Identity,
    Mail,
    Pair,
    Question,
    Resolution,
    Thresholds,
)
from transom.engine.resolve.people import resolve, resolve_traits
from transom.engine.resolve.traits import Traits, traits_of
from transom.engine.resolve.weights import Level, Weights

__all__ = [
    "Account",
    "Census",
    "Decision",
    "Evidence",
    "Explanation",
    "Identity",
    "Level",
    "Library",
    "Mail",
    "Pair",
    "Question",
    "Resolution",
    "Thresholds",
    "Traits",
    "Weights",
    "absorb",
    "explain",
    "links_between",
    "reconsider",
    "resolve",
    "resolve_traits",
    "take",
    "traits_of",
]
