"""Finding the library's item for a draft: by its own identity, by address, by a declared original, by title.

Versions of these rules are kept with every sighting, so that what an older rule joined can be found and undone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Q

from transom.apps.library.drafting.draft import Draft
from transom.apps.library.models import Expired, Item, ItemBody, Sighting
from transom.engine.core import addresses
from transom.engine.text.similarity import body_similarity

RULE_VERSION = 1
WINDOW = timedelta(days=7)
SIMILAR = 0.8


@dataclass(slots=True)
class Known:
    """What the library has that drafts of one batch may belong to."""

    sightings: dict[tuple[int, str], Sighting] = field(default_factory=dict)
    by_address: dict[str, Item] = field(default_factory=dict)
    by_title: dict[str, list[Item]] = field(default_factory=dict)
    sources_of: dict[int, set[int]] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)
    expired: set[tuple[int, str]] = field(default_factory=set)

    def add(self, draft: Draft, item: Item) -> None:
        """A draft became (part of) an item: later drafts of the batch may belong to it too."""
        if draft.address:
            self.by_address.setdefault(draft.address, item)
        if draft.title_key:
            self.by_title.setdefault(draft.title_key, []).append(item)
        self.sources_of.setdefault(item.pk, set()).add(draft.source.pk)
        self.texts.setdefault(item.pk, draft.text)


def load_known(drafts: list[Draft], owner_id: int | None) -> Known:
    """Reads in a few queries what a batch of one owner's drafts may belong to."""
    known = Known()
    keys = {draft.entry_key for draft in drafts}
    found = Sighting.objects.filter(source_id__in={d.source.pk for d in drafts}, entry_key__in=keys)
    known.sightings = {(s.source_id, s.entry_key): s for s in found.select_related("item").defer("html")}
    gone = Expired.objects.filter(source_id__in={d.source.pk for d in drafts}, entry_key__in=keys)
    known.expired = set(gone.values_list("source_id", "entry_key"))
    new = [d for d in drafts if (d.source.pk, d.entry_key) not in known.sightings]
    items = _candidates(new, owner_id)
    for item in items:
        if item.address:
            known.by_address.setdefault(item.address, item)
        if item.title_key:
            known.by_title.setdefault(item.title_key, []).append(item)
    pairs = Sighting.objects.filter(item__in=items).values_list("item_id", "source_id")
    for item_id, source_id in pairs:
        known.sources_of.setdefault(item_id, set()).add(source_id)
    return known


def _candidates(drafts: list[Draft], owner_id: int | None) -> list[Item]:
    wanted = {d.address for d in drafts if d.address} | {d.declared for d in drafts if d.declared}
    titles = {d.title_key for d in drafts if d.title_key}
    if not wanted and not titles:
        return []
    earliest = min(d.published_at for d in drafts) - WINDOW
    same = Q(address__in=wanted) | Q(title_key__in=titles, published_at__gte=earliest)
    return sorted(Item.objects.filter(same, owner_id=owner_id), key=lambda item: item.pk)


def find(draft: Draft, known: Known) -> tuple[Item, str] | None:
    """The item a new draft belongs to and the rule that says so; never another of the same source."""
    by_address = known.by_address.get(draft.address) if draft.address else None
    if by_address is not None and _elsewhere(draft, by_address, known):
        return by_address, "address"
    declared = known.by_address.get(draft.declared) if draft.declared != draft.address else None
    if declared is not None and _elsewhere(draft, declared, known) and _may_declare(draft, declared, known):
        return declared, "canonical"
    for item in known.by_title.get(draft.title_key, ()) if draft.title_key else ():
        near = abs(item.published_at - draft.published_at) <= WINDOW
        if near and _elsewhere(draft, item, known) and _alike(draft, item, known):
            return item, "title"
    return None


def _elsewhere(draft: Draft, item: Item, known: Known) -> bool:
    return draft.source.pk not in known.sources_of.get(item.pk, ())


def _may_declare(draft: Draft, item: Item, known: Known) -> bool:
    """A declared original on another host counts only when the bodies agree: anyone can declare anything."""
    same_host = addresses.host_of(draft.address) == addresses.host_of(draft.declared)
    return same_host or _alike(draft, item, known)


def _alike(draft: Draft, item: Item, known: Known) -> bool:
    if item.pk not in known.texts:
        text = ItemBody.objects.filter(pk=item.pk).values_list("text", flat=True).first()
        known.texts[item.pk] = text or ""
    return body_similarity(draft.text, known.texts[item.pk]) >= SIMILAR


def is_at_home(source_hosts: Iterable[str], address: str) -> bool:
    """Whether a source lives where the address points: only then may it say what the item is."""
    home = addresses.registrable_domain(addresses.host_of(address))
    return bool(home) and any(addresses.registrable_domain(host) == home for host in source_hosts if host)
