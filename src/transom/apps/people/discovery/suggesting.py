"""The suggestions of a day: the best candidates that the user neither follows nor has refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import Q

from transom.apps.people.discovery.grounds import Following, Reason, Target, all_grounds
from transom.apps.people.models import Person, Suggestion
from transom.apps.people.selectors.who import here_of, visible_people
from transom.apps.people.standing.chosen import chosen_people
from transom.apps.people.standing.graph import FieldGraph
from transom.apps.people.standing.nodes import PERSON, kind_of
from transom.apps.sources.models import Source, SourceKind, Subscription
from transom.engine.core import addresses
from transom.engine.graph.standing import Vector

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

VERSION: Final = 1
MOST_PEOPLE: Final = 40
MOST_PLACES: Final = 20
MOST_REASONS: Final = 3
LEAST: Final = 0.5


def suggest(mine: Following, graph: FieldGraph, values: Vector, *, now: datetime) -> int:
    """Makes a user's suggestions anew; how many there are. What was refused stays refused."""
    user = mine.user
    found = all_grounds(mine, graph, values)
    scored = {target: _score(reasons) for target, reasons in found.items()}
    kept = _left(user, mine, scored)
    wanted = _best(kept, scored, "person", MOST_PEOPLE) + _best(kept, scored, "", MOST_PLACES)
    _keep(user, wanted, scored, found, now)
    return len(wanted)


def following_of(user: User, graph: FieldGraph) -> Following:
    """Whom and what the user follows, as grounds ask for it."""
    sources = frozenset(
        Subscription.objects.filter(user=user)
        .exclude(source__kind=SourceKind.HANDED_IN)
        .values_list("source_id", flat=True)
    )
    chosen = frozenset(chosen_people(user))
    authors = {pk for one in sources for kind, pk in [kind_of(graph.who.source(one))] if kind == PERSON}
    sees = Q(owner=None) | Q(owner=user)
    return Following(user, chosen, chosen | authors, sources, sees)


def _score(reasons: Sequence[Reason]) -> float:
    """Each further reason of one kind counts half: three groups in common are not three reasons."""
    total, seen = 0.0, dict[str, int]()
    for one in reasons:
        total += one.worth * 0.5 ** seen.get(one.code, 0)
        seen[one.code] = seen.get(one.code, 0) + 1
    return total


def _left(user: User, mine: Following, scored: Mapping[Target, float]) -> set[Target]:
    """Candidates that are left once those followed, refused, and not to be seen are taken away."""
    refused = Suggestion.objects.filter(user=user, refused_at__isnull=False)
    people = {pk for what, pk in scored if what == "person" and isinstance(pk, int)}
    no = set(refused.filter(person__isnull=False).values_list("person_id", flat=True))
    here = here_of(user, {*people, *no})
    gone = {here.get(pk, pk) for pk in no} | no | mine.people
    seen = set(visible_people(user).filter(pk__in=people).values_list("pk", flat=True))
    sources = {pk for what, pk in scored if what == "source" and isinstance(pk, int)}
    no_sources = set(refused.filter(source__isnull=False).values_list("source_id", flat=True)) | mine.sources
    no_hosts = {addresses.host_of(one) for one in refused.exclude(site="").values_list("site", flat=True)}
    rows = Source.objects.visible_to(user).filter(pk__in=sources).exclude(kind=SourceKind.HANDED_IN)
    places = {one.pk for one in rows if one.host not in no_hosts}
    left: set[Target] = {("person", pk) for pk in people & seen if pk not in gone}
    left |= {("source", pk) for pk in places - no_sources}
    left |= {
        (what, one)
        for what, one in scored
        if what == "site" and isinstance(one, str) and addresses.host_of(one) not in no_hosts
    }
    return {target for target in left if scored[target] >= LEAST}


def _best(kept: Iterable[Target], scored: Mapping[Target, float], what: str, most: int) -> list[Target]:
    some = [one for one in kept if (one[0] == "person") == (what == "person")]
    return sorted(some, key=lambda one: (-scored[one], str(one)))[:most]


def _keep(
    user: User,
    wanted: Sequence[Target],
    scored: Mapping[Target, float],
    found: Mapping[Target, Sequence[Reason]],
    now: datetime,
) -> None:
    people = {pk for what, pk in wanted if what == "person"}
    there = set(Person.objects.filter(pk__in=people).values_list("pk", flat=True))
    with transaction.atomic():
        Suggestion.objects.filter(user=user, refused_at=None).delete()
        Suggestion.objects.bulk_create(
            [
                Suggestion(
                    user=user,
                    actor=user,
                    score=scored[one],
                    reasons=[reason.stored() for reason in found[one][:MOST_REASONS]],
                    made_at=now,
                    rule_version=VERSION,
                    **_named(one),
                )
                for one in wanted
                if one[0] != "person" or one[1] in there
            ],
            ignore_conflicts=True,
        )


def _named(target: Target) -> dict[str, Any]:
    what, which = target
    return {"site": which} if what == "site" else {f"{what}_id": which}
