"""Mastodon's statuses and accounts to records. Never raises, whatever the server sends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import unescape
from typing import Any

from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.records import (
    EndorsementRecord,
    IdentityRecord,
    ItemRecord,
    MeLink,
    Pointing,
)
from transom.engine.core import addresses
from transom.engine.parse.model import Author, ParsedEntry
from transom.engine.text.sanitise import sanitise, to_text

SERVICE = "mastodon"
OPEN = frozenset({"public", "unlisted"})
_ANCHOR = re.compile(r"<a\b([^>]*)>", re.I)
_HREF = re.compile(r"\bhref=([\"'])(.*?)\1", re.I)
_MENTION = re.compile(r"\bclass=([\"'])[^\"']*\b(?:mention|hashtag)\b", re.I)
Row = Mapping[str, Any]


class Mapped:
    """Gathers the records of a page of statuses."""

    def __init__(self, host: str) -> None:
        self._host = host
        self.items: list[ItemRecord] = []
        self.identities: dict[str, IdentityRecord] = {}
        self.endorsements: list[EndorsementRecord] = []
        self.problems: list[str] = []

    def add_all(self, rows: Iterable[Row]) -> None:
        for row in rows:
            if values.text(row, "visibility") in OPEN:
                self._add(row)

    def _add(self, row: Row) -> None:
        who = self.person(values.get(row, "account"))
        when = values.moment(row, "created_at")
        if who is None or when is None:
            self.problems.append("A status names no account or no time, and was left out.")
            return
        boosted = values.get(row, "reblog")
        if isinstance(boosted, Mapping):
            self._boost(boosted, who, row)
            return
        item = item_of(row, who)
        if item is None:
            self.problems.append("A status names no address, and was left out.")
            return
        self.items.append(item)
        for target in links_of(row):
            self.endorsements.append(
                EndorsementRecord(
                    SERVICE, who.account, Pointing.LINK, target, when, within=item.entry.id or ""
                )
            )

    def _boost(self, boosted: Row, who: IdentityRecord, row: Row) -> None:
        when = values.moment(row, "created_at")
        target = values.address(boosted, "url") or values.address(boosted, "uri")
        self.person(values.get(boosted, "account"))
        if target and when:
            self.endorsements.append(
                EndorsementRecord(
                    SERVICE,
                    who.account,
                    Pointing.BOOST,
                    target,
                    when,
                    to_text(values.body(boosted, "content"))[:300],
                )
            )

    def person(self, row: object) -> IdentityRecord | None:
        """The account; the same one is mapped once."""
        found = identity_of(row, self._host)
        if found is None:
            return None
        return self.identities.setdefault(found.account, found)


def identity_of(row: object, host: str) -> IdentityRecord | None:
    """An account; None where it has no name. Its id anywhere is user@host."""
    acct = values.text(row, "acct", most=200).lower()
    if not acct or not isinstance(row, Mapping):
        return None
    account = acct if "@" in acct else f"{acct}@{host}"
    own = [_field(one) for one in values.rows(row, "fields")]
    return IdentityRecord(
        service=SERVICE,
        account=account,
        name=values.text(row, "display_name", most=200) or account,
        profile=values.address(row, "url"),
        links=tuple(one.address for one in own if one),
        me_links=tuple(one for one in own if one),
        orcid=next((found[1] for one in own if one and (found := _ORCID.search(one.address))), ""),
        is_person=not (row.get("bot") is True or row.get("group") is True),
    )


_ORCID = re.compile(r"orcid\.org/(\d{4}-\d{4}-\d{4}-\d{3}[\dX])")


def _field(row: Row) -> MeLink | None:
    """A line of the profile that is a link; the server checked that it links back where it says when."""
    found = _HREF.search(values.body(row, "value", most=4000))
    where = unescape(found[2]) if found else values.address(row, "value")
    if not addresses.is_http(where):
        return None
    return MeLink(where[:2000], both_ways=values.moment(row, "verified_at") is not None)


def item_of(row: Row, who: IdentityRecord) -> ItemRecord | None:
    """A status as an item."""
    link = values.address(row, "url") or values.address(row, "uri")
    if not link:
        return None
    warning = values.text(row, "spoiler_text", most=300)
    content = sanitise(values.body(row, "content"), base_url=link)
    card = values.address(row, "card", "url")
    if card:
        content += f"<p>{values.linked(card, values.text(row, 'card', 'title', most=300) or card)}</p>"
    return ItemRecord(
        ParsedEntry(
            id=values.text(row, "uri") or link,
            title=warning,
            link=link,
            published=values.moment(row, "created_at"),
            updated=values.moment(row, "edited_at"),
            authors=(Author(who.name, who.address),),
            content_html=content,
            tags=tuple(
                name for one in values.rows(row, "tags") if (name := values.text(one, "name", most=100))
            ),
            language=values.text(row, "language", most=12),
        ),
        kind="status",
        authors=((SERVICE, who.account),),
    )


def links_of(row: Row) -> list[str]:
    """What a status links to: neither people nor hashtags."""
    found: dict[str, None] = {}
    for attributes in _ANCHOR.findall(values.body(row, "content")):
        href = _HREF.search(attributes)
        if href and not _MENTION.search(attributes) and addresses.is_http(unescape(href[2])):
            found[unescape(href[2])] = None
    if card := values.address(row, "card", "url"):
        found[card] = None
    return list(found)[:20]
