"""One server stands in for others: whoever asks sees the names that were asked for."""

from __future__ import annotations

import asyncio

from transom.apps.sources.connectors.serving import Asked, Reply, Running, serving
from transom.engine.net.client import AiohttpClient
from transom.engine.net.detour import Detour
from transom.engine.net.guard import AddressGuard
from transom.engine.net.politeness import Politeness
from transom.engine.net.port import Request, Response


def answer(asked: Asked) -> Reply:
    if asked.path.endswith("/old"):
        return Reply(301, headers={"Location": asked.path.removesuffix("/old") + "/new"})
    named = asked.headers.get("x-forwarded-host", "")
    return Reply(body=f"{asked.path} {asked.one('q')} {named}".encode(), content_type="text/plain")


def ask(server: Running, url: str) -> Response:
    host, _, port = server.base.rpartition("//")[2].partition(":")

    async def run() -> Response:
        guard = AddressGuard(allowed=frozenset({(host, int(port))}))
        client = Detour(
            AiohttpClient(guard, politeness=Politeness(spacing=0)),
            server.base,
            lambda name: name.endswith(".example"),
        )
        try:
            return await client.fetch(Request(url))
        finally:
            await client.aclose()

    return asyncio.run(run())


def test_a_chosen_host_is_asked_at_the_server_that_stands_in_for_it() -> None:
    with serving(answer) as server:
        found = ask(server, "https://slowrooms.example/feed.atom?q=a%20b")
    assert found.body == b"/slowrooms.example/feed.atom a b slowrooms.example"
    assert found.url == "https://slowrooms.example/feed.atom?q=a%20b"


def test_a_redirect_ends_under_the_name_that_was_asked_for() -> None:
    with serving(answer) as server:
        found = ask(server, "http://slowrooms.example/old")
    assert found.url == "http://slowrooms.example/new"


def test_other_hosts_are_asked_themselves() -> None:
    with serving(answer) as server:
        found = ask(server, f"{server.base}/plain")
        assert found.url == f"{server.base}/plain"
    assert found.body == b"/plain  "
