"""Making the editions: one a day and one a week, frozen once they are final."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction

from transom.apps.accounts.models import profile_of
from transom.apps.brief.candidates.warm import warm_for
from transom.apps.brief.composing import Draft, Plan, compose
from transom.apps.brief.days import WEEK, local_day, start_of, week_of, zone_of
from transom.apps.brief.knowing import know_lines
from transom.apps.brief.models import Brief, BriefLine, BriefState, Edition, Section
from transom.apps.brief.services.feedback import absorb, judge_passed_over
from transom.apps.brief.stories import lines_read
from transom.apps.brief.waiting import Waiting, waiting_for

if TYPE_CHECKING:
    from transom.apps.accounts.models import Profile, User

GROWS_FOR: Final = timedelta(seconds=60)
GROWS_EVERY: Final = timedelta(seconds=3)
FIRST_COVERS: Final = timedelta(days=7)
FIRST_SHARE: Final = 0.3
"""Of the minutes, so much may be filled at once while most sources are still being fetched."""

_GROWN: Final = ("state", "final_at", "network_down", "considered", "left_out", "left_out_minutes")
_grown: dict[int, datetime] = {}
_grown_lock = threading.Lock()


def brief_of_day(user: User, *, now: datetime, shown: bool = True) -> Brief:
    """The edition of the user's day, made when first asked for.

    While sources are being fetched for the first time, or after days without, it only grows, for 60
    seconds at most; then it is final and never changes again. ``shown``: the user sees it now.
    """
    profile = profile_of(user)
    day = local_day(now, zone_of(profile))
    minutes = 0.0 if is_paused(profile, day) else float(profile.minutes_on(day.weekday()))
    brief = _found(user, Edition.DAY, day)
    if brief is not None and minutes > 0 and is_blank(brief):
        brief.delete()
        brief = None
    if brief is None:
        brief = _begin(user, profile, _day_plan(user, day, minutes, now), now)
    elif brief.state == BriefState.MAKING:
        brief = _grow(user, profile, brief, now)
    return _mark_shown(brief, now) if shown else brief


def is_held_up(user: User, *, now: datetime, patience: float) -> bool:
    """Whether the edition of the user's day cannot be made within so many seconds, because this process still reads
    what it is chosen from: of a large library just after a start.
    """
    day = local_day(now, zone_of(profile_of(user)))
    return _found(user, Edition.DAY, day) is None and not warm_for(user.pk).store.is_free(patience)


def brief_of_week(user: User, *, now: datetime, shown: bool = True) -> Brief:
    """The edition of the user's week, made when first asked for, in minutes of its own.

    It covers the seven days before the day it comes on, nothing later, and what of their briefs was not
    opened.
    """
    profile = profile_of(user)
    zone = zone_of(profile)
    day = week_of(local_day(now, zone), profile.weekly_day)
    minutes = 0.0 if is_paused(profile, day) else float(profile.minutes_a_week)
    brief = _found(user, Edition.WEEK, day)
    if brief is not None and minutes > 0 and is_blank(brief):
        brief.delete()
        brief = None
    if brief is None:
        brief = _begin(user, profile, _week_plan(day, zone, minutes), now)
    elif brief.state == BriefState.MAKING:
        brief = _grow(user, profile, brief, now)
    return _mark_shown(brief, now) if shown else brief


def _week_plan(day: date, zone: tzinfo, minutes: float, taken: Sequence[BriefLine] = ()) -> Plan:
    end = start_of(day, zone)
    return Plan(Edition.WEEK, day, start_of(day - WEEK, zone), minutes, taken, covers_until=end)


def is_paused(profile: Profile, day: date) -> bool:
    """Until, not through: on the day itself the briefs begin again."""
    return profile.paused_until is not None and day < profile.paused_until


def _found(user: User, edition: Edition, day: date) -> Brief | None:
    return Brief.objects.filter(user=user, edition=edition, day=day).first()


def is_blank(brief: Brief) -> bool:
    """Whether there was nothing to show when it was made, so that it may still be made anew.

    So on a day off, while paused, before anything was followed or fetched, and while the network was down.
    An empty edition on a quiet day is not blank: it said that there is nothing, and stays.
    """
    if brief.state != BriefState.FINAL or brief.considered or brief.lines.exists():
        return False
    if brief.budget_minutes <= 0 or brief.network_down:
        return True
    return not BriefLine.objects.filter(brief__user=brief.user_id).exists()


def _day_plan(user: User, day: date, minutes: float, now: datetime) -> Plan:
    last = _last_made(user, day)
    return Plan(Edition.DAY, day, last.started_at if last else now - FIRST_COVERS, minutes)


def _last_made(user: User, day: date) -> Brief | None:
    made = Brief.objects.filter(user=user, edition=Edition.DAY, day__lt=day, budget_minutes__gt=0)
    return made.order_by("-day").first()


def _days_away(user: User, profile: Profile, day: date) -> int:
    """Days since the last brief on which there should have been one."""
    last = _last_made(user, day)
    if last is None:
        return 0
    missed = (last.day + timedelta(days=ahead) for ahead in range(1, (day - last.day).days))
    return sum(1 for one in missed if profile.minutes_on(one.weekday()) > 0)


def _begin(user: User, profile: Profile, plan: Plan, now: datetime) -> Brief:
    """Makes the edition; where another process was faster, theirs counts."""
    _close_earlier(user, plan, now)
    waiting = waiting_for(user, now)
    brief = Brief(
        user=user,
        edition=plan.edition,
        day=plan.day,
        budget_minutes=plan.minutes,
        covers_from=plan.covers_from,
        started_at=now,
        network_down=waiting.network_down,
        away_days=_days_away(user, profile, plan.day) if plan.edition == Edition.DAY else 0,
    )
    if plan.minutes <= 0:
        brief.state, brief.final_at, brief.judged_at = BriefState.FINAL, now, now
        return _store_new(brief, Draft(), [])
    absorb(user, now=now)
    if plan.edition == Edition.DAY:
        judge_passed_over(user, now=now)
    final = not waiting.worth
    draft = _draft(user, profile, plan, waiting, final, now)
    if final:
        brief.state, brief.final_at = BriefState.FINAL, now
    _count(brief, draft)
    return _store_new(brief, draft, _know(user, brief, draft, now) if final else [])


def _close_earlier(user: User, plan: Plan, now: datetime) -> None:
    """What was left growing when the user went away is as final as it will be."""
    left = Brief.objects.filter(user=user, edition=plan.edition, state=BriefState.MAKING, day__lt=plan.day)
    left.update(state=BriefState.FINAL, final_at=now)


def _draft(user: User, profile: Profile, plan: Plan, waiting: Waiting, final: bool, now: datetime) -> Draft:
    """What is to be added now; what was left out is named only when no more is added."""
    draft = compose(user, profile, _released(plan, waiting, final), now)
    if not final:
        draft.lines = [line for line in draft.lines if line.section != Section.LEFT_OUT]
    return draft


def _released(plan: Plan, waiting: Waiting, final: bool) -> Plan:
    """While sources are still coming in, part of the minutes and of the lines is kept for them."""
    if final:
        return plan
    return replace(plan, share=max(waiting.share_done, FIRST_SHARE))


def _grow(user: User, profile: Profile, brief: Brief, now: datetime) -> Brief:
    """Appends what arrived meanwhile; after 60 seconds, or when nothing is missing, it is final."""
    waiting = waiting_for(user, now)
    final = not waiting.worth or now - brief.started_at >= GROWS_FOR
    if not final and not _may_grow(brief, now):
        return brief
    taken = list(brief.lines.select_related("item__home"))
    if brief.edition == Edition.WEEK:
        plan = _week_plan(brief.day, zone_of(profile), brief.budget_minutes, taken)
    else:
        plan = Plan(brief.edition, brief.day, brief.covers_from, brief.budget_minutes, taken)
    draft = _draft(user, profile, plan, waiting, final, now)
    know = _know(user, brief, draft, now) if final else []
    brief.network_down = final and waiting.network_down
    return _append(brief, draft, know, had=len(taken), final_at=now if final else None)


def _may_grow(brief: Brief, now: datetime) -> bool:
    """At most every few seconds in this process."""
    with _grown_lock:
        last = _grown.get(brief.pk, brief.started_at)
        if timedelta(0) <= now - last < GROWS_EVERY:
            return False
        if len(_grown) > 100:
            _grown.clear()
        _grown[brief.pk] = now
    return True


def _know(user: User, brief: Brief, draft: Draft, now: datetime) -> list[BriefLine]:
    there = list(brief.lines.all()) if brief.pk else []
    picked = {line.item_id for line in (*there, *draft.lines) if line.item_id}
    read = {line.item_id for line in lines_read([*there, *draft.lines]) if line.item_id}
    return know_lines(user, brief, picked, now, read=read)


def _count(brief: Brief, draft: Draft) -> None:
    brief.considered = draft.considered
    brief.left_out = draft.left_out
    brief.left_out_minutes = draft.left_out_minutes


def _store_new(brief: Brief, draft: Draft, know: list[BriefLine]) -> Brief:
    try:
        with transaction.atomic():
            brief.save()
            _store_lines(brief, [*draft.lines, *know])
    except IntegrityError:
        found = _found(brief.user, Edition(brief.edition), brief.day)
        if found is None:
            raise
        return found
    return brief


def _append(
    brief: Brief, draft: Draft, know: list[BriefLine], *, had: int, final_at: datetime | None
) -> Brief:
    """Appends, unless another process has appended or finished meanwhile: then what they made counts."""
    with transaction.atomic():
        kept = Brief.objects.select_for_update().get(pk=brief.pk)
        if kept.state == BriefState.FINAL or kept.lines.count() != had:
            return kept
        _store_lines(kept, [*draft.lines, *know])
        for pk, item_id in draft.also.items():
            kept.lines.filter(pk=pk, also=None).update(also_id=item_id)
        _count(kept, draft)
        if final_at is not None:
            kept.state, kept.final_at, kept.network_down = BriefState.FINAL, final_at, brief.network_down
        kept.save(update_fields=[*_GROWN])
    return kept


def _store_lines(brief: Brief, lines: list[BriefLine]) -> None:
    for line in lines:
        line.brief = brief
    BriefLine.objects.bulk_create(lines)


def _mark_shown(brief: Brief, now: datetime) -> Brief:
    if brief.shown_at is None:
        Brief.objects.filter(pk=brief.pk, shown_at=None).update(shown_at=now)
        brief.shown_at = now
    return brief
