"""A mailing list's feed to discussions, the people who write, and what they answer and point at. Never raises."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.records import EndorsementRecord, IdentityRecord, ItemRecord, Pointing
from transom.engine.core import addresses
from transom.engine.parse.model import Author, ParsedEntry
from transom.engine.text.sanitise import to_text
from transom.engine.text.subjects import ANSWER

MOST_THREADS, MOST_LINKS = 200, 30
_PASSED_ON = re.compile(r"^\s*(?:fwd?|wg|doorst)\s*[:：]\s*", re.I)
_LABEL = re.compile(r"^\s*\[[^\]]{1,60}\]\s*")
_HIDDEN = re.compile(r"\s*[<(]?\s*\[log in to unmask\]\s*[>)]?|\s*[<(][^<>()@]*(?:@|\.{3})[^<>()]*[>)]", re.I)
_VIA = re.compile(r"\s+via\s+\S+$", re.I)
_BARE_MAIL = re.compile(r"\S+@\S+|\S+\.{3}")
_ADDRESS = re.compile(r"\bhttps?://[^\s<>\"]+[^\s<>\".,;:!?)\]'”»]")
_SOFTWARE = re.compile(
    r"\b(?:listserv|mailer-daemon|postmaster|noreply|no-reply|notification|digest)\b", re.I
)


class Letters:
    """Gathers the records of a list's letters. `threads` leads from a subject to the letter that began it."""

    def __init__(self, service: str, name: str, site: str, threads: Mapping[str, object]) -> None:
        self._service, self._name, self._host = service, name.lower(), addresses.host_of(site)
        self.threads = {key: where for key, where in threads.items() if isinstance(where, str)}
        self.items: list[ItemRecord] = []
        self.identities: dict[str, IdentityRecord] = {}
        self.endorsements: list[EndorsementRecord] = []
        self.problems: list[str] = []

    def add_all(self, entries: tuple[ParsedEntry, ...]) -> None:
        """The oldest first, so that a beginning is known before its answers."""
        for entry in sorted(entries, key=lambda one: one.published.timestamp() if one.published else 0.0):
            self._add(entry)
        self.threads = dict(list(self.threads.items())[-MOST_THREADS:])

    def _add(self, entry: ParsedEntry) -> None:
        who = self._person(entry.authors[0] if entry.authors else Author(""))
        link = entry.link if addresses.is_http(entry.link) else ""
        if who is None or not link:
            self.problems.append(
                f"{entry.title[:80] or 'A letter'} names no writer or no address, and was left out."
            )
            return
        self.identities.setdefault(who.account, who)
        subject, answers = subject_of(entry.title)
        key = values.text(subject.casefold(), most=200)
        began = self.threads.get(key, "") if answers else ""
        if key and not began:
            self.threads[key] = link
        item = ItemRecord(
            ParsedEntry(
                id=f"{self._service}:{link}"[:500],
                title=f"Re: {subject}" if answers else subject,
                link=link,
                published=entry.published,
                authors=(Author(who.name, who.address),),
                summary_html=entry.summary_html,
                content_html=entry.content_html,
            ),
            kind="discussion",
            authors=((self._service, who.account),),
        )
        self.items.append(item)
        self._pointing(item, who, began)

    def _person(self, author: Author) -> IdentityRecord | None:
        name = _VIA.sub("", _HIDDEN.sub("", values.text(author.name, most=200))).strip("\"' ")
        mail = author.email.lower() if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", author.email) else ""
        if _BARE_MAIL.fullmatch(name):
            name = ""
        if not name and not mail:
            return None
        # A mail address tells two of one name apart, and is shown to nobody: so it is no part of what is shown.
        key = hashlib.sha256(mail.encode()).hexdigest()[:16] if mail else name.casefold()
        return IdentityRecord(
            service=self._service,
            account=f"{key}@{self._name}.{self._host}"[:300],
            name=name or mail.partition("@")[0],
            mails=(mail,) if mail else (),
            is_person=not _SOFTWARE.search(name or mail),
        )

    def _pointing(self, item: ItemRecord, who: IdentityRecord, began: str) -> None:
        when = item.entry.published
        if when is None:
            return
        found = [(Pointing.LINK, target) for target in self._links(item.entry)]
        if began and began != item.entry.link:
            found.append((Pointing.REPLY, began))
        self.endorsements += [
            EndorsementRecord(self._service, who.account, kind, target, when, within=item.entry.id or "")
            for kind, target in found
        ]

    def _links(self, entry: ParsedEntry) -> list[str]:
        """What a letter links to elsewhere, in its own words: what it quotes was pointed at by somebody else."""
        markup = entry.content_html or entry.summary_html
        own = "\n".join(line for line in to_text(markup).splitlines() if not line.lstrip().startswith(">"))
        told = [link.url for link in entry.links if "<blockquote" not in markup] + _ADDRESS.findall(own)
        kept = {one: None for one in told if addresses.is_http(one) and addresses.host_of(one) != self._host}
        return list(kept)[:MOST_LINKS]


def subject_of(title: str) -> tuple[str, bool]:
    """The subject without what programs put before it, and whether it answers."""
    subject, answers = values.text(title, most=500), False
    for _ in range(6):
        shorter = _LABEL.sub("", subject) or subject
        if ANSWER.match(shorter):
            answers, shorter = True, ANSWER.sub("", shorter)
        shorter = _PASSED_ON.sub("", shorter) or shorter
        if shorter == subject:
            break
        subject = shorter
    return subject or "No subject", answers


def without(address: str, *names: str) -> str:
    """An address without some of its parameters, in whatever way its program separates them."""
    parts = urlsplit(address)
    kept = [pair for pair in parts.query.split("&") if pair.partition("=")[0] not in names]
    return parts._replace(query="&".join(kept), fragment="").geturl()
