"""From candidates to the lines of a brief: reads what is there, asks the ranker, words its answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from transom.apps.brief.candidates import rows as reading
from transom.apps.brief.candidates.costs import pace_factor
from transom.apps.brief.candidates.store import CandidateStore
from transom.apps.brief.candidates.warm import warm_for
from transom.apps.brief.models import BriefLine, BriefState, Edition, Feedback, Section, Signal
from transom.apps.brief.stories import already_told, lines_read, others_for_lines, others_who_tell
from transom.apps.brief.wording import stored_reasons
from transom.apps.library.models import Item
from transom.apps.participation.models import Opportunity, Recipient
from transom.apps.participation.services import propose
from transom.engine.core.ids import EPOCH, MICROSECOND
from transom.engine.rank import READ, Candidates, Model, Ranking, Shape, rank

if TYPE_CHECKING:
    from transom.apps.accounts.models import Profile, User

SAMPLES: Final = 5
"""Of what was left out, so many are named."""
RETURN_DAYS: Final = timedelta(days=14)
WORTH_SHARING: Final = 0.5
MOST_OFFERS: Final = 2
"""In so many briefs a thing to do may stand before it is not offered again."""
MOST_A_WEEK: Final = 14
"""So many lines a weekly edition may have at least, and more where it has more minutes."""
LINES_A_MINUTE: Final = 14 / 30
TRIES: Final = 3
REFUSALS: Final = (Signal.LESS, Signal.DISMISSED, Signal.PASSED_OVER)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be chosen: for which brief, in how many minutes, besides which lines.

    ``share`` of the minutes, and of the lines they have room for, may be filled now. ``covers_until`` ends what
    it is chosen from, where that is a time gone by: then nothing counts either that arrived before
    ``covers_from``.
    """

    edition: str
    day: date
    covers_from: datetime
    minutes: float
    taken: Sequence[BriefLine] = ()
    covers_until: datetime | None = None
    share: float = 1.0

    @property
    def released(self) -> float:
        """The minutes that may be filled now."""
        return self.minutes * self.share


@dataclass(slots=True)
class Draft:
    """Lines not stored yet, and what they were chosen from; ``also`` for lines that stand already, by their keys."""

    lines: list[BriefLine] = field(default_factory=list)
    also: dict[int, int] = field(default_factory=dict)
    considered: int = 0
    left_out: int = 0
    left_out_minutes: float = 0


def compose(user: User, profile: Profile, plan: Plan, now: datetime) -> Draft:
    """The lines to add to a brief."""
    warm = warm_for(user.pk)
    with warm.store.held(profile, now) as store:
        model = warm.learner.model(profile, now)
        pace = pace_factor(profile)
        there = {line.item_id for line in plan.taken}
        back = [item_id for item_id in may_return(user, plan) if item_id not in there]
        offers = _offers(user, plan, store, now)
        for _ in range(TRIES):
            draft, gone, worthy = _compose_once(user, plan, store, model, offers, back, pace, now)
            if gone:
                store.forget_items(gone)
            elif worthy and (more := _to_share(user, plan, worthy, now)):
                offers = [*offers, *more]
            else:
                break
        return draft


def _compose_once(
    user: User,
    plan: Plan,
    store: CandidateStore,
    model: Model,
    offers: Sequence[Opportunity],
    back: Sequence[int],
    pace: float,
    now: datetime,
) -> tuple[Draft, list[int], list[int]]:
    """One choice: the draft, the ids of items picked that are gone, and what would be worth passing on."""
    with store.offered(offers, back, pace, now) as unseen:
        everything = _covered(unseen, plan)
        candidates = _not_taken(everything, plan)
        shape = _shape(plan)
        budget = max(plan.released - sum(line.minutes for line in plan.taken), 0.0)
        ranking = rank(_choosable(candidates, plan, store), model, shape, budget, now=now)
        picks = _Picks(user, candidates, ranking, store, {one.pk: one for one in offers})
        draft = Draft(considered=_considered(everything, plan))
        there = {key for line in plan.taken for key in (line.item_id, line.also_id) if key is not None}
        picks.also = others_who_tell(candidates, ranking, shape.floor, there)
        there |= {int(candidates.ids[at]) for at in picks.also.values()}
        late = others_for_lines(candidates, ranking, shape.floor, plan.taken, there, store)
        draft.also = {line.pk: item_id for line, item_id in late}
        samples, draft.left_out, draft.left_out_minutes = _left_out(
            candidates, ranking, shape, plan, picks.done_about() | there | set(draft.also.values())
        )
        gone = picks.read(plan, draft, samples)
        worthy = picks.worthy() if not ranking.choice.do and not _has_do(plan) else []
        return draft, gone, worthy


