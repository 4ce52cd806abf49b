"""The log of what the user said and did: written, taken back, and gathered from where they read.

A GET is never feedback: these functions are called by pages that were posted to, and by the reader's
own beacon.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from transom.apps.brief.candidates import rows as reading
from transom.apps.brief.errors import BriefError
from transom.apps.brief.models import (
    Brief,
    BriefLine,
    BriefState,
    Edition,
    Feedback,
    Learning,
    Section,
    Signal,
)
from transom.apps.library.models import Item, ReadingState
from transom.apps.participation.models import Action, ActionState
from transom.engine.rank.features import NAMES

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

LATE_COMMITS = timedelta(seconds=5)
JUDGED_DAYS = 7
PLACES = {Section.READ: 0, Section.DO: 1, Section.KNOW: 2, Section.LEFT_OUT: 3}
STATES = {
    Signal.OPENED: "opened_at",
    Signal.FINISHED: "finished_at",
    Signal.SAVED: "saved_at",
    Signal.DISMISSED: "dismissed_at",
}


def give_feedback(
    user: User,
    item_id: int,
    signal: str,
    *,
    line: BriefLine | None = None,
    feature: str = "",
    now: datetime,
) -> Feedback:
    """Notes one thing the user said or did about an item; saying it again changes nothing.

    ``feature`` names what was wrong with a wrong reason. Raises BriefError for an item the user cannot
    see, a line that is not theirs, or a reason that does not exist.
    """
    signal = Signal(signal)
    if (signal == Signal.WRONG_REASON) != bool(feature) or (feature and feature not in NAMES):
        raise BriefError(_("Say which of the reasons is wrong."))
    item = Item.objects.visible_to(user).select_related("home", "terms").filter(pk=item_id).first()
    if item is None:
        raise BriefError(_("There is no such item."), permanent=True)
    line = _line_of(user, item_id, line)
    with transaction.atomic():
        known = Feedback.objects.filter(user=user, item=item, signal=signal, feature=feature).first()
        row = known or Feedback.objects.create(
            **_facts(user, item, line), signal=signal, feature=feature, at=now
        )
        if line is not None:
            BriefLine.objects.filter(pk=line.pk).update(touched_at=now)
    return row


def undo_feedback(user: User, feedback_id: int) -> bool:
    """Takes a row out of the log, as if it had never been said; False where there is no such row."""
    return bool(Feedback.objects.filter(user=user, pk=feedback_id).delete()[0])


def take_back(user: User, feedback_id: int, *, now: datetime) -> bool:
    """As `undo_feedback`, for what was read or saved too: it is not taken into the log a second time."""
    absorb(user, now=now)
    return undo_feedback(user, feedback_id)


def reset_learning(user: User, *, now: datetime) -> int:
    """Forgets everything learned about what the user finishes; what they read so far teaches nothing again."""
    with transaction.atomic():
        count, _each = Feedback.objects.filter(user=user).delete()
        Learning.objects.update_or_create(user=user, defaults={"absorbed_until": now})
        Brief.objects.filter(user=user, judged_at=None).update(judged_at=now)
    return int(count)


def _line_of(user: User, item_id: int, line: BriefLine | None) -> BriefLine | None:
    """The line that was touched: the one given, else the item's last one."""
    own = BriefLine.objects.filter(brief__user=user, item_id=item_id)
    if line is None:
        return own.order_by("-brief__started_at", "pk").first()
    if not own.filter(pk=line.pk).exists():
        raise BriefError(_("There is no such line."), permanent=True)
    return line


def _facts(user: User, item: Item, line: BriefLine | None) -> dict[str, Any]:
    """Everything the log keeps about the item, as it is now, so that a row needs nothing else."""
    (facts,) = _facts_of_all(user, [(item, line)])
    return facts


def _facts_of_all(user: User, things: Sequence[tuple[Item, BriefLine | None]]) -> list[dict[str, Any]]:
    """As `_facts`, of several with two queries."""
    sources = reading.followed(user.pk)
    ids = [item.pk for item, _line in things]
    rows = reading.one_each(row for chunk in reading.read_items(user.pk, sources, ids) for row in chunk)
    seen_at = {row.item_id: row.source_id for row in rows}
    return [_facts_at(user, item, line, seen_at.get(item.pk), sources) for item, line in things]


def _facts_at(
    user: User,
    item: Item,
    line: BriefLine | None,
    seen_at: int | None,
    sources: dict[int, reading.SourceFacts],
) -> dict[str, Any]:
    at_home = item.home.channel if item.home else ""
    doing = line.opportunity.kind if line is not None and line.opportunity is not None else ""
    return {
        "user": user,
        "item": item,
        "line": line,
        "features": line.features if line is not None else {},
        "title": item.title,
        "source_id": item.home_id if seen_at is None else seen_at,
        "author_id": item.author_id,
        "channel": at_home if seen_at is None else sources[seen_at].channel,
        "kind": doing or reading.kind_name(item.kind, item.form),
        "terms": bytes(item.terms.data) if hasattr(item, "terms") else b"",
    }


