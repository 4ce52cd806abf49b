"""How much of a server's answer is waited for and kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

MIB = 1024 * 1024
MOST_BYTES: Mapping[str, int] = MappingProxyType({"feed": 15 * MIB, "icon": MIB, "hand-in": 15 * MIB})


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits on one fetch, redirects included.

    `connect_seconds` to one address, `total_seconds` for the whole fetch without waiting for politeness,
    `idle_seconds` between two pieces; after `grace_seconds` the body must have come at `least_rate` bytes
    a second or more. `most_bytes` by purpose and `default_bytes` count the body after decompression.
    """

    connect_seconds: float = 10.0
    total_seconds: float = 30.0
    idle_seconds: float = 15.0
    grace_seconds: float = 8.0
    least_rate: float = 256.0
    redirects: int = 5
    default_bytes: int = 5 * MIB
    most_bytes: Mapping[str, int] = field(default_factory=lambda: MOST_BYTES)

    def bytes_for(self, purpose: str, asked: int | None) -> int:
        """The largest body, decompressed, that a request may bring."""
        return asked if asked is not None else self.most_bytes.get(purpose, self.default_bytes)
