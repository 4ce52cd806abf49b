"""Mastodon's statuses and accounts to records. Never raises, whatever the server sends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
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

    def __init__(self, host: str, parents: Mapping[str, Row] | None = None) -> None:
        """`parents` are statuses, by their number at this server, that others of the page reply to."""
        self._host, self._parents = host, dict(parents or {})
        self.items: list[ItemRecord] = []
        self.identities: dict[str, IdentityRecord] = {}
        self.endorsements: list[EndorsementRecord] = []
        self.problems: list[str] = []

    def add_all(self, rows: Iterable[Row]) -> None:
        shown = [row for row in rows if values.text(row, "visibility") in OPEN]
        self._parents |= {values.text(row, "id", most=60): row for row in shown}
        for row in shown:
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
        if answered := self._answered(row, who):
            target, to = answered
            self.endorsements.append(
                EndorsementRecord(
                    *(SERVICE, who.account, Pointing.REPLY, target, when),
                    within=item.entry.id or "",
                    to=(SERVICE, to.account),
                )
            )

    def _answered(self, row: Row, who: IdentityRecord) -> tuple[str, IdentityRecord] | None:
        """The address of the status that one replies to, and whose it is; None where neither can be told."""
        number = values.text(row, "in_reply_to_id", most=60)
        parent = self._parents.get(number) if number else None
        if parent is not None:
            target = values.address(parent, "url") or values.address(parent, "uri")
            to = self.person(values.get(parent, "account"))
            return (target, to) if target and to and values.text(parent, "visibility") in OPEN else None
        if not number or not has_plain_address(row):
            return None
        by = values.text(row, "in_reply_to_account_id", most=60)
        if by == values.text(row, "account", "id", most=60):
            return f"{who.profile}/{number}", who
        named = next(
            (one for one in values.rows(row, "mentions") if values.text(one, "id", most=60) == by), None
        )
        if named is None or "@" in values.text(named, "acct", most=200):
            # A status of another server has another number there.
            return None
        to = self.person(named, in_passing=True)
        return (f"{to.profile}/{number}", to) if to and to.profile else None

    def _boost(self, boosted: Row, who: IdentityRecord, row: Row) -> None:
        when = values.moment(row, "created_at")
        target = values.address(boosted, "url") or values.address(boosted, "uri")
        whose = self.person(values.get(boosted, "account"))
        if target and when:
            self.endorsements.append(
                EndorsementRecord(
                    SERVICE,
                    who.account,
                    Pointing.BOOST,
                    target,
                    when,
                    to_text(values.body(boosted, "content"))[:300],
                    to=(SERVICE, whose.account) if whose else None,
                )
            )

    def person(self, row: object, *, in_passing: bool = False) -> IdentityRecord | None:
        """The account; the same one is mapped once, and one that is only mentioned gives way."""
        found = identity_of(row, self._host)
        if found is None:
            return None
        known = self.identities.get(found.account)
        if known is None or (known.in_passing and not in_passing):
            self.identities[found.account] = replace(found, in_passing=in_passing)
        return self.identities[found.account]


def has_plain_address(row: Row) -> bool:
    """Whether its server writes addresses as Mastodon does, account and number: then others can be told."""
    number, of = values.text(row, "id", most=60), values.address(row, "account", "url")
    return bool(of and number) and values.address(row, "url") == f"{of}/{number}"


def unknown_parents(rows: Iterable[Row]) -> list[str]:
    """The numbers of statuses that must be asked for, since nothing here says where they are: the latest first."""
    rows = [row for row in rows if values.text(row, "visibility") in OPEN]
    known = {values.text(row, "id", most=60) for row in rows}
    bare = Mapped("")
    asked = [
        number
        for row in rows
        if (number := values.text(row, "in_reply_to_id", most=60)) and number not in known
        if (who := bare.person(values.get(row, "account"))) and bare._answered(row, who) is None
    ]
    return [one for one in dict.fromkeys(asked) if re.fullmatch(r"[\w-]{1,60}", one)]


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
