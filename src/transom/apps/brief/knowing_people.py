"""Lines to know about people: who works elsewhere now, what those one is close to published, what several discuss,
and whether two names are one person."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from transom.apps.brief.leading import CONVERSATION, PERSON, QUESTION
from transom.apps.brief.models import Brief
from transom.apps.brief.wording import shortened
from transom.apps.conversations.selectors import read_of, top_of_the_week
from transom.apps.library.choices import Kind
from transom.apps.library.models import Item
from transom.apps.network.selectors import all_ties
from transom.apps.people.models import Person
from transom.apps.people.selectors import Move, behind, joinings, moves, next_question
from transom.engine.core.ids import EPOCH, MICROSECOND

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

MOVED_WITHIN: Final = timedelta(days=60)
"""Moves are noticed weeks after they happen; what was told is not told again."""
SPOKE_WITHIN: Final = timedelta(days=21)
SPEAKER: Final = "speaker at "
LISTENED_TO: Final = 0.2
"""From this standing on somebody is known of in the whole field."""
PUBLISHED: Final = (Kind.PAPER, Kind.BOOK, Kind.STANDARD, Kind.TALK)
MOST_LOOKED_AT: Final = 200
MOST_NAMES: Final = 3
FEWEST_WHO_DISCUSS: Final = 3


class Told(NamedTuple):
    """The words of a line, the item it is about, and what it leads to (see `leading`)."""

    text: str
    item: int | None = None
    leads_to: str = ""


def moved(user: User, now: datetime) -> Iterator[Told]:
    """Who works elsewhere or as something else now: first those the user is close to, then whom the field hears."""
    close = set(all_ties(user))
    found = moves(user, (now - MOVED_WITHIN).date(), limit=MOST_LOOKED_AT)
    told = [one for one in found if one.person.pk in close or _is_listened_to(one.person)]
    for move in sorted(told, key=lambda one: (one.person.pk not in close, -(one.person.standing or 0.0))):
        yield Told(_moved_text(move), leads_to=f"{PERSON}:{move.person.pk}")


def joined(user: User, now: datetime) -> Iterator[Told]:
    """Who took an office in a group: people the user is close to first, then those the field listens to."""
    close = set(all_ties(user))
    found = joinings(user, now - MOVED_WITHIN, limit=MOST_LOOKED_AT)
    told = [one for one in found if one.person.pk in close or _is_listened_to(one.person)]
    for one in sorted(told, key=lambda one: (one.person.pk not in close, -(one.person.standing or 0.0))):
        said = _("%(name)s is now %(role)s.") % {"name": one.person.name, "role": one.role}
        yield Told(said, leads_to=f"{PERSON}:{one.person.pk}")


def _is_listened_to(person: Person) -> bool:
    return (person.standing or 0.0) >= LISTENED_TO


def _moved_text(move: Move) -> str:
    values = {
        "name": move.person.name,
        "role": move.role,
        "organisation": move.organization,
        "before": move.before,
        "was": move.was,
    }
    if move.was:
        said = _("%(name)s is now %(role)s at %(organisation)s; before, %(was)s there.")
    elif move.stayed:
        said = _("%(name)s is now %(role)s at %(organisation)s.")
    elif move.role and move.before:
        said = _("%(name)s is now at %(organisation)s as %(role)s; before, at %(before)s.")
    elif move.role:
        said = _("%(name)s is now at %(organisation)s as %(role)s.")
    elif move.before:
        said = _("%(name)s is now at %(organisation)s; before, at %(before)s.")
    else:
        said = _("%(name)s is now at %(organisation)s.")
    return said % values


def published(user: User, brief: Brief, picked: Collection[int], until: datetime) -> Iterator[Told]:
    """Papers, books, standards and talks of people the user is close to, or whom the field listens to."""
    # By its id, which is when it arrived: a large library is not looked through.
    arrived = (brief.covers_from - EPOCH) // MICROSECOND
    items = Item.objects.visible_to(user).filter(kind__in=PUBLISHED, pk__gte=arrived)
    items = items.filter(published_at__lt=until, published_at__gte=brief.covers_from - MOVED_WITHIN)
    items = items.exclude(pk__in=list(picked)).exclude(reading_states__user=user)
    # When a talk is held counts, not when its programme was read: last year's speakers speak no more.
    items = items.exclude(~Q(event_start__gte=until - SPOKE_WITHIN), kind=Kind.TALK)
    fresh = list(items.order_by("-pk").prefetch_related("authorships__identity")[:MOST_LOOKED_AT])
    by = {
        item.pk: [
            one
            for one in (item.author_id, *(a.identity_id for a in item.authorships.all()))
            if one is not None
        ]
        for item in fresh
    }
    people = behind(user, {one for ids in by.values() for one in ids})
    close = all_ties(user)
    names = dict(
        Person.objects.visible_to(user)
        .filter(pk__in={one.person for one in people.values()})
        .values_list("pk", "name")
    )
    for item in fresh:
        for one in filter(None, map(people.get, by[item.pk])):
            if one.person in names and (one.person in close or one.standing >= LISTENED_TO):
                said, values = _published_text(item, until)
                yield Told(said % {**values, "name": names[one.person]}, item.pk)
                break


def _published_text(item: Item, now: datetime) -> tuple[str, dict[str, str]]:
    values = {"title": shortened(item.title), "conference": _conference_of(item)}
    texts = {
        Kind.PAPER.value: _("%(name)s published a paper: “%(title)s”."),
        Kind.BOOK.value: _("%(name)s published a book: “%(title)s”."),
        Kind.STANDARD.value: _("%(name)s worked on a standard: “%(title)s”."),
        Kind.TALK.value: _talk_text(item, now, named=bool(values["conference"])),
    }
    return texts[item.kind], values


def _talk_text(item: Item, now: datetime, *, named: bool) -> str:
    ahead = item.event_start is not None and item.event_start > now
    if named and ahead:
        return _("%(name)s speaks at %(conference)s: “%(title)s”.")
    if named:
        return _("%(name)s spoke at %(conference)s: “%(title)s”.")
    return _("%(name)s speaks: “%(title)s”.") if ahead else _("%(name)s spoke: “%(title)s”.")


def _conference_of(item: Item) -> str:
    """Where a talk is held, as its speakers' accounts say; "" where they say none, or several."""
    roles = {str(role) for one in item.authorships.all() for role in one.identity.roles}
    found = {role.removeprefix(SPEAKER) for role in roles if role.startswith(SPEAKER)}
    return shortened(found.pop()) if len(found) == 1 else ""


