"""Which pages are read: the home pages of public sources that somebody follows."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from transom.apps.library.models import OwnPage, PageOf, PagePlace
from transom.apps.sources.models import Source, SourceKind, Subscription
from transom.engine.core import addresses
from transom.engine.resolve.facts import EVERYBODYS_HOSTS
from transom.engine.resolve.traits import page as page_key

AT_ONCE = 200
BLOG = "blog"
SHALLOW = 2
"""Steps in the address of a feed that may be the whole site's: /feed.xml, /blog/feed; deeper ones are of a part."""
LATER = timedelta(hours=6)
"""Within how long pages of other channels come after those of blogs."""


def plan(now: datetime, source_ids: Iterable[int] | None = None) -> int:
    """Notes the home pages of followed public sources that have none yet, blogs first; how many.

    `source_ids` narrows it to these. What has an owner is left alone: its address may be a secret, or stem from a mail.
    """
    sources = followed().exclude(Exists(PageOf.objects.filter(source=OuterRef("pk"), place=PagePlace.HOME)))
    noted = 0
    for some in _in_pieces(sources, source_ids):
        homes = [
            Wanted(one.pk, home, PagePlace.HOME, _due(one, now)) for one in some if (home := home_of(one))
        ]
        with transaction.atomic():
            note_pages(homes)
        noted += len(homes)
    return noted


def _in_pieces(sources: QuerySet[Source], source_ids: Iterable[int] | None) -> Iterator[list[Source]]:
    wanted = sorted(set(source_ids)) if source_ids is not None else list(sources.values_list("pk", flat=True))
    for start in range(0, len(wanted), AT_ONCE):
        yield list(sources.filter(pk__in=wanted[start : start + AT_ONCE]).order_by("pk"))


def followed() -> QuerySet[Source]:
    """Public feeds and pages that somebody follows."""
    sources: QuerySet[Source] = Source.objects.filter(owner=None, kind__in=(SourceKind.FEED, SourceKind.PAGE))
    return sources.filter(Exists(Subscription.objects.filter(source=OuterRef("pk"))))


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page that is to be read for a source, from `due` on."""

    source_id: int
    address: str
    place: PagePlace
    due: datetime


def _due(source: Source, now: datetime) -> datetime:
    return now if source.channel == BLOG else now + LATER * (0.1 + 0.9 * random.random())


def note_pages(wanted: Sequence[Wanted]) -> None:
    """Notes pages to be read; those that are known keep their time. Call it inside a transaction."""
    pages = [OwnPage(address=one.address, next_due_at=one.due) for one in wanted]
    OwnPage.objects.bulk_create(pages, ignore_conflicts=True)
    addresses_wanted = {one.address for one in wanted}
    known = dict(OwnPage.objects.filter(address__in=addresses_wanted).values_list("address", "pk"))
    uses = [
        PageOf(page_id=known[one.address], source_id=one.source_id, place=one.place)
        for one in wanted
        if one.address in known
    ]
    PageOf.objects.bulk_create(uses, ignore_conflicts=True)


def home_of(source: Source) -> str:
    """The home page that a source may speak for: its site where that is at its own domain, else its host's root.

    "" where it has none, or where the host is everybody's and the site is no page of its own there.
    """
    if not addresses.is_http(source.address):
        return ""
    site = addresses.canonical(source.site) if addresses.is_http(source.site) else ""
    if _domain(site) != _domain(source.address):
        parts = urlsplit(addresses.canonical(source.address))
        site = f"{parts.scheme}://{parts.netloc}/"
    return "" if page_key(site) in EVERYBODYS_HOSTS or len(site) > 2000 else site


def speaks_for(source: Source, page: OwnPage) -> bool:
    """Whether a source and its home page belong together: the root of its own domain, or the page names the feed.

    On a host where many have their pages, a feed could call any of them its own.
    """
    told = page.told.get("url") or page.address
    if _domain(told) != _domain(source.address):
        return False
    if page_key(source.address) in {page_key(one) for one in page.told.get("feeds", ())}:
        return True
    host = addresses.host_of(told).removeprefix("www.")
    steps = [step for step in urlsplit(source.address).path.split("/") if step]
    is_root = urlsplit(told).path in ("", "/") and host not in EVERYBODYS_HOSTS
    return is_root and len(steps) <= SHALLOW and "/~" not in source.address


def _domain(address: str) -> str:
    return addresses.registrable_domain(addresses.host_of(address)) if address else ""


def tidy() -> int:
    """Lets go of pages that are read for no followed source any more; how many. What was found of people stays."""
    known = set(PageOf.objects.values_list("source_id", flat=True).distinct())
    left = known - set(followed().filter(page_uses__isnull=False).values_list("pk", flat=True))
    for start in range(0, len(ordered := sorted(left)), AT_ONCE):
        PageOf.objects.filter(source__in=ordered[start : start + AT_ONCE]).delete()
    unused = list(OwnPage.objects.filter(uses__isnull=True).values_list("pk", flat=True))
    for start in range(0, len(unused), AT_ONCE):
        OwnPage.objects.filter(pk__in=unused[start : start + AT_ONCE]).delete()
    return len(unused)
