"""How many minutes things take one user, as the brief would say it, wherever else they stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from transom.apps.accounts.models import profile_of
from transom.apps.brief.candidates import rows as reading
from transom.apps.brief.candidates.costs import LISTENED, Cost, cost_of, host_of, minutes_of, pace_factor
from transom.apps.library.models import Item

if TYPE_CHECKING:
    from transom.apps.accounts.models import User


class Minutes(NamedTuple):
    """Whole minutes; ``about`` where they are an estimate of the original."""

    minutes: int
    about: bool


def minutes_for(user: User, items: Sequence[Item]) -> dict[int, Minutes]:
    """A few queries, however many items; also of what was found at no source the user follows."""
    if not items:
        return {}
    profile = profile_of(user)
    memberships, pace, sources = tuple(profile.memberships), pace_factor(profile), reading.followed(user.pk)
    ids = [item.pk for item in items]
    seen = reading.one_each(row for chunk in reading.read_items(user.pk, sources, ids) for row in chunk)
    costs = {row.item_id: reading.cost_of_row(row, sources[row.source_id], memberships) for row in seen}
    found = {}
    for item in items:
        cost = costs.get(item.pk) or _cost(item, memberships)
        minutes = minutes_of(cost, listened=item.form in LISTENED, pace=pace)
        found[item.pk] = Minutes(minutes, cost.about and not cost.cannot_open)
    return found


def _cost(item: Item, memberships: tuple[str, ...]) -> Cost:
    return cost_of(
        form=item.form,
        access=item.access,
        minutes=item.minutes,
        words=item.words,
        about=item.about,
        host=host_of(item.address),
        source_median=None,
        memberships=memberships,
    )
