"""What one user's feedback taught, held warm: the log of the database, learned once and then extended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Count, Max, QuerySet

from transom.apps.brief.candidates.community import People
from transom.apps.brief.candidates.interests import interests_of
from transom.apps.brief.candidates.rows import Names
from transom.apps.brief.models import Feedback
from transom.engine.rank import FeedbackRow, Model, Signal, extend, learn
from transom.engine.rank.candidates import UNKNOWN
from transom.engine.rank.terms import unpack

if TYPE_CHECKING:
    from transom.apps.accounts.models import Profile

AGAIN_AFTER: Final = timedelta(hours=6)
"""After so long a model is brought up to date though nothing was said: forgetting goes on."""

COLUMNS: Final = (
    "item_id",
    "signal",
    "at",
    "source_id",
    "author_id",
    "channel",
    "kind",
    "terms",
    "features",
    "feature",
)


@dataclass(frozen=True, slots=True)
class Learned:
    """A model as of a moment, and the log it was learned from: how many rows, the last one's key and time.

    `firsts` says for whom each author in the log was taken: what was learned of one name of a person holds for all.
    """

    model: Model
    rows: int
    last: int
    latest: datetime | None
    interests: tuple[str, ...]
    as_of: datetime
    firsts: dict[int, int]


State = tuple[int, int, datetime | None]
"""How many rows the log has, the largest key and the latest time."""


class Learner:
    """Not safe for threads by itself: ask it while the user's store is held."""

    def __init__(self, user_id: int, names: Names, people: People) -> None:
        self._user_id = user_id
        self._names = names
        self._people = people
        self._learned: Learned | None = None

    def model(self, profile: Profile, now: datetime) -> Model:
        """The model of the log as it stands in the database, up to now."""
        log = Feedback.objects.filter(user_id=self._user_id, at__lte=now)
        is_ = log.aggregate(rows=Count("pk"), last=Max("pk"), latest=Max("at"))
        state = (is_["rows"], is_["last"] or 0, is_["latest"])
        interests = interests_of(profile)
        known = self._learned if self._learned and self._still(self._learned.firsts) else None
        if known is None or interests != known.interests or now < known.as_of:
            known = self._afresh(log, state, interests, now)
        elif state != (known.rows, known.last, known.latest) or now - known.as_of >= AGAIN_AFTER:
            known = self._extended(known, log, state, now) or self._afresh(log, state, interests, now)
        self._learned = known
        return known.model

    def _afresh(
        self, log: QuerySet[Feedback], state: State, interests: tuple[str, ...], now: datetime
    ) -> Learned:
        firsts: dict[int, int] = {}
        model = learn(self._rows(log, firsts), now=now, interests=interests)
        return Learned(model, *state, interests, now, firsts)

    def _extended(
        self, known: Learned, log: QuerySet[Feedback], state: State, now: datetime
    ) -> Learned | None:
        """The model with what was added; None where anything else changed, or came in late."""
        firsts = dict(known.firsts)
        fresh = sorted(self._rows(log.filter(pk__gt=known.last), firsts), key=lambda row: row.at)
        in_order = not fresh or known.latest is None or fresh[0].at >= known.latest.timestamp()
        if state[0] != known.rows + len(fresh) or not in_order:
            return None
        model = extend(known.model, fresh, now=now)
        return Learned(model, *state, known.interests, now, firsts)

    def _still(self, firsts: dict[int, int]) -> bool:
        """Whether the authors in the log are still taken for the same people."""
        return all(self._people.first(author) == first for author, first in firsts.items())

    def _rows(self, log: QuerySet[Feedback], firsts: dict[int, int]) -> Iterator[FeedbackRow]:
        for row in log.order_by("at", "pk").values_list(*COLUMNS).iterator(chunk_size=2000):
            found = self._row(*row)
            if found.author >= 0:
                firsts[found.author] = self._people.first(found.author)
                found = replace(found, author=firsts[found.author])
            yield found

    def _row(
        self,
        item: int | None,
        signal: str,
        at: datetime,
        source: int | None,
        author: int | None,
        channel: str,
        kind: str,
        terms: bytes | memoryview,
        features: dict[str, float],
        feature: str,
    ) -> FeedbackRow:
        found = unpack(bytes(terms))
        return FeedbackRow(
            item=item or 0,
            signal=Signal(signal),
            at=at.timestamp(),
            source=source or UNKNOWN,
            author=author or UNKNOWN,
            channel=self._names.channels.code(channel),
            kind=self._names.kinds.code(kind),
            manner=found.manner,
            terms=found.ids,
            term_weights=found.weights,
            features=features,
            feature=feature,
        )
