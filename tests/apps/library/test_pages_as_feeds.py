"""A page without a feed whose entries are marked as such is followed as it stands, over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.engine.parse.test_hfeed import NOTE, POST, page
from tests.factories import NOW, make_user
from tests.servers import Seen, in_thread, reply

from transom.apps.library.models import Item
from transom.apps.library.refresh import RefreshReport, refresh_sources
from transom.apps.sources.models import Source, SourceKind, SourceState
from transom.apps.sources.services import discover_feeds, follow
from transom.engine.net.client import AiohttpClient
from transom.engine.net.guard import AddressGuard
from transom.engine.net.politeness import Politeness

pytestmark = pytest.mark.django_db


class Site:
    """One page, and what it says now."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/notes/"

    def client(self) -> AiohttpClient:
        guard = AddressGuard(allowed=frozenset({("127.0.0.1", self.port)}))
        return AiohttpClient(guard, politeness=Politeness(spacing=0))

    def offered(self) -> list[str]:
        async def ask() -> list[str]:
            client = self.client()
            try:
                return [link.url for link in await discover_feeds(self.url, client)]
            finally:
                await client.aclose()

        return asyncio.run(ask())

    def refreshed(self, source: Source, hours: int = 0) -> RefreshReport:
        return refresh_sources([source.pk], self.client(), now=NOW + timedelta(hours=hours))


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()

    async def handle(seen: Seen, writer: asyncio.StreamWriter) -> None:
        body = made.pages.get(seen.path)
        headers = [("Content-Type", "text/html; charset=utf-8")]
        writer.write(reply(200, headers, body) if body is not None else reply(404, [], b""))

    with in_thread(handle) as server:
        made.port = server.port
        yield made


def test_it_is_offered_followed_and_read_again(site: Site) -> None:
    site.pages["/notes/"] = page(f'<div class="h-feed"><h1 class="p-name">Notes</h1>{POST}</div>')
    assert site.offered() == [site.url]
    source = follow(make_user(), site.url, now=NOW).source
    site.refreshed(source)
    source.refresh_from_db()
    assert (source.kind, source.title) == (SourceKind.PAGE, "Notes")
    site.pages["/notes/"] = page(f'<div class="h-feed">{NOTE}{POST}</div>')
    site.refreshed(source, hours=30)
    assert set(Item.objects.values_list("author_name", flat=True)) == {"", "Kofi Adjei"}
    assert Item.objects.count() == 2
    assert SourceState.objects.get().failures == 0


def test_a_true_feed_goes_before_it(site: Site) -> None:
    site.pages["/notes/"] = page(f'<div class="h-feed">{POST}</div><a href="/rss.xml">RSS</a>')
    site.pages["/rss.xml"] = (
        b"<rss version='2.0'><channel><title>Notes</title><item><title>A</title></item></channel></rss>"
    )
    assert site.offered() == [site.url.replace("/notes/", "/rss.xml")]


def test_a_feed_in_whose_place_a_page_stands_is_not_read_for_entries(site: Site) -> None:
    site.pages["/notes/"] = (
        b"<rss version='2.0'><channel><title>Notes</title><item><title>A</title></item></channel></rss>"
    )
    source = follow(make_user(), site.url, now=NOW).source
    site.refreshed(source)
    site.pages["/notes/"] = page(f'<div class="h-feed">{POST}{NOTE}</div>')
    site.refreshed(source, hours=30)
    source.refresh_from_db()
    assert source.kind == SourceKind.FEED
    assert Item.objects.count() == 1
    assert SourceState.objects.get().failures == 1
