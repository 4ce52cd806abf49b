"""The HTTP client as the operator's options want it."""

from __future__ import annotations

from django.conf import settings

from transom.engine.net.client import AiohttpClient
from transom.engine.net.guard import AddressGuard, allowed_pairs
from transom.engine.net.politeness import Politeness


def make_client() -> AiohttpClient:
    """A client of the aiohttp adapter; use it as an async context manager, or close it yourself."""
    options = settings.OPTIONS
    return AiohttpClient(
        guard=AddressGuard(allowed=allowed_pairs(options.allowed_private)),
        politeness=Politeness(spacing=options.spacing_seconds, unspaced=options.unspaced_hosts),
    )
