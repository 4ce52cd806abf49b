"""The rows that a batch adds and changes, gathered first and then written a table at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from transom.apps.library.drafting.draft import Draft
from transom.apps.library.drafting.indexed import indexed
from transom.apps.library.models import (
    Authorship,
    Identity,
    Item,
    ItemBody,
    ItemTerms,
    Link,
    SearchDocument,
    Sighting,
)
from transom.apps.library.store import rows, same_story
from transom.apps.library.store.weighing import weighed
from transom.apps.sources.models import Source
from transom.engine.rank.terms import VERSION

OF_HOME = [
    *("title", "language", "author_name", "author", "home", "published_at", "updated_at", "changed_at"),
    *("summary", "words", "minutes", "about", "title_key", "content_hash", "kind", "form", "access"),
    *("event_start", "event_end", "event_floating", "event_place", "event_what"),
]


class Changes:
    """Gathers one owner's part of a batch. Call add, join and edit in any order, then prepare, then write.

    Only ``write`` changes the database; the rest may take its time.
    """

    def __init__(self, owner_id: int | None, now: datetime) -> None:
        self.owner_id, self.now = owner_id, now
        self._added: dict[int, tuple[Item, Draft]] = {}
        self._rewritten: dict[int, tuple[Item, Draft]] = {}
        self._new_sightings: list[Sighting] = []
        self._old_sightings: list[Sighting] = []
        self._old_homes: list[tuple[Item, Source]] = []
        self._documents: list[tuple[int, str, str, str]] = []
        self._terms: list[tuple[int, bytes, int]] = []
        self._apart: dict[int, list[int]] = {}

    @property
    def added_ids(self) -> list[int]:
        return list(self._added)

    @property
    def changed_ids(self) -> list[int]:
        return [pk for pk in self._rewritten if pk not in self._added]

    def add(self, draft: Draft, item_id: int, *, sighted: bool = True) -> Item:
        """A new item, at home in the draft's source; ``sighted=False`` where its sighting exists already."""
        item = Item(pk=item_id, owner_id=self.owner_id, address=draft.address, seen_at=self.now)
        self._describe(item, draft)
        self._added[item_id] = (item, draft)
        if sighted:
            self._sight(draft, item, "own")
        return item

    def join(self, draft: Draft, item: Item, rule: str) -> None:
        """A known item was seen elsewhere. It speaks for the item only when it lives at its address."""
        sighting = self._sight(draft, item, rule)
        if self._moves_home(draft, item):
            self._keep_old_home(item)
            self._rewrite(item, draft)
        else:
            sighting.html = draft.html

    def edit(self, draft: Draft, sighting: Sighting) -> None:
        """A source changed what it had said: the item follows only when this source is its home."""
        sighting.title, sighting.author_name = draft.title, draft.author_name
        sighting.content_hash, sighting.address = draft.content_hash, draft.address
        at_home = sighting.item.home_id == draft.source.pk
        sighting.html = "" if at_home else draft.html
        self._old_sightings.append(sighting)
        if at_home:
            draft.published_at = sighting.item.published_at
            self._rewrite(sighting.item, draft)

    def prepare(self) -> None:
        """Folds and weighs the texts: the slow part, kept out of the transaction."""
        for item, draft in self._drafts():
            texts = indexed(draft)
            self._documents.append((item.pk, texts.title, texts.author, texts.body))
            self._terms.append((item.pk, weighed(texts.terms), VERSION))

    def write(self) -> None:
        """Writes everything, in a fixed number of statements. Call it inside a transaction."""
        for item, source in self._old_homes:
            _keep_body(item, source)
        self._write_authors(self._drafts())
        rows.insert_objects([item for item, _ in self._added.values()])
        rewritten = [item for pk, (item, _) in self._rewritten.items() if pk not in self._added]
        if rewritten:
            Item.objects.bulk_update(rewritten, OF_HOME, batch_size=100)
            Link.objects.filter(item__in=rewritten).delete()
        rows.insert_objects(self._new_sightings)
        if self._old_sightings:
            fields = ["title", "author_name", "content_hash", "address", "html"]
            Sighting.objects.bulk_update(self._old_sightings, fields, batch_size=100)
        self._write_texts(self._drafts())
        self._write_authors_apart()

    def _drafts(self) -> list[tuple[Item, Draft]]:
        return list({**self._rewritten, **self._added}.values())

    def _write_texts(self, drafts: list[tuple[Item, Draft]]) -> None:
        bodies = ((item.pk, draft.html, draft.text) for item, draft in drafts)
        rows.insert(ItemBody, ("item_id", "html", "text"), bodies, key="item_id")
        rows.insert(SearchDocument, ("item_id", "title", "author", "body"), self._documents, key="item_id")
        rows.insert(ItemTerms, ("item_id", "data", "version"), self._terms, key="item_id")
        rows.insert(Link, ("item_id", "target", "host", "text"), _links(drafts))

    def _write_authors(self, drafts: list[tuple[Item, Draft]]) -> None:
        wanted = {
            (draft.source.pk, name, address)
            for _, draft in drafts
            if draft.author_name
            for name, address in [(draft.author_name[:200], draft.author_address), *draft.authors]
        }
        if not wanted:
            return
        Identity.objects.bulk_create(
            [
                Identity(source_id=source, name=name, address=address, owner_id=self.owner_id)
                for source, name, address in sorted(wanted)
            ],
            ignore_conflicts=True,
        )
        sources = {source for source, _, _ in wanted}
        names = {name for _, name, _ in wanted}
        rows = Identity.objects.filter(source__in=sources, name__in=names)
        ids = {(row.source_id, row.name, row.address): row.pk for row in rows}
        for item, draft in drafts:
            item.author_id = ids.get((draft.source.pk, draft.author_name[:200], draft.author_address))
            keys = ((draft.source.pk, name, address) for name, address in draft.authors)
            self._apart[item.pk] = [ids[key] for key in keys if key in ids]

    def _write_authors_apart(self) -> None:
        """Each author of what several wrote."""
        authors = [
            Authorship(item_id=item_id, identity_id=identity_id, position=position)
            for item_id, identities in self._apart.items()
            for position, identity_id in enumerate(identities)
        ]
        if self.changed_ids:
            Authorship.objects.filter(item__in=self.changed_ids).delete()
        if authors:
            Authorship.objects.bulk_create(authors, ignore_conflicts=True)

    def _rewrite(self, item: Item, draft: Draft) -> None:
        self._describe(item, draft)
        if item.pk in self._added:
            self._added[item.pk] = (item, draft)
        else:
            self._rewritten[item.pk] = (item, draft)

    def _describe(self, item: Item, draft: Draft) -> None:
        item.home, item.changed_at = draft.source, self.now
        for name in OF_HOME:
            if hasattr(draft, name):
                setattr(item, name, getattr(draft, name))

    def _sight(self, draft: Draft, item: Item, rule: str) -> Sighting:
        sighting = Sighting(
            item=item,
            source=draft.source,
            entry_key=draft.entry_key,
            address=draft.address,
            title=draft.title,
            author_name=draft.author_name,
            published_at=draft.published_at,
            seen_at=self.now,
            content_hash=draft.content_hash,
            rule=rule,
            rule_version=same_story.RULE_VERSION,
        )
        self._new_sightings.append(sighting)
        return sighting

    def _moves_home(self, draft: Draft, item: Item) -> bool:
        if not item.address or not same_story.is_at_home([draft.source.host], item.address):
            return False
        return item.home is None or not same_story.is_at_home([item.home.host], item.address)

    def _keep_old_home(self, item: Item) -> None:
        """The body that stood so far goes to the sighting it came from, so that nothing is lost."""
        if item.pk not in self._added:
            if item.home is not None:
                self._old_homes.append((item, item.home))
            return
        _, draft = self._added[item.pk]
        for sighting in self._new_sightings:
            if sighting.item is item and sighting.source == draft.source:
                sighting.html = draft.html


def _keep_body(item: Item, source: Source) -> None:
    html = ItemBody.objects.filter(pk=item.pk).values_list("html", flat=True).first() or ""
    Sighting.objects.filter(item=item, source=source).update(html=html)


def _links(drafts: list[tuple[Item, Draft]]) -> Iterator[tuple[int, str, str, str]]:
    for item, draft in drafts:
        for target, host, text in draft.links:
            if target != item.address:
                yield item.pk, target, host, text
