"""No spelling, name, redirect or DNS answer leads a request into a network that is not public."""

import asyncio
import ipaddress

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from hypothesis.provisional import urls
from tests.servers import LoopbackServer, reply

from transom.engine.core.errors import REFUSED_KINDS, FetchError
from transom.engine.net.client import AiohttpClient
from transom.engine.net.guard import AddressGuard, allowed_pairs
from transom.engine.net.politeness import Politeness
from transom.engine.net.port import Request
from transom.engine.net.ranges import why_closed
from transom.engine.net.resolver import GuardedResolver

GUARD = AddressGuard()
PUBLIC = "93.184.216.34"

CLOSED_V4 = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "224.0.0.0/4",
    "240.0.0.0/4",
]
closed_v4 = st.sampled_from(CLOSED_V4).flatmap(
    lambda network: st.ip_addresses(v=4, network=network).map(ipaddress.IPv4Address)
)
any_v4 = st.ip_addresses(v=4)


def refused(url: str, guard: AddressGuard = GUARD) -> bool:
    try:
        guard.target(url)
    except FetchError as error:
        return error.kind in REFUSED_KINDS and error.permanent
    return False


def octal(address: ipaddress.IPv4Address) -> str:
    return ".".join(f"0{part:o}" for part in address.packed)


def hexadecimal(address: ipaddress.IPv4Address) -> str:
    return ".".join(f"0x{part:x}" for part in address.packed)


def short(address: ipaddress.IPv4Address) -> str:
    first, *rest = address.packed
    return f"{first}.{int.from_bytes(bytes(rest))}"


def wide(address: ipaddress.IPv4Address) -> str:
    return "".join(chr(ord(character) + 0xFEE0) for character in str(address))


SPELLINGS = [
    str,
    octal,
    hexadecimal,
    short,
    wide,
    lambda address: str(int(address)),
    lambda address: hex(int(address)),
    lambda address: f"{address}.",
    lambda address: "0" + str(address),
    lambda address: f"%3{str(address)[0]}{str(address)[1:]}",
    lambda address: f"[::ffff:{address}]",
    lambda address: f"[::{address}]",
    lambda address: f"[64:ff9b::{address}]",
    lambda address: f"[64:ff9b:1::{address}]",
    lambda address: f"[{ipaddress.IPv6Address((0x2002 << 112) | (int(address) << 80))}]",
    lambda address: f"[{ipaddress.IPv6Address((0x20010000 << 96) | (int(address) ^ 0xFFFFFFFF))}]",
    lambda address: f"[2001:4860::5efe:{address}]",
]


@given(closed_v4, st.sampled_from(SPELLINGS), st.sampled_from(["", ":80", ":8080", ":443"]))
def test_no_spelling_of_a_closed_address_passes(address, spelling, port):
    assert refused(f"http://{spelling(address)}{port}/feed")


@given(any_v4, st.sampled_from(SPELLINGS[1:10]))
@example(ipaddress.IPv4Address(PUBLIC), hexadecimal)
def test_odd_spellings_never_hide_where_they_lead(address, spelling):
    """An odd spelling is refused, or judged as the plain address it comes to."""
    url = f"http://{spelling(address)}/"
    if not refused(url):
        assert not why_closed(GUARD.target(url).host)


@given(any_v4)
def test_ipv4_is_public_only_where_python_agrees(address):
    assume(address not in ipaddress.ip_network("192.88.99.0/24"))
    if not why_closed(str(address)):
        assert address.is_global or address in ipaddress.ip_network("192.0.0.0/24")
        assert not address.is_multicast


@given(st.ip_addresses(v=6))
def test_ipv6_is_public_only_where_python_agrees(address):
    if not why_closed(str(address)):
        assert address.is_global or address.ipv4_mapped or address in ipaddress.ip_network("64:ff9b::/96")
        assert not address.is_multicast


@pytest.mark.parametrize(
    "host",
    [
        "[::]",
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "[fe80::1]",
        "[fe80::1%25eth0]",
        "[fc00::1]",
        "[fd00:ec2::254]",
        "[ff02::1]",
        "[2001:db8::1]",
        "[100::1]",
        "[2001::1]",
        "[2002:7f00:1::]",
        "169.254.169.254",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "my.localhost",
        "printer.local",
        "metadata.google.internal",
        "router.lan",
        "nas.home.arpa",
        "intranet",
        "①②⑦.⓪.⓪.①",
        "127。0。0。1",
        "1.2.3.4.5",
        "256.1.1.1",
        "0x.1",
        "",
        ".",
        "a b",
        "exa%00mple.com",
        "[::1",
        "[v1.x]",
    ],
)
def test_local_and_malformed_hosts_are_refused(host):
    assert refused(f"http://{host}/")


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "javascript:alert(1)",
        "data:text/html,x",
        "//example.com/",
        "example.com",
        "",
        "http://user@example.com/",
        "http://user:secret@example.com/",
        "http://:@example.com/",
        "http://example.com\\@127.0.0.1/",
        "http://127.0.0.1\\.example.com/",
        "http://example.com:99999/",
        "http://example.com:-1/",
        "http://example.com:22/",
        "http://example.com:25/",
        "http://example.com:0/",
    ],
)
def test_other_schemes_credentials_and_services_are_refused(url):
    assert refused(url)


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("http://example.com", "http://example.com/"),
        ("HTTP://Example.COM:80/A?b=%7e#c", "http://example.com/A?b=%7e"),
        ("https://bücher.example/ä b", "https://xn--bcher-kva.example/%C3%A4%20b"),
        ("http://8.8.8.8:8080/x", "http://8.8.8.8:8080/x"),
        ("http://[2606:4700::1111]/x", "http://[2606:4700::1111]/x"),
        ("https://a-b_c.example/?", "https://a-b_c.example/"),
    ],
)
def test_public_addresses_pass_with_path_and_query_untouched(url, sent):
    assert GUARD.target(url).url == sent


