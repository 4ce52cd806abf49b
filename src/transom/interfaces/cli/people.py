"""The command about people: the directory, or one of them and why they are taken for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from transom.engine.core.errors import TransomError
from transom.interfaces.cli.console import count, print_json, tell
from transom.interfaces.cli.parser import Arguments
from transom.interfaces.cli.setting_up import user_named

if TYPE_CHECKING:
    from transom.apps.accounts.models import User
    from transom.apps.people.models import Person
    from transom.apps.people.selectors import Why

MOST_NAMED = 8
MOST_THINGS = 5


def people(arguments: Arguments) -> int:
    """Lists people, or tells about the one of this name."""
    user = user_named(arguments.user)
    if arguments.name:
        return _tell_of(user, person_named(user, " ".join(arguments.name)), as_json=arguments.json)
    from transom.apps.network.selectors import all_ties, known_to
    from transom.apps.people import selectors

    among = known_to(user) if arguments.known else None
    filters = selectors.Filters(topic=arguments.topic, among=among)
    page = selectors.directory(user, filters, limit=arguments.limit)
    relations = all_ties(user)
    seen = selectors.seen_in(user, [one.pk for one in page.people])
    rows = [_facts(one, seen.get(one.pk, []), relations.get(one.pk)) for one in page.people]
    if arguments.json:
        print_json(rows)
        return 0
    for row in rows:
        print(_line(row))
    tell(_summary(rows, more=page.after is not None))
    return 0


def person_named(user: User, name: str) -> Person:
    """The one person of this name, or with words that begin so. Raises TransomError."""
    from transom.apps.people import selectors

    found = selectors.directory(user, selectors.Filters(name=name), limit=MOST_NAMED + 1).people
    exact = [one for one in found if one.name.casefold() == name.strip().casefold()]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if not found:
        raise TransomError(f"Nobody is called {name!r} here. See who there is: transom people")
    names = "\n".join(f"   {_safe(one.name)}" for one in found[:MOST_NAMED])
    raise TransomError(f"Several people match {name!r}. Give more of the name of one:\n{names}")


def _facts(person: Person, sources: list[Any], relation: Any) -> dict[str, Any]:
    return {
        "id": person.pk,
        "name": person.name,
        "role": person.role,
        "organisation": person.organization.name if person.organization else "",
        "offices": person.description,
        "seen_in": [str(one) for one in sources],
        "known": bool(relation and relation.known),
        "followed": bool(relation and relation.followed),
        "private": person.owner_id is not None,
        "last_seen": person.seen_at,
    }


def _line(row: dict[str, Any]) -> str:
    work = ", ".join(part for part in (row["role"], row["organisation"]) if part)
    about = work or row["offices"] or ", ".join(row["seen_in"][:3])
    return f"  {_safe(row['name'])}  {_safe(about)}".rstrip()


def _safe(text: str) -> str:
    from transom.apps.brief.render.terminal import safe

    return safe(text)


def _summary(rows: list[dict[str, Any]], *, more: bool) -> str:
    if not rows:
        return "Nobody. People appear as what you follow is fetched: transom refresh"
    if more:
        return f"\nThe first {len(rows)}; --limit shows more. About one of them: transom people NAME"
    return f"\n{count(len(rows), 'person', 'people')}. About one of them: transom people NAME"


def _tell_of(user: User, person: Person, *, as_json: bool) -> int:
    from transom.apps.network.selectors import tie_of
    from transom.apps.people import selectors

    identities = selectors.identities_of(user, person)
    sources = [source for source, _ in selectors.sources_of(user, identities)]
    whys = selectors.why_one(user, identities)
    things = selectors.things_of(user, identities, limit=MOST_THINGS).items
    facts = _facts(person, sources, tie_of(user, person))
    facts["names"] = [_name_facts(why) for why in whys]
    facts["things"] = [
        {"title": one.title, "address": one.address, "published": one.published_at} for one in things
    ]
    if as_json:
        print_json(facts)
        return 0
    print(_line(facts))
    for one in things:
        print(f"    {one.published_at:%Y-%m-%d}  {_safe(one.title)}")
    print()
    for name in facts["names"]:
        print(f"    {_safe(name['name'])}, {_safe(name['source'])}")
        for reason in name["because"]:
            print(f"      {_safe(reason)}")
    return 0


def _name_facts(why: Why) -> dict[str, Any]:
    """One name, what ties it to another, and how much each finding weighs."""
    evidence = why.explanation.evidence if why.explanation else ()
    return {
        "name": why.identity.name,
        "source": str(why.identity.source),
        "like": why.other.name if why.other else "",
        "because": [*([f"said by {why.decided}"] if why.decided else []), *map(_finding, evidence)],
        "verdict": why.explanation.verdict if why.explanation else "",
        "probability": why.explanation.probability if why.explanation else None,
    }


def _finding(one: Any) -> str:
    """A finding with its bits; a mail address is never shown."""
    told = "" if one.code.startswith("mail") else " ".join(one.params.values())
    weight = "decides" if one.strong else f"{one.bits:+.1f} bits"
    return f"{one.code} {told}".rstrip() + f" ({weight})"
