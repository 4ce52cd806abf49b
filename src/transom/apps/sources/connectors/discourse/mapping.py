"""Discourse's posts to discussions and the people in them. Never raises, whatever the forum sends."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.records import EndorsementRecord, IdentityRecord, ItemRecord, Pointing
from transom.engine.core import addresses
from transom.engine.parse.model import Author, ParsedEntry
from transom.engine.text.sanitise import sanitise

SERVICE = "discourse"
_ANCHOR = re.compile(r"<a\b([^>]*)>", re.I)
_HREF = re.compile(r"\bhref=([\"'])(.*?)\1", re.I)
_INSIDE = re.compile(r"\bclass=([\"'])[^\"']*\b(?:mention|hashtag|anchor|lightbox|user-avatar)\b", re.I)
REGULAR = 1
Row = Mapping[str, Any]


class Mapped:
    """Gathers the records of a page of posts."""

    def __init__(self, base: str) -> None:
        self._base, self._host = base, addresses.host_of(base)
        self.items: list[ItemRecord] = []
        self.identities: dict[str, IdentityRecord] = {}
        self.endorsements: list[EndorsementRecord] = []
        self.problems: list[str] = []

    def add(self, row: Row) -> None:
        """One post; what the software itself says (closed, moved, ...) is left out."""
        if (values.whole(row, "post_type") or REGULAR) != REGULAR or values.get(row, "hidden") is True:
            return
        who, link = self._person(row), self._link(row)
        if who is None or not link:
            self.problems.append("A post names no author or no topic, and was left out.")
            return
        self._know(who)
        item = self._item(row, who, link)
        self.items.append(item)
        self._pointing(row, who, item)

    def _know(self, who: IdentityRecord) -> None:
        known = self.identities.get(who.account)
        if known is None or known.in_passing:
            self.identities[who.account] = who

    def _answered(self, row: Row) -> tuple[str, str] | None:
        """Whom a post answers, where the forum says so beside it."""
        user = values.text(row, "reply_to_user", "username", most=100)
        if not re.fullmatch(r"[\w.-]+", user):
            return None
        who = IdentityRecord(
            service=SERVICE,
            account=f"{user.lower()}@{self._host}",
            name=values.text(row, "reply_to_user", "name", most=200) or user,
            profile=f"{self._base}/u/{user.lower()}",
            is_person=user.lower() not in ("system", "discobot"),
            in_passing=True,
        )
        self._know(who)
        return SERVICE, who.account

    def _person(self, row: Row) -> IdentityRecord | None:
        user = values.text(row, "username", most=100)
        if not user:
            return None
        return IdentityRecord(
            service=SERVICE,
            account=f"{user.lower()}@{self._host}",
            name=values.text(row, "name", most=200) or values.text(row, "display_username", most=200) or user,
            profile=f"{self._base}/u/{user.lower()}",
            roles=tuple(
                f"{role} of {self._host}" for role in ("admin", "moderator") if values.get(row, role) is True
            ),
            is_person=user.lower() not in ("system", "discobot"),
        )

    def _link(self, row: Row, number: int | None = None) -> str:
        topic, place = values.whole(row, "topic_id"), number or values.whole(row, "post_number")
        slug = re.sub(r"[^\w-]", "", values.text(row, "topic_slug", most=300)) or "topic"
        return f"{self._base}/t/{slug}/{topic}/{place}" if topic is not None and place is not None else ""

    def _item(self, row: Row, who: IdentityRecord, link: str) -> ItemRecord:
        first = values.whole(row, "post_number") == 1
        title = unescape(values.text(row, "topic_title", most=300))
        return ItemRecord(
            ParsedEntry(
                id=f"{SERVICE}:{self._host}:{values.whole(row, 'id')}",
                title=title if first or not title else f"Re: {title}",
                link=link.removesuffix("/1") if first else link,
                published=values.moment(row, "created_at"),
                updated=values.moment(row, "updated_at"),
                authors=(Author(who.name, who.address),),
                content_html=sanitise(values.body(row, "cooked"), base_url=self._base),
            ),
            kind="discussion",
            authors=((SERVICE, who.account),),
        )

    def _pointing(self, row: Row, who: IdentityRecord, item: ItemRecord) -> None:
        when = item.entry.published
        if when is None:
            return
        within = item.entry.id or ""
        self.endorsements += [
            EndorsementRecord(SERVICE, who.account, Pointing.LINK, target, when, within=within)
            for target in self._links(row)
        ]
        if (values.whole(row, "post_number") or 1) > 1:
            answered = values.whole(row, "reply_to_post_number")
            # Of a post that answers none in particular, the topic is what it answers.
            target = self._link(row, answered or 1)
            target = target.removesuffix("/1") if (answered or 1) == 1 else target
            to = self._answered(row) if answered else None
            self.endorsements.append(
                EndorsementRecord(SERVICE, who.account, Pointing.REPLY, target, when, within=within, to=to)
            )

    def _links(self, row: Row) -> list[str]:
        """What a post links to outside the forum."""
        found: dict[str, None] = {}
        for attributes in _ANCHOR.findall(values.body(row, "cooked")):
            href = _HREF.search(attributes)
            target = unescape(href[2]) if href and not _INSIDE.search(attributes) else ""
            if addresses.is_http(target) and addresses.host_of(target) != self._host:
                found[target] = None
        return list(found)[:30]
