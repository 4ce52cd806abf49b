"""Whom and what a user may want to follow, as made by the daily job."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from transom.apps.people.models import Person, Suggestion
from transom.apps.people.selectors.who import here_of, visible_people
from transom.apps.sources.models import Source, Subscription

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

MOST: Final = 60


@dataclass(frozen=True, slots=True)
class Because:
    """One reason, as in `people.discovery.grounds`; people and sources are those the user may see."""

    code: str
    n: int
    people: Sequence[Person]
    sources: Sequence[Source]
    label: str


@dataclass(frozen=True, slots=True)
class Suggested:
    """Somebody or something to follow; `person`, `source` or `site`, and why."""

    row: Suggestion
    person: Person | None = None
    source: Source | None = None
    reasons: list[Because] = field(default_factory=list)

    @property
    def site(self) -> str:
        return self.row.site


def suggestions(user: User, *, limit: int = MOST) -> list[Suggested]:
    """What is suggested, the best first, without what was followed since. A handful of queries."""
    rows = Suggestion.objects.filter(user=user, refused_at=None).order_by("-score", "-pk")[:limit]
    return _shown(user, list(rows))


def refused(user: User, *, limit: int = MOST) -> list[Suggested]:
    """What the user did not want, the latest first."""
    rows = Suggestion.objects.filter(user=user, refused_at__isnull=False)
    return _shown(user, list(rows.order_by("-refused_at", "-pk")[:limit]))


def suggestion_of(user: User, suggestion_id: int) -> Suggestion | None:
    """One of the user's own; None where it is not theirs, or gone."""
    return Suggestion.objects.filter(user=user, pk=suggestion_id).first()


def _shown(user: User, rows: Sequence[Suggestion]) -> list[Suggested]:
    reasons: list[Mapping[str, Any]] = [one for row in rows for one in row.reasons]
    here = here_of(user, {*_all(reasons, "people"), *(row.person_id for row in rows if row.person_id)})
    people = visible_people(user).select_related("organization").in_bulk(set(here.values()))
    wanted = {*_all(reasons, "sources"), *(row.source_id for row in rows if row.source_id)}
    sources = Source.objects.visible_to(user).in_bulk(wanted)
    followed = set(
        Subscription.objects.filter(
            user=user, source__in=[row.source_id for row in rows if row.source_id]
        ).values_list("source_id", flat=True)
    )
    found = []
    for row in rows:
        person = people.get(here.get(row.person_id or 0, 0))
        source = sources.get(row.source_id or 0)
        if (person or source or row.site) and row.source_id not in followed:
            told = [_because(one, people, here, sources) for one in row.reasons]
            found.append(Suggested(row, person, source, told))
    return found


def _all(reasons: Iterable[Mapping[str, Any]], what: str) -> set[int]:
    return {pk for one in reasons for pk in one.get(what, ()) if isinstance(pk, int)}


def _because(
    one: Mapping[str, Any],
    people: Mapping[int, Person],
    here: Mapping[int, int],
    sources: Mapping[int, Source],
) -> Because:
    return Because(
        code=str(one.get("code", "")),
        n=int(one.get("n", 0)),
        people=[people[here[pk]] for pk in one.get("people", ()) if here.get(pk) in people],
        sources=[sources[pk] for pk in one.get("sources", ()) if pk in sources],
        label=str(one.get("label", "")),
    )
