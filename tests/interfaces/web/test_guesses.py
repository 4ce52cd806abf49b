"""Feeds that a page does not name are offered only where they were asked and are feeds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace

import pytest
from django.conf import settings
from django.test import Client
from tests.apps.library.documents import entry, feed
from tests.factories import make_user
from tests.servers import LoopbackServer, Seen, in_thread, reply

from transom.apps.sources.models import Source

pytestmark = pytest.mark.django_db

PAGE = b"<!doctype html><title>Shelf</title><p>About shelves.</p>"
LINKED = b'<!doctype html><title>Shelf</title><a href="/posts/rss">RSS</a> <a href="/gone/rss">RSS</a>'
POSTS = feed([entry(title="Why the basement flooded twice")], title="Posts")

Start = Callable[[Mapping[str, bytes]], LoopbackServer]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Serves the bodies by path, and 404 for all else; Transom may ask it."""
    with ExitStack() as stack:

        def serve(bodies: Mapping[str, bytes]) -> LoopbackServer:
            async def site(seen: Seen, writer: asyncio.StreamWriter) -> None:
                body = bodies.get(seen.path)
                writer.write(reply(404, body=b"no") if body is None else reply(200, body=body))

            server = stack.enter_context(in_thread(site))
            pair = f"127.0.0.1:{server.port}"
            options = replace(settings.OPTIONS, allowed_private=(pair,), unspaced_hosts=("127.0.0.1",))
            monkeypatch.setattr(settings, "OPTIONS", options)
            return server

        yield serve


@pytest.fixture
def reader() -> Client:
    client = Client()
    client.force_login(make_user())
    return client


def paths(server: LoopbackServer) -> list[str]:
    return [seen.path for seen in server.seen]


def test_a_page_without_feeds_is_said_to_have_none(reader: Client, start: Start) -> None:
    server = start({"/": PAGE})
    answer = reader.post("/sources/add/", {"address": server.url()}).content.decode()
    assert f"No feed was found at {server.url()}" in answer
    assert "Which one?" not in answer
    assert 2 <= len(paths(server)) <= 6


def test_a_feed_at_a_usual_path_is_followed_and_the_others_are_not_asked(
    reader: Client, start: Start
) -> None:
    server = start({"/": PAGE, "/feed.xml": POSTS, "/rss.xml": POSTS})
    answer = reader.post("/sources/add/", {"address": server.url()}, follow=True)
    assert "You follow" in answer.content.decode()
    assert Source.objects.get().address == server.url("/feed.xml")
    assert paths(server) == ["/", "/feed", "/feed.xml"]


def test_of_links_that_look_like_feeds_those_that_are_one_remain(reader: Client, start: Start) -> None:
    server = start({"/": LINKED, "/posts/rss": POSTS})
    reader.post("/sources/add/", {"address": server.url()})
    assert Source.objects.get().address == server.url("/posts/rss")
