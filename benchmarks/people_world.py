"""The made-up world of ``resolve_world`` as an instance has it: sources, identities, items, and who points at whom.

``fill(count)`` writes it into the tables that Django is connected to. Who points and who is pointed at both follow
Zipf's law; one pointing in five is a link in an article, the others are told by services and newsletters.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

import numpy as np

from benchmarks.library import load
from benchmarks.resolve_world import World
from transom.engine.resolve import Identity as Evidence

NOW: Final = datetime(2026, 3, 1, tzinfo=UTC)
FIRST_ITEM: Final = 1_700_000_000_000_000
CHUNK: Final = 20_000
SERVICES: Final = ("github", "mastodon", "discourse")
PICK: Final = 3
KINDS_TOLD: Final = (0.5, 0.1, 0.2, 0.05, 0.15)
"""Of link, citation, boost, pick, reply."""


@dataclass(slots=True)
class Places:
    """The sources of the world, numbered as they are met."""

    rows: list[tuple[Any, ...]] = field(default_factory=list)
    _known: dict[str, int] = field(default_factory=dict)

    def blog(self, site: str) -> int:
        return self._place(site, "feed", "", "blog")

    def journal(self, number: int) -> int:
        return self._place(f"https://journal{number}.example", "feed", "", "journal")

    def mailing_list(self, number: int) -> int:
        return self._place(f"https://lists.example/{number}", "connector", "listserv", "forum")

    def forum(self, service: str, number: int) -> int:
        return self._place(f"https://{service}.example/{number}", "connector", service, "forum")

    def _place(self, site: str, kind: str, connector: str, channel: str) -> int:
        pk = self._known.setdefault(site, len(self.rows) + 1)
        if pk > len(self.rows):
            host = site.removeprefix("https://").split("/")[0]
            self.rows.append((pk, kind, f"{site}/feed", host, connector, site, channel, NOW))
        return pk


SOURCE: Final = ("id", "kind", "address", "host", "connector", "site", "channel", "created_at")
IDENTITY: Final = ("id", "source_id", "name", "address", "service", "account", "organisation")
ITEM: Final = ("id", "address", "title", "author_name", "author_id", "home_id", "published_at")


@dataclass(slots=True)
class Made:
    """Rows of one batch, and what the later parts need of all: each identity's source, items and sort."""

    places: Places = field(default_factory=Places)
    identities: list[tuple[Any, ...]] = field(default_factory=list)
    mails: list[tuple[int, str]] = field(default_factory=list)
    items: list[tuple[Any, ...]] = field(default_factory=list)
    authors: list[tuple[int, int, int]] = field(default_factory=list)
    source_of: dict[int, int] = field(default_factory=dict)
    first_item: dict[int, int] = field(default_factory=dict)
    _taken: set[tuple[Any, ...]] = field(default_factory=set)
    _papers: list[int] = field(default_factory=list)
    _items: int = 0

    def add(self, pk: int, one: Evidence) -> bool:
        """An identity with its items; False where its source has it already."""
        row = self._row(pk, one)
        marks = {(row[1], row[2], row[3]), *([(row[1], row[4], row[5])] if row[5] else [])}
        if marks & self._taken:
            return False
        self._taken |= marks
        self.identities.append(row)
        self.source_of[pk] = row[1]
        self.mails += [(pk, mail.address) for mail in one.mails]
        for day in sorted({one.first, one.last} - {None}):  # type: ignore[type-var]
            self._item(pk, row, day)
        if row[6]:
            self._papers = [*self._papers[-1:], pk]
        return True

    def _row(self, pk: int, one: Evidence) -> tuple[Any, ...]:
        name, address, service, account = one.names[0], one.home, "", ""
        if one.accounts:
            number = int(one.accounts[0].service[-1]) % len(SERVICES)
            service, handle = SERVICES[number], one.handles[0]
            account = {0: one.accounts[0].id, 1: f"{handle}@social.example", 2: handle}[number]
            source = self.places.forum(service, pk % 400)
        elif one.mails:
            source = self.places.mailing_list(pk % 2_000)
        elif one.home:
            source = self.places.blog(one.home)
        else:
            source = self.places.journal(pk % 3_000)
        return pk, source, name, address, service, account, one.organization

    def _item(self, pk: int, row: tuple[Any, ...], day: Any) -> None:
        self._items += 1
        key = FIRST_ITEM + self._items
        self.first_item.setdefault(pk, key)
        at = datetime.combine(day, time(9), UTC)
        site = self.places.rows[row[1] - 1][5]
        self.items.append((key, f"{site}/{self._items}", f"Text {self._items}", row[2], pk, row[1], at))
        if row[6]:
            self.authors.append((key, pk, 0))
            self.authors += [(key, other, at + 1) for at, other in enumerate(self._papers)]


def fill(count: int, endorsements: int, tomorrow: int) -> None:
    """So many identities and pointings; the identities of tomorrow are written, but nothing was told of them."""
    made = Made()
    with _without_indexes(), _quick():
        pk = 0
        for one, _ in World().identities(2 * (count + tomorrow)):
            if made.add(pk + 1, one):
                pk += 1
            if len(made.identities) == CHUNK:
                _write(made)
            if pk == count + tomorrow:
                break
        _write(made)
        _point(made, count, endorsements)
    _settle()


