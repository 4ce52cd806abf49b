"""What is shown of a person, drawn from their identities: name, offices, where they work, how they are found."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Max

from transom.apps.library.models import Authorship, Identity, Item
from transom.apps.people.facets import Facets, regions_of
from transom.apps.people.models import VERSION, Affiliation, Facet, Membership, Organization, Person, Word
from transom.apps.people.shelf import in_pieces
from transom.engine.resolve import names
from transom.engine.text.tokens import fold, words

AT_ONCE: Final = 50
MOST_WORDS: Final = 40
LONGEST_WORD: Final = 60
DESCRIBED: Final = [
    "name",
    "description",
    "role",
    "organization",
    "seen_at",
    "described_at",
    "rule_version",
]

Work = tuple[str, str, str, str]
"""Organisation, role, since and until as an identity says them."""


@dataclass(slots=True)
class Portrait:
    """A person with the identities that speak for them, and the latest day each published something."""

    person: Person
    identities: list[Identity]
    latest: datetime | None = None
    works: list[tuple[Identity, Work]] = field(default_factory=list)


def describe(person_ids: Collection[int], *, now: datetime) -> None:
    """Writes afresh what is shown of these people, a few at a time."""
    for some in in_pieces(person_ids, AT_ONCE):
        portraits = portraits_of(some)
        others = set(some) - {one.person.pk for one in portraits if one.identities}
        with transaction.atomic():
            _write(portraits, now)
            Word.objects.filter(person__in=others).delete()
            Facet.people.through.objects.filter(person__in=others).delete()


def portraits_of(person_ids: Iterable[int]) -> list[Portrait]:
    """These people with their identities: of a public person the public ones, of an owned one the owner's."""
    people = {one.pk: one for one in Person.objects.filter(pk__in=list(person_ids), merged_into=None)}
    members: dict[int, list[Identity]] = defaultdict(list)
    rows = Membership.objects.filter(person__in=people).select_related("identity__source").order_by("pk")
    for row in rows:
        if row.owner_id == people[row.person_id].owner_id:
            members[row.person_id].append(row.identity)
    latest = _latest([one.pk for some in members.values() for one in some])
    found = []
    for pk, person in people.items():
        own = members[pk]
        days = [latest[one.pk] for one in own if one.pk in latest]
        works = [(one, work) for one in own for work in works_of(one)]
        found.append(Portrait(person, own, max(days, default=None), works))
    return found


def _latest(identity_ids: Sequence[int]) -> dict[int, datetime]:
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


def works_of(identity: Identity) -> Iterator[Work]:
    """Where an identity says that somebody works or worked."""
    told = set()
    for one in identity.employments:
        name = str(one.get("organisation", "")).strip()[:300]
        if name and names.squeezed(name[: names.LONGEST]):
            told.add(name)
            yield name, str(one.get("role", ""))[:300], str(one.get("since", "")), str(one.get("until", ""))
    if identity.organisation and identity.organisation not in told:
        yield identity.organisation, "", "", ""


def best_name(identities: Iterable[Identity]) -> str:
    """How to call somebody: a whole name before a handle, what most say, then the longest."""
    counts = Counter(one.name.strip() for one in identities if one.name.strip())

    def rank(name: str) -> tuple[bool, int, int, str]:
        read = names.read(name)
        return any(one.full for one in read), counts[name], min(len(name), 60), name

    return max(counts, key=rank, default="")[:200]


def _write(portraits: Sequence[Portrait], now: datetime) -> None:
    shown = [one for one in portraits if one.identities]
    organizations = _organizations(shown)
    facets = Facets()
    words_there = _words_there([one.person.pk for one in shown])
    for one in shown:
        _keep_affiliations(one, organizations, now)
        _describe(one, organizations, now)
        _keep_words(one, words_there[one.person.pk])
        if one.person.owner_id is None:
            facets.add(one.person.pk, _facets_of(one))
    Person.objects.bulk_update([one.person for one in shown], DESCRIBED, batch_size=AT_ONCE)
    facets.write()


def _describe(
    one: Portrait, organizations: dict[tuple[int | None, str], Organization], now: datetime
) -> None:
    person = one.person
    person.name = best_name(one.identities) or person.name
    offices = list(dict.fromkeys(role for identity in one.identities for role in identity.roles))
    person.description = "; ".join(map(str, offices))[:300]
    current = [work for _, work in one.works if is_current(work, now.date())]
    current.sort(key=lambda work: (bool(work[1]), work[2]), reverse=True)
    person.role = current[0][1] if current else ""
    person.organization = organizations[_key(one.person, current[0][0])] if current else None
    person.seen_at = one.latest or person.seen_at
    person.described_at, person.rule_version = now, VERSION


def is_current(work: Work, today: date) -> bool:
    """Whether it goes on: no end was said, or one to come."""
    until = day_of(work[3])
    return not work[3] or (until is not None and until >= today)