def absorb(user: User, *, now: datetime) -> int:
    """Takes into the log what the user read, saved, put aside or acted on since the last time.

    The reading states are the truth: whatever screen or program wrote them, each counts once, and what
    was taken back (no longer saved) leaves the log. Returns how many rows were written.
    """
    learning, made = Learning.objects.get_or_create(user=user, defaults={"absorbed_until": now})
    since = _beginning(user, now) if made else learning.absorbed_until - LATE_COMMITS
    written = _absorb_states(user, since, now) + _absorb_actions(user, since, now)
    Learning.objects.filter(pk=learning.pk, absorbed_until__lt=now).update(absorbed_until=now)
    return written


def _beginning(user: User, now: datetime) -> datetime:
    """For the first time: what was done within the model's memory counts."""
    return now - timedelta(days=180)


def _absorb_states(user: User, since: datetime, now: datetime) -> int:
    states = ReadingState.objects.filter(user=user, changed_at__gte=since)
    columns = states.values_list("item_id", *STATES.values())
    done: list[tuple[int, Signal, datetime]] = []
    undone: dict[Signal, list[int]] = {Signal.SAVED: [], Signal.DISMISSED: []}
    for item_id, *times in columns:
        for signal, at in zip(STATES, times, strict=True):
            if at is None and signal in undone:
                undone[signal].append(item_id)
            elif at is not None and since <= at <= now:
                done.append((item_id, signal, at))
    for signal, item_ids in undone.items():
        if item_ids:
            Feedback.objects.filter(user=user, signal=signal, item_id__in=item_ids).delete()
    return _write(user, done)


def _absorb_actions(user: User, since: datetime, now: datetime) -> int:
    actions = Action.objects.filter(user=user, created_at__gte=since, created_at__lte=now, item__isnull=False)
    actions = actions.exclude(state__in=[ActionState.PLANNED, ActionState.DRAFTED])
    done = [
        (item_id, Signal.DISMISSED if state == ActionState.DECLINED else Signal.ACTED, at)
        for item_id, state, at in actions.values_list("item_id", "state", "created_at")
        if item_id is not None
    ]
    # To turn down a thing to do says nothing against the item itself.
    return _write(user, [row for row in done if row[1] == Signal.ACTED])


def _write(user: User, done: Iterable[tuple[int, Signal, datetime]]) -> int:
    done = list(done)
    known = set(
        Feedback.objects.filter(user=user, item_id__in={row[0] for row in done}).values_list(
            "item_id", "signal"
        )
    )
    count = 0
    for item_id, signal, at in sorted(set(done), key=lambda row: row[2]):
        if (item_id, signal) in known:
            continue
        try:
            give_feedback(user, item_id, signal, now=at)
        except BriefError:
            continue
        count += 1
    return count


def judge_passed_over(user: User, *, now: datetime) -> int:
    """Notes what was passed over in earlier briefs: lines above the last one touched, themselves untouched.

    What stood below the last thing touched may never have been looked at, and counts for nothing.
    Returns how many rows were written.
    """
    briefs = Brief.objects.filter(user=user, edition=Edition.DAY, state=BriefState.FINAL, judged_at=None)
    count = 0
    for brief in briefs.order_by("day"):
        fresh = now - brief.started_at <= timedelta(days=JUDGED_DAYS)
        with transaction.atomic():
            if not Brief.objects.filter(pk=brief.pk, judged_at=None).update(judged_at=now):
                continue
            count += _note_passed_over(user, passed_over(brief) if fresh else [], now)
    return count


def passed_over(brief: Brief) -> list[BriefLine]:
    """The lines to read of this brief that the user went past."""
    lines = list(
        brief.lines.exclude(section=Section.LEFT_OUT).select_related(
            "item__home", "item__terms", "opportunity"
        )
    )
    lines.sort(key=lambda line: (PLACES[Section(line.section)], line.position))
    touched = [at for at, line in enumerate(lines) if line.touched_at is not None]
    above = lines[: touched[-1]] if touched else []
    item_ids = [line.item_id for line in above if line.item_id]
    done = set(
        ReadingState.objects.filter(user_id=brief.user_id, item_id__in=item_ids)
        .exclude(opened_at=None, finished_at=None, saved_at=None, dismissed_at=None)
        .values_list("item_id", flat=True)
    )
    return [
        line
        for line in above
        if line.section == Section.READ and line.item and line.touched_at is None and line.item_id not in done
    ]


def _note_passed_over(user: User, lines: Sequence[BriefLine], now: datetime) -> int:
    noted = Feedback.objects.filter(user=user, line__in=lines, signal=Signal.PASSED_OVER)
    known = set(noted.values_list("line_id", flat=True)) if lines else set()
    things = [(line.item, line) for line in lines if line.item is not None and line.pk not in known]
    if things:
        facts = _facts_of_all(user, things)
        Feedback.objects.bulk_create(Feedback(**one, signal=Signal.PASSED_OVER, at=now) for one in facts)
    return len(things)
