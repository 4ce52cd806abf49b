"""A connector's identities, authors and endorsements, written beside its items."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from transom.apps.base.outbox import emit
from transom.apps.library.drafting.draft import Draft, draft_of, entry_key
from transom.apps.library.models import (
    Authorship,
    Endorsement,
    EndorsementKind,
    Identity,
    IdentityMail,
    Item,
    Sighting,
)
from transom.apps.library.store.attendance import write_attendances
from transom.apps.library.store.citing import Named, write_references
from transom.apps.library.store.fetched import FetchedFeed
from transom.apps.library.store.working import with_what_was_known
from transom.apps.sources.connectors.records import Batch, EndorsementRecord, IdentityRecord
from transom.apps.sources.models import Source
from transom.engine.core import addresses
from transom.engine.parse.model import ParsedFeed

Account = tuple[str, str]
LONGEST_ADDRESS = 2000
AT_ONCE = 500


def drafts_of_records(source: Source, batch: Batch, *, now: datetime) -> list[Draft]:
    """A batch's items as drafts; of two with the same identity the last is kept, as it was said later."""
    feed = ParsedFeed("connector", language=batch.language)
    drafts: dict[str, Draft] = {}
    for record in batch.items:
        draft = draft_of(source, record.entry, feed, now=now)
        draft.kind = record.kind[:20] or draft.kind
        # Who wrote it is told by accounts; their names would stand beside them as others.
        draft.authors = [] if record.authors else draft.authors
        draft.by_accounts = bool(record.authors) and len(record.authors) >= len(record.entry.authors)
        draft.access = record.access or draft.access
        if record.event_what and draft.event_start is not None:
            draft.event_what = record.event_what[:40]
        drafts[draft.entry_key] = draft
    return list(drafts.values())


@dataclass(slots=True)
class RecordWriter:
    """Writes one source's records: call `write_identities` before its items are written, and `write_rest` after."""

    feed: FetchedFeed
    now: datetime
    _known: dict[Account, int] = field(default_factory=dict)

    @property
    def _batch(self) -> Batch:
        assert self.feed.records is not None
        return self.feed.records

    def write_identities(self) -> None:
        """Accounts first, so that bylines with their name and address find them."""
        records = {(one.service, one.account): one for one in self._batch.identities if one.account}
        needed = {
            *records,
            *((one.service, one.account) for one in self._batch.endorsements),
            *(author for item in self._batch.items for author in item.authors),
            *self._batch.attending(),
            *self._batch.pointed_to(),
        }
        known = self._rows(needed)
        for account, record in records.items():
            if record.in_passing and account in known:
                continue
            row = known.get(account) or Identity(
                source=self.feed.source,
                owner_id=self.feed.source.owner_id,
                service=account[0],
                account=account[1],
            )
            _describe(row, record, self.now)
            self._save(row)
            known[account] = row
        for service, name in needed - set(known):
            row = Identity(
                source=self.feed.source,
                owner_id=self.feed.source.owner_id,
                service=service,
                account=name,
                name=name[:200],
                address=f"{service}:{name}"[:LONGEST_ADDRESS],
            )
            self._save(row)
            known[service, name] = row
        self._known = {account: row.pk for account, row in known.items()}
        if records:
            emit("identities.changed", {"ids": sorted(known[account].pk for account in records)})
        self._write_mails(records)

    def _save(self, row: Identity) -> None:
        """A byline that was seen before its account was known is that account's: the same name and address."""
        alike = Identity.objects.filter(source=row.source, name=row.name, address=row.address).exclude(
            pk=row.pk
        )
        same = alike.first()
        if same is not None and same.account:
            row.address = f"{row.service}:{row.account}"[:LONGEST_ADDRESS]
        elif same is not None and row.pk is None:
            row.pk = same.pk
        elif same is not None:
            Item.objects.filter(author=same).update(author=row)
            Endorsement.objects.filter(by=same).delete()
            same.delete()
        row.save()

    def _rows(self, accounts: Iterable[Account]) -> dict[Account, Identity]:
        wanted = sorted({account for _, account in accounts})
        found: dict[Account, Identity] = {}
        for start in range(0, len(wanted), AT_ONCE):
            # The condition of the index over accounts, so that SQLite uses it.
            rows = Identity.objects.exclude(account="").filter(
                source=self.feed.source, account__in=wanted[start : start + AT_ONCE]
            )
            found |= {(row.service, row.account): row for row in rows}
        return found

    def _write_mails(self, records: dict[Account, IdentityRecord]) -> None:
        mails = [
            IdentityMail(identity_id=self._known[account], mail=mail.lower()[:320])
            for account, record in records.items()
            for mail in record.mails
        ]
        IdentityMail.objects.bulk_create(mails, ignore_conflicts=True)

    def write_rest(self) -> None:
        """Who wrote what, who pointed at what, and who was where."""
        items = self._items()
        authors = [
            Authorship(item_id=items[key], identity_id=self._known[author], position=position)
            for record in self._batch.items
            if (key := entry_key(record.entry)) in items
            for position, author in enumerate(record.authors)
            if author in self._known
        ]
        Authorship.objects.bulk_create(authors, ignore_conflicts=True)
        add_endorsements(self._endorsements(items), self.feed.source.owner_id)
        works = {
            items[key]: Named(record.names, record.cites)
            for record in self._batch.items
            if (record.names or record.cites) and (key := entry_key(record.entry)) in items
        }
        write_references(works)
        write_attendances(self.feed.source, self._batch.events, self._known)

    def _items(self) -> dict[str, int]:
        keys = [entry_key(one.entry) for one in self._batch.items]
        found: dict[str, int] = {}
        for start in range(0, len(keys), AT_ONCE):
            rows = Sighting.objects.filter(
                source=self.feed.source, entry_key__in=keys[start : start + AT_ONCE]
            )
            found |= dict(rows.values_list("entry_key", "item_id"))
        return found

    def _endorsements(self, items: dict[str, int]) -> list[Endorsement]:
        within = {record.entry.id: items.get(entry_key(record.entry)) for record in self._batch.items}
        return [
            Endorsement(
                by_id=self._known[one.service, one.account],
                owner_id=self.feed.source.owner_id,
                kind=EndorsementKind[one.kind.name],
                target=target,
                at=min(one.at, self.now),
                source=self.feed.source,
                to_id=self._known.get(one.to) if one.to else None,
                within_id=within.get(one.within) if one.within else None,
                text=one.text[:500],
            )
            for one in self._batch.endorsements
            if (target := target_of(one))
        ]


