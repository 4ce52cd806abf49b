"""Each fault ends as a clear state on its own source; every other source of the round is unharmed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import timedelta

import pytest
from tests.apps.library.documents import LOAN, NOW, entry, feed
from tests.factories import make_source, make_state
from tests.servers import LoopbackServer, Seen, in_thread, reply
from tests.servers.faults import brotli_bomb_bytes, fault_handler, gzip_bomb_bytes, portal_handler
from tests.servers.tls import self_signed

from transom.apps.library.models import RefreshRun, Sighting
from transom.apps.library.refresh import RefreshReport, refresh_sources
from transom.apps.library.refresh.digest import fetch_state
from transom.apps.sources.models import Source
from transom.engine.fetch.health import Health, health
from transom.engine.net.client import AiohttpClient
from transom.engine.net.guard import AddressGuard
from transom.engine.net.limits import Limits
from transom.engine.net.politeness import Politeness

pytestmark = pytest.mark.django_db

SOUND = 12
QUICK = Limits(connect_seconds=8, total_seconds=8, idle_seconds=4, grace_seconds=0.4, least_rate=2000)
LATIN = "Die Überschwemmung im Archiv: größer als gedacht"
FAULTY: dict[str, tuple[str, str]] = {
    "/gzip-bomb": ("failing", "What it sends is too large."),
    "/brotli-bomb": ("failing", "What it sends is too large."),
    "/huge": ("failing", "What it sends is too large."),
    "/endless": ("failing", "It sends Transom in circles."),
    "/to-private": ("failing", "Its address leads into a private network."),
    "/to-metadata": ("failing", "Its address leads into a private network."),
    "/trickle": ("failing", "It does not answer in time."),
    "/silent": ("failing", "It does not answer in time."),
    "/gzip-broken": ("failing", "What it sends cannot be unpacked."),
    "/cut": ("failing", "It does not answer as a web server should."),
    "/ssh": ("failing", "It does not answer as a web server should."),
    "/page": ("failing", "What it sends is no feed."),
    "/noise-feed": ("failing", "What it sends is no feed."),
    "/missing": ("failing", "There is nothing at its address."),
    "/later": ("waiting", "It is not available for the moment."),
}


class Names:
    """A name service that knows every host, and gives the answers it was told, one after the other."""

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)

    async def lookup(self, host: str, port: int) -> list[str]:
        return [self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]]

    async def aclose(self) -> None:
        pass


def client(hosts: Sequence[str], limits: Limits = QUICK) -> AiohttpClient:
    guard = AddressGuard(mapping=dict.fromkeys(hosts, "127.0.0.1"))
    return AiohttpClient(guard, limits, Politeness(spacing=0))


def document(name: str) -> bytes:
    entries = [entry(title=f"{name} number {n}", link=f"https://{name}/{n}", body=LOAN) for n in range(3)]
    return feed(entries, title=name, site=f"https://{name}/")


async def world(seen: Seen, writer: asyncio.StreamWriter) -> None:
    """Sound feeds by host, and every fault by path."""
    host = (seen.header("Host") or b"").decode().partition(":")[0]
    if seen.path == "/feed":
        writer.write(reply(200, [("ETag", f'"{host}"')], document(host)))
    elif seen.path == "/page":
        writer.write(reply(200, [("Content-Type", "text/html")], b"<!DOCTYPE html><html><p>Hello</p></html>"))
    elif seen.path == "/noise-feed":
        writer.write(reply(200, [("Content-Type", "text/xml")], bytes(range(1, 256)) * 40))
    elif seen.path == "/later":
        writer.write(reply(503, [("Retry-After", "7200")]))
    elif seen.path == "/latin":
        body = feed([entry(title=LATIN, link=f"https://{host}/1")]).decode().encode("windows-1252")
        writer.write(reply(200, [("Content-Type", "application/xml; charset=utf-8")], body))
    else:
        await fault_handler(seen, writer)


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    (
        gzip_bomb_bytes(),
        brotli_bomb_bytes(),
    )  # made beforehand: packing them would keep the server from answering
    with in_thread(world) as running:
        yield running


def followed(server: LoopbackServer, path: str, host: str, **state: object) -> Source:
    source = make_source(host, host=host, address=server.url(path, host), state=False)
    make_state(source, **{"last_fetched_at": None, "last_success_at": None, "last_status": None, **state})
    return source


def sound_ones(server: LoopbackServer) -> list[Source]:
    return [followed(server, "/feed", f"sound{n}.example.org") for n in range(SOUND)]


def refresh(sources: Sequence[Source], ours: AiohttpClient | None = None) -> RefreshReport:
    ours = ours or client([source.host for source in sources])
    return refresh_sources([source.pk for source in sources], ours, now=NOW)


def health_of(source: Source) -> Health:
    return health(fetch_state(Source.objects.select_related("state").get(pk=source.pk).state), NOW)


def assert_unharmed(sources: Sequence[Source]) -> None:
    for source in sources:
        assert health_of(source).word == "fine"
        assert Sighting.objects.filter(source=source).count() == 3
        assert Source.objects.get(pk=source.pk).state.etag == f'"{source.host}"'


def test_every_fault_is_named_on_its_source_and_harms_no_other(server: LoopbackServer) -> None:
    faulty = {path: followed(server, path, f"bad{n}.example.net") for n, path in enumerate(FAULTY)}
    sound = sound_ones(server)
    report = refresh([*faulty.values(), *sound])
    assert {path: (health_of(s).word, health_of(s).says) for path, s in faulty.items()} == FAULTY
    assert all(health_of(source).detail and health_of(source).next_step for source in faulty.values())
    assert_unharmed(sound)
    assert (report.tried, report.failed, report.new_items) == (SOUND + len(FAULTY), len(FAULTY), 3 * SOUND)
    assert not report.network_down


def test_an_invalid_certificate_is_named(server: LoopbackServer) -> None:
    with in_thread(world, tls=self_signed("other.example.net")) as over_tls:
        forged = followed(over_tls, "/feed", "forged.example.net")
        sound = sound_ones(server)
        refresh([forged, *sound])
    assert health_of(forged).says == "It cannot prove that it is who it says."
    assert not Sighting.objects.filter(source=forged).exists()
    assert_unharmed(sound)


def test_a_wrong_charset_is_read_as_it_was_meant(server: LoopbackServer) -> None:
    latin, sound = followed(server, "/latin", "latin.example.net"), sound_ones(server)
    refresh([latin, *sound])
    assert health_of(latin).word == "fine"
    assert Sighting.objects.get(source=latin).title == LATIN
    assert_unharmed(sound)


def test_a_name_whose_answer_turns_private_is_refused() -> None:
    with in_thread(world) as server:
        turned = followed(server, "/feed", "turned.example.net")
        ours = AiohttpClient(
            limits=QUICK, politeness=Politeness(spacing=0), resolver=Names("127.0.0.1", "10.0.0.1")
        )
        refresh([turned], ours)
        refresh([turned], ours)
        assert health_of(turned).says == "Its address leads into a private network."
        assert health_of(turned).needs_you
        assert server.seen == []


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_portal_that_answers_for_everybody_changes_nothing(status: int) -> None:
    login = ""

    async def hotel(seen: Seen, writer: asyncio.StreamWriter) -> None:
        if seen.path == "/login":
            await portal_handler(login)(seen, writer)
        else:
            writer.write(reply(status, [("Location", login)]))

    with in_thread(hotel) as server:
        login = server.url("/login", "hotel.example.com")
        known = {"etag": '"v1"', "last_success_at": NOW - timedelta(days=1), "last_status": 200}
        sources = [followed(server, "/feed", f"site{n}.example{n}.org", **known) for n in range(6)]
        before = {source.pk: fetch_state(source.state) for source in sources}
        report = refresh(sources, client([*(source.host for source in sources), "hotel.example.com"]))
    assert report.network_down
    assert RefreshRun.objects.get().network_down
    for source in sources:
        after = Source.objects.select_related("state").get(pk=source.pk)
        old, new = asdict(before[source.pk]), asdict(fetch_state(after.state))
        assert {name for name in old if old[name] != new[name]} <= {"next_due_at"}
        assert after.address == source.address
        assert health_of(source).word == "fine"


def test_a_feed_that_claims_anothers_address_changes_nothing_of_it() -> None:
    original = entry(title="What the flood left", link="https://honest.example.org/flood", author="Ada Berg")
    claim = entry(
        guid="https://honest.example.org/flood",
        title="Buy my pills",
        link="https://honest.example.org/flood",
        canonical="https://honest.example.org/flood",
        author="Mallory",
        body="Pills and more pills, and a link to pills.",
    )
    bodies: dict[str, bytes] = {
        "honest.example.org": feed([original], "Honest", "https://honest.example.org/")
    }

    async def both(seen: Seen, writer: asyncio.StreamWriter) -> None:
        host = (seen.header("Host") or b"").decode().partition(":")[0]
        writer.write(reply(200, [("ETag", f'"{host}"')], bodies[host]))

    with in_thread(both) as server:
        honest = followed(server, "/feed", "honest.example.org")
        thief = followed(server, "/feed", "thief.example.net")
        stolen = feed([claim], "Honest", "https://honest.example.org/")
        own = f'<link rel="self" href="{honest.address}"/><id>{honest.address}</id>'.encode()
        bodies["thief.example.net"] = stolen.replace(b"<title>Honest", own + b"<title>Honest", 1)
        refresh([honest], client([honest.host]))
        state, source = _rows(honest)
        refresh([thief], client([thief.host]))
    assert _rows(honest) == (state, source)
    item = Sighting.objects.get(source=honest).item
    assert (item.title, item.author_name, item.home_id) == ("What the flood left", "Ada Berg", honest.pk)
    assert "pills" not in item.body.text.lower()
    assert "pills" not in item.document.body
    assert Source.objects.get(pk=thief.pk).address == thief.address


def _rows(source: Source) -> tuple[dict[str, object], dict[str, object]]:
    state = Source.objects.select_related("state").get(pk=source.pk).state
    return asdict(fetch_state(state)), Source.objects.values().get(pk=source.pk)
