"""With whom somebody has to do: who writes and meets with them, whom they point to, and who points to them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log2
from typing import TYPE_CHECKING, Final

from django.db.models import Count, Max, Q, QuerySet

from transom.apps.library.models import (
    Attendance,
    Authorship,
    Endorsement,
    Identity,
    Item,
    Link,
    Meeting,
)
from transom.apps.people.models import Person
from transom.apps.people.selectors.who import people_of

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

MOST_SHARED: Final = 400
MOST_POINTINGS: Final = 5_000
MOST_ITEMS: Final = 200
MOST_COMPANY: Final = 8
MOST_MEETINGS: Final = 200
MOST_AT_A_MEETING: Final = 80
"""Among more people than that, one has met nobody by having been there."""
MOST_GROUPS: Final = 12

Times = Counter[int]
"""How often, by identity."""


@dataclass(frozen=True, slots=True)
class Company:
    """Somebody a person has to do with: how often they wrote together, pointed at them, were pointed at, and met."""

    person: Person
    together: int = 0
    points_at: int = 0
    pointed_to: int = 0
    met: int = 0

    @property
    def weight(self) -> float:
        """Meetings come in weeks, and works in years: what counts of them is how many powers of two they are."""
        return 3 * self.together + self.points_at + self.pointed_to + 2 * log2(1 + self.met)


@dataclass(frozen=True, slots=True)
class MeetsIn:
    """A group somebody meets in, as one source tells it: how often they were there, and when last."""

    group: str
    source_id: int
    times: int
    latest: datetime


def company_of(user: User, person: Person, identities: Sequence[Identity]) -> list[Company]:
    """The most first. Of what a person published the latest two hundred things count."""
    ids = [one.pk for one in identities]
    together = _together(ids)
    items = _latest(user, ids)
    points_at, pointed_to = _linked(user, items)
    visible = Endorsement.objects.visible_to(user)
    # A link may be known twice, as it stands in the text and as a service tells it: the larger count is taken.
    pointing = visible.filter(by__in=ids)
    points_at |= _counted(pointing.exclude(item__author=None), "item__author_id")
    points_at += _without_item(pointing.exclude(to=None), "to_id")
    pointed_to |= _among_latest(visible.filter(item__author__in=ids), "by_id")
    pointed_to += _without_item(visible.filter(to__in=ids), "by_id")
    met = met_with(ids)
    people = people_of(user, {*together, *points_at, *pointed_to, *met})
    meetings: dict[int, set[int]] = defaultdict(set)
    for identity_id, some in met.items():
        if identity_id in people:
            meetings[people[identity_id].pk] |= some
    wrote, points, towards = sums = (Counter[int](), Counter[int](), Counter[int]())
    for count, told in zip(sums, (together, points_at, pointed_to), strict=True):
        for identity_id, times in told.items():
            if identity_id in people:
                count[people[identity_id].pk] += times
    by_key = {one.pk: one for one in people.values() if one.pk != person.pk}
    found = [
        Company(one, wrote[pk], points[pk], towards[pk], len(meetings[pk])) for pk, one in by_key.items()
    ]
    found.sort(key=lambda one: (-one.weight, one.person.pk))
    return found[:MOST_COMPANY]


def met_with(ids: Sequence[int]) -> dict[int, set[int]]:
    """Who else was at the latest two hundred meetings of these identities, and at which."""
    latest = Attendance.objects.filter(identity__in=ids).order_by("-meeting__at", "-meeting_id")
    meetings = list(latest.values_list("meeting_id", flat=True)[:MOST_MEETINGS])
    there = Attendance.objects.filter(meeting__in=meetings)
    counted = there.values_list("meeting_id").annotate(people=Count("pk"))
    small = [pk for pk, people in counted if people <= MOST_AT_A_MEETING]
    found: dict[int, set[int]] = defaultdict(set)
    others = Attendance.objects.filter(meeting__in=small).exclude(identity__in=ids)
    for identity_id, meeting_id in others.values_list("identity_id", "meeting_id"):
        found[identity_id].add(meeting_id)
    return found


def meets_in(user: User, identities: Sequence[Identity]) -> list[MeetsIn]:
    """The groups at whose meetings somebody was, the most often first."""
    rows = Meeting.objects.visible_to(user).filter(attendances__identity__in=[one.pk for one in identities])
    told = rows.values_list("group", "source_id").annotate(times=Count("pk", distinct=True), latest=Max("at"))
    found = [MeetsIn(*row) for row in told.order_by("-times", "-latest", "source_id")[:MOST_GROUPS]]
    return [one for one in found if one.group]


def _together(ids: Sequence[int]) -> Times:
    items = Authorship.objects.filter(identity__in=ids).order_by("-item_id")
    shared = list(items.values_list("item_id", flat=True)[:MOST_SHARED])
    return _counted(Authorship.objects.filter(item__in=shared).exclude(identity__in=ids), "identity_id")


def _latest(user: User, ids: Sequence[int]) -> dict[int, str]:
    rows = Item.objects.visible_to(user).filter(author__in=ids).order_by("-published_at", "-pk")
    return dict(rows.values_list("pk", "address")[:MOST_ITEMS])


def _linked(user: User, items: dict[int, str]) -> tuple[Times, Times]:
    """Whose items these link to, and who links to these."""
    targets = Counter(
        Link.objects.filter(item__in=items).values_list("target", flat=True)[: 10 * MOST_SHARED]
    )
    wanted = [target for target, _ in targets.most_common(MOST_SHARED)]
    visible = Item.objects.visible_to(user)
    points_at = Counter[int]()
    for author, address in visible.filter(address__in=wanted).values_list("author_id", "address"):
        if author is not None:
            points_at[author] += targets[address]
    addresses = [address for address in items.values() if address]
    linking = Link.objects.filter(target__in=addresses).exclude(item__in=items).order_by("-pk")
    pointing = visible.filter(pk__in=linking.values("item_id")[:MOST_POINTINGS], author__isnull=False)
    counted = pointing.values_list("author_id").annotate(times=Count("pk")).order_by("-times", "author_id")
    return points_at, Counter(dict(counted[:MOST_SHARED]))


def _without_item(rows: QuerySet[Endorsement], by: str) -> Times:
    """Those of what the library lacks; asked as a condition, SQLite would begin with all that it lacks."""
    lacking = Count("pk", filter=Q(item=None))
    counted = rows.values_list(by).annotate(times=lacking).filter(times__gt=0).order_by("-times", by)
    return Counter(dict(counted[:MOST_SHARED]))


def _among_latest(rows: QuerySet[Endorsement], by: str) -> Times:
    """Those who point most among the latest: at a few everybody points."""
    latest = Counter(rows.order_by("-pk").values_list(by, flat=True)[:MOST_POINTINGS])
    return Counter(dict(sorted(latest.items(), key=lambda one: (-one[1], one[0]))[:MOST_SHARED]))


def _counted(rows: QuerySet[Authorship] | QuerySet[Endorsement], by: str) -> Times:
    counted = rows.values_list(by).annotate(times=Count("pk")).order_by("-times", by)
    return Counter(dict(counted[:MOST_SHARED]))
