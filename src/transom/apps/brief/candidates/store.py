"""One user's candidates, held warm: built from the database once, then brought up to date before each use.

The database is the truth. Every process keeps a store of its own and asks only for what changed since it
last looked, with an overlap, since transactions may commit in another order than they wrote.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from transom.apps.brief.candidates import rows as reading
from transom.apps.brief.candidates.community import Community, People
from transom.apps.brief.candidates.costs import SWITCH_MINUTES, whole
from transom.apps.brief.candidates.dates import candidates_of_dates
from transom.apps.brief.candidates.rows import Names, Row, SourceFacts
from transom.apps.brief.candidates.shares import Shares
from transom.apps.brief.candidates.topics import Topics
from transom.apps.brief.models import BriefLine, Feedback, Section
from transom.apps.library.models import Item, ReadingState, Sighting
from transom.engine.rank import DO, READ, Candidates, Pool
from transom.engine.rank.candidates import UNKNOWN

if TYPE_CHECKING:
    from transom.apps.accounts.models import Profile, User
    from transom.apps.participation.models import Opportunity

HORIZON: Final = timedelta(days=90)
"""What was published longer ago is no news for any brief."""
NEW_SOURCE: Final = timedelta(days=7)
"""How much of the past of a newly followed source may still come into the brief."""
LATE_COMMITS: Final = timedelta(minutes=2)
LATE_ROWS: Final = 500
LARGEST: Final = 250_000
"""Candidates kept for one user: the newest."""


@dataclass(slots=True)
class Marks:
    """How far the database has been read."""

    sighting: int = 0
    items: datetime | None = None
    states: datetime | None = None
    line: int = 0


class CandidateStore:
    """The candidates of one user. Use it only within `held`."""

    def __init__(self, user_id: int) -> None:
        self.user_id = user_id
        self.names = Names()
        self.pool = Pool()
        self.sources: dict[int, SourceFacts] = {}
        self.dates: dict[int, datetime] = {}
        self._lock = threading.RLock()
        self._built = False
        self.memberships: tuple[str, ...] = ()
        self._marks = Marks()
        self._seen: set[int] = set()
        self._briefed: set[int] = set()
        self._late_sightings: set[int] = set()
        self._late_items: dict[int, datetime] = {}
        self._shares = Shares(user_id)
        self._aside: set[int] = set()
        self._pointed_at: set[int] = set()
        self._topics = Topics()
        self.people = People()
        self._community: Community | None = None

    @contextmanager
    def held(self, profile: Profile, now: datetime) -> Iterator[CandidateStore]:
        """The store, up to date as of now; nobody else in this process changes it meanwhile."""
        with self._lock:
            try:
                self._refresh(profile, now)
                yield self
            except Exception:
                self._built = False
                raise

    def is_free(self, within: float) -> bool:
        """Whether nobody else in this process is at it, now or within some seconds."""
        if not self._lock.acquire(timeout=within):
            return False
        self._lock.release()
        return True

    @contextmanager
    def kept_still(self) -> Iterator[None]:
        """Nobody else in this process uses the store or its learner meanwhile; nothing is read."""
        with self._lock:
            yield

    def _refresh(self, profile: Profile, now: datetime) -> None:
        sources = reading.followed(self.user_id)
        memberships = tuple(profile.memberships)
        if not self._built or self._must_rebuild(sources, memberships):
            self._build(sources, memberships, now)
        else:
            self._catch_up(sources, now)
        self._drop_old(now)
        self._look_around(profile.user, now)

    def _look_around(self, user: User, now: datetime) -> None:
        """Who is behind the authors of candidates and log, and what the community says of them."""
        authors = {int(one) for one in np.unique(self.pool.view().author) if one >= 0}
        self.people.refresh(user, authors | authors_in_log(user), self.sources.keys(), now)
        self._community = Community.of(user, self.people)

    def _must_rebuild(self, sources: dict[int, SourceFacts], memberships: tuple[str, ...]) -> bool:
        """Following less, following again or another access changes too much to mend piece by piece."""
        lost = any(
            key not in sources or sources[key].followed_at != facts.followed_at
            for key, facts in self.sources.items()
        )
        return lost or memberships != self.memberships or _last_sighting() < self._marks.sighting

    def _build(self, sources: dict[int, SourceFacts], memberships: tuple[str, ...], now: datetime) -> None:
        self.pool, self.sources, self.memberships = Pool(), sources, memberships
        self.dates.clear()
        self._late_items.clear()
        self._late_sightings.clear()
        self._shares = Shares(self.user_id)
        self._aside.clear()
        self._pointed_at.clear()
        self._marks = Marks(sighting=_last_sighting(), items=_last_change(), line=_last_line(self.user_id))
        self._read_states(now)
        lines = BriefLine.objects.filter(brief__user_id=self.user_id, section=Section.READ)
        self._briefed = set(lines.exclude(item=None).values_list("item_id", flat=True))
        visible = reading.sightings(self.user_id)
        handed_in = [key for key, facts in sources.items() if facts.handed_in]
        there = visible.filter(source__subscriptions__user_id=self.user_id)
        recent = there.filter(item__published_at__gte=now - HORIZON)
        own = visible.filter(source_id__in=handed_in, item__seen_at__gte=now - HORIZON)
        for rows in (recent, own):
            for chunk in reading.read(rows):
                self._take(chunk, now)
        self._built = True

    def _catch_up(self, sources: dict[int, SourceFacts], now: datetime) -> None:
        new_sources = sources.keys() - self.sources.keys()
        self.sources = sources
        back = self._read_states(now)
        self._read_lines()
        changed = self._changed_items()
        wanted = back | changed | self._newly_seen(new_sources)
        self.pool.drop(changed)
        for key in changed & self.dates.keys():
            del self.dates[key]
        for chunk in self._rows_of(wanted):
            self._take(chunk, now)

    def _take(self, chunk: Iterable[Row], now: datetime) -> None:
        """Adds what of these rows may stand in a brief, and notes the dates ahead of all of them."""
        chunk = list(chunk)
        self.dates |= {
            row.item_id: row.event_start for row in chunk if row.event_start and row.event_start > now
        }
        lifted = self._set_shares_aside(chunk)
        self._add(chunk, now)
        for more in self._rows_of(lifted):
            self._add(more, now)

    def _set_shares_aside(self, chunk: Sequence[Row]) -> set[int]:
        """Leaves out what merely points at something else; what is pointed at of late, and not in the chunk.

        A remark counts like anything of its source: of one newly followed, only those of the last days.
        """
        here = {row.item_id for row in chunk}
        self._aside -= here
        found = self._shares.look_through(chunk, self.sources)
        shares = {one.item_id for one in found}
        self._aside |= shares
        self.pool.drop(shares)
        lifted = {
            one.target
            for one in found
            if one.remark.published_at >= self.sources[one.remark.source_id].followed_at - NEW_SOURCE
        }
        self._pointed_at |= lifted
        return {one for one in lifted - here if one not in self.pool}

    def _add(self, rows: Iterable[Row], now: datetime) -> None:
        rows = reading.one_each(row for row in rows if self._is_candidate(row, now))
        batch = reading.candidates_of(rows, self.sources, self.names, self.memberships)
        batch.topic[:] = self._topics.assign(batch.terms, batch.term_weights)
        self.pool.append(batch)

    def _rows_of(self, item_ids: Iterable[int]) -> Iterator[list[Row]]:
        return reading.read_items(self.user_id, self.sources, item_ids)

    def _is_candidate(self, row: Row, now: datetime) -> bool:
        source = self.sources.get(row.source_id)
        if source is None or any(row.item_id in some for some in (self._seen, self._briefed, self._aside)):
            return False
        new_at = reading.new_at(row, self.sources)
        pointed_at = row.item_id in self._pointed_at
        return new_at >= now - HORIZON and (pointed_at or new_at >= source.followed_at - NEW_SOURCE)

    def _read_states(self, now: datetime) -> set[int]:
        """Takes note of what the user did; returns what is unseen again."""
        rows = ReadingState.objects.filter(user_id=self.user_id)
        since = self._marks.states
        if since is not None:
            rows = rows.filter(changed_at__gte=since - LATE_COMMITS)
        else:
            self._seen.clear()
        back: set[int] = set()
        seen: set[int] = set()
        for item_id, changed, *marks in rows.values_list(
            "item_id", "changed_at", "opened_at", "finished_at", "saved_at", "dismissed_at"
        ):
            since = changed if since is None else max(since, changed)
            if any(mark is not None for mark in marks):
                seen.add(item_id)
            elif item_id in self._seen:
                self._seen.discard(item_id)
                back.add(item_id)
        self._marks.states = since
        self._seen |= seen
        self.pool.drop(seen)
        return back

    def _read_lines(self) -> None:
        lines = BriefLine.objects.filter(
            brief__user_id=self.user_id, section=Section.READ, pk__gt=self._marks.line - LATE_ROWS
        ).exclude(item=None)
        found = dict(lines.values_list("pk", "item_id"))
        self._marks.line = max([self._marks.line, *found])
        self._briefed.update(found.values())
        self.pool.drop(found.values())

    def _changed_items(self) -> set[int]:
        """Items that are new or changed since the last look; of each change only the first sight counts."""
        since = self._marks.items
        rows = (
            Item.objects.all() if since is None else Item.objects.filter(changed_at__gte=since - LATE_COMMITS)
        )
        found = dict(rows.values_list("pk", "changed_at"))
        fresh = {key for key, at in found.items() if self._late_items.get(key) != at}
        self._late_items = found
        if found:
            self._marks.items = max(found.values())
        return fresh

    def _newly_seen(self, new_sources: Collection[int]) -> set[int]:
        """Items seen at one of the user's sources since the last look, or at a source they follow now."""
        rows = Sighting.objects.filter(pk__gt=self._marks.sighting - LATE_ROWS)
        last = rows.values_list("pk", "item_id", "source_id")
        found = {key: item_id for key, item_id, source_id in last if source_id in self.sources}
        wanted = {item for key, item in found.items() if key not in self._late_sightings}
        self._late_sightings = set(found)
        self._marks.sighting = max([self._marks.sighting, *found])
        if new_sources:
            there = Sighting.objects.filter(source_id__in=new_sources)
            wanted |= set(there.values_list("item_id", flat=True))
        return {item for item in wanted if item not in self.pool}

    def _drop_old(self, now: datetime) -> None:
        view = self.pool.view()
        old = view.ids[view.published < (now - HORIZON).timestamp()].tolist()
        if len(view) - len(old) > LARGEST:
            old += np.sort(view.ids)[: len(view) - LARGEST].tolist()
        self.pool.drop(old)
        for key in [key for key, at in self.dates.items() if at <= now]:
            del self.dates[key]
        self._keep_topics()

    def _keep_topics(self) -> None:
        if self._topics.fits(len(self.pool)):
            return
        view = self.pool.view()
        self._topics = Topics.of(view.terms, view.term_weights)
        view.topic[:] = self._topics.assign(view.terms, view.term_weights)

    @contextmanager
    def offered(
        self, opportunities: Sequence[Opportunity], back: Sequence[int], pace: float, now: datetime
    ) -> Iterator[Candidates]:
        """All candidates for one choice: the unseen, what may come back (item ids), and things to do.

        ``pace`` multiplies reading times. What was added for this choice is taken out again afterwards.
        """
        extra = [*self._back(back), *self._to_do(opportunities)]
        try:
            for batch in extra:
                self.pool.append(batch)
            view = self.pool.view()
            assert self._community is not None
            yield replace(self._community.on(view), cost_minutes=self._costs(view, pace))
        finally:
            self.pool.drop(int(key) for batch in extra for key in batch.ids)

    def _costs(self, view: Candidates, pace: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        listened = self.names.listened()
        # A kind nobody has seen yet has no place in the table, and is not among the listened.
        known = (view.kind >= 0) & (view.kind < len(listened))
        paced = (view.section == READ) & ~(known & listened[np.where(known, view.kind, 0)])
        factor = np.where(paced, pace, 1.0) * view.cost_minutes
        return whole(factor + np.where(view.section == READ, SWITCH_MINUTES, 0.0))

    def _back(self, item_ids: Sequence[int]) -> list[Candidates]:
        rows = reading.one_each(row for chunk in self._rows_of(item_ids) for row in chunk)
        left = self._seen | self._aside
        rows = [row for row in rows if row.item_id not in left and row.item_id not in self.pool]
        return [self._batch(rows, returned=True)] if rows else []

    def _to_do(self, opportunities: Sequence[Opportunity]) -> list[Candidates]:
        dates = [one for one in opportunities if one.event is not None]
        made = [candidates_of_dates(dates, self.sources, self.names)] if dates else []
        for batch in made:
            batch.topic[:] = self._topics.assign(batch.terms, batch.term_weights)
        return [*made, *self._about_items([one for one in opportunities if one.item_id is not None])]

    def _about_items(self, opportunities: Sequence[Opportunity]) -> list[Candidates]:
        ids = {one.item_id for one in opportunities if one.item_id is not None}
        rows = reading.one_each(row for chunk in self._rows_of(ids) for row in chunk)
        by_item = {row.item_id: row for row in rows}
        there = [(one, by_item[one.item_id]) for one in opportunities if one.item_id in by_item]
        if not there:
            return []
        batch = self._batch([row for _one, row in there])
        batch.ids[:] = [-one.pk for one, _row in there]
        batch.cost_minutes[:] = [one.minutes for one, _row in there]
        batch.section[:] = DO
        batch.kind[:] = [self.names.kinds.code(one.kind) for one, _row in there]
        batch.deadline[:] = [one.deadline.timestamp() if one.deadline else np.nan for one, _row in there]
        batch.cannot_open[:] = False
        return [batch]

    def _batch(self, rows: Sequence[Row], *, returned: bool = False) -> Candidates:
        batch = reading.candidates_of(rows, self.sources, self.names, self.memberships)
        batch.topic[:] = self._topics.assign(batch.terms, batch.term_weights)
        batch.returned[:] = returned
        return batch

    def talks_of(self, item_ids: Sequence[int]) -> list[int]:
        """The conversation of each item, -1 where it is in none under way."""
        assert self._community is not None
        found: list[int] = self._community.talk.at(np.array(item_ids, dtype=np.int64), UNKNOWN).tolist()
        return found

    def forget_items(self, item_ids: Iterable[int]) -> None:
        """Takes out what turned out to be gone from the database."""
        self.pool.drop(item_ids)


def authors_in_log(user: User) -> set[int]:
    """The identities whose items the user said something about."""
    rows = Feedback.objects.filter(user=user).exclude(author=None).values_list("author_id", flat=True)
    return {one for one in rows.order_by().distinct() if one is not None}


def _last_sighting() -> int:
    return Sighting.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _last_change() -> datetime | None:
    return Item.objects.order_by("-changed_at").values_list("changed_at", flat=True).first()


def _last_line(user_id: int) -> int:
    return (
        BriefLine.objects.filter(brief__user_id=user_id).order_by("-pk").values_list("pk", flat=True).first()
        or 0
    )