def target_of(record: EndorsementRecord) -> str:
    """The canonical address that was pointed at; "" where it is none."""
    return addresses.canonical(record.target)[:LONGEST_ADDRESS] if addresses.is_http(record.target) else ""


def add_endorsements(endorsements: Sequence[Endorsement], owner_id: int | None) -> None:
    """Stores what is new of these, each tied to its item where the library has it."""
    if not endorsements:
        return
    known = items_at({one.target for one in endorsements}, owner_id)
    for one in endorsements:
        one.item_id = known.get(one.target)
    Endorsement.objects.bulk_create(endorsements, ignore_conflicts=True)


def items_at(targets: Iterable[str], owner_id: int | None) -> dict[str, int]:
    """The items at these addresses, as far as the owner may see them; their own before the public one."""
    wanted = sorted(targets)
    found: dict[str, int] = {}
    for start in range(0, len(wanted), AT_ONCE):
        rows = Item.objects.filter(address__in=wanted[start : start + AT_ONCE])
        rows = rows.filter(Q(owner=None) | Q(owner_id=owner_id)) if owner_id else rows.filter(owner=None)
        for address, pk, owner in rows.values_list("address", "pk", "owner_id").order_by("-pk"):
            if owner is not None or address not in found:
                found[address] = pk
    return found


def tie_endorsements(item_ids: Iterable[int]) -> int:
    """Ties endorsements that came before the items they point at; how many."""
    tied = 0
    rows = Item.objects.filter(pk__in=list(item_ids)).exclude(address="")
    for pk, address, owner_id in rows.values_list("pk", "address", "owner_id"):
        waiting = Endorsement.objects.filter(item=None, target=address)
        tied += (waiting.filter(owner_id=owner_id) if owner_id else waiting).update(item_id=pk)
    return tied


def _describe(row: Identity, record: IdentityRecord, now: datetime) -> None:
    row.name, row.address = (record.name or record.account)[:200], record.address[:LONGEST_ADDRESS]
    row.orcid, row.is_person, row.seen_at = record.orcid[:19], record.is_person, now
    proven = {link.address: link.both_ways for link in record.me_links}
    row.links = [
        {"address": one, "both_ways": proven.get(one, False)}
        for one in {**proven, **dict.fromkeys(record.links)}
    ]
    said = [
        {
            "organisation": one.organisation,
            "since": one.since.isoformat() if one.since else "",
            "until": one.until.isoformat() if one.until else "",
            "role": one.role,
        }
        for one in record.employments
        if one.organisation
    ]
    row.employments = said if record.whole_history else with_what_was_known(row.employments, said)
    today = now.date().isoformat()
    current = [one for one in row.employments if not one.get("until") or one["until"] >= today]
    row.organisation = current[0]["organisation"][:300] if current else ""
    if record.roles_told:
        row.roles = list(record.roles)
    row.domain = record.domain.lower()[:253]
