"""The command refresh: joins the worker where one is at work, else fetches itself."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from transom.interfaces.cli.console import count, print_json, progress, tell
from transom.interfaces.cli.parser import Arguments
from transom.interfaces.cli.setting_up import user_named

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from transom.apps.accounts.models import User
    from transom.apps.sources.models import SourceState

PATIENCE = 300.0
LOOK_EVERY = 0.5


def refresh(arguments: Arguments) -> int:
    """Fetches what is due, what is named, or everything the user follows."""
    user = user_named(arguments.user)
    ids = _wanted(user, arguments)
    if not ids:
        tell(_nothing_due())
        return 0
    before = datetime.now(UTC)
    complete = fetch(ids)
    facts = _result(ids, before)
    if arguments.json:
        print_json(facts)
    else:
        _say(facts)
    if not complete:
        tell("Some sources are still being fetched; the worker goes on with them.")
    return 0 if complete and facts["failed"] < facts["tried"] else 1


def _wanted(user: User, arguments: Arguments) -> list[int]:
    from transom.apps.sources import selectors
    from transom.apps.sources.models import Subscription
    from transom.interfaces.cli.following import source_named

    if arguments.sources:
        return [source_named(user, name).source_id for name in arguments.sources]
    if arguments.all:
        followed = Subscription.objects.filter(user=user).exclude(source__address="")
        return list(followed.values_list("source_id", flat=True))
    return selectors.due(datetime.now(UTC), 100_000)


def _nothing_due() -> str:
    from transom.apps.sources.selectors import next_due

    moment = next_due()
    if moment is None:
        return "You follow nothing yet. Follow something: transom follow ADDRESS"
    return (
        f"Nothing is due before {moment.astimezone():%H:%M on %Y-%m-%d}: each source is asked as often as it "
        "publishes. To fetch all the same: transom refresh --all"
    )


def fetch(ids: Sequence[int], patience: float | None = None) -> bool:
    """Fetches these sources with progress; whether all were tried. Raises TransomError.

    Waits so many seconds at most; without a limit, five minutes for the worker, and to the end for itself.
    """
    from django.conf import settings

    from transom.interfaces.running import lease

    if settings.OPTIONS.tasks == "celery":
        return _join(ids, patience or PATIENCE)
    try:
        with lease.Lease(settings.OPTIONS.home / lease.WORKER):
            return _fetch_here(ids, patience)
    except lease.LeaseTakenError:
        return _join(ids, patience or PATIENCE)


def _fetch_here(ids: Sequence[int], patience: float | None) -> bool:
    from transom.apps.library.refresh import make_client, refresh_sources

    until = time.monotonic() + patience if patience else float("inf")
    with progress(f"Fetching {count(len(ids), 'source')}:") as shown:
        report = refresh_sources(
            ids,
            make_client(),
            now=datetime.now(UTC),
            progress=lambda report: shown.at(report.tried, len(ids)),
            enough=lambda: time.monotonic() > until,
        )
    _hand_on()
    return report.complete


def _hand_on() -> None:
    """What the worker would do with the new items."""
    from transom.apps.base import outbox

    while outbox.dispatch(datetime.now(UTC)):
        pass


def _join(ids: Sequence[int], patience: float) -> bool:
    """A worker is at work: asks it for these sources, and watches."""
    from transom.apps.sources.models import SourceState

    asked = datetime.now(UTC)
    SourceState.objects.filter(source_id__in=ids, status="active").update(next_due_at=asked)
    waiting = SourceState.objects.filter(source_id__in=ids, status="active")
    total, deadline = waiting.count(), time.monotonic() + patience
    with progress(f"The worker fetches {count(total, 'source')}:") as shown:
        while time.monotonic() < deadline:
            left = waiting.exclude(last_fetched_at__gte=asked)
            # A round that was under way when we asked sets its own next time: ask again.
            left.exclude(last_asked_at__gte=asked).filter(next_due_at__gt=asked).update(next_due_at=asked)
            shown.at(total - left.exclude(last_asked_at__gte=asked).count(), total)
            if not left.exists() or _given_up(left, asked):
                return True
            time.sleep(LOOK_EVERY)
    return False


def _given_up(left: QuerySet[SourceState], asked: datetime) -> bool:
    """Whether every one left was asked, in a round that is over: so it is where the network is down."""
    from django.db.models import Max

    from transom.apps.library.models import RefreshRun

    if left.exclude(last_asked_at__gte=asked).exists():
        return False
    last = left.aggregate(last=Max("last_asked_at"))["last"]
    return last is not None and RefreshRun.objects.filter(started_at__gte=last).exists()


def _result(ids: Sequence[int], before: datetime) -> dict[str, Any]:
    from transom.apps.library.models import Sighting
    from transom.apps.sources.models import SourceState

    states = SourceState.objects.filter(source_id__in=ids, last_fetched_at__gte=before).select_related(
        "source"
    )
    failures = [
        {"source": str(state.source), "address": state.source.shown_address, "problem": state.last_error}
        for state in states
        if state.failures
    ]
    unreached = SourceState.objects.filter(source_id__in=ids, last_asked_at__gte=before)
    unreached = unreached.exclude(last_fetched_at__gte=before)
    new = Sighting.objects.filter(source_id__in=ids, seen_at__gte=before).count()
    return {
        "tried": len(states),
        "failed": len(failures),
        "unreached": unreached.count(),
        "new_items": new,
        "failures": failures,
    }


def _say(facts: dict[str, Any]) -> None:
    from transom.apps.brief.render.terminal import safe

    for failure in facts["failures"]:
        tell(safe(f"  ! {failure['source']}: {failure['problem']}"))
    if facts["unreached"]:
        tell(
            f"  ! {count(facts['unreached'], 'source')} could not be reached: this computer seems to have no "
            "network. Check its connection; Transom tries again by itself."
        )
    print(
        f"{count(facts['tried'], 'source')} fetched, {count(facts['new_items'], 'new item')}"
        + (f", {facts['failed']} failed." if facts["failed"] else ".")
    )
