"""A large library in real tables, made of invented words, for the benchmarks of search, pages and the brief.

``build(items, ...)`` fills the database that Django is connected to; ``in_home(path)`` points Django at a data
folder of the benchmarks' own and migrates it. Words follow Zipf's law over a vocabulary of pseudo-words, half
of every text's from its topic, so that words occur together as they do in a field's writing.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

VOCABULARY = 60_000
TOPICS = 200
NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
CHUNK = 2_000
LOADED_AT_ONCE = 20_000
EPOCH_US = 1_764_000_000_000_000
KINDS = ("post", "post", "post", "post", "paper", "newsletter", "episode", "discussion")


def in_home(path: Path) -> None:
    """Connects Django to a data folder (made where missing), with all migrations."""
    path.mkdir(parents=True, exist_ok=True)
    os.environ["TRANSOM_HOME"] = str(path)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "transom.config.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


@dataclass(frozen=True, slots=True)
class Text:
    """One invented item: its words as ranks in the vocabulary."""

    topic: int
    title: NDArray[np.int32]
    body: NDArray[np.int32]


class Writer:
    """Invents texts; the same seed invents the same ones."""

    def __init__(self, seed: int, median_words: int) -> None:
        self._random = np.random.default_rng(seed)
        self._median = median_words
        self.words = np.array(_vocabulary(), dtype=object)
        weights = 1.0 / (np.arange(VOCABULARY) + 8.0)
        self._common = np.cumsum(weights) / weights.sum()
        self._own = np.stack([self._random.permutation(VOCABULARY)[:4000] for _ in range(TOPICS)])
        own = 1.0 / (np.arange(4000) + 8.0)
        self._topical = np.cumsum(own) / own.sum()

    def texts(self, count: int) -> Iterator[Text]:
        """So many texts; lengths are lognormal around the median."""
        lengths = np.clip(np.exp(self._random.normal(math.log(self._median), 0.7, count)), 40, 5000).astype(
            int
        )
        for length in lengths:
            topic = int(self._random.integers(TOPICS))
            yield Text(topic, self._draw(topic, 9), self._draw(topic, int(length)))

    def say(self, words: NDArray[np.int32]) -> str:
        return " ".join(self.words[words])

    def _draw(self, topic: int, count: int) -> NDArray[np.int32]:
        drawn = np.searchsorted(self._common, self._random.random(count))
        topical = self._random.random(count) < 0.5
        own = np.searchsorted(self._topical, self._random.random(count))
        return np.where(topical, self._own[topic][own], drawn).astype(np.int32)


def _vocabulary() -> list[str]:
    heads = [c + v for c in "bcdfghklmnprstvwz" for v in ("a", "e", "i", "o", "u", "ea", "ou", "y")]
    tails = [v + c for v in ("a", "e", "i", "o", "u") for c in ("n", "r", "l", "t", "sk", "m", "nd", "x")]
    words = [a + b for a in heads for b in tails]
    longer = [a + b + c for a in heads for b in heads[::3] for c in tails[::2]]
    return [*words, *longer][:VOCABULARY]


def build(
    items: int,
    *,
    sources: int = 2000,
    followed: int = 300,
    median_words: int = 400,
    days: int = 700,
    seed: int = 1,
    terms: bool = True,
) -> Any:
    """Fills the database; returns the user, who follows ``followed`` sources. About 1 % is another's own."""
    from django.db import connection

    from transom.apps.library.search import schema

    user, other = _users()
    ids = _sources(sources, user, followed)
    writer = Writer(seed, median_words)
    random = np.random.default_rng(seed + 1)
    with connection.cursor() as cursor:
        _drop_triggers(cursor)
        made = 0
        texts = writer.texts(items)
        while made < items:
            chunk = list(islice(texts, CHUNK))
            _write(cursor, writer, chunk, made, items, days, ids, other.pk, random, terms)
            made += len(chunk)
        if connection.vendor == "sqlite":
            cursor.execute(f"INSERT INTO {schema.INDEX}({schema.INDEX}) VALUES ('rebuild')")
        schema.make_index(connection)
        cursor.execute("ANALYZE")
    _reading(user, items)
    return user


