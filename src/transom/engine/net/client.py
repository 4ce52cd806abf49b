"""The HTTP port on aiohttp: guarded, polite, limited, and byte for byte."""

import asyncio
import re
import ssl
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from urllib.parse import urljoin

import aiohttp
from yarl import URL

import transom
from transom.engine.core.errors import FetchError
from transom.engine.net import faults
from transom.engine.net.guard import AddressGuard, Target
from transom.engine.net.limits import Limits
from transom.engine.net.politeness import Politeness, http_date, retry_after_seconds
from transom.engine.net.port import Redirect, Request, Response
from transom.engine.net.portal import looks_like_portal
from transom.engine.net.resolver import GuardedResolver, Resolver, SystemResolver
from transom.engine.net.unpack import DamagedError, Unpacker, unpacker_for
from transom.engine.net.wire import ExactRequest, PlacedResponse, lower_headers

__all__ = ["ACCEPT", "USER_AGENT", "AiohttpClient", "looks_like_portal"]

USER_AGENT = f"Transom/{transom.__version__} (feed reader)"
ACCEPT: Mapping[str, str] = MappingProxyType(
    {
        "feed": "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
        "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.6, text/html;q=0.4, */*;q=0.1",
        "picture": "image/avif, image/webp, image/*;q=0.9",
        "icon": "image/*",
    }
)
ACCEPT_ELSE = "text/html, application/xhtml+xml, */*;q=0.5"
REDIRECTS = frozenset({301, 302, 303, 307, 308})
WITHOUT_BODY = frozenset({204, 304})
WAIT_STATUSES = frozenset({429, 503})
ERROR_BODY = 64 * 1024
DNS_SECONDS = 120
IDLE_CONNECTION_SECONDS = 3.0
LONGEST_FIELD = 16 * 1024
_ONE_LINE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    from_address: str


