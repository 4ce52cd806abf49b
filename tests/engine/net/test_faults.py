"""Whatever a server does, a fetch ends within its limits, says why, and harms no other fetch."""

import asyncio

import pytest
from tests.servers import LoopbackServer, Seen, reply
from tests.servers.faults import FAULTS, FEED, fault_handler, portal_handler
from tests.servers.tls import authority, self_signed

from transom.engine.core.errors import FetchError
from transom.engine.net.client import AiohttpClient, looks_like_portal
from transom.engine.net.guard import AddressGuard
from transom.engine.net.limits import Limits
from transom.engine.net.politeness import Politeness
from transom.engine.net.port import Request, Response

MIB = 1024 * 1024
QUICK = Limits(connect_seconds=2, total_seconds=1.2, idle_seconds=0.6, grace_seconds=0.3, least_rate=2000)
ROOMY = Limits(connect_seconds=5, total_seconds=20)
NAMES = ("bad.example", "good.example", "portal.example", "one.example", "two.example")
GUARD = AddressGuard(mapping=dict.fromkeys(NAMES, "127.0.0.1"))
TIMED = {path for path, fault in FAULTS.items() if fault.kind == "timeout"}


def client(limits: Limits = ROOMY, **options) -> AiohttpClient:
    return AiohttpClient(GUARD, limits, Politeness(spacing=0, per_host=50), **options)


async def attempt(client: AiohttpClient, request: Request) -> Response | FetchError:
    try:
        return await client.fetch(request)
    except FetchError as error:
        return error


def run_fault(path: str, limits: Limits) -> Response | FetchError:
    async def scene() -> Response | FetchError:
        async with LoopbackServer(fault_handler) as server, client(limits) as ours:
            return await attempt(ours, Request(server.url(path, "bad.example")))

    return asyncio.run(scene())


@pytest.mark.parametrize("path", sorted(FAULTS))
def test_each_fault_ends_with_its_own_kind(path):
    fault = FAULTS[path]
    result = run_fault(path, QUICK if path in TIMED else ROOMY)
    if fault.kind:
        assert isinstance(result, FetchError)
        assert result.kind == fault.kind
        assert "bad.example" in result.message or fault.kind in {"forbidden-address", "odd-address"}
        assert result.message.endswith((".", "allowed_private."))
    else:
        assert isinstance(result, Response)
        assert result.status == fault.status


def test_a_lying_content_encoding_keeps_the_body():
    assert run_fault("/gzip-lie", ROOMY).body == FEED


def test_what_comes_after_the_declared_length_never_reaches_the_next_answer():
    async def handler(seen, writer):
        if seen.path == "/lie":
            writer.write(reply(200, body=FEED, length=5))
            await writer.drain()
            await asyncio.sleep(0.05)
            writer.write(reply(200, body=b"planted"))
        else:
            writer.write(reply(200, body=b"sound"))

    async def scene():
        async with LoopbackServer(handler) as server, client() as ours:
            await attempt(ours, Request(server.url("/lie", "bad.example")))
            return await ours.fetch(Request(server.url("/sound", "bad.example")))

    assert asyncio.run(scene()).body == b"sound"


def test_an_error_page_is_cut_and_its_status_kept():
    assert len(run_fault("/huge-error", ROOMY).body) == 64 * 1024


def test_faults_leave_other_fetches_unharmed():
    async def scene():
        async with LoopbackServer(fault_handler) as server, client(QUICK) as ours:
            bad = [Request(server.url(path, "bad.example")) for path in FAULTS]
            good = [Request(server.url(f"/good/{number}", "good.example")) for number in range(40)]
            await asyncio.gather(*(ours.fetch(request) for request in good[:5]))
            return await asyncio.gather(*(attempt(ours, request) for request in bad + good[5:]))

    results = asyncio.run(scene())
    assert all(isinstance(result, Response | FetchError) for result in results)
    assert [result.body for result in results[len(FAULTS) :]] == [FEED] * 35


