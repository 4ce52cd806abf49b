"""Whether two names are one person, as a page asks it: the two, what speaks for and against, what the user said."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from transom.apps.people import selectors, services
from transom.apps.people.models import Decision, Person
from transom.apps.people.selectors import Asked
from transom.interfaces.web.people_page import question_reasons

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

THANKS: Mapping[bool | None, Callable[[], str]] = {
    True: lambda: _("Noted: one person. You can take it back on their page."),
    False: lambda: _("Noted: two people. You can take it back on either's page."),
    None: lambda: _("That is fine. Nothing changes."),
}


@dataclass(frozen=True, slots=True)
class Question:
    """A question who is who, at `anchor` of the page at `back`.

    Open while there is what is `asked`; then `said` is what came of it, and `people` are whose pages tell more.
    `line` is the line of a brief that asks it. `for_whom`: the user may say it for everybody.
    """

    anchor: str
    back: str = ""
    line: int | None = None
    asked: Asked | None = None
    pro: Sequence[str] = ()
    contra: Sequence[str] = ()
    for_whom: bool = False
    said: str = ""
    people: Sequence[Person] = ()


def next_question(user: User, now: datetime, *, anchor: str) -> Question | None:
    """What is most worth asking the user now."""
    asked = selectors.next_question(user, now)
    return _open(user, asked, Question(anchor)) if asked else None


def question_between(
    user: User, one: int, other: int, *, now: datetime, anchor: str, back: str, line: int | None = None
) -> Question:
    """The question about these two identities, or what came of it."""
    place = Question(anchor, back, line)
    asked = selectors.question_about(user, one, other, now)
    return _open(user, asked, place) if asked else _settled(user, one, other, place)


def _open(user: User, asked: Asked, place: Question) -> Question:
    evidence = selectors.evidence_between(asked.a.identity.pk, asked.b.identity.pk)
    pro, contra = question_reasons(asked, evidence)
    public = all(side.identity.owner_id is None for side in asked.sides)
    for_whom = public and services.asks_for_whom(user)
    return Question(place.anchor, place.back, place.line, asked, pro, contra, for_whom)


def _settled(user: User, one: int, other: int, place: Question) -> Question:
    decision = selectors.answer_about(user, one, other)
    said = thanks(user, decision) if decision else _("This is no question any more.")
    found = selectors.people_of(user, [one, other])
    people = list({person.pk: person for person in found.values()}.values())
    return Question(place.anchor, place.back, place.line, said=said, people=people)


def thanks(user: User, decision: Decision) -> str:
    """What is said to an answer, and to the question once it has one."""
    said = THANKS[decision.same]()
    if decision.everybody and services.asks_for_whom(user):
        return f"{_('Noted, for everybody here.')} {said}"
    return said