class AiohttpClient:
    """Implements HttpPort. Use it from one event loop at a time; `aclose` before the loop ends.

    `resolver` replaces the system's name service, `tls` its list of certificate authorities. Connections,
    name answers and politeness are shared by all requests; cookies and referrers do not exist.
    """

    def __init__(
        self,
        guard: AddressGuard | None = None,
        limits: Limits | None = None,
        politeness: Politeness | None = None,
        user_agent: str = USER_AGENT,
        resolver: Resolver | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._guard = guard or AddressGuard()
        self._limits = limits or Limits()
        self._politeness = politeness or Politeness()
        self._user_agent = user_agent
        self._resolver = resolver or SystemResolver()
        self._tls = tls
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def fetch(self, request: Request) -> Response:
        """The answer, whatever its status. Raises FetchError when none came whole and within the limits."""
        target = self._guard.target(request.url)
        headers = self._headers(request)
        redirects: list[Redirect] = []
        spent = 0.0
        while True:
            self._mind_hold(target)
            async with self._politeness.turn(target.host):
                self._mind_hold(target)
                began = time.monotonic()
                answer = await self._ask(request, target, headers, self._limits.total_seconds - spent)
                spent += time.monotonic() - began
            location = answer.headers.get("location") if answer.status in REDIRECTS else None
            if not location:
                return _response(target, answer, redirects, spent)
            if len(redirects) >= self._limits.redirects:
                raise faults.too_many_redirects(request.url, self._limits.redirects)
            previous, target = target, self._guard.target(_next_url(target.url, location))
            redirects.append(Redirect(answer.status, target.url))
            if request.headers and not _same_origin(previous, target):
                headers = _without(headers, request.headers)

    async def aclose(self) -> None:
        """Closes all connections. A later fetch opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def __aenter__(self) -> "AiohttpClient":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def _headers(self, request: Request) -> dict[str, str]:
        headers = {
            "User-Agent": self._user_agent,
            "Accept": request.accept or ACCEPT.get(request.purpose, ACCEPT_ELSE),
            "Accept-Encoding": "gzip, br",
        }
        if request.etag is not None and _is_sendable(request.etag):
            headers["If-None-Match"] = request.etag
        if request.last_modified is not None and _is_sendable(request.last_modified):
            headers["If-Modified-Since"] = request.last_modified
        headers.update(request.headers)
        return headers

    def _mind_hold(self, target: Target) -> None:
        wait = self._politeness.held_for(target.host)
        if wait > 0:
            raise faults.held(target.url, target.host, wait, 429)

    async def _ask(
        self, request: Request, target: Target, headers: dict[str, str], seconds: float
    ) -> _Answer:
        """One exchange with one host, whose limits are what remains of the whole fetch's."""
        try:
            async with asyncio.timeout(seconds), self._exchange(target, headers) as response:
                fields = lower_headers(response.raw_headers)
                self._note_wait(target, response.status, fields)
                body = b""
                if response.status not in WITHOUT_BODY and response.status not in REDIRECTS:
                    body = await self._body(request, target, response, fields)
                return _Answer(response.status, fields, body, response.from_address)
        except (aiohttp.ClientError, OSError, ValueError, DamagedError) as error:
            if isinstance(error, DamagedError):
                raise faults.damaged(target.url) from error
            raise faults.fault(error, target.url, self._limits.total_seconds) from error

    @asynccontextmanager
    async def _exchange(self, target: Target, headers: dict[str, str]) -> AsyncIterator[PlacedResponse]:
        response = await self._open_session().get(
            URL(target.url, encoded=True), headers=headers, allow_redirects=False
        )
        assert isinstance(response, PlacedResponse)
        try:
            yield response
        finally:
            response.release()

    def _note_wait(self, target: Target, status: int, fields: Mapping[str, str]) -> None:
        if status in WAIT_STATUSES:
            asked_at = http_date(fields.get("date", "")) or datetime.now(UTC)
            seconds = retry_after_seconds(fields.get("retry-after"), asked_at)
            if seconds:
                self._politeness.hold(target.host, seconds, whole_domain=status == 429)

    async def _body(
        self, request: Request, target: Target, response: PlacedResponse, fields: Mapping[str, str]
    ) -> bytes:
        if response.status >= 400:
            return await self._error_body(target, response, fields)
        most = self._limits.bytes_for(request.purpose, request.max_bytes)
        unpacker = unpacker_for(fields.get("content-encoding", ""), target.url)
        if unpacker is None and _declared_length(fields) > most:
            raise faults.too_large(target.url, most)
        body = await self._read(target, response, unpacker, most)
        if unpacker is not None and body and unpacker.ended_early():
            raise faults.cut_short(target.url)
        return body

    async def _read(
        self, target: Target, response: PlacedResponse, unpacker: Unpacker | None, most: int
    ) -> bytes:
        pieces: list[bytes] = []
        packed = plain = 0
        began = time.monotonic()
        while chunk := await response.content.readany():
            packed += len(chunk)
            for piece in (chunk,) if unpacker is None else unpacker.feed(chunk):
                plain += len(piece)
                if plain > most:
                    raise faults.too_large(target.url, most)
                pieces.append(piece)
            if packed > most:
                raise faults.too_large(target.url, most)
            waited = time.monotonic() - began
            if waited > self._limits.grace_seconds and packed < waited * self._limits.least_rate:
                raise faults.too_slow(target.url, self._limits.least_rate)
        return b"".join(pieces)

    async def _error_body(self, target: Target, response: PlacedResponse, fields: Mapping[str, str]) -> bytes:
        """The beginning of an error page; whatever is wrong with it, the status is the answer."""
        body = b""
        try:
            unpacker = unpacker_for(fields.get("content-encoding", ""), target.url)
            while len(body) < ERROR_BODY and (chunk := await response.content.readany()):
                body += chunk if unpacker is None else next(iter(unpacker.feed(chunk)), b"")
        except (aiohttp.ClientError, OSError, DamagedError, FetchError):
            pass
        return body[:ERROR_BODY]

    def _open_session(self) -> aiohttp.ClientSession:
        loop = asyncio.get_running_loop()
        if self._session is None or self._session.closed or self._loop is not loop:
            self._loop = loop
            self._session = self._new_session()
        return self._session

    def _new_session(self) -> aiohttp.ClientSession:
        limits = self._limits
        self._tls = self._tls or ssl.create_default_context()
        connector = aiohttp.TCPConnector(
            resolver=GuardedResolver(self._guard, self._resolver, limits.connect_seconds),
            ttl_dns_cache=DNS_SECONDS,
            ssl=self._tls,
            limit=0,
            keepalive_timeout=IDLE_CONNECTION_SECONDS,
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            request_class=ExactRequest,
            response_class=PlacedResponse,
            max_field_size=LONGEST_FIELD,
            max_line_size=LONGEST_FIELD,
            timeout=aiohttp.ClientTimeout(
                total=None, sock_connect=limits.connect_seconds, sock_read=limits.idle_seconds
            ),
        )


def _response(target: Target, answer: _Answer, redirects: list[Redirect], seconds: float) -> Response:
    return Response(
        url=target.url,
        status=answer.status,
        headers=answer.headers,
        body=answer.body,
        redirects=tuple(redirects),
        elapsed_seconds=seconds,
        from_address=answer.from_address,
    )


def _next_url(url: str, location: str) -> str:
    """Where a Location header leads; servers write UTF-8 into it although they may not."""
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode("utf-8")
    try:
        return urljoin(url, location.strip())
    except ValueError:
        return location


def _same_origin(one: Target, other: Target) -> bool:
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)


def _without(headers: dict[str, str], dropped: Mapping[str, str]) -> dict[str, str]:
    names = {name.lower() for name in dropped}
    return {name: value for name, value in headers.items() if name.lower() not in names}


def _is_sendable(value: str) -> bool:
    """Whether a validator is one line of Latin-1; anything else did not come from a header."""
    return _ONE_LINE.fullmatch(value) is not None


def _declared_length(fields: Mapping[str, str]) -> int:
    value = fields.get("content-length", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else 0
