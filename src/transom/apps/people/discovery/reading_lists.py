"""The reading lists that blogs publish (``rel="blogroll"``, an OPML file): whom their authors would have one read.

Each public blog that is followed is asked for its list once a month, politely and with all guards on, as any request
is; and for its front page, where that was not read for who keeps it (`library.own_pages`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from transom.apps.library.own_pages import lists_told
from transom.apps.library.refresh import make_client
from transom.apps.library.refresh.contacts import count_contacts
from transom.apps.library.refresh.fetching import Answer
from transom.apps.people.models import Listing, ReadingList
from transom.apps.sources.models import Source, SourceKind, Subscription
from transom.engine.core.addresses import is_http
from transom.engine.core.errors import FetchError, ParseError
from transom.engine.net.port import HttpPort, Request, Response
from transom.engine.parse import Outline, parse_opml, reading_list

EVERY: Final = timedelta(days=30)
AT_ONCE: Final = 20
MOST_LISTED: Final = 300
PURPOSE: Final = "reading-list"
CHANNELS: Final = ("blog", "newsletter")
OK: Final = 200


def lists_due(now: datetime) -> bool:
    """Whether any blog is to be asked."""
    return _due(now).exists()


def _due(now: datetime) -> QuerySet[Source]:
    followed = Subscription.objects.filter(source=OuterRef("pk"))
    fresh = ReadingList.objects.filter(source=OuterRef("pk"), looked_at__gt=now - EVERY)
    rows = Source.objects.public().filter(kind=SourceKind.FEED, channel__in=CHANNELS, vendor=False)
    return rows.exclude(site="").filter(Exists(followed)).exclude(Exists(fresh)).order_by("pk")


def read_lists(*, now: datetime) -> int:
    """Asks some of those that are due, and keeps what they list; how many sources were asked."""
    sources = list(_due(now)[:AT_ONCE])
    answers: list[Answer] = []
    found = asyncio.run(_ask(sources, lists_told(source.pk for source in sources), answers))
    count_contacts(answers, now, None)
    for source in sources:
        address, outlines = found.get(source.pk, ("", ()))
        _keep(source, address, outlines, now)
    return len(sources)


async def _ask(
    sources: Sequence[Source], told: Mapping[int, str], answers: list[Answer]
) -> dict[int, tuple[str, Sequence[Outline]]]:
    client = make_client()
    try:
        found = await asyncio.gather(
            *(_list_of(source, told.get(source.pk), client, answers) for source in sources)
        )
    finally:
        await client.aclose()
    return dict(zip([source.pk for source in sources], found, strict=True))


async def _list_of(
    source: Source, told: str | None, client: HttpPort, answers: list[Answer]
) -> tuple[str, Sequence[Outline]]:
    """The address of a source's reading list and what stands on it; nothing where anything fails.

    `told` is what its front page was seen to say lately; None where it was not read.
    """
    address = await _declared(source, client, answers) if told is None else told
    listed = await _fetch(address, source.pk, client, answers) if address else None
    try:
        return address, parse_opml(listed.body) if listed else ()
    except ParseError:
        return address, ()


async def _declared(source: Source, client: HttpPort, answers: list[Answer]) -> str:
    page = await _fetch(source.site, source.pk, client, answers)
    if page is None:
        return ""
    return reading_list(page.body, url=page.url, content_type=page.headers.get("content-type"))


async def _fetch(address: str, key: int, client: HttpPort, answers: list[Answer]) -> Response | None:
    request = Request(address, purpose=PURPOSE)
    try:
        response = await client.fetch(request)
    except FetchError as error:
        answers.append(Answer(key, request, error=error))
        return None
    answers.append(Answer(key, request, response))
    return response if response.status == OK else None


def _keep(source: Source, address: str, outlines: Iterable[Outline], now: datetime) -> None:
    """What is no longer listed goes; a list that failed keeps what it said before."""
    wanted = {
        one.feed_url: one for one in outlines if is_http(one.feed_url) and one.feed_url != source.address
    }
    kept = list(wanted.values())[:MOST_LISTED]
    with transaction.atomic():
        ReadingList.objects.update_or_create(source=source, defaults={"address": address, "looked_at": now})
        if kept:
            Listing.objects.filter(by=source).exclude(address__in=[one.feed_url for one in kept]).delete()
        Listing.objects.bulk_create(
            [
                Listing(
                    by=source,
                    address=one.feed_url,
                    title=one.title[:300],
                    site=one.site_url if is_http(one.site_url) else "",
                    seen_at=now,
                )
                for one in kept
            ],
            ignore_conflicts=True,
        )
