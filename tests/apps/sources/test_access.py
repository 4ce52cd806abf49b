"""A feed behind a name and a password: followed by its address, asked with a header that stays with its origin."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from tests.apps.library.documents import LOAN, entry, feed
from tests.factories import make_user
from tests.servers import LoopbackServer, Seen, in_thread, reply

from transom.apps.accounts.models import User
from transom.apps.library.models import Item
from transom.apps.library.refresh import refresh_sources
from transom.apps.sources import services
from transom.apps.sources.models import Source, SourceState
from transom.engine.net.client import AiohttpClient
from transom.engine.net.guard import AddressGuard
from transom.engine.net.politeness import Politeness
from transom.engine.parse import parse_opml

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
BASIC = b"Basic " + b64encode(b"ann:s@cret")
HOSTS = {"members.example": "127.0.0.1", "elsewhere.example": "127.0.0.1"}
HOME = b'<!doctype html><title>Members</title><link rel="alternate" type="application/rss+xml" href="/feed">'


async def members(seen: Seen, writer: asyncio.StreamWriter) -> None:
    """Feeds for members, and a page that leads to one; /away leads to another host, /moved to /feed for good."""
    if seen.path == "/away":
        host = (seen.header("Host") or b"").decode().replace("members", "elsewhere")
        writer.write(reply(302, [("Location", f"http://{host}/feed")]))
    elif seen.header("Authorization") != BASIC:
        writer.write(reply(401, [("WWW-Authenticate", 'Basic realm="members"')]))
    elif seen.path == "/moved":
        writer.write(reply(301, [("Location", "/feed")]))
    elif seen.path == "/":
        writer.write(reply(200, [("Content-Type", "text/html")], HOME))
    else:
        writer.write(
            reply(200, body=feed([entry(title="For members", link="https://x.example/1", body=LOAN)]))
        )


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with in_thread(members) as running:
        yield running


@pytest.fixture
def ann() -> User:
    return make_user("ann")


def client() -> AiohttpClient:
    return AiohttpClient(AddressGuard(mapping=HOSTS), politeness=Politeness(spacing=0))


def at(server: LoopbackServer, path: str) -> str:
    return server.url(path, "members.example").replace("://", "://ann:s%40cret@")


def refreshed(source: Source, now: datetime = NOW) -> SourceState:
    refresh_sources([source.pk], client(), now=now)
    return SourceState.objects.get(source=source)


def test_a_list_brings_a_feed_with_its_password_and_it_is_read(ann: User, server: LoopbackServer) -> None:
    opml = f'<opml version="2.0"><body><outline type="rss" xmlUrl="{at(server, "/feed")}"/></body></opml>'
    services.import_outlines(ann, parse_opml(opml.encode()), now=NOW)
    source = Source.objects.get()
    assert source.owner == ann
    state = refreshed(source)
    assert (state.last_status, state.last_error) == (200, "")
    assert Item.objects.get().owner == ann
    assert all(b"@" not in (seen.header("Host") or b"") for seen in server.seen)


def test_a_wrong_password_says_what_to_do_and_shows_no_password(ann: User, server: LoopbackServer) -> None:
    wrong = at(server, "/feed").replace("s%40cret", "hunter2")
    source = services.follow(ann, wrong, now=NOW).source
    refreshed(source)
    browser = Client()
    browser.force_login(ann)
    page = browser.get(f"/sources/{source.pk}/").content.decode()
    assert "It wants a password. Follow it as https://NAME:PASSWORD@" in page
    assert "members.example" in page
    assert "hunter2" not in page
    assert "hunter2" not in browser.get("/sources/").content.decode()


def test_the_password_never_goes_along_to_another_host(ann: User, server: LoopbackServer) -> None:
    state = refreshed(services.follow(ann, at(server, "/away"), now=NOW).source)
    assert state.last_status == 401
    sent = {
        (seen.header("Host") or b"").partition(b":")[0]: seen.header("Authorization") for seen in server.seen
    }
    assert sent == {b"members.example": BASIC, b"elsewhere.example": None}


def test_a_feed_that_moved_within_its_site_keeps_its_password(ann: User, server: LoopbackServer) -> None:
    source = services.follow(ann, at(server, "/moved"), now=NOW).source
    for day in range(4):
        refreshed(source, NOW + timedelta(days=day))
    source.refresh_from_db()
    assert source.address == at(server, "/feed")


def test_a_page_with_a_password_leads_to_a_feed_with_it(ann: User, server: LoopbackServer) -> None:
    async def look() -> list[str]:
        async with client() as ours:
            return [link.url for link in await services.discover_feeds(at(server, "/"), ours)]

    assert asyncio.run(look()) == [at(server, "/feed")]


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("https://notaurl/feed", "Its host name is no public one."),
        ("https://archive.example:22/feed", "Its address names a port that is not for the web."),
        ("http://10.0.0.7/feed", "Its address leads into a private network."),
    ],
)
def test_a_refused_address_says_which_rule_refused_it(ann: User, address: str, says: str) -> None:
    source = services.follow(ann, address, now=NOW).source
    refreshed(source)
    browser = Client()
    browser.force_login(ann)
    assert says in browser.get(f"/sources/{source.pk}/").content.decode()
