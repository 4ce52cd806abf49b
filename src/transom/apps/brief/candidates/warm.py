"""The warm stores of this process: one for each of the users it served last."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from transom.apps.accounts.models import Profile
from transom.apps.brief.candidates.learner import Learner
from transom.apps.brief.candidates.store import CandidateStore
from transom.engine.rank import Model

MOST_USERS: Final = 8
MOST_CANDIDATES: Final = 500_000
"""Of all users together, some 350 bytes each."""


@dataclass(frozen=True, slots=True)
class Warm:
    """What is held warm for one user."""

    store: CandidateStore
    learner: Learner


_lock = threading.Lock()
_warm: OrderedDict[int, Warm] = OrderedDict()


def warm_for(user_id: int) -> Warm:
    """The user's store and learner; those used longest ago make room."""
    with _lock:
        found = _warm.get(user_id)
        if found is None:
            store = CandidateStore(user_id)
            found = _warm[user_id] = Warm(store, Learner(user_id, store.names, store.people))
        _warm.move_to_end(user_id)
        while len(_warm) > 1 and (len(_warm) > MOST_USERS or _held() > MOST_CANDIDATES):
            _warm.popitem(last=False)
        return found


def warm_up(now: datetime, *, most: int = 3) -> int:
    """Reads the candidates of those who came last, before they come again; of how many users."""
    came = Profile.objects.exclude(set_up_at=None).exclude(user__last_login=None)
    done = 0
    for profile in came.select_related("user").order_by("-user__last_login")[:most]:
        warm = warm_for(profile.user_id)
        with warm.store.held(profile, now):
            warm.learner.model(profile, now)
        done += 1
    return done


def model_for(profile: Profile, now: datetime) -> Model:
    """What the user's log taught, without reading their candidates."""
    warm = warm_for(profile.user_id)
    with warm.store.kept_still():
        return warm.learner.model(profile, now)


def forget(user_id: int | None = None) -> None:
    """Lets go of one user's candidates, or of everybody's; they are read again when needed."""
    with _lock:
        if user_id is None:
            _warm.clear()
        else:
            _warm.pop(user_id, None)


def _held() -> int:
    return sum(len(warm.store.pool) for warm in _warm.values())
