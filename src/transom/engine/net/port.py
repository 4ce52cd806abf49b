"""The one door to the network: what is asked, what comes back, and who can be asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from transom.engine.core.access import authorization, without_access

NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Request:
    """One GET.

    `purpose` ("feed", "discovery", "page", "picture", "icon", "hand-in", ...) chooses the size limit and the
    `Accept` header where none is given, and is what the page about outgoing requests counts by.
    `etag` and `last_modified` go out byte for byte as If-None-Match and If-Modified-Since; as all header
    values here they are bytes kept as Latin-1 text. `max_bytes` counts the body after decompression.
    `headers` go to the first origin only, never along a redirect to another. A name and a password in front of
    the host become such a header; from then on `url` is without them.
    """

    url: str
    purpose: str = "feed"
    etag: str | None = None
    last_modified: str | None = None
    accept: str | None = None
    max_bytes: int | None = None
    headers: Mapping[str, str] = field(default_factory=lambda: NO_HEADERS)

    def __post_init__(self) -> None:
        if access := authorization(self.url):
            object.__setattr__(self, "headers", {"Authorization": access, **self.headers})
        object.__setattr__(self, "url", without_access(self.url))

    @property
    def is_conditional(self) -> bool:
        """Whether the server may answer 304."""
        return self.etag is not None or self.last_modified is not None


@dataclass(frozen=True, slots=True)
class Redirect:
    """One hop: the status that sent us on, and the absolute address it sent us to."""

    status: int
    url: str


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP answer of any status; only 1xx and followed redirects never show.

    `url` is the address after redirects, `headers` has lower-case names and Latin-1 values (repeated ones
    joined by ", ", validators the first only), `body` is decompressed (for statuses of 400 and above at most
    its first 64 KiB), `from_address` the IP address that answered.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    redirects: tuple[Redirect, ...] = ()
    elapsed_seconds: float = 0.0
    from_address: str = ""

    @property
    def content_type(self) -> str:
        """Media type without parameters, lower case; "" where the server named none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class HttpPort(Protocol):
    """Whoever can fetch. The adapter for aiohttp is `transom.engine.net.client.AiohttpClient`."""

    async def fetch(self, request: Request) -> Response:
        """The answer, whatever its status. Raises FetchError when none came whole and within the limits."""
        ...

    async def aclose(self) -> None:
        """Gives connections back; the port can be used again afterwards."""
        ...
