"""Which IP addresses belong to the public Internet.

The list follows the IANA special-purpose address registries (RFC 6890 and its updates); what a tunnel or
translator hides inside an IPv6 address counts as if it stood there itself.
"""

import ipaddress
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

CLOSED_V4: tuple[tuple[IPv4Network, str], ...] = tuple(
    (IPv4Network(network), what)
    for network, what in (
        ("0.0.0.0/8", "no host at all"),
        ("10.0.0.0/8", "a private network"),
        ("100.64.0.0/10", "a provider's inner network"),
        ("127.0.0.0/8", "this computer"),
        ("168.63.129.16/32", "a cloud's own service"),
        ("169.254.0.0/16", "the local link"),
        ("172.16.0.0/12", "a private network"),
        ("192.0.0.0/24", "a reserved range"),
        ("192.0.2.0/24", "an example range"),
        ("192.88.99.0/24", "a tunnel relay"),
        ("192.168.0.0/16", "a private network"),
        ("198.18.0.0/15", "a test network"),
        ("198.51.100.0/24", "an example range"),
        ("203.0.113.0/24", "an example range"),
        ("224.0.0.0/4", "a multicast group"),
        ("240.0.0.0/4", "a reserved range"),
    )
)
PUBLIC_V6 = IPv6Network("2000::/3")
CLOSED_V6: tuple[tuple[IPv6Network, str], ...] = tuple(
    (IPv6Network(network), what)
    for network, what in (
        ("::1/128", "this computer"),
        ("fe80::/10", "the local link"),
        ("fc00::/7", "a private network"),
        ("ff00::/8", "a multicast group"),
        ("2001::/23", "a tunnel or a reserved range"),
        ("2001:db8::/32", "an example range"),
        ("2002::/16", "a 6to4 tunnel"),
        ("3fff::/20", "an example range"),
    )
)
MAPPED = IPv6Network("::ffff:0:0/96")
TRANSLATED = IPv6Network("64:ff9b::/96")
ISATAP_MARKS = (0x00005EFE, 0x02005EFE)


@lru_cache(maxsize=8192)
def why_closed(address: str) -> str:
    """What kind of non-public place the IP `address` is ("this computer", ...); "" when it is public."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "no IP address"
    return _closed_v4(parsed) if isinstance(parsed, IPv4Address) else _closed_v6(parsed)


def _closed_v4(address: IPv4Address) -> str:
    return next((what for network, what in CLOSED_V4 if address in network), "")


def _closed_v6(address: IPv6Address) -> str:
    if address.scope_id is not None:
        return "the local link"
    if address in MAPPED or address in TRANSLATED:
        return _closed_v4(_low_bits(address))
    named = next((what for network, what in CLOSED_V6 if address in network), "")
    if named or address not in PUBLIC_V6:
        return named or "a reserved range"
    if (int(address) >> 32) & 0xFFFFFFFF in ISATAP_MARKS:
        return _closed_v4(_low_bits(address))
    return ""


def _low_bits(address: IPv6Address) -> IPv4Address:
    return IPv4Address(int(address) & 0xFFFFFFFF)
