"""Bluesky's feed to posts, people and what they point at. Never raises, whatever the service sends."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.records import (
    EndorsementRecord,
    IdentityRecord,
    ItemRecord,
    MeLink,
    Pointing,
)
from transom.engine.parse.model import Author, ParsedEntry

SERVICE = "bluesky"
SITE = "https://bsky.app"
REPOST = "app.bsky.feed.defs#reasonRepost"
OF_ALL = (".bsky.social", ".invalid")
_DOMAIN = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]", re.I)
_POST = re.compile(r"at://([^/]+)/app\.bsky\.feed\.post/([\w.~:-]+)")
Row = Mapping[str, Any]


class Mapped:
    """Gathers the records of a page of a feed."""

    def __init__(self) -> None:
        self.items: list[ItemRecord] = []
        self.identities: dict[str, IdentityRecord] = {}
        self.endorsements: list[EndorsementRecord] = []
        self.problems: list[str] = []

    def add(self, row: Row) -> None:
        """One entry of the feed: a post, or somebody's that was passed on."""
        post = values.get(row, "post")
        who = self.person(values.get(post, "author"))
        uri = values.text(post, "uri", most=500)
        if who is None or not _POST.fullmatch(uri):
            self.problems.append("A post names no author or no address, and was left out.")
            return
        if values.text(row, "reason", "$type") == REPOST:
            self._repost(row, post)
            return
        item = item_of(post, who)
        self.items.append(item)
        self._pointing(row, who, item)

    def _repost(self, row: Row, post: Row) -> None:
        by, when = self.person(values.get(row, "reason", "by")), values.moment(row, "reason", "indexedAt")
        if by and when:
            words = values.text(post, "record", "text", most=300)
            target = page_of(values.text(post, "uri", most=500))
            whose = self.person(values.get(post, "author"))
            to = (SERVICE, whose.account) if whose else None
            self.endorsements.append(
                EndorsementRecord(SERVICE, by.account, Pointing.BOOST, target, when, words, to=to)
            )

    def _pointing(self, row: Row, who: IdentityRecord, item: ItemRecord) -> None:
        """What a post links to, and what it answers; the feed shows the post that is answered beside it."""
        when, post = item.entry.published, values.get(row, "post")
        if when is None:
            return
        found: list[tuple[Pointing, str, IdentityRecord | None]]
        found = [(Pointing.LINK, target, None) for target in links_of(post)]
        uri = values.text(post, "record", "reply", "parent", "uri", most=500)
        if parent := page_of(uri):
            shown = values.get(row, "reply", "parent")
            is_it = values.text(shown, "uri", most=500) == uri
            found.append(
                (Pointing.REPLY, parent, self.person(values.get(shown, "author")) if is_it else None)
            )
        self.endorsements += [
            EndorsementRecord(
                *(SERVICE, who.account, kind, target, when),
                within=item.entry.id or "",
                to=(SERVICE, whose.account) if whose else None,
            )
            for kind, target, whose in found
        ]

    def person(self, row: object) -> IdentityRecord | None:
        """The account; the same one is mapped once."""
        found = identity_of(row)
        return self.identities.setdefault(found.account, found) if found else None


def identity_of(row: object) -> IdentityRecord | None:
    """An account by its DID, which stays when the handle changes; None where it has none."""
    did, handle = values.text(row, "did", most=200), values.text(row, "handle", most=253)
    if not did.startswith("did:"):
        return None
    # A handle is shown only where the domain was seen to name the account too; else it is handle.invalid.
    domain = handle.lower() if _DOMAIN.fullmatch(handle) and not handle.lower().endswith(OF_ALL) else ""
    site = f"https://{domain}/"
    return IdentityRecord(
        service=SERVICE,
        account=did,
        name=values.text(row, "displayName", most=200) or handle or did,
        profile=f"{SITE}/profile/{did}",
        links=(site,) if domain else (),
        me_links=(MeLink(site, both_ways=True),) if domain else (),
        domain=domain,
    )


def item_of(post: Row, who: IdentityRecord) -> ItemRecord:
    """A post as an item."""
    uri, record = values.text(post, "uri", most=500), values.get(post, "record")
    languages = values.texts(record, "langs")
    return ItemRecord(
        ParsedEntry(
            id=uri,
            link=page_of(uri),
            published=values.moment(record, "createdAt") or values.moment(post, "indexedAt"),
            authors=(Author(who.name, who.address),),
            content_html=html_of(record) + _card(post),
            language=languages[0][:12] if languages else "",
        ),
        kind="status",
        authors=((SERVICE, who.account),),
    )


def html_of(record: object) -> str:
    """The text with its links; places of links count bytes of UTF-8, and overlapping ones are left out."""
    raw = values.body(record, "text", most=5000).encode("utf-8", "replace")
    parts, at = [], 0
    for begin, end, target in sorted(_facets(record)):
        if at <= begin < end <= len(raw):
            words = raw[begin:end].decode("utf-8", "replace")
            parts += [_plain(raw[at:begin]), values.linked(target, words)]
            at = end
    return f"<p>{''.join(parts)}{_plain(raw[at:])}</p>" if raw else ""


def links_of(post: Row) -> list[str]:
    """What a post links to, in its text, as a card or by quoting."""
    record = values.get(post, "record")
    found = dict.fromkeys(target for _, _, target in _facets(record))
    for embed in (values.get(record, "embed"), values.get(record, "embed", "media")):
        if target := values.address(embed, "external", "uri"):
            found[target] = None
    quoted = values.text(record, "embed", "record", "uri") or values.text(
        record, "embed", "record", "record", "uri"
    )
    if target := page_of(quoted):
        found[target] = None
    return list(found)[:20]


def page_of(uri: str) -> str:
    """Where a person sees a post; by DID, so that it stays when the handle changes. "" for what is no post."""
    found = _POST.fullmatch(uri)
    return f"{SITE}/profile/{found[1]}/post/{found[2]}" if found else ""


def _facets(record: object) -> list[tuple[int, int, str]]:
    found = []
    for row in values.rows(record, "facets"):
        begin, end = values.whole(row, "index", "byteStart"), values.whole(row, "index", "byteEnd")
        target = next(
            (one for each in values.rows(row, "features") if (one := values.address(each, "uri"))), ""
        )
        if target and begin is not None and end is not None:
            found.append((begin, end, target))
    return found


def _card(post: Row) -> str:
    card = values.get(post, "record", "embed", "external")
    target = values.address(card, "uri")
    return f"<p>{values.linked(target, values.text(card, 'title', most=300) or target)}</p>" if target else ""


def _plain(raw: bytes) -> str:
    return escape(raw.decode("utf-8", "replace")).replace("\n", "<br>")
