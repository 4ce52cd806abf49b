"""What is shown of a person, drawn from their identities: name, offices, where they work, how they are found."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from django.db.models import Exists, ForeignObjectRel, Max, OuterRef, QuerySet

from transom.apps.library.models import Authorship, Identity, Item
from transom.apps.people.affiliations import (
    Key,
    Work,
    is_current,
    keep_affiliations,
    key_of,
    organizations_of,
    works_of,
)
from transom.apps.people.facets import Facets, regions_of
from transom.apps.people.models import VERSION, Facet, Membership, Organization, Person, Suggestion, Word
from transom.apps.people.offices import keep_offices
from transom.apps.people.shelf import in_pieces
from transom.apps.people.writing import add, change, remove
from transom.apps.sources.models import Source
from transom.engine.resolve import names
from transom.engine.text.tokens import fold, words

AT_ONCE: Final = 200
MOST_WORDS: Final = 40
LONGEST_WORD: Final = 60
TOOK_PART: Final = "took part in "
NO_OFFICE: Final = ("speaker at ", TOOK_PART)
DESCRIBED: Final = [
    "name",
    "description",
    "role",
    "organization_id",
    "seen_at",
    "described_at",
    "rule_version",
]


@dataclass(slots=True)
class Portrait:
    """A person with the identities that speak for them, and the latest day each published something."""

    person: Person
    identities: list[Identity]
    latest: datetime | None = None
    works: list[tuple[Identity, Work]] = field(default_factory=list)


def describe(person_ids: Collection[int], *, now: datetime) -> None:
    """Writes afresh what is shown of these people, a few at a time; that it was done, last."""
    for some in in_pieces(person_ids, AT_ONCE):
        describe_some(some, now=now)


def describe_some(person_ids: Sequence[int], *, now: datetime) -> None:
    """The same of a few hundred. Several may be at it at once, each with other people."""
    shown = [one for one in portraits_of(person_ids) if one.identities]
    organizations = organizations_of(shown)
    keep_affiliations(shown, organizations, now)
    keep_offices(shown, now)
    _keep_words(shown, person_ids)
    facets = Facets()
    for pk in person_ids:
        facets.add(pk, set())
    for one in shown:
        _describe(one, organizations, now)
        if one.person.owner_id is None:
            facets.add(one.person.pk, _facets_of(one))
    facets.write()
    change(Person, DESCRIBED, [[getattr(one.person, name) for name in (*DESCRIBED, "id")] for one in shown])


def portraits_of(person_ids: Iterable[int]) -> list[Portrait]:
    """These people with their identities: of a public person the public ones, of an owned one the owner's."""
    people = {one.pk: one for one in Person.objects.filter(pk__in=list(person_ids), merged_into=None)}
    rows = Membership.objects.filter(person__in=people).order_by("pk")
    named = [
        (person_id, identity_id)
        for person_id, identity_id, owner_id in rows.values_list("person_id", "identity_id", "owner_id")
        if owner_id == people[person_id].owner_id
    ]
    shown = _identities(one for _, one in named)
    members: dict[int, list[Identity]] = defaultdict(list)
    for person_id, identity_id in named:
        if identity_id in shown:
            members[person_id].append(shown[identity_id])
    latest = _latest(shown)
    found = []
    for pk, person in people.items():
        own = members[pk]
        days = [latest[one.pk] for one in own if one.pk in latest]
        works = [(one, work) for one in own for work in works_of(one)]
        found.append(Portrait(person, own, max(days, default=None), works))
    return found


def _identities(identity_ids: Iterable[int]) -> dict[int, Identity]:
    """These identities with their sources, each of which is read once."""
    found: dict[int, Identity] = {}
    for some in in_pieces(identity_ids):
        found |= {row.pk: row for row in Identity.objects.filter(pk__in=some).defer("links", "address")}
    sources: dict[int, Source] = {}
    for some in in_pieces({row.source_id for row in found.values()}):
        rows = Source.objects.filter(pk__in=some).only("channel", "site", "host")
        sources |= {row.pk: row for row in rows}
    for pk, row in list(found.items()):
        if row.source_id in sources:
            row.source = sources[row.source_id]
        else:
            del found[pk]
    return found


def _latest(identity_ids: Iterable[int]) -> dict[int, datetime]:
    found: dict[int, datetime] = {}
    for some in in_pieces(identity_ids):
        bylines = Item.objects.filter(author__in=some).values_list("author_id")
        wrote = Authorship.objects.filter(identity__in=some).values_list("identity_id")
        for rows in (
            bylines.annotate(last=Max("published_at")),
            wrote.annotate(last=Max("item__published_at")),
        ):
            for pk, last in rows:
                found[pk] = max(last, found.get(pk, last))
    return found


