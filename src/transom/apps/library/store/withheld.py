"""Who is left out of what is stored, because they were forgotten. Later stages say who that is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transom.apps.library.drafting.draft import Draft
    from transom.apps.library.store.fetched import FetchedFeed
    from transom.apps.sources.connectors.records import Batch, EventRecord
    from transom.apps.sources.models import Source
    from transom.engine.parse.model import ParsedEntry


@dataclass(frozen=True, slots=True)
class Seen:
    """Somebody as a source names them. `owner_id` is whose source it is."""

    source_id: int
    owner_id: int | None
    name: str
    address: str = ""
    service: str = ""
    account: str = ""
    orcid: str = ""
    mails: tuple[str, ...] = ()


Check = Callable[[Sequence[Seen]], set[Seen]]
_checks: list[Check] = []


def withhold_by(check: Check) -> None:
    """Registers who says which of those seen are to be left out."""
    if check not in _checks:
        _checks.append(check)


def withheld(seen: Sequence[Seen]) -> set[Seen]:
    """Those that are to be left out."""
    return {one for check in _checks for one in check(seen)} if seen else set()


def without_withheld_bylines(drafts: Iterable[Draft]) -> None:
    """Takes those who were forgotten from the bylines of drafts."""
    # Where accounts stand for the names it was asked of each account: a namesake's is another.
    named = [(draft, _of_draft(draft)) for draft in drafts if draft.author_name and not draft.by_accounts]
    out = withheld([one for _, seen in named for one in seen])
    for draft, seen in named:
        if out.intersection(seen):
            draft.author_name = ", ".join(one.name for one in seen if one not in out)
            draft.author_address = ""
            names = {one.name for one in seen if one not in out}
            draft.authors = [one for one in draft.authors if one[0] in names]


def _of_draft(draft: Draft) -> list[Seen]:
    """Each name of a byline with its address; where they are not told one by one, the address is the first one's."""
    source, names, apart = draft.source, draft.author_name.split(", "), dict(draft.authors)
    told = apart if apart else {names[0][:200]: draft.author_address}
    return [Seen(source.pk, source.owner_id, name[:200], told.get(name[:200], "")) for name in names]


def without_withheld(feed: FetchedFeed) -> FetchedFeed:
    """A connector's records without those who were forgotten, what they pointed at, and their bylines."""
    if feed.records is None or not _checks:
        return feed
    return replace(feed, records=_without(feed.source, feed.records))


def _without(source: Source, batch: Batch) -> Batch:
    seen = {
        (one.service, one.account): Seen(
            source.pk,
            source.owner_id,
            one.name,
            one.profile,
            one.service,
            one.account,
            one.orcid,
            tuple(one.mails),
        )
        for one in batch.identities
    }
    for account in {
        *((one.service, one.account) for one in batch.endorsements),
        *(author for item in batch.items for author in item.authors),
        *batch.attending(),
        *batch.pointed_to(),
    }:
        seen.setdefault(account, Seen(source.pk, source.owner_id, account[1], "", *account))
    hosts = {event.organiser: Seen(source.pk, source.owner_id, event.organiser) for event in batch.events}
    out = withheld([*seen.values(), *(one for name, one in hosts.items() if name)])
    accounts = {account for account, one in seen.items() if one in out}
    no_hosts = {name for name, one in hosts.items() if one in out}
    if not accounts and not no_hosts:
        return batch
    return replace(
        batch,
        # What is read of one account goes by its name.
        title="" if batch.title in {seen[account].name for account in accounts} else batch.title,
        identities=tuple(one for one in batch.identities if (one.service, one.account) not in accounts),
        endorsements=tuple(
            replace(one, to=None) if one.to in accounts else one
            for one in batch.endorsements
            if (one.service, one.account) not in accounts
        ),
        events=tuple(_without_people(event, accounts, no_hosts) for event in batch.events),
        items=tuple(
            replace(
                item,
                authors=tuple(author for author in item.authors if author not in accounts),
                entry=_without_authors(
                    item.entry, [seen[author] for author in item.authors if author in accounts]
                ),
            )
            for item in batch.items
        ),
    )


def _without_people(event: EventRecord, accounts: set[tuple[str, str]], hosts: set[str]) -> EventRecord:
    organiser = "" if event.organiser in hosts else event.organiser
    if not event.attendees:
        return replace(event, organiser=organiser)
    left = tuple(one for one in event.attendees if (one.service, one.account) not in accounts)
    return replace(event, organiser=organiser, attendees=left)


def _without_authors(entry: ParsedEntry, out: Iterable[Seen]) -> ParsedEntry:
    """Of two of one name the one goes whose address the byline gives, else the first."""
    left = list(entry.authors)
    for one in out:
        theirs = {one.address, f"{one.service}:{one.account}"}
        named = sorted((who for who in left if who.name == one.name), key=lambda who: who.uri not in theirs)
        if named:
            left.remove(named[0])
    return replace(entry, authors=tuple(left))
