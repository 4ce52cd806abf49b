"""What of the library goes into a user's export: what they wrote and did, and the articles it is about."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Max

from transom.apps.base.export import files, leave_out, page, table
from transom.apps.library.media import files_of, forget_media, take_file
from transom.apps.library.models import (
    Attendance,
    Authorship,
    Endorsement,
    Expired,
    Highlight,
    Identity,
    IdentityMail,
    Item,
    ItemBody,
    ItemTerms,
    ItemVersion,
    Link,
    Meeting,
    Note,
    ReadingState,
    Reference,
    SearchDocument,
    Sighting,
    Tag,
)
from transom.engine.core.ids import item_ids
from transom.engine.text.sanitise import sanitise

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

LARGEST_FILE = 64 * 1024**2
HARMFUL = ("javascript:", "data:", "vbscript:", "file:", "blob:")


def harmless_address(given: str) -> str:
    """The address; "" where opening it could run something: it is shown as a link."""
    plain = "".join(given.split()).lower()
    return "" if plain.startswith(HARMFUL) else given


def same_item(item: Item) -> Item | None:
    """The public item that is this one: the same address, or the same arrival and title."""
    public = Item._base_manager.filter(owner=None)
    if item.address and (found := public.filter(address=item.address).first()):
        return found
    return public.filter(pk=item.pk, title=item.title, seen_at=item.seen_at).first()


def fresh_id(now: datetime) -> int:
    """A key for an item whose own is taken here."""
    largest = Item.objects.aggregate(largest=Max("pk"))["largest"] or 0
    return item_ids(1, now=now, after=largest)[0]


def notes_page(user: User) -> bytes:
    """The user's notes, marked passages and saved things as Markdown."""
    parts = [_about(item, user) for item in _noted(user)]
    return "\n".join(["# Notes, marked passages and saved things\n", *parts]).encode()


def _noted(user: User) -> list[Item]:
    keys = {
        *Note.objects.filter(user=user).values_list("item_id", flat=True),
        *Highlight.objects.filter(user=user).values_list("item_id", flat=True),
        *ReadingState.objects.filter(user=user).exclude(saved_at=None).values_list("item_id", flat=True),
    }
    ordered = sorted(keys)
    pieces = [ordered[start : start + 500] for start in range(0, len(ordered), 500)]
    return [item for some in pieces for item in Item._base_manager.filter(pk__in=some).order_by("pk")]


def _about(item: Item, user: User) -> str:
    facts = [item.author_name, f"{item.published_at:%Y-%m-%d}", item.address]
    lines = [f"## {_line(item.title) or 'Without a title'}\n", ", ".join(one for one in facts if one) + "\n"]
    names = Tag.objects.filter(user=user, items=item).values_list("name", flat=True)
    if names:
        lines.append("Tags: " + ", ".join(names) + "\n")
    for mark in Highlight.objects.filter(user=user, item=item).order_by("start"):
        lines.append("\n".join(f"> {line}" for line in mark.quote.splitlines()) + "\n")
        lines.extend([mark.note + "\n"] if mark.note else [])
    notes = Note.objects.filter(user=user, item=item).order_by("pk")
    lines.extend(f"{note.text}\n" for note in notes)
    return "\n".join(lines)


def _line(text: str) -> str:
    return " ".join(text.split())


table(
    Identity,
    "the bylines of your articles",
    of="owner",
    same=("source_id", "name", "address"),
    checks={"address": harmless_address},
)
table(IdentityMail, "mail addresses of people in your own sources", of="identity__owner")
table(
    Item,
    "the articles you handed in, and those your rows are about",
    of="owner",
    find=same_item,
    fresh_pk=fresh_id,
    checks={"address": harmless_address},
)
table(ItemBody, "their text", with_parent="item", checks={"html": sanitise})
table(ItemTerms, "the terms your brief judges them by", with_parent="item")
table(
    Sighting,
    "where they were seen",
    with_parent="item",
    same=("source_id", "entry_key"),
    checks={"address": harmless_address, "html": sanitise},
)
table(Authorship, "who wrote them, where several did", with_parent="item")
table(Meeting, "the meetings of your own sources", of="owner", same=("source_id", "uid"))
table(Attendance, "who was there", with_parent="meeting", same=("meeting_id", "identity_id"))
table(
    Endorsement,
    "who of your own sources pointed at what",
    of="owner",
    same=("by_id", "kind", "target"),
    checks={"target": harmless_address},
)
table(Expired, "which of their entries went after their time", with_parent="source")
table(Link, "what they link to", with_parent="item", checks={"target": harmless_address})
table(
    Reference, "by which numbers they refer to each other", with_parent="item", same=("item_id", "own", "key")
)
table(SearchDocument, "the words the search finds them by", with_parent="item")
table(ReadingState, "what you opened, finished, saved or put aside", of="user")
table(
    ItemVersion,
    "the text your marked passages were made on",
    same=("item_id", "content_hash"),
    checks={"html": sanitise},
)
table(Note, "your notes", of="user")
table(Highlight, "your marked passages", of="user")
table(Tag, "your tags, and what they are on", of="user")
files(
    Item,
    "the PDFs you handed in",
    of=files_of,
    take=take_file,
    forget=lambda user, item_id: forget_media(user.pk, item_id),
    largest=LARGEST_FILE,
)
leave_out("library.OwnPage", "What the pages of public sites say of whoever keeps them.")
leave_out("library.PageOf", "Which public sources those pages belong to.")
leave_out("library.PageLink", "Which other pages they call their keeper's own.")
leave_out("library.RefreshRun", "When this instance fetched, and how much of it failed.")
page("notes.md", "your notes, marked passages and saved things, as Markdown", notes_page)
