"""An entry of a feed as the library would keep it: pure, no database."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from transom.apps.library.choices import Access, Form
from transom.apps.library.drafting.indexed import Indexed
from transom.apps.library.drafting.kinds import kind_of
from transom.engine.core import addresses
from transom.engine.parse.model import ParsedEntry, ParsedFeed
from transom.engine.text import dates_ahead, reading_time, sanitise, similarity

if TYPE_CHECKING:
    from transom.apps.sources.models import Source

SUMMARY = 400
LONGEST_MADE_TITLE = 80
MOST_AUTHORS = 50
MOST_LINKS = 200
SHORT_WORDS = 120
UNCOMMON_NEEDED = 4
_CUT_OFF = re.compile(
    r"(…|\.\.\.|\[…\]|\[\.\.\.\]|(read|continue reading|read more|weiterlesen|lire la suite)\W*)$", re.I
)
_MEMBERS = re.compile(
    r"\b(members?[ -]only|for members|paid subscribers|subscribers[ -]only|paywall)\b", re.I
)


@dataclass(slots=True)
class Draft:
    """One entry, ready to be compared with what the library has. Times aware; ``minutes`` at the usual pace.

    ``by_accounts``: an account stands for every name in its byline.
    """

    source: Source
    entry_key: str
    address: str
    declared: str
    title: str
    author_name: str
    author_address: str
    published_at: datetime
    updated_at: datetime | None
    html: str
    text: str
    language: str
    kind: str
    form: str
    access: str
    words: int
    minutes: float
    about: bool
    title_key: str
    content_hash: str
    event_start: datetime | None = None
    event_end: datetime | None = None
    event_floating: bool = False
    event_place: str = ""
    event_what: str = ""
    links: list[tuple[str, str, str]] = field(default_factory=list)
    authors: list[tuple[str, str]] = field(default_factory=list)
    by_accounts: bool = False
    indexed: Indexed | None = None

    @property
    def summary(self) -> str:
        """The beginning of its text, cut at a word."""
        return cut(self.text, SUMMARY)


def cut(text: str, most: int) -> str:
    """The beginning of a text, at most so many characters, cut at a word."""
    if len(text) <= most:
        return text
    piece = text[:most]
    return piece[: piece.rfind(" ")] + " …" if " " in piece else piece


def drafts_of(source: Source, feed: ParsedFeed, *, now: datetime) -> list[Draft]:
    """The entries of a feed as drafts; of two with the same identity the first is kept."""
    by_key: dict[str, Draft] = {}
    for entry in feed.entries:
        draft = draft_of(source, entry, feed, now=now)
        by_key.setdefault(draft.entry_key, draft)
    return list(by_key.values())


def draft_of(source: Source, entry: ParsedEntry, feed: ParsedFeed, *, now: datetime) -> Draft:
    """One entry as the library would keep it."""
    html = entry.content_html if len(entry.content_html) >= len(entry.summary_html) else entry.summary_html
    text = sanitise.to_text(html)
    title = entry.title or cut(text, LONGEST_MADE_TITLE) or entry.link or "Untitled"
    language = entry.language or feed.language or source.language
    length = reading_time.measure(text, language)
    media = _media(entry)
    published = min(entry.published or entry.updated or now, now + timedelta(minutes=5))
    draft = Draft(
        source=source,
        entry_key=entry_key(entry),
        address=addresses.canonical(entry.link) if entry.link else "",
        declared=addresses.canonical(entry.canonical_url) if entry.canonical_url else "",
        title=title[:1000],
        author_name=", ".join(author.name for author in entry.authors if author.name)[:300],
        author_address=next((a.uri or a.email for a in entry.authors if a.uri or a.email), ""),
        published_at=published,
        updated_at=entry.updated,
        html=html,
        text=text,
        language=language[:12],
        kind=kind_of(entry, source.channel, length.words + length.characters // 2),
        form=media[0] if media else Form.FULL,
        access=_access(entry, text),
        words=length.words + length.characters,
        minutes=media[1] if media and media[1] else length.minutes,
        about=False,
        title_key=_title_key(title, language),
        content_hash=content_hash(title, html),
        links=_links(entry),
    )
    draft.authors = authors_apart(entry)
    if not media and _is_excerpt(entry, text, length.words):
        draft.form, draft.about = Form.EXCERPT, True
    if not media and draft.address.lower().endswith(".pdf"):
        draft.form, draft.about = Form.PDF, True
    _set_event(draft, entry)
    return draft


def authors_apart(entry: ParsedEntry) -> list[tuple[str, str]]:
    """Name and address of each author, where an entry names several one by one; nothing for a single one."""
    named = {(one.name[:200], one.uri or one.email): None for one in entry.authors if one.name}
    return list(named)[:MOST_AUTHORS] if len(named) > 1 else []


def entry_key(entry: ParsedEntry) -> str:
    """Identity within its source: the id it gives, else its address, else title and time."""
    given = entry.id or entry.link or f"{entry.title}\n{entry.published}\n{entry.summary_html[:200]}"
    return hashlib.sha256(given.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def content_hash(title: str, html: str) -> str:
    """Changes when the title or body does."""
    return hashlib.sha256(f"{title}\n{html}".encode("utf-8", "surrogatepass")).hexdigest()[:40]


def _title_key(title: str, language: str) -> str:
    telling = len(similarity.uncommon_words(title, language)) >= UNCOMMON_NEEDED
    return hashlib.sha256(similarity.title_key(title).encode()).hexdigest()[:40] if telling else ""


def _media(entry: ParsedEntry) -> tuple[str, float] | None:
    """Form and minutes of a recording, where the entry is one."""
    for enclosure in entry.enclosures:
        kind = enclosure.media_type.partition("/")[0]
        if kind in {"audio", "video"}:
            minutes = (enclosure.seconds or 0) / 60
            return (Form.AUDIO if kind == "audio" else Form.VIDEO), minutes
    return None


def _access(entry: ParsedEntry, text: str) -> str:
    tags = " ".join(entry.tags)
    if _MEMBERS.search(tags) or _MEMBERS.search(text[-300:]) or tags.lower() in {"paid", "premium"}:
        return Access.PAID if "paid" in (tags + text[-300:]).lower() else Access.MEMBER
    return Access.OPEN


def _is_excerpt(entry: ParsedEntry, text: str, words: int) -> bool:
    if entry.content_html and not _CUT_OFF.search(text[-40:]):
        return False
    return bool(entry.link) and (words < SHORT_WORDS or bool(_CUT_OFF.search(text[-40:])))


def _links(entry: ParsedEntry) -> list[tuple[str, str, str]]:
    found: dict[str, tuple[str, str, str]] = {}
    for link in entry.links[:MOST_LINKS]:
        target = addresses.canonical(link.url)
        if target:
            found.setdefault(target, (target, addresses.host_of(target), link.text[:300]))
    return list(found.values())


def _set_event(draft: Draft, entry: ParsedEntry) -> None:
    if entry.event_start is not None:
        draft.event_start, draft.event_end = entry.event_start, entry.event_end
        draft.event_place, draft.event_what = entry.event_place[:300], "event"
        return
    hint = dates_ahead.find_event(draft.title, draft.text, published=draft.published_at)
    if hint is not None:
        draft.event_start, draft.event_end, draft.event_what = hint.start, hint.end, hint.kind
        draft.event_floating = hint.floating
