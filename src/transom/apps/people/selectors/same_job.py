"""Who does my job elsewhere: people with the same role, or who write about the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import log
from typing import TYPE_CHECKING, Final

from django.db.models import Count

from transom.apps.library.models import Item
from transom.apps.people.describing import name_words
from transom.apps.people.models import Person, Word
from transom.apps.people.selectors.directory import writing_about
from transom.apps.people.selectors.who import visible_people
from transom.engine.text.stopwords import STOPWORDS
from transom.engine.text.tokens import fold

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

MOST_WORDS: Final = 8
MOST_PEOPLE: Final = 500
ROLE_WEIGHT: Final = 3.0


@dataclass(slots=True)
class Peer:
    """Somebody with the user's job elsewhere: which words of it stand in their role, and what they write about it."""

    person: Person
    role_words: list[str] = field(default_factory=list)
    topics: dict[str, list[Item]] = field(default_factory=dict)
    score: float = 0.0


def same_job(
    user: User, job_words: Iterable[str], interests: Iterable[str] = (), *, limit: int = 12
) -> list[Peer]:
    """The best matches first; empty where nothing is said of the job, or nobody matches.

    `job_words` are the telling words of the job, `interests` what else the user cares about. A word counts by its
    rarity among all roles, a topic the less the more people write about it.
    """
    words = name_words(job_words)[:MOST_WORDS]
    scores: dict[int, float] = defaultdict(float)
    roles: dict[int, list[str]] = defaultdict(list)
    for word, worth in _worth(words).items():
        rows = Word.objects.filter(of=Word.ROLE, word=word).values_list("person_id", flat=True)
        for person_id in rows[:MOST_PEOPLE]:
            scores[person_id] += ROLE_WEIGHT * worth
            roles[person_id].append(_as_said(word))
    topics: dict[int, dict[str, list[Item]]] = defaultdict(dict)
    asked = list(dict.fromkeys([*words, *(one.strip() for one in interests if one.strip())]))
    # Of a field such as IT nothing is found in texts, where its word is everywhere.
    for topic in [one for one in asked if fold(one) not in STOPWORDS["en"]][: 2 * MOST_WORDS]:
        found = writing_about(user, topic)
        for person_id, items in found.items():
            scores[person_id] += (1 + log(len(items))) / (1 + log(1 + len(found)))
            topics[person_id][_as_said(topic)] = items
    best = sorted(scores, key=lambda pk: (-scores[pk], pk))[: limit * 2]
    people = visible_people(user).select_related("organization").in_bulk(best)
    peers = [Peer(people[pk], roles[pk], topics[pk], scores[pk]) for pk in best if pk in people]
    return peers[:limit]


def _as_said(word: str) -> str:
    """Two letters are an abbreviation."""
    return word.upper() if len(word) == 2 else word


def _worth(words: list[str]) -> dict[str, float]:
    """Of each word that stands in somebody's role, how much it tells: the rarer, the more."""
    rows = Word.objects.filter(of=Word.ROLE, word__in=words).values_list("word").annotate(n=Count("pk"))
    counts = dict(rows)
    return {word: 1.0 / (1.0 + log(counts[word])) for word in words if word in counts}