def day_of(text: str) -> date | None:
    """A day as an identity says it; None for what is none."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _key(person: Person, name: str) -> tuple[int | None, str]:
    return person.owner_id, names.squeezed(name[: names.LONGEST])


def _organizations(portraits: Sequence[Portrait]) -> dict[tuple[int | None, str], Organization]:
    """The organisations these people name, made where they are new."""
    wanted = {_key(one.person, work[0]): work[0] for one in portraits for _, work in one.works}
    made = [Organization(owner_id=owner, key=key, name=name) for (owner, key), name in wanted.items()]
    found: dict[tuple[int | None, str], Organization] = {}
    keys = sorted({key for _, key in wanted})
    owners = {owner for owner, _ in wanted}
    for create in (True, False):
        found = {}
        for some in in_texts(keys):
            for row in Organization.objects.filter(key__in=some):
                if row.owner_id in owners:
                    found[row.owner_id, row.key] = row
        missing = [one for one in made if (one.owner_id, one.key) not in found]
        if not missing or not create:
            break
        Organization.objects.bulk_create(missing, ignore_conflicts=True)
    return found


def in_texts(values: Sequence[str], size: int = 400) -> Iterator[Sequence[str]]:
    """Some hundred texts at a time."""
    yield from (values[start : start + size] for start in range(0, len(values), size))


def _keep_affiliations(
    one: Portrait, organizations: dict[tuple[int | None, str], Organization], now: datetime
) -> None:
    """Those said today. One that was open and is no longer said ended today; nothing past is forgotten."""
    there = {
        (row.identity_id, row.organization_id, row.role, row.since): row
        for row in Affiliation.objects.filter(person=one.person)
    }
    # A person's rows follow their identities when people are joined or parted.
    moved = Affiliation.objects.filter(identity__in=[row.pk for row in one.identities])
    moved = moved.filter(owner=one.person.owner_id).exclude(person=one.person)
    there |= {(row.identity_id, row.organization_id, row.role, row.since): row for row in moved}
    said = set()
    for identity, work in one.works:
        organization = organizations[_key(one.person, work[0])]
        key = (identity.pk, organization.pk, work[1], day_of(work[2]))
        if key in said:
            continue
        said.add(key)
        row = there.get(key) or Affiliation(
            owner_id=one.person.owner_id,
            organization=organization,
            identity=identity,
            role=work[1],
            since=key[3],
            noticed_at=now,
        )
        until = day_of(work[3])
        if row.pk is None or row.person_id != one.person.pk or row.until != until:
            row.person, row.until = one.person, until
            row.save()
    own = {row.pk for row in one.identities}
    for key, row in there.items():
        if key[0] not in own:
            row.delete()
        elif key not in said and (row.until is None or row.person_id != one.person.pk):
            row.person, row.until = one.person, row.until or now.date()
            row.save()


def _words_there(person_ids: Sequence[int]) -> dict[int, dict[tuple[str, str], int]]:
    found: dict[int, dict[tuple[str, str], int]] = defaultdict(dict)
    for row in Word.objects.filter(person__in=person_ids):
        found[row.person_id][row.of, row.word] = row.pk
    return found


def _keep_words(one: Portrait, there: dict[tuple[str, str], int]) -> None:
    wanted = {(Word.NAME, word) for word in name_words(row.name for row in one.identities)}
    said = [str(role) for row in one.identities for role in row.roles] + [work[1] for _, work in one.works]
    wanted |= {(Word.ROLE, word) for word in name_words(said)}
    Word.objects.filter(pk__in=[pk for key, pk in there.items() if key not in wanted]).delete()
    Word.objects.bulk_create(
        [Word(person=one.person, of=of, word=word) for of, word in sorted(wanted - there.keys())]
    )


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
    """The groups they hold an office in: of "chair of httpbis" the second part."""
    roles = [str(role) for identity in identities for role in identity.roles]
    return list(dict.fromkeys(role.partition(" of ")[2].strip() for role in roles if " of " in role))


def forget_nobodies() -> int:
    """Removes people whom no identity stands for any more, unless somebody noted something of them; how many."""
    gone = Person.objects.filter(founder=None, memberships=None)
    for name in _noted_by_users():
        gone = gone.filter(**{f"{name}__isnull": True})
    keys = list(gone.values_list("pk", flat=True)[:2000])
    Person.objects.filter(pk__in=keys).delete()
    return len(keys)


def _noted_by_users() -> list[str]:
    """Relations by which users' own rows hold on to a person, of later apps as well."""
    from transom.apps.base.owned import UserRow

    relations: list[Any] = list(Person._meta.related_objects)
    return [
        one.get_accessor_name() or one.name for one in relations if issubclass(one.related_model, UserRow)
    ]
