"""What an item costs this user, in minutes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from transom.apps.brief.wording import whole_minutes
from transom.apps.library.models import Access, Form, ReadingState

if TYPE_CHECKING:
    from transom.apps.accounts.models import Profile

USUAL_WORDS_A_MINUTE = 238.0
SWITCH_MINUTES = 0.5
"""For putting the last thing down and finding into the next."""
USUAL_FULL_MINUTES = 4.0
"""An excerpt's original, where the source never showed a full text."""
USUAL_MEDIA_MINUTES = 20.0
"""A recording, where nobody says how long it is."""
SHORTEST = 0.25

LISTENED = frozenset({Form.AUDIO.value, Form.VIDEO.value, Form.LIVE.value})
CLOSED = frozenset({Access.MEMBER.value, Access.PAID.value})

ENOUGH_MEASURED = 5
MOST_MEASURED = 40
SHORTEST_MEASURED = 45  # seconds: a glance says nothing about the pace
SLOWEST, FASTEST = 2.5, 0.4


@dataclass(frozen=True, slots=True)
class Cost:
    """Minutes at the usual pace, without the switch; ``about`` marks an estimate of the original."""

    minutes: float
    about: bool
    cannot_open: bool


def cost_of(
    *,
    form: str,
    access: str,
    minutes: float,
    words: int,
    about: bool,
    host: str,
    source_median: float | None,
    memberships: Iterable[str],
) -> Cost:
    """The cost of one item; ``minutes``, ``words`` and ``about`` as the library keeps them."""
    held = minutes if minutes > 0 and not about else words / USUAL_WORDS_A_MINUTE
    if access in CLOSED and not is_member(host, memberships):
        return Cost(max(held, SHORTEST), False, True)
    if form in LISTENED:
        return Cost(minutes, about, False) if minutes > 0 else Cost(USUAL_MEDIA_MINUTES, True, False)
    if form == Form.EXCERPT or about:
        known = source_median or (minutes if about else 0.0) or USUAL_FULL_MINUTES
        return Cost(max(known, held, SHORTEST), True, False)
    return Cost(max(held, SHORTEST), False, False)


def minutes_of(cost: Cost, *, listened: bool, pace: float) -> int:
    """The whole minutes that reading or hearing it takes this user, with the switch: the figure that screens say."""
    return whole_minutes(cost.minutes * (1.0 if listened else pace) + SWITCH_MINUTES)


def whole(minutes: NDArray[np.float32] | NDArray[np.float64]) -> NDArray[np.float32]:
    """As `whole_minutes`, of many: a brief is chosen by the minutes it shows."""
    return np.maximum(np.ceil(minutes - 0.5), 1.0).astype(np.float32)


def host_of(address: str) -> str:
    """The host of an address, in lower case; empty where it has none."""
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""


def is_member(host: str, memberships: Iterable[str]) -> bool:
    """Whether the host, or a domain it lies in, is among those the user has access to."""
    named = (one.strip().lower().removeprefix("www.") for one in memberships)
    return any(one and (host == one or host.endswith("." + one)) for one in named)


def pace_factor(profile: Profile) -> float:
    """By how much to multiply reading times at the usual pace to get this user's own.

    Their own figure if they gave one; else the median over what they finished in the reader, once
    there is enough; else 1. Rounded to steps of a tenth, so that costs do not flicker.
    """
    if profile.words_a_minute:
        return _within(USUAL_WORDS_A_MINUTE / profile.words_a_minute)
    ratios = _measured(profile.user_id)
    return _within(round(median(ratios), 1)) if len(ratios) >= ENOUGH_MEASURED else 1.0


def _measured(user_id: int) -> list[float]:
    """Active minutes over usual minutes of the texts finished last."""
    rows = ReadingState.objects.filter(
        user_id=user_id, active_seconds__gte=SHORTEST_MEASURED, item__about=False
    ).exclude(finished_at=None)
    rows = rows.filter(item__form__in=[Form.FULL, Form.PDF], item__minutes__gte=1)
    pairs = rows.order_by("-changed_at").values_list("active_seconds", "item__minutes")[:MOST_MEASURED]
    return [seconds / 60 / minutes for seconds, minutes in pairs]


def _within(factor: float) -> float:
    return min(max(factor, FASTEST), SLOWEST)