class _Picks:
    """What was chosen, with what its lines need from the database."""

    def __init__(
        self,
        user: User,
        candidates: Candidates,
        ranking: Ranking,
        store: CandidateStore,
        offers: dict[int, Opportunity],
    ) -> None:
        self._user, self._candidates, self._ranking = user, candidates, ranking
        self._store, self._offers = store, offers
        self.also: dict[int, int] = {}

    def read(self, plan: Plan, draft: Draft, samples: Sequence[int]) -> list[int]:
        """Writes the lines into the draft; returns the ids of picked items that are gone."""
        choice, ids = self._ranking.choice, self._candidates.ids
        wanted = {int(ids[at]) for at in (*choice.read, *self.also.values(), *samples)}
        rows = reading.one_each(
            row for chunk in reading.read_items(self._user.pk, self._store.sources, wanted) for row in chunk
        )
        self._rows = {row.item_id: row for row in rows}
        if gone := sorted(wanted - self._rows.keys()):
            return gone
        reasons = {at: self._ranking.reasons(at) for at in (*choice.read, *choice.do, *samples)}
        titles = self._titles({reason.item for some in reasons.values() for reason in some if reason.item})
        places = Counter(line.section for line in plan.taken)
        for section, picks in (
            (Section.READ, choice.read),
            (Section.DO, choice.do),
            (Section.LEFT_OUT, samples),
        ):
            for at in picks:
                why = stored_reasons(reasons[at], titles)
                draft.lines.append(self._line(at, section, places[section], why))
                places[section] += 1
        return []

    def _titles(self, item_ids: Collection[int]) -> dict[int, str]:
        if not item_ids:
            return {}
        return dict(Item.objects.visible_to(self._user).filter(pk__in=item_ids).values_list("pk", "title"))

    def _line(self, at: int, section: Section, position: int, why: list[dict[str, Any]]) -> BriefLine:
        key = int(self._candidates.ids[at])
        offer = self._offers.get(-key) if key < 0 else None
        row = self._rows.get(key)
        about = (
            row is not None
            and reading.cost_of_row(
                row, self._store.sources.get(row.source_id), self._store.memberships
            ).about
        )
        return BriefLine(
            section=section,
            position=position,
            item_id=offer.item_id if offer else key,
            opportunity=offer,
            also_id=int(self._candidates.ids[self.also[at]]) if at in self.also else None,
            minutes=float(self._candidates.cost_minutes[at]),
            about=about and not bool(self._candidates.cannot_open[at]),
            value=float(self._ranking.value[at]),
            reasons=why,
            features=self._ranking.features_of(at),
            returned=bool(self._candidates.returned[at]),
        )

    def done_about(self) -> set[int]:
        """The items that something chosen is to be done about."""
        ids = self._candidates.ids
        about = (self._offers[-int(ids[at])].item_id for at in self._ranking.choice.do)
        return {item_id for item_id in about if item_id is not None}

    def worthy(self) -> list[int]:
        """The picked items of high value."""
        picked = self._ranking.choice.read
        return [int(self._candidates.ids[at]) for at in picked if self._ranking.value[at] >= WORTH_SHARING][
            :1
        ]


def _considered(candidates: Candidates, plan: Plan) -> int:
    """What was chosen from: also the lines that stand already and are no candidates any more."""
    keys = [-int(line.opportunity_id) if line.opportunity_id else line.item_id for line in plan.taken]
    stand = np.array([key for key in keys if key is not None], dtype=np.int64)
    return len(candidates) + int((~np.isin(stand, candidates.ids)).sum())


def _covered(candidates: Candidates, plan: Plan) -> Candidates:
    """Of a time gone by: what arrived in it and was published by its end, and what comes back from its briefs."""
    if plan.covers_until is None:
        return candidates
    arrived = candidates.ids >= _first_id(plan.covers_from)
    in_time = arrived & (candidates.published < plan.covers_until.timestamp())
    return candidates.take(np.flatnonzero(in_time | candidates.returned))


def _first_id(since: datetime) -> int:
    """Items that arrived since then have no smaller id."""
    return (since - EPOCH) // MICROSECOND


def _not_taken(candidates: Candidates, plan: Plan) -> Candidates:
    """Without the things to do that stand already."""
    offered = [-int(line.opportunity_id) for line in plan.taken if line.opportunity_id]
    return candidates.take(np.flatnonzero(~np.isin(candidates.ids, offered))) if offered else candidates


def _choosable(candidates: Candidates, plan: Plan, store: CandidateStore) -> Candidates:
    """As they are; what the lines there leave no room for (sources, authors and vendors at their limit, stories
    that are told) has no cost that could ever fit."""
    if not plan.taken:
        return candidates
    shape = usual_shape(plan)
    items = [line.item for line in lines_read(plan.taken) if line.item is not None]
    sources = Counter(item.home_id for item in items)
    authors = Counter(store.people.first(item.author_id) for item in items if item.author_id)
    full = [key for key, count in sources.items() if key and count >= shape.per_source]
    busy = [key for key, count in authors.items() if count >= shape.per_author]
    barred = np.isin(candidates.source, full) | np.isin(candidates.author, busy)
    if sum(1 for item in items if item.home and item.home.vendor) >= shape.vendors:
        barred |= candidates.vendor
    barred |= already_told(candidates, plan.taken, store)
    barred &= candidates.section == READ
    barred |= np.isin(candidates.item, [line.item_id for line in plan.taken if line.item_id is not None])
    cost = np.where(barred, np.float32(np.inf), candidates.cost_minutes)
    return replace(candidates, cost_minutes=cost)


