"""What the community says about candidates: who is behind their authors, how the user stands to them, who listens
to them, which conversation each belongs to and how lively it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from transom.apps.conversations.selectors import talked_of
from transom.apps.network.selectors import Relation, all_ties
from transom.apps.people.selectors import Behind, behind, last_membership
from transom.apps.people.selectors.standing import standing_of_authors, standing_of_sources
from transom.engine.rank import Candidates
from transom.engine.rank.candidates import UNKNOWN

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

AGAIN_AFTER: Final = timedelta(minutes=10)
"""Who is behind an author is looked up again after so long, and whenever anybody was resolved."""
KNOWN: Final = 0.8
FOLLOWED: Final = 0.7
BOTH: Final = 1.0

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Table:
    """Values by key, for many keys at once; 0 for keys that are not in it."""

    keys: NDArray[np.int64]
    values: NDArray[Any]

    @classmethod
    def of(cls, values: Mapping[int, float], kind: type = np.float32) -> Self:
        """From a mapping."""
        keys = np.array(sorted(values), dtype=np.int64)
        return cls(keys, np.array([values[int(key)] for key in keys], dtype=kind))

    def at(self, keys: NDArray[Any], missing: NDArray[Any] | float = 0) -> NDArray[Any]:
        """The value of each key; ``missing`` (one, or one a key) where there is none."""
        if not len(self.keys):
            return np.broadcast_to(np.asarray(missing, dtype=self.values.dtype), keys.shape).copy()
        place = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[place] == keys, self.values[place], missing).astype(self.values.dtype)


@dataclass(slots=True)
class People:
    """Who is behind the authors of one user's candidates and log, kept warm."""

    behind: dict[int, Behind] = field(default_factory=dict)
    standing: dict[int, float] = field(default_factory=dict)
    sources: dict[int, float] = field(default_factory=dict)
    _asked: set[int] = field(default_factory=set)
    _as_of: datetime | None = None
    _resolved: int = -1

    def refresh(self, user: User, authors: Collection[int], sources: Collection[int], now: datetime) -> None:
        """Looks up the authors that are new; all of them where anybody was resolved since, or some time passed."""
        resolved = last_membership(user)
        fresh = self._as_of is not None and timedelta() <= now - self._as_of < AGAIN_AFTER
        if not fresh or resolved != self._resolved:
            self._asked, self.behind, self.standing = set(), {}, {}
            self.sources = standing_of_sources(user, sources)
            self._as_of, self._resolved = now, resolved
        if wanted := set(authors) - self._asked:
            self._asked |= wanted
            self.behind |= behind(user, wanted)
            self.standing |= standing_of_authors(user, wanted)

    def first(self, identity: int) -> int:
        """The identity that stands for all of the same person."""
        found = self.behind.get(identity)
        return found.founder if found else identity


@dataclass(frozen=True, slots=True)
class Community:
    """As of one moment, for one user."""

    first: Table
    tie: Table
    standing: Table
    source: Table
    heat: Table
    talk: Table

    @classmethod
    def of(cls, user: User, people: People) -> Self:
        """Ties and conversations are read anew: a few queries, however many candidates there are."""
        close = {pk: closeness(one) for pk, one in all_ties(user).items()}
        known = people.behind
        talked = talked_of(user)
        return cls(
            first=Table.of({key: one.founder for key, one in known.items()}, np.int32),
            tie=Table.of({key: close[one.person] for key, one in known.items() if close.get(one.person)}),
            standing=Table.of(people.standing),
            source=Table.of(people.sources),
            heat=Table.of({item: one.heat for item, one in talked.items()}),
            talk=Table.of({item: one.cluster for item, one in talked.items()}, np.int64),
        )

    def on(self, candidates: Candidates) -> Candidates:
        """The same candidates with what is said about them; one person's names count as one author.

        Where nobody points at an author, what counts is how much the field points at where they publish.
        """
        standing = self.standing.at(candidates.author)
        return replace(
            candidates,
            author=self.first.at(candidates.author, candidates.author),
            tie=self.tie.at(candidates.author),
            standing=np.where(standing > 0, standing, self.source.at(candidates.source)),
            heat=self.heat.at(candidates.ids),
            conversation=self.talk.at(candidates.ids, UNKNOWN),
        )


def closeness(relation: Relation) -> float:
    """How close somebody is to the user, 0..1: a construction of our own, until contacts are counted."""
    if relation.known and relation.followed:
        return BOTH
    return KNOWN if relation.known else FOLLOWED if relation.followed else 0.0
