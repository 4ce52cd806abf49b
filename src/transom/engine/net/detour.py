"""A port that asks one server in the place of others: an invented community stands in for real services."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from transom.engine.net.port import HttpPort, Request, Response

NAMED = "X-Forwarded-Host"
"""Says under which name a server is asked, so that it can name itself and others as its visitors do."""
Chosen = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Detour:
    """Asks `base`/HOST/PATH wherever HOST is one of the chosen; whoever asks never notices.

    The guard of the port behind it looks at the address that is really asked.
    """

    port: HttpPort
    base: str
    chosen: Chosen

    async def fetch(self, request: Request) -> Response:
        parts = urlsplit(request.url)
        host = (parts.hostname or "").lower()
        if not self.chosen(host):
            return await self.port.fetch(request)
        rest = request.url.partition("://")[2].partition("/")[2]
        headers = {**request.headers, NAMED: host}
        response = await self.port.fetch(replace(request, url=f"{self.base}/{host}/{rest}", headers=headers))
        return replace(response, url=self._named(response.url, parts.scheme))

    def _named(self, url: str, scheme: str) -> str:
        """The address under the name that was asked for, also after a redirect within it."""
        before, _, rest = url.partition(f"{self.base}/")
        host, slash, path = rest.partition("/")
        return f"{scheme}://{host}{slash}{path}" if not before and self.chosen(host) else url

    async def aclose(self) -> None:
        await self.port.aclose()
