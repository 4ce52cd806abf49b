"""What rose and what faded over months, worked out in the background and kept, so that its page asks little.

What is counted is sources: in how many of those that published in a month a word stood. Two readings of a year's
items, a month at a time: the first counts terms, the second keeps of each item only the terms that told something.
Memory holds the terms, never the items.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from transom.apps.conversations.models import Theme, ThemeMonth
from transom.apps.library.choices import Kind
from transom.apps.library.models import Item, ItemBody
from transom.engine.core.months import MONTHS
from transom.engine.graph.months import Monthly
from transom.engine.graph.naming import Told, name_of, written
from transom.engine.graph.themes import TELLING, TRAILING_MONTHS, change, themes
from transom.engine.graph.themes import Theme as Found
from transom.engine.rank.terms import term_id, unpack
from transom.engine.text.tokens import terms, words

VERSION = 2
MOST = 12
MOST_TELLING = 80
MOST_SAMPLES = 12
MOST_READ = 60
LONGEST_READ = 4000
SHORTEST_WORD = 3
FEWEST_WORDS = 25
FEWEST_SOURCES = 3
FEWEST = 4
TIMES = frozenset("day days week weeks month months year years hour hours minute minutes".split())
PASSING = (Kind.STATUS, Kind.NEWSLETTER, Kind.DISCUSSION)
CHUNK = 2000
EVERY = timedelta(days=7)
GROWN = 1.5
YOUNG = 2000
FEWEST_KNOWN = 100
BEGUN = 10
"""Until this day of a month the one before it is looked at: too little of it is known."""


@dataclass(slots=True)
class _Year:
    """Of each month, the earliest first: how many sources published, and in how many of them each term stood."""

    months: list[date]
    sources: list[int] = field(default_factory=list)
    counted: list[tuple[NDArray[np.uint32], NDArray[np.int64]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Shown:
    """An item with some of the telling terms, by their columns; its source and month."""

    id: int
    source: int
    month: int
    columns: frozenset[int]


def is_due(now: datetime) -> bool:
    """Whether a week has passed, or the library has grown by half, since themes were last looked for."""
    last = ThemeMonth.objects.order_by("-computed_at").first()
    if last is None or last.rule_version != VERSION or not last.computed_at <= now < last.computed_at + EVERY:
        return True
    return bool(_known(months_up_to(now)) > GROWN * last.known)


def is_due_early(now: datetime) -> bool:
    """Whether a library that was small when themes were looked for, or never was looked at, is due already."""
    last = ThemeMonth.objects.order_by("-computed_at").first()
    return last is None or (last.known < YOUNG and is_due(now))


def find_themes(now: datetime) -> int:
    """Looks for the themes of this month (in its first days, of the last) and keeps them; how many."""
    months = months_up_to(now)
    known = _known(months)
    if known < FEWEST_KNOWN:
        return 0
    year = _counted(months)
    monthly, shown = _telling(year)
    told = []
    for one in themes(monthly, most=MOST):
        showing = _showing(one, monthly, shown)
        samples = _samples(one, showing, len(months))
        if len({item.source for item in showing}) < FEWEST_SOURCES:
            continue
        phrase, named = _named(one, showing, samples)
        if named:
            told.append((one, samples, phrase, named))
    with transaction.atomic():
        ThemeMonth.objects.filter(month=months[-1]).delete()
        made = ThemeMonth.objects.create(
            month=months[-1],
            labels=[f"{month:%Y-%m}" for month in months],
            sources=year.sources,
            known=known,
            rule_version=VERSION,
            computed_at=now,
        )
        rows = [_row(made, place, *one) for place, one in enumerate(told)]
        Theme.objects.bulk_create(rows)
    return len(rows)


def months_up_to(now: datetime) -> list[date]:
    """The first days of the month looked at and of the twelve before it."""
    at = now.astimezone(UTC).date()
    number = at.year * 12 + at.month - 1 - (at.day < BEGUN)
    return [date(one // 12, one % 12 + 1, 1) for one in range(number - TRAILING_MONTHS, number + 1)]


def _span(months: Sequence[date]) -> tuple[datetime, datetime]:
    after = months[-1].year * 12 + months[-1].month
    first = datetime(months[0].year, months[0].month, 1, tzinfo=UTC)
    return first, datetime(after // 12, after % 12 + 1, 1, tzinfo=UTC) - timedelta(microseconds=1)


def _known(months: Sequence[date]) -> int:
    return Item.objects.filter(published_at__range=_span(months)).count()


def _of_month(month: date) -> Iterator[tuple[int, int, NDArray[np.uint32]]]:
    """Articles alone, each with its source: what merely passes something on would count it many times."""
    rows = Item.objects.filter(published_at__range=_span([month]), words__gte=FEWEST_WORDS)
    rows = rows.filter(terms__isnull=False).exclude(kind__in=PASSING)
    columns = ("pk", "home_id", "owner_id", "terms__data")
    for pk, home, owner, data in rows.values_list(*columns).iterator(chunk_size=CHUNK):
        # Asked for with the rest, SQLite would go through every public item by its owner.
        if owner is None and home is not None:
            yield pk, home, np.unique(unpack(bytes(data)).ids)


def _counted(months: list[date]) -> _Year:
    """A source counts once a month, however much it publishes: a theme is what many speak of."""
    year = _Year(months)
    for month in months:
        said: dict[int, list[NDArray[np.uint32]]] = defaultdict(list)
        for _, source, ids in _of_month(month):
            said[source].append(ids)
        by_source = [np.unique(np.concatenate(ids)) for ids in said.values()]
        all_ids = np.concatenate(by_source) if by_source else np.zeros(0, np.uint32)
        found, often = np.unique(all_ids, return_counts=True)
        year.sources.append(len(by_source))
        year.counted.append((found.astype(np.uint32), often.astype(np.int64)))
    return year


def _telling(year: _Year) -> tuple[Monthly, list[_Shown]]:
    """The year with only those terms that changed surely, a row for each source's month, and the items behind."""
    known, counts = _matrix(year)
    sources = np.array(year.sources, dtype=np.int64)
    z = change(counts, sources, len(sources) - 1).z
    strongest = np.argsort(-np.abs(z), kind="stable")[:MOST_TELLING]
    chosen = np.sort(strongest[np.abs(z[strongest]) >= TELLING])
    shown = [
        _Shown(pk, source, at, frozenset(columns.tolist()))
        for at, month in enumerate(year.months if len(chosen) else ())
        for pk, source, ids in _of_month(month)
        if len(columns := np.flatnonzero(np.isin(known[chosen], ids, assume_unique=True)))
    ]
    rows: dict[tuple[int, int], set[int]] = defaultdict(set)
    for one in shown:
        rows[one.month, one.source] |= one.columns
    first = year.months[0].year * 12 + year.months[0].month - 1
    monthly = Monthly(
        first,
        sources,
        known[chosen],
        counts[:, chosen],
        tuple(np.array(sorted(columns), dtype=np.int64) for columns in rows.values()),
        np.array([month for month, _ in rows], dtype=np.int64),
    )
    return monthly, shown


