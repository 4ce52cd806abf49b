"""Conversations of a user: those in which something they follow takes part, and their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.dateparse import parse_datetime

from transom.apps.conversations.models import Conversation, Membership
from transom.apps.library.models import Authorship, Identity, Sighting
from transom.apps.library.paging import read_key, write_key
from transom.apps.people.selectors import people_of
from transom.apps.sources.models import Subscription
from transom.engine.text.tokens import fold

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

PAGE = 12
WEEK = timedelta(days=7)
OF_THE_WEEK = 3


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody who takes part: the person by the name the user sees, else as their byline says.

    `followed` where the user follows where they wrote; `person` is their key, None where they are not resolved.
    """

    name: str
    followed: bool = False
    person: int | None = None


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation in a list, with who takes part in the order of their first word."""

    row: Conversation
    voices: Sequence[Voice] = ()

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.voices]

    @property
    def followed(self) -> list[str]:
        return [one.name for one in self.voices if one.followed]

    @property
    def all_followed(self) -> bool:
        return all(one.followed for one in self.voices)


@dataclass(frozen=True, slots=True)
class ConversationPage:
    """Some conversations; ``after`` is the key of the next page."""

    talks: list[Talk] = field(default_factory=list)
    after: str | None = None


def visible_conversations(user: User) -> QuerySet[Conversation]:
    """Public ones and the user's own; where theirs stands for a public one, theirs alone."""
    own = Conversation.objects.filter(owner=user, cluster=OuterRef("cluster"))
    seen: QuerySet[Conversation] = Conversation.objects.visible_to(user)
    return seen.filter(Q(owner=user) | ~Exists(own))


def _near(user: User) -> QuerySet[Conversation]:
    """Those in which a source that the user follows takes part: others' fields stay out."""
    followed = Sighting.objects.filter(
        item__membership__cluster=OuterRef("cluster"), item__owner=None, source__subscriptions__user=user
    )
    return visible_conversations(user).filter(Q(owner=user) | Exists(followed))


def of_the_week(
    user: User, now: datetime, after: str | None = None, *, limit: int = PAGE
) -> ConversationPage:
    """What several people spoke of within seven days, the liveliest first."""
    rows = _near(user).filter(latest_at__gte=now - WEEK, closed_at=None)
    key = read_key(after, 2)
    if key and isinstance(key[0], int | float) and isinstance(key[1], int):
        rows = rows.filter(Q(heat__lt=key[0]) | Q(heat=key[0], pk__lt=key[1]))
    found = list(rows.order_by("-heat", "-pk")[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    return ConversationPage(
        talks_about(user, found[:limit]), write_key([last.heat, last.pk]) if last else None
    )


def top_of_the_week(user: User, now: datetime, *, limit: int = OF_THE_WEEK) -> list[Talk]:
    """The liveliest conversations of the seven days before now: what the brief tells of, where it has nothing of them
    to read and there is room. Three queries.
    """
    rows = _near(user).filter(latest_at__gte=now - WEEK, closed_at=None, heat__gt=0)
    return talks_about(user, list(rows.order_by("-heat", "-pk")[:limit]))


def earlier(user: User, now: datetime, after: str | None = None, *, limit: int = PAGE) -> ConversationPage:
    """What fell silent more than seven days ago, the latest first."""
    rows = _near(user).filter(latest_at__lt=now - WEEK)
    key = read_key(after, 2)
    if key and isinstance(key[1], int) and (when := moment_of(key[0])):
        rows = rows.filter(Q(latest_at__lt=when) | Q(latest_at=when, pk__lt=key[1]))
    found = list(rows.order_by("-latest_at", "-pk")[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    return ConversationPage(
        talks_about(user, found[:limit]), write_key([last.latest_at.isoformat(), last.pk]) if last else None
    )


def moment_of(told: object) -> datetime | None:
    """The moment in the key of a page; None for what is none."""
    try:
        when = parse_datetime(str(told))
        return when.astimezone(UTC) if when is not None and when.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def talks_about(user: User, rows: Sequence[Conversation]) -> list[Talk]:
    """With who takes part in each: two queries, however many."""
    voices = voices_of(user, [row.cluster for row in rows])
    return [Talk(row, voices.get(row.cluster, ())) for row in rows]


def voices_of(user: User, clusters: Iterable[int]) -> dict[int, list[Voice]]:
    """Who wrote in each cluster what this user may see, each once, in the order of their first word; four queries."""
    members = Membership.objects.filter(Q(owner=None) | Q(owner=user), cluster__in=list(clusters))
    rows = list(
        members.order_by("item__published_at", "item_id").values_list(
            "cluster", "item_id", "item__author_id", "item__author_name", "item__home_id", "item__home__title"
        )
    )
    authors = _authors(rows)
    people = people_of(user, {identity for some in authors.values() for identity, _name in some})
    homes = {row[4] for row in rows} - {None}
    mine = Subscription.objects.filter(user=user, source__in=homes) if rows else Subscription.objects.none()
    followed = set(mine.values_list("source_id", flat=True))
    found: dict[int, dict[str, Voice]] = defaultdict(dict)
    for cluster, item_id, _author, byline, home, title in rows:
        assert cluster is not None
        for identity, name in authors[item_id] or [(0, byline or title or "")]:
            person = people.get(identity)
            voice = Voice(person.name if person else name, home in followed, person.pk if person else None)
            key = f"person {voice.person}" if voice.person else fold(name)
            known = found[cluster].get(key)
            if voice.name and (known is None or (voice.followed and not known.followed)):
                found[cluster][key] = voice
    return {cluster: list(by_key.values()) for cluster, by_key in found.items()}


def _authors(rows: Sequence[tuple[Any, ...]]) -> dict[int, list[tuple[int, str]]]:
    """The identity and name of each author of each item: those it names one by one, else its byline's."""
    items = [row[1] for row in rows]
    named = Authorship.objects.filter(item__in=items).order_by("position", "pk")
    found: dict[int, list[tuple[int, str]]] = {item: [] for item in items}
    for item, identity, name in named.values_list("item_id", "identity_id", "identity__name"):
        found[item].append((identity, name))
    alone = {row[2] for row in rows if row[2] and not found[row[1]]}
    names = dict(Identity.objects.filter(pk__in=alone).values_list("pk", "name"))
    for _cluster, item, author, *_rest in rows:
        if not found[item] and author in names:
            found[item] = [(author, names[author])]
    return found