def discussed(user: User, read: Collection[int], now: datetime) -> Iterator[Told]:
    """What several people write about, and who they are; not what the brief has something to read about already."""
    found = top_of_the_week(user, now)
    told = read_of(user, [talk.row.cluster for talk in found], read)
    for talk in found:
        row, names = talk.row, talk.names
        if row.people < FEWEST_WHO_DISCUSS or row.cluster in told:
            continue
        some = ", ".join(names[:MOST_NAMES])
        more = row.people - min(len(names), MOST_NAMES)
        values = {"title": shortened(row.headline), "names": some, "more": more}
        if more > 0:
            said = ngettext(
                "Several discuss “%(title)s”: %(names)s and %(more)d more.",
                "Several discuss “%(title)s”: %(names)s and %(more)d more.",
                more,
            )
        else:
            said = _("Several discuss “%(title)s”: %(names)s.")
        yield Told(said % values, leads_to=f"{CONVERSATION}:{row.cluster}")


def asked(user: User, now: datetime, *, but: Collection[tuple[int, int]] = ()) -> Told | None:
    """The question about who is who that is worth most, but for the pairs of identities asked about lately."""
    question = next_question(user, now, but=but)
    if question is None:
        return None
    one, other = question.sides
    said = _("Are %(one)s (%(here)s) and %(other)s (%(there)s) the same person?")
    values = {
        "one": one.identity.name,
        "here": str(one.identity.source),
        "other": other.identity.name,
        "there": str(other.identity.source),
    }
    return Told(said % values, leads_to=f"{QUESTION}:{one.identity.pk}:{other.identity.pk}")
