"""GitHub's releases and public events to items, people and what they point at. Never raises."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.records import (
    Employment,
    EndorsementRecord,
    IdentityRecord,
    ItemRecord,
    Pointing,
)
from transom.engine.core import addresses
from transom.engine.parse.model import Author, ParsedEntry

SERVICE = "github"
SITE = "https://github.com"
_URL = re.compile(r"https?://[^\s<>()\[\]\"'`]+")
Row = Mapping[str, Any]


class Mapped:
    """Gathers the records of a page."""

    def __init__(self) -> None:
        self.items: list[ItemRecord] = []
        self.identities: dict[str, IdentityRecord] = {}
        self.endorsements: list[EndorsementRecord] = []
        self.problems: list[str] = []

    def add_profile(self, row: object) -> None:
        """What an account says of itself; that makes no page its own (see docs/people-resolution.md)."""
        who = self.person(row)
        if who is None:
            return
        site = site_of(values.text(row, "blog", most=500))
        works = values.text(row, "company", most=300).lstrip("@").strip()
        mail = values.text(row, "email", most=320)
        self.identities[who.account] = replace(
            who,
            name=values.text(row, "name", most=200) or who.name,
            links=(site,) if site else (),
            mails=(mail,) if "@" in mail else (),
            employments=(Employment(works),) if works else (),
        )

    def add_release(self, row: Row, repository: str) -> None:
        """A release; drafts are nobody's business yet."""
        if values.get(row, "draft") is True:
            return
        link, tag = values.address(row, "html_url"), values.text(row, "tag_name", most=200)
        if not link or not tag:
            self.problems.append("A release has no address or no name, and was left out.")
            return
        who = self.person(values.get(row, "author"))
        name = values.text(row, "name", most=300)
        title = f"{repository.partition('/')[2]} {name if name and tag in name else f'{tag} {name}'.strip()}"
        self._item(row, who, f"release:{values.whole(row, 'id')}", title, link, "release", "published_at")

    def add_event(self, row: Row) -> None:
        """One public act: an issue or discussion opened, a comment, a star."""
        who, when = self.person(values.get(row, "actor")), values.moment(row, "created_at")
        kind, payload = values.text(row, "type"), values.get(row, "payload")
        if who is None or when is None:
            self.problems.append("An act names nobody or no time, and was left out.")
            return
        if kind == "WatchEvent":
            repository = values.text(row, "repo", "name", most=200)
            if re.fullmatch(r"[\w.-]+/[\w.-]+", repository):
                target = f"{SITE}/{repository}"
                self.endorsements.append(
                    EndorsementRecord(SERVICE, who.account, Pointing.BOOST, target, when)
                )
        elif kind in ("IssuesEvent", "PullRequestEvent") and values.text(payload, "action") == "opened":
            self._opened(payload, who, "issue" if kind == "IssuesEvent" else "pull_request")
        elif kind == "IssueCommentEvent":
            self._comment(payload, who)
        elif kind == "ReleaseEvent":
            release = values.get(payload, "release")
            if isinstance(release, Mapping):
                self.add_release(release, values.text(row, "repo", "name", most=200))

    def _opened(self, payload: object, who: IdentityRecord, name: str) -> None:
        row = values.get(payload, name)
        link, title = values.address(row, "html_url"), values.text(row, "title", most=300)
        if isinstance(row, Mapping) and link and title:
            self._item(row, who, f"{name}:{values.whole(row, 'id')}", title, link, "discussion", "created_at")

    def _comment(self, payload: object, who: IdentityRecord) -> None:
        row, about = values.get(payload, "comment"), values.get(payload, "issue")
        link, target = values.address(row, "html_url"), values.address(about, "html_url")
        if not isinstance(row, Mapping) or not link or not target:
            return
        # Where a fragment alone tells a comment from its issue, the two would be one address.
        link = f"{target}?comment={values.whole(row, 'id')}"
        title = f"Re: {values.text(about, 'title', most=300)}"
        item = self._item(
            row, who, f"comment:{values.whole(row, 'id')}", title, link, "discussion", "created_at"
        )
        when = item.entry.published
        if when is not None:
            self.endorsements.append(
                EndorsementRecord(
                    SERVICE, who.account, Pointing.REPLY, target, when, within=item.entry.id or ""
                )
            )

    def _item(
        self, row: Row, who: IdentityRecord | None, key: str, title: str, link: str, kind: str, dated: str
    ) -> ItemRecord:
        text = values.body(row, "body", most=100_000)
        item = ItemRecord(
            ParsedEntry(
                id=f"{SERVICE}:{key}",
                title=title,
                link=link,
                published=values.moment(row, dated) or values.moment(row, "created_at"),
                updated=values.moment(row, "updated_at"),
                authors=(Author(who.name, who.address),) if who else (),
                content_html=values.paragraphs(text),
            ),
            kind=kind,
            authors=((SERVICE, who.account),) if who else (),
        )
        self.items.append(item)
        self._links(text, who, item)
        return item

    def _links(self, text: str, who: IdentityRecord | None, item: ItemRecord) -> None:
        """Addresses in the text that lead out of GitHub, or to another repository's page."""
        when = item.entry.published
        if who is None or when is None or not who.is_person:
            return
        for target in list(dict.fromkeys(one.rstrip(".,;:!?*_") for one in _URL.findall(text)))[:20]:
            if addresses.is_http(target) and addresses.host_of(target) != "github.com":
                within = item.entry.id or ""
                self.endorsements.append(
                    EndorsementRecord(SERVICE, who.account, Pointing.LINK, target, when, within=within)
                )

    def person(self, row: object) -> IdentityRecord | None:
        """The account, by its number, which stays when the name changes; the same one is mapped once."""
        number, login = values.whole(row, "id"), values.text(row, "login", most=100)
        if number is None or not re.fullmatch(r"[\w\[\]-]+", login):
            return None
        is_person = values.text(row, "type") in ("", "User") and not login.endswith("[bot]")
        made = IdentityRecord(SERVICE, str(number), login, f"{SITE}/{login}", is_person=is_person)
        return self.identities.setdefault(made.account, made)


def site_of(given: str) -> str:
    """The address somebody typed as their site, with or without a scheme; "" for what is none."""
    whole = given if "://" in given else f"https://{given}"
    return whole if given and addresses.is_http(whole) and "." in addresses.host_of(whole) else ""
