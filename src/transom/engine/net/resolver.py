"""From host names to IP addresses, with the guard between the answer and the connection."""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from aiohttp.abc import AbstractResolver, ResolveResult

from transom.engine.core.errors import FetchError
from transom.engine.net.guard import AddressGuard

LOOKUPS_AT_ONCE = 16


class Resolver(Protocol):
    """Whoever knows the IP addresses of a host."""

    async def lookup(self, host: str, port: int) -> list[str]:
        """IP addresses of `host`, best first. Raises OSError when there are none."""
        ...

    async def aclose(self) -> None: ...


class SystemResolver:
    """Asks the operating system, in threads of its own: a slow name delays no other work."""

    def __init__(self) -> None:
        self._threads: ThreadPoolExecutor | None = None

    async def lookup(self, host: str, port: int) -> list[str]:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(LOOKUPS_AT_ONCE, thread_name_prefix="transom-dns")
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, _ask_system, host, port)
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))

    async def aclose(self) -> None:
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
            self._threads = None


type_of_answer = list[tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[str, int]]]


class GuardedResolver(AbstractResolver):
    """Gives aiohttp only IP addresses that the guard admits; it connects to these and to no others.

    aiohttp keeps an answer for a while and connects to what it kept, so a name whose answer changes between
    check and connection gains nothing.
    """

    def __init__(self, guard: AddressGuard, resolver: Resolver, seconds: float) -> None:
        self._guard = guard
        self._resolver = resolver
        self._seconds = seconds

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Admitted IP addresses of `host`. Raises FetchError "dns" or "forbidden-address"."""
        addresses = await self._addresses(host, port)
        return [_result(host, port, address) for address in self._guard.admitted(host, port, addresses)]

    async def close(self) -> None:
        await self._resolver.aclose()

    async def _addresses(self, host: str, port: int) -> list[str]:
        given = self._guard.mapping.get(host)
        if given is not None:
            return [given]
        try:
            async with asyncio.timeout(self._seconds):
                addresses = await self._resolver.lookup(host, port)
        except TimeoutError as error:
            raise _no_name(host, f"did not answer within {self._seconds:g} seconds") from error
        except (OSError, UnicodeError) as error:
            raise _no_name(host, "knows no such host") from error
        if not addresses:
            raise _no_name(host, "knows no such host")
        return addresses


def _no_name(host: str, what: str) -> FetchError:
    message = (
        f"The name service {what} for {host}. Check the address for a typing error, "
        "and whether this computer is online; Transom will try again."
    )
    return FetchError("dns", message, url=host)


def _result(host: str, port: int, address: str) -> ResolveResult:
    return ResolveResult(
        hostname=host,
        host=address,
        port=port,
        family=socket.AF_INET6 if ":" in address else socket.AF_INET,
        proto=0,
        flags=socket.AI_NUMERICHOST,
    )


def _ask_system(host: str, port: int) -> type_of_answer:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return [entry for entry in found if entry[0] in (socket.AF_INET, socket.AF_INET6)]  # type: ignore[misc]
