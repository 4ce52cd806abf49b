"""The HTTP client as the operator's options want it."""

from __future__ import annotations

from django.conf import settings

from transom.apps.sources.connectors.registry import connectors
from transom.engine.core.addresses import host_of
from transom.engine.net.client import AiohttpClient
from transom.engine.net.detour import Detour
from transom.engine.net.guard import AddressGuard, allowed_pairs
from transom.engine.net.politeness import Politeness
from transom.engine.net.port import HttpPort

INVENTED = ".example"
"""A name that nobody can have (RFC 2606)."""


def make_client() -> HttpPort:
    """A client of the aiohttp adapter; close it yourself. In the demo, its community answers for every service."""
    options = settings.OPTIONS
    client = AiohttpClient(
        guard=AddressGuard(allowed=allowed_pairs(options.allowed_private)),
        politeness=Politeness(spacing=options.spacing_seconds, unspaced=options.unspaced_hosts),
    )
    if not options.demo_port:
        return client
    homes = frozenset(host_of(one.home) for one in connectors() if one.home)
    return Detour(
        client,
        options.demo_address,
        lambda host: host in homes or host.endswith(INVENTED),
    )
