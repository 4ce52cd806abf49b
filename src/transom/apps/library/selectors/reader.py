"""Everything the reader shows beside an item's text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db.models import Q

from transom.apps.library.models import Highlight, Item, ItemBody, Link, Note, ReadingState, Sighting, Tag
from transom.apps.library.passages import Passage, occurrence, place
from transom.engine.text.sanitise import sanitise

if TYPE_CHECKING:
    from transom.apps.accounts.models import User


@dataclass(frozen=True, slots=True)
class ReaderPage:
    """One item as one user sees it.

    ``html`` is sanitised once more on its way out; ``text`` is what offsets of passages count in.
    ``passages`` are those highlights whose words still stand in the text, in its order; the others are only in
    ``highlights``, and their ids in ``lost``. ``minutes`` is the estimate, ``measured_minutes`` what this user
    spent with it, visible and active. ``may_split`` says whether this user may take its places apart.
    """

    item: Item
    html: str
    text: str
    sightings: list[Sighting]
    notes: list[Note]
    highlights: list[Highlight]
    tags: list[Tag]
    links: list[Link]
    state: ReadingState | None
    minutes: float
    passages: list[Passage]
    may_split: bool

    @property
    def lost(self) -> frozenset[int]:
        return frozenset(highlight.pk for highlight in self.highlights) - {one.id for one in self.passages}

    @property
    def measured_minutes(self) -> float:
        return self.state.active_seconds / 60 if self.state else 0.0


def reader_page(user: User, item_id: int) -> ReaderPage | None:
    """The item for this user; None where there is none that they may see."""
    item = Item.objects.visible_to(user).select_related("home", "author").filter(pk=item_id).first()
    if item is None:
        return None
    body = ItemBody.objects.filter(pk=item.pk).first()
    text = body.text if body else ""
    highlights = _highlights(user, item)
    sightings = _sightings(user, item)
    return ReaderPage(
        item=item,
        html=sanitise(body.html) if body else "",
        text=text,
        sightings=sightings,
        notes=list(Note.objects.filter(user=user, item=item).order_by("created_at", "pk")),
        highlights=highlights,
        tags=list(Tag.objects.filter(user=user, items=item).order_by("name")),
        links=list(item.links.order_by("pk")),
        state=ReadingState.objects.filter(user=user, item=item).first(),
        minutes=item.minutes,
        passages=_passages(highlights, text),
        may_split=len(sightings) > 1 and may_take_apart(user, item),
    )


def _sightings(user: User, item: Item) -> list[Sighting]:
    visible = item.sightings.filter(Q(source__owner=None) | Q(source__owner=user))
    return list(visible.select_related("source").defer("html").order_by("seen_at", "pk"))


def _highlights(user: User, item: Item) -> list[Highlight]:
    marked = Highlight.objects.filter(user=user, item=item).select_related("version")
    return list(marked.order_by("start", "pk"))


def _passages(highlights: list[Highlight], text: str) -> list[Passage]:
    found = []
    for one in highlights:
        span = place(one.quote, one.version.text, one.start, one.end, text)
        if span is not None:
            found.append(Passage(one.pk, one.quote, *span, occurrence(text, span[0], one.quote)))
    return sorted(found, key=lambda passage: (passage.start, passage.id))


def may_take_apart(user: User, item: Item) -> bool:
    """Taking apart what is everybody's changes it for all: only who runs the library, or uses it alone, may."""
    if item.owner_id is not None:
        return item.owner_id == user.pk
    others = get_user_model().objects.filter(is_active=True).exclude(pk=user.pk)
    return user.is_superuser or not others.exists()