def best_name(identities: Iterable[Identity]) -> str:
    """How to call somebody: a whole name before a handle, what most say, then the longest."""
    counts = Counter(one.name.strip() for one in identities if one.name.strip())

    def rank(name: str) -> tuple[bool, int, int, str]:
        read = names.read(name)
        return any(one.full for one in read), counts[name], min(len(name), 60), name

    return max(counts, key=rank, default="")[:200]


def _describe(one: Portrait, organizations: dict[Key, Organization], now: datetime) -> None:
    person = one.person
    person.name = best_name(one.identities) or person.name
    offices = list(dict.fromkeys(role for identity in one.identities for role in identity.roles))
    person.description = "; ".join(map(str, offices))[:300]
    current = [work for _, work in one.works if is_current(work, now.date())]
    current.sort(key=lambda work: (bool(work[1]), work[2]), reverse=True)
    person.role = current[0][1] if current else ""
    person.organization = organizations[key_of(one.person, current[0][0])] if current else None
    person.seen_at = one.latest or person.seen_at
    person.described_at, person.rule_version = now, VERSION


def _keep_words(shown: Sequence[Portrait], person_ids: Sequence[int]) -> None:
    """The words by which these people are found; of those who are nobody by now, none."""
    wanted: set[tuple[int, str, str]] = set()
    for one in shown:
        offices = held_by(one.identities)
        said = {Word.NAME: [row.name for row in one.identities], Word.ROLE: offices}
        said[Word.ROLE] += [work[1] for _, work in one.works]
        wanted |= {(one.person.pk, of, word) for of, texts in said.items() for word in name_words(texts)}
    rows = Word.objects.filter(person__in=person_ids).values_list("person_id", "of", "word", "pk")
    there = {(person_id, of, word): pk for person_id, of, word, pk in rows}
    remove(Word, [pk for key, pk in there.items() if key not in wanted])
    add(Word, ("person_id", "of", "word"), sorted(wanted - there.keys()))


def name_words(texts: Iterable[str]) -> list[str]:
    """The folded words of some names or titles, each once."""
    found = dict.fromkeys(
        fold(word)[:LONGEST_WORD] for text in texts for word in words(text) if word.strip("._-")
    )
    return list(found)[:MOST_WORDS]


def _facets_of(one: Portrait) -> set[tuple[str, str, str]]:
    """(kind, value, label) of what the directory narrows by."""
    sources = {row.source_id: row.source for row in one.identities}.values()
    found = {(Facet.CHANNEL, source.channel[:120], source.channel) for source in sources if source.channel}
    found |= {(Facet.GROUP, fold(group)[:120], group[:200]) for group in groups_of(one.identities)}
    found |= {(Facet.REGION, region, region) for source in sources for region in regions_of(source)}
    today = datetime.now(UTC).date()
    for _, work in one.works:
        if is_current(work, today):
            found.add((Facet.ORGANIZATION, names.squeezed(work[0][: names.LONGEST])[:120], work[0][:200]))
    return found


def groups_of(identities: Iterable[Identity]) -> list[str]:
    """The groups they take part in: of "chair of httpbis" the second part. Whoever only speaks is in none."""
    said = [str(role) for identity in identities for role in identity.roles]
    found = [role.removeprefix(TOOK_PART).strip() for role in said if role.startswith(TOOK_PART)]
    found += [role.partition(" of ")[2].strip() for role in held_by(identities) if " of " in role]
    return list(dict.fromkeys(found))


def held_by(identities: Iterable[Identity]) -> list[str]:
    """Their offices as said; to speak somewhere is none, and the conference's name says nothing of one's work."""
    said = [str(role) for identity in identities for role in identity.roles]
    return [role for role in said if not role.startswith(NO_OFFICE)]


def forget_nobodies() -> int:
    """Removes people whom no identity stands for any more, unless somebody noted something of them; how many."""
    gone = Person.objects.filter(founder=None, memberships=None)
    for noted in _noted_by_users():
        gone = gone.filter(~Exists(noted))
    keys = list(gone.values_list("pk", flat=True)[:2000])
    Person.objects.filter(pk__in=keys).delete()
    return len(keys)


def _noted_by_users() -> Iterator[QuerySet[Any]]:
    """Users' own rows that hold on to a person, of later apps as well, and where no name leads back to them."""
    from transom.apps.base.owned import UserRow

    for one in Person._meta.get_fields(include_hidden=True):
        if isinstance(one, ForeignObjectRel) and issubclass(model := one.related_model, UserRow):
            rows: QuerySet[Any] = model._base_manager.filter(**{one.field.name: OuterRef("pk")})
            # What was only suggested is made anew every day; what was refused was said by the user.
            yield rows.exclude(refused_at=None) if model is Suggestion else rows
