"""Following and knowing people. Nobody is told of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from transom.apps.library.models import Identity
from transom.apps.network.models import Tie
from transom.apps.people.models import Person
from transom.apps.people.selectors import aliases_of, identities_of
from transom.apps.sources.models import Source, SourceKind, Subscription

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

LONGEST_NOTE = 20_000


@dataclass(frozen=True, slots=True)
class Followed:
    """What following somebody came to: sources followed by it, those followed before, and those of many, left alone."""

    subscribed: list[Source] = field(default_factory=list)
    already: list[Source] = field(default_factory=list)
    shared: list[Source] = field(default_factory=list)


def follow_person(user: User, person: Person, *, now: datetime, actor: User | None = None) -> Followed:
    """Follows a person, and the sources they write alone; a source that others write in too is only named."""
    sources = _sources(user, person)
    alone = written_alone(user, person, list(sources.values()))
    done = Followed()
    with transaction.atomic():
        _tie(user, person, now, actor, followed=True)
        for pk, source in sorted(sources.items()):
            if pk not in alone:
                done.shared.append(source)
                continue
            _, made = Subscription.objects.get_or_create(
                user=user, source=source, defaults={"followed_at": now, "actor": actor or user}
            )
            (done.subscribed if made else done.already).append(source)
    return done


def unfollow_person(user: User, person: Person, *, now: datetime, actor: User | None = None) -> list[Source]:
    """Stops following a person; their own sources that are still followed, for the user to decide about."""
    _tie(user, person, now, actor, followed=False)
    sources = _sources(user, person)
    alone = written_alone(user, person, list(sources.values()))
    still = Subscription.objects.filter(user=user, source__in=alone).select_related("source")
    return [row.source for row in still.order_by("source_id")]


def mark_known(user: User, person: Person, known: bool, *, now: datetime, actor: User | None = None) -> None:
    """Notes whether the user knows somebody."""
    _tie(user, person, now, actor, known=known)


def set_note(user: User, person: Person, text: str, *, now: datetime, actor: User | None = None) -> None:
    """The user's own words about somebody; at most 20,000 characters are kept."""
    plain = text.replace("\x00", "").encode("utf-8", "replace").decode().strip()
    _tie(user, person, now, actor, note=plain[:LONGEST_NOTE])


def _tie(user: User, person: Person, now: datetime, actor: User | None, **values: Any) -> None:
    """Changes the user's row about a person. Rows under keys that lead there stay, should the two be parted
    again; but what is taken back is taken back of them all.
    """
    with transaction.atomic():
        rows = Tie.objects.filter(user=user, person__in=aliases_of(user, person))
        taken = {name: "" if name == "note" else False for name, value in values.items() if value is not True}
        if taken:
            rows.exclude(person=person).update(**taken)
        Tie.objects.update_or_create(
            user=user, person=person, defaults={**values, "noted_at": now, "actor": actor or user}
        )
        rows.filter(known=False, followed=False, note="").delete()


def _sources(user: User, person: Person) -> dict[int, Source]:
    """Where a person is seen, as far as it can be followed."""
    seen = (one.source for one in identities_of(user, person))
    return {source.pk: source for source in seen if source.kind != SourceKind.HANDED_IN}


def written_alone(user: User, person: Person, sources: Sequence[Source]) -> set[int]:
    """Those of the sources in which nobody but this person is seen."""
    keys = [source.pk for source in sources]
    mine = {one.pk for one in identities_of(user, person)}
    rows = Identity.objects.visible_to(user).filter(source__in=keys).exclude(pk__in=mine)
    others = set(rows.values_list("source_id", flat=True).distinct())
    return {pk for pk in keys if pk not in others}
