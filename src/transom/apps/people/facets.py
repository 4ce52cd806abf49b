"""What the directory narrows by, with how many people each is true of. Of public people only."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Final

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from transom.apps.people.models import Facet
from transom.apps.people.writing import add, remove
from transom.apps.sources.models import Source
from transom.engine.core import addresses

Told = tuple[str, str, str]
"""Kind, folded value, label."""

# Two letters that everybody uses for what they sound like.
NO_COUNTRIES: Final = frozenset("io ai co tv me fm ly gg sh to cc ws so im is".split())


class Facets:
    """The facets of some people, gathered first and then written as the difference to what is there."""

    def __init__(self) -> None:
        self._wanted: dict[int, set[Told]] = {}

    def add(self, person_id: int, told: set[Told]) -> None:
        self._wanted[person_id] = {(kind, value, label) for kind, value, label in told if value}

    def write(self) -> None:
        """Writes the difference, in one transaction with the counts."""
        through = Facet.people.through
        there: dict[int, dict[int, int]] = defaultdict(dict)
        rows = through.objects.filter(person_id__in=self._wanted)
        for pk, person_id, facet_id in rows.values_list("pk", "person_id", "facet_id"):
            there[person_id][facet_id] = pk
        known = self._known()
        added, gone = [], []
        for person_id, told in self._wanted.items():
            wanted = {known[kind, value] for kind, value, _ in told}
            added += [(person_id, one) for one in sorted(wanted - there[person_id].keys())]
            gone += [(pk, one) for one, pk in there[person_id].items() if one not in wanted]
        more = Counter(one for _, one in added)
        more.subtract(one for _, one in gone)
        with transaction.atomic():
            remove(through, [pk for pk, _ in gone])
            add(through, ("person_id", "facet_id"), added)
            _count(more)

    def _known(self) -> dict[tuple[str, str], int]:
        labels = {(kind, value): label for told in self._wanted.values() for kind, value, label in told}
        values = sorted({value for _, value in labels})
        found = _ids_of(values)
        missing = [
            Facet(kind=kind, value=value, label=label)
            for (kind, value), label in sorted(labels.items())
            if (kind, value) not in found
        ]
        if missing:
            Facet.objects.bulk_create(missing, ignore_conflicts=True)
            found = _ids_of(values)
        return found


def _ids_of(values: list[str]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for start in range(0, len(values), 400):
        rows = Facet.objects.filter(value__in=values[start : start + 400])
        found |= {(kind, value): pk for pk, kind, value in rows.values_list("pk", "kind", "value")}
    return found


def _count(more: Counter[int]) -> None:
    # In one order, so that two who count the same ones do not wait for each other.
    list(Facet.objects.select_for_update(no_key=True).filter(pk__in=more).order_by("pk").values_list("pk"))
    by_change: dict[int, list[int]] = defaultdict(list)
    for facet_id, change in more.items():
        by_change[change].append(facet_id)
    for change, some in by_change.items():
        if change:
            Facet.objects.filter(pk__in=some).update(count=Greatest(F("count") + change, 0))


def recount() -> None:
    """Counts afresh, a facet at a time, whatever people went meanwhile; facets of nobody go."""
    for row in Facet.objects.order_by("pk").iterator():
        many = row.people.filter(merged_into=None).count()
        if not many:
            row.delete()
        elif many != row.count:
            Facet.objects.filter(pk=row.pk).update(count=many)


def regions_of(source: Source) -> set[str]:
    """The country in the address a source is at, as its two letters; nothing where it has none."""
    host = addresses.host_of(source.site) or source.host
    last = host.rpartition(".")[2].lower()
    return {last} if len(last) == 2 and last.isalpha() and last not in NO_COUNTRIES else set()
