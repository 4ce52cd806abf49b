"""Following and unfollowing, one source or a whole list."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from transom.apps.sources.connectors.interface import Connector, Query
from transom.apps.sources.connectors.registry import connector
from transom.apps.sources.errors import SourceError
from transom.apps.sources.models import Source, SourceKind, SourceState, SourceStatus, Subscription
from transom.apps.sources.packs import Pack, PackSource
from transom.apps.sources.privacy import carries_secret
from transom.engine.core import addresses
from transom.engine.core.access import with_access_of, without_access
from transom.engine.core.errors import FetchError, ParseError
from transom.engine.net.port import HttpPort, Request, Response
from transom.engine.parse import FeedLink, Outline, discover, parse_feed
from transom.engine.parse.hfeed import MEDIA_TYPE

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

LONGEST_ADDRESS = 2000
MOST_GUESSES = 5
SECONDS_TO_GUESS = 12.0  # somebody waits for the page


@dataclass(slots=True)
class ImportResult:
    """What came of a list: addresses followed now, followed already, and refused with the reason."""

    followed: int = 0
    already: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


def feed_address(address: str) -> str:
    """The address under which a feed is kept: tidied, but with its own query. Raises SourceError."""
    tidy = address.strip()
    if tidy.lower().startswith("feed:"):
        tidy = tidy[5:].removeprefix("//")
        tidy = tidy if addresses.is_http(tidy) else "https://" + tidy
    if "://" not in tidy:
        tidy = "https://" + tidy
    if not addresses.is_http(tidy) or len(tidy) > LONGEST_ADDRESS or any(c.isspace() for c in tidy):
        raise SourceError(
            f"{address.strip()[:200]!r} is not a web address. Copy the whole address, starting with https://.",
            permanent=True,
        )
    return tidy.partition("#")[0]


def follow(
    user: User,
    address: str,
    *,
    now: datetime,
    title: str = "",
    folder: str = "",
    channel: str = "",
    vendor: bool = False,
    pack: str = "",
    private: bool = False,
    site: str = "",
    actor: User | None = None,
) -> Subscription:
    """Follows the feed at an address; the source is made where nobody follows it yet, and is due at once.

    It belongs to the user alone when private, or when its address carries a secret. A title is the user's own
    name for it and stays theirs; only a pack's, a fact that anybody may know, names the source for all. Raises
    SourceError.
    """
    tidy = feed_address(address)
    source = Source(
        owner=user if private or carries_secret(tidy) else None,
        address=tidy,
        host=addresses.host_of(tidy),
        site=site,
        channel=channel or "blog",
        vendor=vendor,
    )
    return _follow(user, source, title=title, folder=folder, pack=pack, now=now, actor=actor or user)


def _follow(
    user: User, source: Source, *, title: str, folder: str, pack: str, now: datetime, actor: User
) -> Subscription:
    """Follows a source as described, or the one that reads the same already; a new one is due at once."""
    described = ("kind", "query", "host", "site", "channel", "vendor")
    with transaction.atomic():
        found, made = Source.objects.get_or_create(
            owner=source.owner,
            connector=source.connector,
            address=source.address,
            defaults={name: getattr(source, name) for name in described}
            | {"title": title[:300] if pack or source.owner else "", "actor": actor},
        )
        if made:
            SourceState.objects.create(source=found, next_due_at=now)
        subscription, _ = Subscription.objects.get_or_create(
            user=user,
            source=found,
            defaults={
                "title": "" if pack else title[:300],
                "folder": folder[:200],
                "followed_at": now,
                "pack": pack,
                "actor": actor,
            },
        )
    return subscription


def follow_connector(
    user: User,
    reader: Connector,
    query: Query,
    *,
    now: datetime,
    title: str = "",
    folder: str = "",
    private: bool = False,
    pack: str = "",
    channel: str = "",
    site: str = "",
    vendor: bool = False,
    vouched: bool = False,
    actor: User | None = None,
) -> Subscription:
    """Follows what a connector reads for a query, as with `follow`.

    `vouched`: whoever made the list that names another server (`at=`) answers for what it claims, so that it counts
    for all. Raises SourceError.
    """
    asked = dict(reader.checked(query))
    address = reader.address(asked)[:LONGEST_ADDRESS]
    elsewhere = reader.is_elsewhere(asked) and not vouched
    alone = private or reader.is_private(asked) or elsewhere or carries_secret(address)
    source = Source(
        owner=user if alone else None,
        kind=SourceKind.CONNECTOR,
        connector=reader.name,
        address=address,
        query=asked,
        host=addresses.host_of(reader.base(asked) or address),
        site=site,
        channel=channel or reader.channel,
        vendor=vendor,
    )
    return _follow(user, source, title=title, folder=folder, pack=pack, now=now, actor=actor or user)


def follow_known(user: User, source: Source, *, now: datetime, actor: User | None = None) -> Subscription:
    """Follows a source that is there already and that this user may see, whoever reads it."""
    values = {"followed_at": now, "actor": actor or user}
    subscription, _ = Subscription.objects.get_or_create(user=user, source=source, defaults=values)
    return subscription


def unfollow(user: User, source: Source) -> None:
    """Stops following. What the user saved, noted or marked stays; a source nobody follows rests."""
    Subscription.objects.filter(user=user, source=source).delete()


def import_outlines(user: User, outlines: Iterable[Outline], *, now: datetime) -> ImportResult:
    """Follows every feed of a reading list; one bad line never stops the others."""
    result = ImportResult()
    known = set(
        Subscription.objects.filter(user=user, source__connector="").values_list("source__address", flat=True)
    )
    for outline in outlines:
        try:
            tidy = feed_address(outline.feed_url)
            if tidy in known:
                result.already += 1
                continue
            follow(
                user,
                tidy,
                title=outline.title,
                folder=" / ".join(outline.folders),
                site=outline.site_url if addresses.is_http(outline.site_url) else "",
                now=now,
            )
        except SourceError as error:
            result.refused.append((outline.feed_url or outline.title, error.message))
            continue
        known.add(tidy)
        result.followed += 1
    return result


def export_outlines(user: User) -> list[Outline]:
    """The user's whole reading list, by folder and title. Private addresses are the user's own to export."""
    rows = Subscription.objects.filter(user=user, source__kind=SourceKind.FEED).select_related("source")
    return [
        Outline(
            title=row.title or str(row.source),
            feed_url=row.source.address,
            site_url=row.source.site,
            folders=tuple(part for part in row.folder.split(" / ") if part),
        )
        for row in rows.order_by("folder", "source__title", "source_id")
    ]


def follow_pack(
    user: User, pack: Pack, chosen: Iterable[str] | None = None, *, now: datetime
) -> ImportResult:
    """Follows a starter pack, or those of its addresses that were chosen."""
    wanted = None if chosen is None else set(chosen)
    result = ImportResult()
    for entry in pack.sources:
        if wanted is not None and entry.address not in wanted:
            continue
        try:
            _follow_pack_source(user, pack, entry, now)
        except SourceError as error:
            result.refused.append((entry.address, error.message))
            continue
        result.followed += 1
    return result


def _follow_pack_source(user: User, pack: Pack, entry: PackSource, now: datetime) -> None:
    if entry.connector:
        follow_connector(
            user,
            connector(entry.connector),
            entry.query,
            title=entry.title,
            channel=entry.kind,
            vendor=entry.vendor,
            site=entry.site,
            folder=pack.title,
            pack=pack.id,
            vouched=True,
            now=now,
        )
        return
    subscription = follow(
        user,
        entry.address,
        title=entry.title,
        channel=entry.kind,
        vendor=entry.vendor,
        site=entry.site,
        folder=pack.title,
        pack=pack.id,
        now=now,
    )
    if not entry.feed and subscription.source.kind != SourceKind.PAGE:
        # Only the site is known: the first fetch looks for its feed.
        Source.objects.filter(pk=subscription.source_id).update(kind=SourceKind.PAGE)


async def discover_feeds(address: str, client: HttpPort) -> list[FeedLink]:
    """The feeds behind an address: itself when it is one, else those its page offers; each with the name and
    password that were given with the address, where it is of the same origin.

    What is only guessed is asked first, and named only where it is a feed. Raises SourceError for no address,
    FetchError when it does not answer.
    """
    tidy = feed_address(address)
    answer = await client.fetch(Request(tidy, purpose="discovery"))
    if answer.status >= 400:
        raise FetchError(
            "http-status",
            f"{addresses.host_of(tidy)} answered with error {answer.status}. Check the address in a browser.",
            url=without_access(tidy),
            status=answer.status,
        )
    if itself := _feed_in(answer):
        return [replace(itself, url=with_access_of(itself.url, tidy))]
    offered = [
        replace(link, url=with_access_of(link.url, tidy))
        for link in discover(answer.body, url=answer.url, content_type=answer.headers.get("content-type"))
    ]
    sure = [link for link in offered if not link.guessed]
    declared = [link for link in sure if link.media_type != MEDIA_TYPE]
    # A page that is its own feed comes last: where there is a true feed, it tells more.
    return declared or await _true_guesses([link for link in offered if link.guessed], client) or sure


def _feed_in(answer: Response) -> FeedLink | None:
    try:
        feed = parse_feed(answer.body, url=answer.url, content_type=answer.headers.get("content-type"))
    except ParseError:
        return None
    return FeedLink(answer.url, feed.title)


async def _true_guesses(guesses: Sequence[FeedLink], client: HttpPort) -> list[FeedLink]:
    """Those of the first few guesses that are feeds. What the page calls a feed is all looked at; of addresses
    that are only customary, the first that is one is enough."""
    found: dict[str, FeedLink] = {}
    with suppress(TimeoutError):
        async with asyncio.timeout(SECONDS_TO_GUESS):
            for guess in guesses[:MOST_GUESSES]:
                if found and not guess.title:
                    break
                if link := await _if_feed(guess, client):
                    found.setdefault(link.url, link)
    return list(found.values())


async def _if_feed(guess: FeedLink, client: HttpPort) -> FeedLink | None:
    try:
        answer = await client.fetch(Request(guess.url, purpose="discovery"))
    except FetchError:
        return None
    link = _feed_in(answer) if answer.status < 400 else None
    return link and replace(link, url=with_access_of(link.url, guess.url), title=link.title or guess.title)


def refresh_now(source: Source, *, now: datetime) -> None:
    """Makes a source due at once, whatever its schedule says."""
    SourceState.objects.filter(source=source).update(next_due_at=now)


def resume(source: Source, *, now: datetime) -> None:
    """Starts fetching a paused or gone source again."""
    SourceState.objects.filter(source=source).update(
        status=SourceStatus.ACTIVE, next_due_at=now, failures=0, gone_sightings=0, gone_first_seen_at=None
    )


def note_asked(source_ids: Iterable[int], now: datetime) -> None:
    """These were asked in the round of ``now``, whatever comes of it."""
    SourceState.objects.filter(source_id__in=list(source_ids)).update(last_asked_at=now)
