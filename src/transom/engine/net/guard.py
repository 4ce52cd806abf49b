"""No request to places that only this computer or its network can reach.

Every address is judged twice: its spelling before anything is looked up (`target`), and each IP address its
host name leads to (`admitted`) before the connection is made to exactly that IP address.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import SplitResult, quote, urlsplit

from transom.engine.core.access import without_access
from transom.engine.core.addresses import DEFAULT_PORTS, host_of
from transom.engine.core.errors import FetchError, FetchKind
from transom.engine.net.ranges import why_closed

NO_MAPPING: Mapping[str, str] = MappingProxyType({})
LOCAL_NAMES = ("localhost", "local", "internal", "localdomain", "lan", "intranet", "onion")
# Ports of services that mistake a web request for their own commands: the Fetch standard's "bad ports".
# fmt: off
BAD_PORTS = frozenset((
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102,
    103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512,
    513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719,
    1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669, 6679,
    6697, 10080,
))
# fmt: on
_SENDABLE = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '#"<>`')
_NUMBER = re.compile(r"(?:0[xX][0-9A-Fa-f]*|[0-9]+)")
_DOTTED_QUAD = re.compile(r"(?:(?:0|[1-9][0-9]{0,2})\.){3}(?:0|[1-9][0-9]{0,2})")
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request would go: a host in lower-case ASCII (an IPv6 address without brackets) and a port.

    `url` is the address to send: ASCII, path and query as they were given, without a fragment.
    """

    url: str
    scheme: str
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class AddressGuard:
    """Decides which addresses may be asked.

    `allowed` holds the (host, port) pairs that the operator named, lower case: for exactly these any IP
    address is fine. `mapping` gives host names the IP address to use instead of asking DNS, for tests and
    benchmarks: that one IP address is fine for that name, and every other rule stays on.
    """

    allowed: frozenset[tuple[str, int]] = frozenset()
    mapping: Mapping[str, str] = field(default_factory=lambda: NO_MAPPING)

    def target(self, url: str) -> Target:
        """Where `url` leads, judged by its spelling. Raises FetchError of one of REFUSED_KINDS."""
        target = _parsed(url)
        if (target.host, target.port) in self.allowed:
            return target
        if target.host not in self.mapping:
            self._refuse_closed(url, target.host)
        if target.port in BAD_PORTS:
            raise refusal(
                url, f"port {target.port} belongs to another kind of service", kind="forbidden-port"
            )
        return target

    def _refuse_closed(self, url: str, host: str) -> None:
        if _is_local_name(host):
            raise refusal(url, "its host name is for local networks only", kind="local-name")
        if _is_ip(host) and (why := why_closed(host)):
            raise refusal(url, f"it is {why}")

    def admitted(self, host: str, port: int, addresses: Iterable[str]) -> list[str]:
        """Those IP addresses of `host` to which a connection may go. Raises FetchError when none remains."""
        addresses = list(addresses)
        if (host, port) in self.allowed:
            return addresses
        given = self.mapping.get(host)
        public = [address for address in addresses if address == given or not why_closed(address)]
        if not public:
            why = next((why_closed(address) for address in addresses), "nowhere")
            raise refusal(f"{host}:{port}", f"its name leads to {why}")
        return public


ASK_OPERATOR = "If it is a server of your own, the operator can name its host and port in allowed_private."
WRITE_PLAINLY = "Write it as you would read it out: https://, the host name, the path."


def refusal(
    url: str, why: str, *, kind: FetchKind = "forbidden-address", next_step: str = ASK_OPERATOR
) -> FetchError:
    """The error for an address that must not be asked."""
    message = f"Transom did not ask {url[:200]} because {why}. {next_step}"
    return FetchError(kind, message, url=url)


def allowed_pairs(written: Iterable[str]) -> frozenset[tuple[str, int]]:
    """Pairs of host and port from the operator's "host:port" lines. Raises FetchError that names a bad one."""
    return frozenset(_pair(line) for line in written if line.strip())


def _pair(line: str) -> tuple[str, int]:
    parts = urlsplit("//" + line.strip())
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or not port:
        raise FetchError(
            "forbidden-address",
            f'"{line}" names no host and port. Write it as "wiki.example.org:8080".',
            url=line,
        )
    return host, port


@lru_cache(maxsize=4096)
def _parsed(url: str) -> Target:
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        why = "it is not written as a web address"
        raise refusal(url, why, kind="odd-address", next_step=WRITE_PLAINLY) from error
    host = host_of(url)
    if why := _oddity(parts, host):
        raise refusal(without_access(url), why, kind="odd-address", next_step=WRITE_PLAINLY)
    port = DEFAULT_PORTS[parts.scheme] if port is None else port
    return Target(_as_sent(parts, host, port), parts.scheme, host, port)


def _oddity(parts: SplitResult, host: str) -> str:
    if parts.scheme not in DEFAULT_PORTS:
        return "only addresses with http:// or https:// can be asked"
    if parts.username is not None or parts.password is not None or "\\" in parts.netloc:
        return "a name or password stands in front of its host"
    if not _is_plain(host) or ("[" in parts.netloc and ":" not in host):
        return "its host name is missing or written in an odd way"
    return ""


def _as_sent(parts: SplitResult, host: str, port: int) -> str:
    """The address with the host that was judged; only what HTTP cannot carry is escaped."""
    authority = f"[{host}]" if ":" in host else host
    if port != DEFAULT_PORTS[parts.scheme]:
        authority += f":{port}"
    path = quote(parts.path or "/", safe=_SENDABLE)
    query = "?" + quote(parts.query, safe=_SENDABLE) if parts.query else ""
    return f"{parts.scheme}://{authority}{path}{query}"


def _is_plain(host: str) -> bool:
    """A host name, a dotted quad, or an IPv6 address; none of the other spellings of a number."""
    if ":" in host:
        return "%" not in host
    if not _HOST.fullmatch(host):
        return False
    last = host.rpartition(".")[2]
    return _NUMBER.fullmatch(last) is None or _is_ip(host)


def _is_ip(host: str) -> bool:
    if ":" in host:
        return True
    return _DOTTED_QUAD.fullmatch(host) is not None and all(int(part) < 256 for part in host.split("."))


def _is_local_name(host: str) -> bool:
    if _is_ip(host):
        return False
    return host.rpartition(".")[2] in LOCAL_NAMES or "." not in host or host.endswith(".home.arpa")
