"""What follows from new and changed items: who picked what, what was pointed at before it arrived, whose page it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from transom.apps.base.jobs import job
from transom.apps.base.models import OutboxEvent
from transom.apps.base.outbox import handles
from transom.apps.library.models import Item, OwnPage, PageOf
from transom.apps.library.own_pages import derive, plan, tidy
from transom.apps.library.own_pages.derive import sources_naming
from transom.apps.library.own_pages.plan import followed
from transom.apps.library.services.picks import note_picks
from transom.apps.library.store.citing import note_citations
from transom.apps.library.store.records import tie_endorsements


@handles("items.added")
def endorse_added(events: Sequence[OutboxEvent]) -> None:
    """New items may be pointed at already, and may be issues that point at others."""
    ids = [one for event in events for one in event.payload["ids"]]
    tie_endorsements(ids)
    note_picks(ids)


@handles("items.changed")
def endorse_changed(events: Sequence[OutboxEvent]) -> None:
    """An issue that was edited may pick otherwise."""
    note_picks({one for event in events for one in event.payload["ids"]})


@handles("works.named")
def cite(events: Sequence[OutboxEvent]) -> None:
    """A work may cite what is here, or be cited here already."""
    note_citations(one for event in events for one in event.payload["ids"])


@handles("items.added")
def plan_pages(events: Sequence[OutboxEvent]) -> None:
    """A source that brought something has a home page, which is read soon."""
    items = sorted({one for event in events for one in event.payload["ids"]})
    sources: set[int] = set()
    for start in range(0, len(items), 500):
        rows = Item.objects.filter(pk__in=items[start : start + 500], owner=None).exclude(home=None)
        sources |= set(rows.values_list("home_id", flat=True).distinct())
    plan(timezone.now(), sources)


@handles("identities.changed")
def look_for_backlinks(events: Sequence[OutboxEvent]) -> None:
    """An account that became known, or names other pages now, may be one that a page names."""
    sources = sources_naming({one for event in events for one in event.payload["ids"]})
    if sources:
        derive(sources)


def _has_pages(now: datetime) -> bool:
    return OwnPage.objects.exists() or followed().exists()


@job("library.own-pages", every=timedelta(days=1), wanted=_has_pages)
def keep_pages() -> None:
    """Pages of sources that are followed by now, and of none that is not; and what they say of bylines since."""
    now = timezone.now()
    plan(now)
    tidy()
    last = 0
    while some := list(
        PageOf.objects.filter(source__gt=last).order_by("source").values_list("source", flat=True)[:200]
    ):
        derive(some)
        last = max(some)
