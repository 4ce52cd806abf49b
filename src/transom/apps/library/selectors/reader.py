"""Everything the reader shows beside an item's text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from transom.apps.library.models import Highlight, Item, ItemBody, Link, Note, ReadingState, Sighting, Tag
from transom.engine.text.sanitise import sanitise

if TYPE_CHECKING:
    from transom.apps.accounts.models import User


@dataclass(frozen=True, slots=True)
class ReaderPage:
    """One item as one user sees it.

    ``html`` is sanitised once more on its way out; ``text`` is what offsets of passages count in;
    ``minutes`` the estimate, ``measured_minutes`` what this user spent with it, visible and active.
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

    @property
    def measured_minutes(self) -> float:
        return self.state.active_seconds / 60 if self.state else 0.0


def reader_page(user: User, item_id: int) -> ReaderPage | None:
    """The item for this user; None where there is none that they may see."""
    item = Item.objects.visible_to(user).select_related("home", "author").filter(pk=item_id).first()
    if item is None:
        return None
    body = ItemBody.objects.filter(pk=item.pk).first()
    return ReaderPage(
        item=item,
        html=sanitise(body.html, base_url=item.address) if body else "",
        text=body.text if body else "",
        sightings=list(item.sightings.select_related("source").defer("html").order_by("seen_at", "pk")),
        notes=list(Note.objects.filter(user=user, item=item).order_by("created_at", "pk")),
        highlights=list(
            Highlight.objects.filter(user=user, item=item).select_related("version").order_by("start", "pk")
        ),
        tags=list(Tag.objects.filter(user=user, items=item).order_by("name")),
        links=list(item.links.order_by("pk")),
        state=ReadingState.objects.filter(user=user, item=item).first(),
        minutes=item.minutes,
    )
