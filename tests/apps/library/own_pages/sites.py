"""Small sites of invented people on loopback, each with a host name of its own, and a client that finds them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.apps.people.community import account, byline
from tests.factories import NOW, make_source, make_subscription, make_user
from tests.servers.threaded import in_thread

from transom.apps.base import outbox
from transom.apps.library.models import Identity, OwnPage
from transom.apps.library.own_pages import plan, visit_due
from transom.apps.sources.models import Source
from transom.engine.net.client import AiohttpClient
from transom.engine.net.guard import AddressGuard
from transom.engine.net.loopback import LoopbackServer, Seen, reply
from transom.engine.net.politeness import Politeness

Answer = Callable[[Seen], bytes]


@dataclass
class Sites:
    """Serves pages by host and path; `seen` tells what was asked. Times start at `NOW`."""

    server: LoopbackServer
    pages: dict[tuple[str, str], Answer] = field(default_factory=dict)
    hosts: dict[str, str] = field(default_factory=dict)
    reader: Any = None

    def url(self, host: str, path: str = "/") -> str:
        self.hosts[host] = "127.0.0.1"
        return f"http://{host}:{self.server.port}{path}"

    def serve(self, host: str, body: str, path: str = "/", etag: str = '"1"') -> str:
        """A page; it answers conditional requests."""

        def answer(seen: Seen) -> bytes:
            if seen.header("if-none-match") == etag.encode():
                return reply(304)
            headers = {"Content-Type": "text/html; charset=utf-8", "ETag": etag}
            return reply(200, headers, f"<!doctype html><html><body>{body}</body></html>".encode())

        return self.answer(host, answer, path)

    def answer(self, host: str, answer: Answer, path: str = "/") -> str:
        self.pages[host, path] = answer
        return self.url(host, path)

    def blog(
        self, host: str, *names: str, followed: bool = True, path: str = "/feed.xml", **values: Any
    ) -> tuple[Source, list[Identity]]:
        """A public blog there, followed, with something by each of these."""
        values.setdefault("site", self.url(host))
        source = make_source(f"The pages at {host}", host=host, address=self.url(host, path), **values)
        if followed:
            self.reader = self.reader or make_user()
            make_subscription(self.reader, source)
        return source, [byline(name, source) for name in names]

    def account(
        self, name: str, handle: str, *claims: str, host: str = "keepers.example.net", **values: Any
    ) -> Identity:
        """Somebody's account on a network; it calls these pages its own."""
        links = [{"address": one, "both_ways": False} for one in claims]
        number = f"{handle}@{host}"
        address = f"https://{host}/@{handle}"
        return account(name, "mastodon", number, address=address, links=links, **values)

    def client(self) -> AiohttpClient:
        return AiohttpClient(AddressGuard(mapping=self.hosts), politeness=Politeness(spacing=0))

    def visit(self, now: datetime = NOW) -> int:
        """Plans, and reads pages until none is due; how many were asked for."""
        plan(now)
        OwnPage.objects.filter(read_at=None, failures=0).update(next_due_at=now)
        asked = 0
        while more := visit_due(self.client(), now=now):
            asked += more
        hand_on()
        return asked

    def asked(self, host: str) -> list[str]:
        return [
            seen.target for seen in self.server.seen if (seen.header("host") or b"").decode().startswith(host)
        ]


def hand_on() -> None:
    """Hands all events on."""
    while outbox.dispatch(NOW):
        pass


def me(*addresses: str) -> str:
    return "".join(f'<a rel="me" href="{one}">me</a>' for one in addresses)


def card(name: str, url: str, more: str = "") -> str:
    return f'<div class="h-card"><a class="p-name u-url u-uid" href="{url}">{name}</a>{more}</div>'


def backed(row: Identity) -> set[str]:
    """What is known to link back to an identity's own page."""
    row.refresh_from_db()
    return {one["address"] for one in row.links if one["both_ways"] and not one.get("own")}


def own(row: Identity) -> list[str]:
    row.refresh_from_db()
    return [one["address"] for one in row.links if one.get("own")]


@contextmanager
def sites_on_loopback() -> Iterator[Sites]:
    """The sites, while the block runs."""
    made: list[Sites] = []

    async def handle(seen: Seen, writer: asyncio.StreamWriter) -> None:
        host = (seen.header("host") or b"").decode().partition(":")[0]
        answer = made[0].pages.get((host, seen.path))
        writer.write(answer(seen) if answer else reply(404, {}, b"Nothing here."))

    with in_thread(handle) as server:
        made.append(Sites(server))
        yield made[0]
