"""A reader with sources, and items that say enough to be told apart, for the tests of the brief."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.factories import (
    make_item,
    make_source,
    make_state,
    make_state_of_reading,
    make_subscription,
    make_user,
)

from transom.apps.accounts.models import User
from transom.apps.brief.models import Brief, BriefLine, Section
from transom.apps.library.models import Item, ItemTerms, ReadingState
from transom.apps.sources.models import Source, SourceState
from transom.engine.core.ids import EPOCH, MICROSECOND
from transom.engine.rank.terms import Frequencies, pack, weigh

_readers = itertools.count()

NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
DAY = timedelta(days=1)

SUBJECTS = (
    "retention schedules for chat messages in the county office",
    "flood damage and freezing wet paper in the cellar store",
    "appraisal of mailboxes when a department closes",
    "scanning parish registers with volunteers at weekends",
    "redaction of names in released planning files",
    "finding aids that a machine can read",
    "training new clerks to say no kindly",
    "moving two kilometres of shelves in a week",
    "digital signatures that outlive their certificates",
    "what the auditor asked about deleted drafts",
)


@dataclass
class Reader:
    """A user, what they follow, and a running number so that ids grow with time."""

    user: User
    sources: list[Source] = field(default_factory=list)
    _number: int = 0
    _own_ids: int = field(default_factory=lambda: next(_readers) * 1000)

    def follow(self, title: str = "", *, followed: datetime = NOW - 60 * DAY, **values: Any) -> Source:
        """A source fetched an hour ago (relative to `NOW`), unless ``fetched=False``."""
        fetched = values.pop("fetched", True)
        source = make_source(title, state=False, **values)
        if fetched:
            fetch(source, NOW - timedelta(hours=1))
        else:
            make_state(source, last_fetched_at=None, last_success_at=None, next_due_at=NOW)
        make_subscription(self.user, source, followed_at=followed)
        self.sources.append(source)
        return source

    def item(self, source: Source | None = None, subject: int | None = None, **values: Any) -> Item:
        """An unread item of one of ten subjects, arrived when it was published."""
        self._number += 1
        about = SUBJECTS[(self._number if subject is None else subject) % len(SUBJECTS)]
        source = source or self.sources[self._number % len(self.sources)]
        published = values.setdefault("published", NOW - timedelta(minutes=7 * self._number))
        arrived = values.pop("arrived", published)
        values.setdefault("author", f"Author {self._number % 23}")
        values.setdefault("minutes", 1.5 + self._number % 5)
        item = make_item(
            values.pop("title", f"{about.capitalize()} ({self._number})"),
            source=source,
            id=(arrived - EPOCH) // MICROSECOND + self._own_ids + self._number,
            seen_at=arrived,
            changed_at=arrived,
            searchable=False,
            **values,
        )
        words = about.split()
        # Enough of its own that two of one subject are not the same text twice.
        own = [f"word{self._number}{letter}" for letter in "abcdefgh"]
        terms = weigh([*words[:3], *own], [*words, *own], Frequencies())
        ItemTerms.objects.create(item=item, data=pack(terms))
        return item

    def items(self, count: int, **values: Any) -> list[Item]:
        return [self.item(**values) for _ in range(count)]

    def does(self, item: Item, at: datetime, **marks: Any) -> ReadingState:
        """As the reader's page writes it: ``does(item, at, finished_at=at)``."""
        state = make_state_of_reading(self.user, item, **marks)
        ReadingState.objects.filter(pk=state.pk).update(changed_at=at)
        return state


def make_reader(sources: int = 8, **values: Any) -> Reader:
    """A reader of some sources, all fetched."""
    reader = Reader(make_user("nora", **values))
    for number in range(sources):
        reader.follow(f"Source {number}", channel=("blog", "journal", "newsletter")[number % 3])
    return reader


def fetch(source: Source, at: datetime, **values: Any) -> None:
    """The source was fetched well at that time and is due an hour later."""
    state = {
        "next_due_at": at + timedelta(hours=1),
        "last_fetched_at": at,
        "last_success_at": at,
        "last_error_kind": "",
        **values,
    }
    SourceState.objects.update_or_create(source=source, defaults=state)


def fetch_all(reader: Reader, at: datetime) -> None:
    for source in reader.sources:
        fetch(source, at)


def lines(brief: Brief, section: str = Section.READ) -> list[BriefLine]:
    return list(
        brief.lines.filter(section=section).select_related("item", "opportunity").order_by("position")
    )


def item_ids(rows: Sequence[BriefLine]) -> list[int | None]:
    return [row.item_id for row in rows]


def minutes(brief: Brief) -> float:
    """What the brief asks of its reader."""
    return sum(row.minutes for row in brief.lines.filter(section__in=[Section.READ, Section.DO]))
