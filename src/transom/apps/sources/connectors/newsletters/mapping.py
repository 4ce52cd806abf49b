"""Which of an issue's links its editor chose. Pure; the library applies it to issues as they arrive."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from transom.engine.core import addresses

VERSION = 1
MOST_ISSUES = 2
"""A link that stands in more issues than these is furniture: an archive, a sponsor's page, a social profile."""
MOST_PICKS = 150
FURNITURE = re.compile(
    r"\b(unsubscribe|abmelden|désabonner|darse de baja|view (?:in|on|this)|in (?:your )?browser|subscribe|sign up|"
    r"preferences|forward (?:this|to)|privacy|sponsor(?:ed|ship)?|advertis\w+|anzeige|publicité|archives?|"
    r"follow (?:us|me)|share|tweet|donate|job board|previous issue|next issue|read more|home ?page)\b",
    re.I,
)
ELSEWHERE = re.compile(
    r"/(?:unsubscribe|subscribe|optout|opt-out|preferences|share|sharer|intent|login|signup|privacy)(?:[/.?]|$)",
    re.I,
)
SERVICES = frozenset(
    {
        *(
            "mailchimp.com",
            "list-manage.com",
            "substack.com",
            "buttondown.email",
            "buttondown.com",
            "beehiiv.com",
        ),
        *(
            "convertkit.com",
            "kit.com",
            "curated.co",
            "mailerlite.com",
            "patreon.com",
            "ko-fi.com",
            "paypal.com",
        ),
        *("facebook.com", "linkedin.com", "instagram.com", "feedburner.com"),
    }
)


@dataclass(frozen=True, slots=True)
class IssueLink:
    """A link of an issue: canonical address and the words it stands on."""

    target: str
    text: str


def picks(
    links: Iterable[IssueLink], own_hosts: Iterable[str], issues_with: Mapping[str, int]
) -> list[IssueLink]:
    """The links that were chosen, in their order: outward, no furniture, each address once.

    `own_hosts` are where the newsletter itself lives; `issues_with` counts the source's issues that hold a target.
    """
    own = {addresses.registrable_domain(host) for host in own_hosts if host}
    found: dict[str, IssueLink] = {}
    for link in links:
        if link.target in found or not _is_outward(link.target, own):
            continue
        if issues_with.get(link.target, 1) > MOST_ISSUES or FURNITURE.search(link.text):
            continue
        found[link.target] = link
        if len(found) >= MOST_PICKS:
            break
    return list(found.values())


def _is_outward(target: str, own: set[str]) -> bool:
    if not addresses.is_http(target):
        return False
    path = target.partition("://")[2].partition("/")[2]
    domain = addresses.registrable_domain(addresses.host_of(target))
    # The bare front page of a service is where the newsletter is sent from, and no pick.
    furniture = domain in SERVICES and path.strip("/").count("/") < 1
    return bool(domain) and domain not in own and not furniture and not ELSEWHERE.search("/" + path)
