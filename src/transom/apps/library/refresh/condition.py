"""How a source is doing, by its own state and by what the rounds of fetching found of the network."""

from __future__ import annotations

from datetime import datetime

from transom.apps.library.refresh.digest import fetch_state
from transom.apps.sources.models import SourceState
from transom.engine.fetch.health import Health, health


def condition(state: SourceState, now: datetime, *, network_down: bool) -> Health:
    """In plain words; ``network_down`` as `selectors.network_is_down` says."""
    return health(fetch_state(state), now, cut_off=network_down and asked_in_vain(state))


def asked_in_vain(state: SourceState) -> bool:
    """Whether nothing was noted of the last time it was asked: so it is while this computer is cut off."""
    if state.last_asked_at is None:
        return False
    return state.last_fetched_at is None or state.last_fetched_at < state.last_asked_at
