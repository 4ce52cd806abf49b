"""Addresses as the grouping sees them, where one host is many people's and each has a folder of it.

The engine tells places apart by registrable domain. On an address without a name (a network's own server) and
for folders such as /~ann and /@ann the first part of the path tells who it is: it is taken into the host.
"""

from __future__ import annotations

import hashlib
import ipaddress
from functools import lru_cache
from urllib.parse import urlsplit

from transom.engine.core.addresses import host_of, registrable_domain

OF_SOMEBODY = ("~", "@")
MOST_KEPT = 1 << 15


@lru_cache(maxsize=MOST_KEPT)
def placed(address: str) -> str:
    """The address with whose place it is in its host; as it is where the host says that already."""
    host = host_of(address)
    rest = address.partition("://")[2].partition("/")[2]
    folder, slash, page = rest.partition("/")
    if not folder or not slash or not (folder.startswith(OF_SOMEBODY) or _is_nameless(host)):
        return address
    return f"https://{_label(address, folder)}/{page}"


def domain_of(address: str, *, folder_of: str = "") -> str:
    """Whose place an address is: its registrable domain, or folder; `folder_of` names a site's front page."""
    whole = placed(address or (folder_of if folder_of.endswith("/") else f"{folder_of}/"))
    return registrable_domain(host_of(whole))


def _is_nameless(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def _label(address: str, folder: str) -> str:
    """A host of two labels that nobody has, the same for the same folder of the same server."""
    parts = urlsplit(address)
    told = hashlib.sha256(f"{parts.netloc}/{folder}".encode("utf-8", "replace")).hexdigest()[:24]
    return f"{told}.invalid"
