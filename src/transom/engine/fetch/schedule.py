"""When a source is asked again, what an answer changes, and when the user is told. Pure: no clock, no network.

outcome = outcome_of(request, response, state)        # engine.fetch.outcome
decision = decide(state, outcome, now=now, jitter=random())
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from transom.engine.core.addresses import host_of
from transom.engine.fetch.batch import CUT_OFF_KINDS, network_down, several_hosts_redirect
from transom.engine.fetch.rhythm import DAY, WEEK, latest, retry_wait, typical_gap_hours, usual_wait
from transom.engine.fetch.state import Decision, Failed, Fetched, FetchState, Outcome, Status, Unchanged
from transom.engine.net.port import Redirect

__all__ = [
    "Decision",
    "Failed",
    "FetchState",
    "Fetched",
    "Outcome",
    "Status",
    "Unchanged",
    "decide",
    "is_due",
    "network_down",
    "new_state",
    "permanent_target",
    "several_hosts_redirect",
]

PERMANENT = frozenset({301, 308})
GONE = 410
SIGHTINGS = 3
SIGHTING_SPAN = timedelta(days=2)
OFFLINE_WAIT = timedelta(minutes=10)
TELL_AFTER = (timedelta(days=3), timedelta(days=30))
UNTROUBLED: Mapping[str, Any] = MappingProxyType(
    {
        "failures": 0,
        "first_failed_at": None,
        "last_error_kind": "",
        "last_error": "",
        "gone_sightings": 0,
        "gone_first_seen_at": None,
    }
)


def new_state(now: datetime) -> FetchState:
    """The state of a source nobody has asked yet: due at once."""
    return FetchState(next_due_at=now)


def is_due(state: FetchState, now: datetime) -> bool:
    """Whether the source should be asked now. A restart changes nothing: only the stored time counts."""
    return state.status == "active" and state.next_due_at <= now


def decide(
    state: FetchState,
    outcome: Outcome,
    *,
    now: datetime,
    jitter: float,
    offline: bool = False,
    portals: Collection[str] = (),
) -> Decision:
    """What to store after `outcome`. Never raises.

    `jitter` in [0, 1) spreads sources out. `offline` is `network_down` of the whole batch: then a failure to
    reach the source changes nothing but the next time. `portals` is `several_hosts_redirect` of the batch:
    redirects to these hosts are not counted.
    """
    if isinstance(outcome, Failed):
        led_away = any(host_of(hop.url) in portals for hop in outcome.redirects)
        if offline and (led_away or outcome.kind in CUT_OFF_KINDS):
            return Decision(replace(state, next_due_at=now + OFFLINE_WAIT * (1 + jitter)))
        return _after_failure(state, outcome, now, jitter)
    return _after_success(state, outcome, now, jitter, portals)


def permanent_target(redirects: Iterable[Redirect]) -> str:
    """Where a chain leads for good: through its first hops while they are permanent; "" where it does not."""
    target = ""
    for hop in redirects:
        if hop.status not in PERMANENT:
            break
        target = hop.url
    return target


def _after_success(
    state: FetchState, outcome: Fetched | Unchanged, now: datetime, jitter: float, portals: Collection[str]
) -> Decision:
    state = replace(
        state,
        **UNTROUBLED,
        status="active" if state.status == "gone" else state.status,
        last_fetched_at=now,
        last_success_at=now,
        last_status=outcome.status,
        elapsed_ms=_milliseconds(outcome.elapsed_seconds, state.elapsed_ms),
    )
    state = _with_document(state, outcome, now) if isinstance(outcome, Fetched) else _reread(state, outcome)
    state = replace(state, next_due_at=now + usual_wait(state, outcome.fresh_seconds, now, jitter))
    return _with_redirect(state, permanent_target(outcome.redirects), now, portals)


def _with_document(state: FetchState, document: Fetched, now: datetime) -> FetchState:
    return replace(
        state,
        etag=document.etag,
        last_modified=document.last_modified,
        body_hash=document.body_hash,
        last_changed_at=latest(document.published, now) or now,
        gap_hours=typical_gap_hours(document.published, now) or state.gap_hours,
        ttl_minutes=document.ttl_minutes,
        update_minutes=document.update_minutes,
    )


def _reread(state: FetchState, outcome: Unchanged) -> FetchState:
    """A whole body we knew may carry new validators; those of a 304 might name a document we never saw."""
    if outcome.status == 304:
        return state
    return replace(state, etag=outcome.etag, last_modified=outcome.last_modified)


def _with_redirect(state: FetchState, target: str, now: datetime, portals: Collection[str]) -> Decision:
    """Counts sightings of one permanent redirect; adopts it after three of them over two days."""
    if target and host_of(target) in portals:
        return Decision(state)
    if not target:
        return Decision(_unmoved(state) if state.redirect_target else state)
    if target != state.redirect_target or state.redirect_first_seen_at is None:
        return Decision(
            replace(state, redirect_target=target, redirect_sightings=1, redirect_first_seen_at=now)
        )
    state = replace(state, redirect_sightings=state.redirect_sightings + 1)
    if state.redirect_sightings < SIGHTINGS or now - (state.redirect_first_seen_at or now) < SIGHTING_SPAN:
        return Decision(state)
    said = f"It moved to {target[:200]} for good. Transom asks there from now on; you need do nothing."
    return Decision(_unmoved(state), adopt_url=target, tell_user=said)


def _after_failure(state: FetchState, outcome: Failed, now: datetime, jitter: float) -> Decision:
    before = state
    state = replace(
        state,
        last_fetched_at=now,
        last_status=outcome.status,
        last_error_kind=outcome.kind,
        last_error=outcome.message,
        failures=state.failures + 1,
        first_failed_at=state.first_failed_at or now,
    )
    state = replace(state, next_due_at=now + retry_wait(state, now, jitter, outcome.retry_after))
    if outcome.status == GONE:
        return _gone(state, now, jitter)
    state = replace(state, gone_sightings=0, gone_first_seen_at=None)
    return Decision(state, tell_user=_trouble_words(before, state, now))


def _gone(state: FetchState, now: datetime, jitter: float) -> Decision:
    """410 once is noted and asked again a day later; 410 twice a day apart is believed."""
    first = state.gone_first_seen_at or now
    state = replace(state, gone_sightings=state.gone_sightings + 1, gone_first_seen_at=first)
    if state.gone_sightings < 2 or now - first < DAY:
        wait = max(first + DAY - now, retry_wait(state, now, jitter))
        return Decision(replace(state, next_due_at=now + min(wait, WEEK)))
    said = (
        "Its server says that it is gone for good, so Transom stopped asking. What you have of it stays. "
        "Look for a new address of it, or stop following it."
    )
    return Decision(replace(state, status="gone", next_due_at=now + WEEK), tell_user=said)


def _trouble_words(before: FetchState, after: FetchState, now: datetime) -> str | None:
    """A sentence when the trouble passes three days, and again when it passes thirty."""
    began, seen = after.first_failed_at, before.last_fetched_at
    if before.failures == 0 or began is None or seen is None:
        return None
    passed = [age for age in TELL_AFTER if seen - began < age <= now - began]
    if not passed:
        return None
    return f"It has not answered properly for {(now - began).days} days: {after.last_error} Transom keeps trying."


def _unmoved(state: FetchState) -> FetchState:
    return replace(state, redirect_target="", redirect_sightings=0, redirect_first_seen_at=None)


def _milliseconds(seconds: float | None, known: int | None) -> int | None:
    return known if seconds is None else round(seconds * 1000)