def _matrix(year: _Year) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """The terms that stood somewhere often enough, shape (t,), and their counts by month, shape (m, t)."""
    everything = np.concatenate([ids for ids, _ in year.counted])
    often = np.concatenate([counts for _, counts in year.counted])
    known, where = np.unique(everything, return_inverse=True)
    known = known[np.bincount(where, weights=often, minlength=len(known)) >= FEWEST]
    counts = np.zeros((len(year.months), len(known)), dtype=np.int64)
    for at, (ids, many) in enumerate(year.counted):
        here = np.isin(ids, known, assume_unique=True)
        counts[at, np.searchsorted(known, ids[here])] = many[here]
    return known, counts


def _showing(found: Found, monthly: Monthly, shown: Sequence[_Shown]) -> list[_Shown]:
    """The items that have any of its terms, those with most of them first, then the latest."""
    columns = {int(np.searchsorted(monthly.terms, term)) for term in found.terms}
    having = [one for one in shown if not columns.isdisjoint(one.columns)]
    return sorted(having, key=lambda one: (-len(columns & one.columns), -one.id))


def _samples(found: Found, showing: Sequence[_Shown], months: int) -> list[int]:
    """Items of the month it rose in; of what faded, of the month when it was most spoken of."""
    month = months - 1 if found.z > 0 else int(np.argmax(found.share[:-1]))
    return [one.id for one in showing if one.month == month][:MOST_SAMPLES]


def _named(found: Found, showing: Sequence[_Shown], samples: Sequence[int]) -> tuple[str, list[str]]:
    """The phrase it goes by, empty where there is none, and its words as most write them, those of its name first.

    Numbers, months, times and scraps tell nobody anything. Without words it has no name.
    """
    month = next((one.month for one in showing if one.id in set(samples[:1])), -1)
    read = {one.id: one.source for one in showing if one.month == month}
    items = list(Item.objects.filter(pk__in=list(read)[:MOST_READ]).values_list("pk", "title", "language"))
    bodies = ItemBody.objects.filter(pk__in=[pk for pk, _, _ in items]).values_list("pk", "text")
    texts = dict(bodies)
    titles = [_told(read[pk], title, language) for pk, title, language in items]
    told = [_told(read[pk], texts.get(pk, "")[:LONGEST_READ], language) for pk, _, language in items]
    stems = {term_id(term): term for one in (*titles, *told) for term in one.terms if term}
    telling = [stems[term] for term in found.terms if term in stems]
    name = name_of(telling, titles, told, usable=_may_name)
    if not name.words:
        return "", []
    known = written([*titles, *told])
    rest = [known[term] for term in telling if _may_name(known[term]) and len(known[term]) >= SHORTEST_WORD]
    rest = [word for word in rest if word.isalpha()]
    return (" ".join(name.words), rest) if name.is_phrase else ("", list(dict.fromkeys([*name.words, *rest])))


def _told(source: int, text: str, language: str) -> Told:
    found = [word.removesuffix("'s").removesuffix("’s") for word in words(text)]
    stems = [of_word[0] if len(of_word := terms(word, language)) == 1 else "" for word in found]
    return Told(source, found, stems)


def _may_name(word: str) -> bool:
    return word.casefold() not in MONTHS and word.casefold() not in TIMES


def _row(
    month: ThemeMonth, place: int, found: Found, samples: list[int], phrase: str, told: list[str]
) -> Theme:
    return Theme(
        of=month,
        place=place,
        phrase=phrase[:120],
        words=told,
        terms=list(found.terms),
        counts=found.items.tolist(),
        odds=found.odds,
        z=found.z,
        samples=samples,
    )