@pytest.mark.parametrize("purpose", ["feed", "picture", "icon", "page"])
def test_every_purpose_has_a_limit(purpose):
    async def scene():
        async with LoopbackServer(fault_handler) as server, client() as ours:
            return await attempt(ours, Request(server.url("/gzip-bomb", "bad.example"), purpose=purpose))

    assert asyncio.run(scene()).kind == "too-large"


def test_a_limit_of_the_request_counts_unpacked_bytes():
    async def scene(most):
        async with LoopbackServer(fault_handler) as server, client() as ours:
            return await attempt(ours, Request(server.url("/good", "good.example"), max_bytes=most))

    assert asyncio.run(scene(len(FEED))).body == FEED
    assert asyncio.run(scene(len(FEED) - 1)).kind == "too-large"


def test_nobody_listening_is_refused():
    async def scene():
        async with LoopbackServer(fault_handler) as server:
            url = server.url("/", "bad.example")
        async with client() as ours:
            return await attempt(ours, Request(url))

    assert asyncio.run(scene()).kind == "refused"


async def greet(seen: Seen, writer: asyncio.StreamWriter) -> None:
    writer.write(reply(200, body=b"hello"))


def over_tls(server_tls, client_tls=None) -> Response | FetchError:
    async def scene():
        async with LoopbackServer(greet, tls=server_tls) as server, client(tls=client_tls) as ours:
            return await attempt(ours, Request(server.url("/", "good.example")))

    return asyncio.run(scene())


def test_a_certificate_that_vouches_for_itself_is_refused():
    result = over_tls(self_signed("good.example"))
    assert result.kind == "tls"
    assert "certificate" in result.message


def test_a_certificate_for_another_host_is_refused():
    ours = authority()
    assert over_tls(ours.server("other.example"), ours.trusting()).kind == "tls"


def test_an_expired_certificate_is_refused():
    ours = authority()
    result = over_tls(ours.server("good.example", expired=True), ours.trusting())
    assert result.kind == "tls"
    assert "expired" in result.message


def test_a_trusted_certificate_is_accepted():
    ours = authority()
    assert over_tls(ours.server("good.example"), ours.trusting()).body == b"hello"


def test_plain_http_on_a_tls_address_is_a_tls_fault():
    async def answer(reader, writer):
        await reader.read(5)
        writer.write(reply(400, body=b"this is plain HTTP"))
        writer.close()

    async def scene():
        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server, client() as ours:
            port = server.sockets[0].getsockname()[1]
            return await attempt(ours, Request(f"https://good.example:{port}/"))

    assert asyncio.run(scene()).kind == "tls"


def test_a_hotel_that_answers_for_everybody_is_recognised():
    async def scene():
        login = ""

        async def handler(seen, writer):
            await portal_handler(login)(seen, writer)

        async with LoopbackServer(handler) as server, client() as ours:
            login = server.url("/login", "portal.example")
            requests = [Request(server.url("/feed", host)) for host in ("one.example", "two.example")]
            return [(request, await ours.fetch(request)) for request in requests]

    for request, response in asyncio.run(scene()):
        assert looks_like_portal(request, response)


def test_a_feed_that_moved_to_another_host_is_no_portal():
    async def handler(seen, writer):
        if seen.path == "/feed":
            host = seen.header("Host").decode().replace("one", "two")
            writer.write(reply(301, [("Location", f"http://{host}/there")]))
        else:
            writer.write(reply(200, [("Content-Type", "text/xml")], FEED))

    async def scene():
        async with LoopbackServer(handler) as server, client() as ours:
            request = Request(server.url("/feed", "one.example"))
            return request, await ours.fetch(request)

    request, response = asyncio.run(scene())
    assert response.body == FEED
    assert not looks_like_portal(request, response)


def test_cancelling_a_fetch_gives_its_place_back():
    async def scene():
        polite = Politeness(spacing=0, per_host=1, total=1)
        async with LoopbackServer(fault_handler) as server, AiohttpClient(GUARD, ROOMY, polite) as ours:
            slow = asyncio.create_task(ours.fetch(Request(server.url("/silent", "bad.example"))))
            while not server.seen:
                await asyncio.sleep(0.01)
            slow.cancel()
            return await ours.fetch(Request(server.url("/good", "bad.example")))

    assert asyncio.run(scene()).status == 200