def load(model: Any, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Rows of these columns; all other columns have their usual values."""
    from django.db import connection, transaction

    usual = {one.column: one for one in model._meta.concrete_fields if not one.primary_key}
    rest = [name for name, one in usual.items() if name not in columns and not one.null]
    values = tuple(_usual(usual[name]) for name in rest)
    names = ", ".join(connection.ops.quote_name(name) for name in (*columns, *rest))
    table = connection.ops.quote_name(model._meta.db_table)
    remaining = iter(rows)
    while some := list(islice(remaining, LOADED_AT_ONCE)):
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                    for row in some:
                        copy.write_row((*row, *values))
                continue
            marks = ", ".join(["%s"] * (len(columns) + len(rest)))
            adapt = connection.ops.adapt_datetimefield_value
            cursor.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({marks})",
                [
                    [*(adapt(one) if isinstance(one, datetime) else one for one in row), *values]
                    for row in some
                ],
            )


def _usual(column: Any) -> Any:
    from django.db import connection

    if column.get_internal_type() == "JSONField":
        return "[]" if column.get_default() == [] else "{}"
    if column.get_internal_type() == "DateTimeField":
        return NOW if connection.vendor == "postgresql" else connection.ops.adapt_datetimefield_value(NOW)
    value = column.get_default()
    return "" if value is None else value


def _users() -> tuple[Any, Any]:
    from transom.apps.accounts.models import Profile, User

    users = []
    for name in ("reader", "colleague"):
        user = User.objects.create_user(name, f"{name}@example.org")
        Profile.objects.create(
            user=user, job="Head of records", minutes=[15] * 7, time_zone="UTC", set_up_at=NOW
        )
        users.append(user)
    return users[0], users[1]


def _sources(count: int, user: Any, followed: int) -> list[int]:
    from transom.apps.sources.models import Source, SourceState, Subscription

    made = Source.objects.bulk_create(
        [
            Source(
                address=f"https://s{n}.example.org/feed",
                host=f"s{n}.example.org",
                site=f"https://s{n}.example.org/",
                title=f"Source {n}",
                language="en",
                vendor=n % 17 == 0,
            )
            for n in range(count)
        ]
    )
    SourceState.objects.bulk_create(
        [
            SourceState(source=s, next_due_at=NOW + timedelta(days=1), last_success_at=NOW, median_minutes=3)
            for s in made
        ]
    )
    Subscription.objects.bulk_create(
        [Subscription(user=user, source=s, followed_at=NOW - timedelta(days=900)) for s in made[:followed]]
    )
    return [source.pk for source in made]


def _drop_triggers(cursor: Any) -> None:
    from django.db import connection

    from transom.apps.library.search import schema

    if connection.vendor == "sqlite":
        for name in schema._TRIGGERS:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def _write(
    cursor: Any,
    writer: Writer,
    texts: Sequence[Text],
    first: int,
    total: int,
    days: int,
    sources: Sequence[int],
    other: int,
    random: np.random.Generator,
    with_terms: bool,
) -> None:
    from django.db import transaction

    from transom.apps.library.models import Item, ItemBody, ItemTerms, Link, SearchDocument, Sighting

    items, bodies, documents, sightings, links, terms = [], [], [], [], [], []
    source_ranks = np.minimum(random.zipf(1.3, len(texts)) - 1, len(sources) - 1)
    spread = random.integers(0, len(sources), len(texts))
    for offset, text in enumerate(texts):
        number = first + offset
        key = EPOCH_US + number * 1000
        when = NOW - timedelta(days=days) * (1 - (number + 1) / total)
        source = sources[int(source_ranks[offset] if offset % 4 == 0 else spread[offset])]
        title, body = writer.say(text.title).capitalize(), writer.say(text.body)
        address = f"https://s{source}.example.org/{number}"
        owner = other if number % 97 == 0 else None
        author = f"Author {source} {number % 3}"
        items.append(
            Item(
                id=key, address=address, title=title, kind=KINDS[number % len(KINDS)], language="en",
                author_name=author, home_id=source, published_at=when, seen_at=when, changed_at=when,
                summary=body[:300], words=len(text.body), minutes=len(text.body) / 238, owner_id=owner,
                title_key=f"{number:040d}", content_hash=f"{number:040d}",
            )
        )  # fmt: skip
        bodies.append(ItemBody(item_id=key, html=f"<p>{body}</p>", text=body))
        documents.append(SearchDocument(item_id=key, title=title.lower(), author=author.lower(), body=body))
        sightings.append(
            Sighting(item_id=key, source_id=source, entry_key=f"{number:040d}", address=address, seen_at=when)
        )
        links.append(Link(item_id=key, target=f"https://s{spread[-offset]}.example.org/", host="example.org"))
        if with_terms:
            terms.append(ItemTerms(item_id=key, data=_packed(writer, text)))
    with transaction.atomic():
        for model, rows in (
            (Item, items), (ItemBody, bodies), (SearchDocument, documents),
            (Sighting, sightings), (Link, links), (ItemTerms, terms),
        ):  # fmt: skip
            model.objects.bulk_create(rows)  # type: ignore[attr-defined]


def _packed(writer: Writer, text: Text) -> bytes:
    """The rarest words of a text, title first, as the ranker keeps them."""
    from transom.engine.rank.terms import Terms, pack, term_id

    chosen = np.unique(np.concatenate([text.title, np.sort(text.body)[-16:]]))[-20:]
    weights = np.log1p(chosen).astype(np.float32)
    ids = np.array([term_id(str(word)) for word in writer.words[chosen]], dtype=np.uint32)
    return pack(Terms(ids, weights / np.float32(np.linalg.norm(weights))))


def _reading(user: Any, items: int) -> None:
    """Half a year of a reader's days: opened, finished, saved, noted."""
    from transom.apps.library.models import Note, ReadingState

    read = range(0, items, max(1, items // 3000))
    ReadingState.objects.bulk_create(
        [
            ReadingState(
                user=user,
                item_id=EPOCH_US + number * 1000,
                opened_at=NOW - timedelta(days=n % 180),
                finished_at=NOW - timedelta(days=n % 180) if n % 2 else None,
                saved_at=NOW - timedelta(days=n % 180) if n % 5 == 0 else None,
                changed_at=NOW,
            )
            for n, number in enumerate(read)
            if number % 97
        ]
    )
    Note.objects.bulk_create(
        [
            Note(user=user, item_id=EPOCH_US + number * 1000, text="Ask Tom how they did it.")
            for number in list(read)[:300]
            if number % 97
        ]
    )