@given(urls())
def test_what_is_sent_goes_to_the_host_that_was_judged(url):
    try:
        target = GUARD.target(url)
    except FetchError:
        return
    assert GUARD.target(target.url) == target


@given(st.text(max_size=60))
def test_no_text_breaks_the_guard(text):
    refused(text)
    refused(f"http://{text}/")


def test_the_operator_may_name_one_host_and_port():
    guard = AddressGuard(allowed_pairs(["wiki.intranet:8080", "127.0.0.1:9000", "[::1]:9000"]))
    assert not refused("http://wiki.intranet:8080/", guard)
    assert not refused("http://127.0.0.1:9000/", guard)
    assert not refused("http://[::1]:9000/", guard)
    assert refused("http://wiki.intranet/", guard)
    assert refused("http://127.0.0.1:9001/", guard)
    assert guard.admitted("wiki.intranet", 8080, ["10.1.2.3"]) == ["10.1.2.3"]
    with pytest.raises(FetchError):
        guard.admitted("wiki.intranet", 80, ["10.1.2.3"])


@pytest.mark.parametrize("line", ["wiki", "wiki:", "wiki:http", ":80", "wiki:99999"])
def test_an_allowance_without_host_and_port_names_itself(line):
    with pytest.raises(FetchError, match=r"host and port"):
        allowed_pairs([line])


def test_only_public_answers_of_a_name_remain():
    assert GUARD.admitted("a.example", 80, ["10.0.0.1", PUBLIC, "::1"]) == [PUBLIC]
    with pytest.raises(FetchError, match="leads to this computer"):
        GUARD.admitted("a.example", 80, ["127.0.0.1", "10.0.0.1"])


def test_a_mapped_name_leads_to_its_one_address_only():
    guard = AddressGuard(mapping={"bench.example": "127.0.0.1"})
    assert guard.admitted("bench.example", 80, ["127.0.0.1"]) == ["127.0.0.1"]
    for addresses in (["127.0.0.2"], ["10.0.0.1"]):
        with pytest.raises(FetchError):
            guard.admitted("bench.example", 80, addresses)
    with pytest.raises(FetchError):
        guard.admitted("other.example", 80, ["127.0.0.1"])


class Answers:
    """A name service that gives one answer after the other."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def lookup(self, host: str, port: int) -> list[str]:
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    async def aclose(self) -> None:
        pass


def test_a_name_that_turns_to_a_private_address_is_refused_on_the_spot():
    names = Answers([PUBLIC], ["127.0.0.1"])
    resolver = GuardedResolver(GUARD, names, 5)

    async def scene():
        first = await resolver.resolve("rebind.example", 80)
        with pytest.raises(FetchError, match="leads to this computer"):
            await resolver.resolve("rebind.example", 80)
        return [answer["host"] for answer in first]

    assert asyncio.run(scene()) == [PUBLIC]


def test_the_connection_goes_to_the_address_that_was_checked():
    """One lookup a connection: the second answer, which nobody checked, is never asked for."""

    async def handler(seen, writer):
        writer.write(reply(200, [("Connection", "close")], b"here"))

    async def scene():
        names = Answers(["127.0.0.1"], ["127.0.0.2"])
        async with LoopbackServer(handler) as server:
            guard = AddressGuard(frozenset({("rebind.example", server.port)}))
            async with AiohttpClient(guard, politeness=Politeness(spacing=0), resolver=names) as ours:
                answers = [await ours.fetch(Request(server.url("/", "rebind.example"))) for _ in range(3)]
        return names.asked, {answer.from_address for answer in answers}

    assert asyncio.run(scene()) == (1, {"127.0.0.1"})


def test_a_name_for_loopback_is_refused_before_any_connection():
    async def handler(seen, writer):
        writer.write(reply(200, body=b"secret"))

    async def scene():
        async with LoopbackServer(handler) as server:
            for answer in (["127.0.0.1"], ["::1"], ["::ffff:127.0.0.1"]):
                async with AiohttpClient(politeness=Politeness(spacing=0), resolver=Answers(answer)) as ours:
                    with pytest.raises(FetchError) as caught:
                        await ours.fetch(Request(server.url("/", "evil.example")))
                    assert caught.value.kind == "forbidden-address"
            return server.seen

    assert asyncio.run(scene()) == []


def test_unknown_names_and_slow_name_services_are_dns_faults():
    class Slow(Answers):
        async def lookup(self, host, port):
            await asyncio.sleep(3600)

    class Unknown(Answers):
        async def lookup(self, host, port):
            raise OSError(-2, "Name or service not known")

    async def scene(names):
        resolver = GuardedResolver(GUARD, names, 0.05)
        with pytest.raises(FetchError) as caught:
            await resolver.resolve("nobody.example", 80)
        return caught.value.kind

    assert [asyncio.run(scene(names)) for names in (Slow([]), Unknown([]), Answers([]))] == ["dns"] * 3
