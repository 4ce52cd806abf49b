"""The field as its pages show it: who is listened to and by whom, why somebody is suggested, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from transom.apps.library.models import Item
from transom.apps.people.selectors.standing import ListenedTo, PointedBy
from transom.apps.people.selectors.suggestions import Because, Suggested
from transom.interfaces.web import words
from transom.interfaces.web.people_page import PersonRow, rows_of, work_of

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Name:
    """A name on a page, a link where there is a page to lead to; `note` follows it."""

    name: str
    href: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ListenedRow:
    """Somebody many point to: their row, by whom, and in which items."""

    row: PersonRow
    by: list[Name] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SuggestedRow:
    """Somebody or something to follow, with the reasons as sentences."""

    id: int
    name: str
    href: str
    what: str
    reasons: list[str]
    person: bool


def listened_rows(user: User, people: Sequence[ListenedTo]) -> list[ListenedRow]:
    """Rows of those most listened to; a few queries, however many."""
    rows = {row.id: row for row in rows_of(user, [one.person for one in people])}
    found = []
    for one in people:
        items = {item.pk: item for by in one.pointed_by for item in by.items}
        by = [pointed_name(by) for by in one.pointed_by]
        found.append(ListenedRow(rows[one.person.pk], by, list(items.values())[:5]))
    return found


def pointed_name(one: PointedBy) -> Name:
    """``Ines Okafor (3 times)``, with a link to her page."""
    href = ""
    if one.person is not None:
        href = reverse("web:person", args=[one.person.pk])
    elif one.source is not None:
        href = reverse("web:source", args=[one.source.pk])
    note = ngettext("(once)", "(%(n)d times)", one.times) % {"n": one.times} if one.times > 1 else ""
    return Name(one.name, href, note)


def suggested_rows(found: Sequence[Suggested]) -> list[SuggestedRow]:
    """What is suggested, as the page shows it."""
    return [_suggested(one) for one in found]


def _suggested(one: Suggested) -> SuggestedRow:
    reasons = [text for because in one.reasons if (text := because_words(because))]
    if one.person is not None:
        href = reverse("web:person", args=[one.person.pk])
        what = work_of(one.person) or capfirst(one.person.description)
        return SuggestedRow(one.row.pk, one.person.name, href, what, reasons, True)
    if one.source is not None:
        href = reverse("web:source", args=[one.source.pk])
        return SuggestedRow(one.row.pk, str(one.source), href, words.host(one.source.site), reasons, False)
    return SuggestedRow(one.row.pk, words.host(one.site), one.site, "", reasons, False)


def because_words(one: Because) -> str:
    """A reason as a sentence; "" for one that nothing can be said of any more."""
    names = _named(one)
    if one.code in ("linked", "listed", "group", "met", "meets", "spoke") and not names:
        return ""
    texts = {
        "linked": _("Linked by %(names)s."),
        "group": _("Sits on %(label)s with %(names)s."),
        "met": ngettext(
            "Was at a meeting of %(label)s with %(names)s.",
            "Was at %(n)d meetings of %(label)s with %(names)s.",
            one.n,
        ),
        "meets": _("Was at %(n)d meetings of %(names)s, which you follow."),
        "spoke": _("Spoke where %(names)s did: %(label)s."),
        "listed": _("On the reading list of %(names)s."),
        "same-job": _("Does your job elsewhere: their role says “%(label)s”."),
        "topics": _("Writes about %(label)s."),
        "listened": _("Many in your field point here."),
    }
    return texts.get(one.code, "") % {"names": names, "label": one.label, "n": one.n}


def _named(one: Because) -> str:
    """``Ines Okafor, The Weekly Shelf and 3 more you follow``."""
    places = [str(source) for source in one.sources if one.code != "spoke"]
    names = [*(person.name for person in one.people), *places][:MOST_NAMED]
    if not names:
        return ""
    # Of meetings it is how many they were.
    more = 0 if one.code in ("met", "meets") else one.n - len(names)
    if more > 0:
        said = ngettext("%(names)s and one more you follow", "%(names)s and %(n)d more you follow", more)
        return said % {"names": ", ".join(names), "n": more}
    if len(names) == 1:
        return names[0]
    return _("%(names)s and %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}
