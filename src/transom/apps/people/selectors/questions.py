"""One question at a time: are these two the same person?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from transom.apps.library.models import Identity, Item
from transom.apps.people.models import Decision, Doubt, Person
from transom.apps.people.selectors.who import people_of
from transom.apps.sources.models import Subscription

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

AGAIN_AFTER: Final = timedelta(days=90)
LOOKED_AT: Final = 20
MOST_THINGS: Final = 3


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: who they are taken for, and the latest things under this name."""

    identity: Identity
    person: Person
    items: Sequence[Item]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with both sides."""

    a: Side
    b: Side
    probability: float

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.a, self.b


def next_question(user: User, now: datetime, *, but: Collection[tuple[int, int]] = ()) -> Asked | None:
    """What is worth most to know; about whom the user follows first. None where nothing is open.

    What they could not answer comes again after three months. ``but`` are pairs of identities, the smaller key
    first, that shall not be asked about now.
    """
    rows = _open(user, now).order_by("-worth", "pk")[: LOOKED_AT + len(but)]
    best = [one for one in rows if (one.a_id, one.b_id) not in but]
    return next(_asked(user, _followed_first(user, best)), None)


def question_about(user: User, one: int, other: int, now: datetime) -> Asked | None:
    """The question about these two identities, while it is one to this user; else None."""
    a, b = sorted((one, other))
    return next(_asked(user, _open(user, now).filter(a=a, b=b)), None)


def answer_about(user: User, one: int, other: int) -> Decision | None:
    """What the user said of these two identities, with both loaded."""
    a, b = sorted((one, other))
    return Decision.objects.filter(user=user, a=a, b=b).select_related("a", "b").first()


def _asked(user: User, doubts: Iterable[Doubt]) -> Iterator[Asked]:
    """Those that are about two people as the user sees them, each with what there is to know."""
    for doubt in doubts:
        people = people_of(user, [doubt.a_id, doubt.b_id])
        if len(people) == 2 and people[doubt.a_id].pk != people[doubt.b_id].pk:
            a, b = (Side(one, people[one.pk], _latest(user, one)) for one in (doubt.a, doubt.b))
            yield Asked(a, b, doubt.probability)


def _open(user: User, now: datetime) -> QuerySet[Doubt]:
    """What the user may be asked: not answered by them, or by anybody for all, and about nothing of another's."""
    said = Decision.objects.filter(user=user, a=OuterRef("a"), b=OuterRef("b"))
    said = said.filter(Q(same__isnull=False) | Q(at__gt=now - AGAIN_AFTER))
    everybody = Decision.objects.filter(everybody=True, same__isnull=False, a=OuterRef("a"), b=OuterRef("b"))
    seen = (Q(a__owner=None) | Q(a__owner=user)) & (Q(b__owner=None) | Q(b__owner=user))
    rows = Doubt.objects.filter(seen, ~Exists(said), ~Exists(everybody))
    return rows.select_related("a__source", "b__source")


def _followed_first(user: User, best: Sequence[Doubt]) -> list[Doubt]:
    sources = {side.source_id for one in best for side in (one.a, one.b)}
    mine = set(Subscription.objects.filter(user=user, source__in=sources).values_list("source_id", flat=True))
    return sorted(best, key=lambda one: (not mine & {one.a.source_id, one.b.source_id}, -one.worth, one.pk))


def _latest(user: User, identity: Identity) -> list[Item]:
    wrote = Q(author=identity)
    rows = Item.objects.visible_to(user).filter(wrote).order_by(F("published_at").desc(), "-pk")
    found = list(rows[:MOST_THINGS])
    return found or list(
        Item.objects.visible_to(user)
        .filter(authorships__identity=identity)
        .order_by("-published_at", "-pk")[:MOST_THINGS]
    )