def usual_shape(plan: Plan) -> Shape:
    """The limits of an edition: a week is for reading alone, with room for more lines and more of a source."""
    if plan.edition != Edition.WEEK:
        return Shape.of_minutes(plan.minutes)
    lines = max(MOST_A_WEEK, round(plan.minutes * LINES_A_MINUTE))
    return Shape(read_share=1.0, per_source=3, most_read=lines, most_do=0)


def _shape(plan: Plan) -> Shape:
    """The shape of so many minutes, as far as it is released; where lines stand already, what is left of it."""
    shape = usual_shape(plan)
    most_read, most_do = ceil(shape.most_read * plan.share), ceil(shape.most_do * plan.share)
    if not plan.taken:
        return replace(shape, most_read=most_read, most_do=most_do)
    count = Counter(line.section for line in plan.taken)
    read = sum(line.minutes for line in plan.taken if line.section == Section.READ)
    total = sum(line.minutes for line in plan.taken)
    left = max(plan.released - total, 1e-6)
    share = min(max((shape.read_share * plan.released - read) / left, 0.0), 1.0)
    return replace(
        shape,
        read_share=share,
        most_read=max(most_read - count[Section.READ], 0),
        most_do=max(most_do - count[Section.DO], 0),
    )


def _has_do(plan: Plan) -> bool:
    return any(line.section == Section.DO for line in plan.taken)


def _left_out(
    candidates: Candidates, ranking: Ranking, shape: Shape, plan: Plan, mentioned: Collection[int]
) -> tuple[list[int], int, float]:
    """Of what arrived since the last brief and was worth a look: the best few, how many, how many minutes.

    What was left out before is not counted again: a sum that only grows would be an unread counter. What stands
    beneath a line, and what something is to be done about (both ``mentioned``), is in the brief and not left out.
    """
    since = _first_id(plan.covers_from)
    out: NDArray[np.bool_] = (candidates.section == READ) & (ranking.value >= shape.floor)
    out &= candidates.ids >= since
    out[list(ranking.choice.read)] = False
    there = {line.item_id for line in plan.taken if line.opportunity_id} | set(mentioned)
    out &= ~np.isin(candidates.ids, [item_id for item_id in there if item_id is not None])
    indices = np.flatnonzero(out)
    best = indices[np.argsort(-ranking.value[indices], kind="stable")][:SAMPLES]
    return best.tolist(), len(indices), float(candidates.cost_minutes[indices].sum())


def may_return(user: User, plan: Plan) -> list[int]:
    """Items of earlier briefs that were not opened and may stand in this one, for the second and last time.

    A weekly edition takes what of the week's briefs was not opened, whether or not it came back before.
    """
    weekly = plan.edition == Edition.WEEK
    since = plan.day - (timedelta(days=7) if weekly else RETURN_DAYS)
    lines = BriefLine.objects.filter(
        brief__user=user, brief__state=BriefState.FINAL, section=Section.READ, item__isnull=False
    )
    rows = list(
        lines.filter(brief__day__gte=since - timedelta(days=7)).values_list(
            "item_id", "brief__day", "brief__edition", "returned", "touched_at"
        )
    )
    times = Counter(item_id for item_id, *_ in rows)
    barred = {item_id for item_id, _, _, returned, touched in rows if touched or (returned and not weekly)}
    barred |= {item_id for item_id, count in times.items() if count > 1 and not weekly}
    if weekly:
        barred |= {item_id for item_id, _, edition, _, _ in rows if edition == Edition.WEEK}
    found = [int(item_id) for item_id, day, *_ in rows if item_id not in barred and since <= day < plan.day]
    refused = Feedback.objects.filter(user=user, item_id__in=found, signal__in=REFUSALS)
    return sorted(set(found) - set(refused.values_list("item_id", flat=True)))


def _offers(user: User, plan: Plan, store: CandidateStore, now: datetime) -> list[Opportunity]:
    """What there is to do; a weekly edition is for reading."""
    if plan.edition == Edition.WEEK:
        return []
    return _still_offered(user, propose(user, now, dates=sorted(store.dates, key=store.dates.__getitem__)))


def _to_share(user: User, plan: Plan, worthy: Sequence[int], now: datetime) -> list[Opportunity]:
    if plan.edition == Edition.WEEK or not Recipient.objects.filter(user=user).exists():
        return []
    known = set(Opportunity.objects.filter(user=user).values_list("pk", flat=True))
    return [one for one in propose(user, now, worth_sharing=worthy) if one.pk not in known]


def _still_offered(user: User, offers: list[Opportunity]) -> list[Opportunity]:
    """Without what stood in enough briefs and was left alone."""
    lines = BriefLine.objects.filter(
        brief__user=user, section=Section.DO, opportunity__in=[one.pk for one in offers]
    )
    times = Counter(lines.values_list("opportunity_id", flat=True))
    return [one for one in offers if times[one.pk] < MOST_OFFERS]