def tell_more(endorsements: int) -> None:
    """A day's new pointings, at items that are there."""
    from transom.apps.library.models import Endorsement, Identity, Item

    random = np.random.default_rng(9)
    last = Identity.objects.order_by("-pk").values_list("pk", flat=True)[0]
    bys = random.integers(1, last, endorsements).tolist()
    items = list(Item.objects.order_by("-pk").values_list("pk", "address")[:endorsements])
    source = dict(Identity.objects.filter(pk__in=[]).values_list("pk", "source_id"))
    for start in range(0, len(bys), 5_000):
        some = Identity.objects.filter(pk__in=bys[start : start + 5_000])
        source |= dict(some.values_list("pk", "source_id"))
    rows = {
        (by, item): (by, 0, address, item, NOW, source[by])
        for by, (item, address) in zip(bys, items, strict=False)
        if by in source
    }
    load(Endorsement, ("by_id", "kind", "target", "item_id", "at", "source_id"), rows.values())


def _write(made: Made) -> None:
    from transom.apps.library.models import Authorship, Identity, IdentityMail, Item
    from transom.apps.sources.models import Source

    done = Source.objects.count()
    load(Source, SOURCE, made.places.rows[done:])
    load(Identity, IDENTITY, made.identities)
    load(IdentityMail, ("identity_id", "mail"), made.mails)
    load(Item, ITEM, made.items)
    load(Authorship, ("item_id", "identity_id", "position"), made.authors)
    for rows in (made.identities, made.mails, made.items, made.authors):
        rows.clear()


def _point(made: Made, count: int, endorsements: int) -> None:
    from transom.apps.library.models import Endorsement, Link

    random = np.random.default_rng(7)
    # More are drawn than wanted: some are drawn twice, and not everybody wrote something.
    drawn = 2 * endorsements
    by = 1 + _zipf(random, count, drawn, 0.6)
    shift = np.random.default_rng(1).permutation(count)
    at = 1 + shift[_zipf(random, count, drawn, 0.9)]
    _, once = np.unique(by.astype(np.int64) * (count + 2) + at, return_index=True)
    wrote = np.zeros(count + 2, dtype=bool)
    wrote[[one for one in made.first_item if one <= count]] = True
    once = once[wrote[by[once]] & wrote[at[once]]]
    once = np.sort(random.permutation(once)[:endorsements])
    by, at = by[once], at[once]
    kinds = random.choice(len(KINDS_TOLD), len(by), p=KINDS_TOLD)
    days = random.random(len(by)) * 3 * 365
    links = random.random(len(by)) < 0.2
    site = [row[5] for row in made.places.rows]

    def told() -> Iterator[tuple[Any, ...]]:
        for one, whom, kind, day in zip(
            by[~links].tolist(),
            at[~links].tolist(),
            kinds[~links].tolist(),
            days[~links].tolist(),
            strict=True,
        ):
            item = made.first_item.get(whom)
            if item:
                place = made.source_of[whom]
                target = f"{site[place - 1]}/{item - FIRST_ITEM}"
                within = made.first_item.get(one) if kind == PICK else None
                yield one, kind, target, item, NOW - timedelta(days=day), made.source_of[one], within

    def linked() -> Iterator[tuple[Any, ...]]:
        for one, whom in zip(by[links].tolist(), at[links].tolist(), strict=True):
            item, goal = made.first_item.get(one), made.first_item.get(whom)
            if item and goal:
                place = site[made.source_of[whom] - 1]
                yield item, f"{place}/{goal - FIRST_ITEM}", place.removeprefix("https://").split("/")[0]

    load(Endorsement, ("by_id", "kind", "target", "item_id", "at", "source_id", "within_id"), told())
    load(Link, ("item_id", "target", "host"), linked())


def _zipf(random: np.random.Generator, nodes: int, count: int, exponent: float) -> np.ndarray:
    drawn: np.ndarray = (nodes * random.random(count) ** (1 / (1 - exponent))).astype(np.int64)
    return np.minimum(drawn, nodes - 1)


@contextmanager
def _without_indexes() -> Iterator[None]:
    """Makes the large tables' own indexes anew at the end, which is far quicker than keeping them."""
    from django.db import connection

    from transom.apps.library.models import Endorsement, Identity, Item, Link

    each = [(model, index) for model in (Identity, Item, Link, Endorsement) for index in model._meta.indexes]
    with connection.schema_editor() as editor:
        for model, index in each:
            editor.remove_index(model, index)
    yield
    with connection.schema_editor() as editor:
        for model, index in each:
            editor.add_index(model, index)


@contextmanager
def _quick() -> Iterator[None]:
    """A made-up world need not outlive a power cut."""
    from django.db import connection

    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
        yield
        cursor.execute("PRAGMA synchronous=NORMAL")


def _settle() -> None:
    from django.core.management.color import no_style
    from django.db import connection

    from transom.apps.library.models import Authorship, Endorsement, Identity, IdentityMail, Item, Link
    from transom.apps.sources.models import Source, Subscription

    user = _user()
    blogs = Source.objects.filter(channel="blog").order_by("pk")[:300]
    Subscription.objects.bulk_create([Subscription(user=user, source=one, followed_at=NOW) for one in blogs])
    models = [Source, Identity, IdentityMail, Item, Authorship, Link, Endorsement]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
        cursor.execute("ANALYZE")


def _user() -> Any:
    from transom.apps.accounts.models import Profile, User

    user = User.objects.create_user("reader", "reader@example.org")
    Profile.objects.create(user=user, job="Head of records", minutes=[15] * 7, time_zone="UTC", set_up_at=NOW)
    return user
