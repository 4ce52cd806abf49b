"""The community's own host names: what Transom fetches speaks of slowrooms.example, as on the net.

In a browser the same pages lead to addresses on this computer, where nobody needs to find such names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from transom.demo.model import Community

COMMUNITY = "collectionscare.example"
"""Where the community's list of sites and its people's pages are."""


FACES = frozenset(
    {
        *("bsky.app", "orcid.org", "openalex.org", "doi.org", "github.com", "confs.tech"),
        *("pubmed.ncbi.nlm.nih.gov", "www.federalregister.gov", "datatracker.ietf.org"),
    }
)
"""Where people look at services that the demo stands in for."""


@dataclass(frozen=True, slots=True)
class Names:
    """Turns paths of the demo's server into host names and back. `base` is the server's address."""

    base: str
    hosts: dict[str, str]

    @classmethod
    def of(cls, community: Community, base: str) -> Names:
        return cls(base, {site.slug: site.host for site in community.sites.values()})

    def path(self, host: str, rest: str) -> str | None:
        """Where the server keeps what stands at a host: "/slow-rooms/feed.atom"; None for an unknown host."""
        if host == COMMUNITY:
            return f"/{rest}"
        slug = next((slug for slug, name in self.hosts.items() if name == host), None)
        return f"/{slug}/{rest}" if slug else None

    def spoken(self, body: bytes) -> bytes:
        """The body with every address of the server under its host name."""
        base = self.base.encode()
        if base not in body:
            return body
        return re.sub(re.escape(base) + rb"(?:/([\w-]*))?", self._name, body)

    def _name(self, found: re.Match[bytes]) -> bytes:
        slug = (found[1] or b"").decode()
        host = self.hosts.get(slug)
        if host:
            return f"https://{host}".encode()
        return f"https://{COMMUNITY}".encode() + (b"/" + found[1] if found[1] is not None else b"")
