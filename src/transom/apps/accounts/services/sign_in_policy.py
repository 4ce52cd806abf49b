"""When a one-time link is enough, and when everybody needs a password or a passkey."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from transom.apps.accounts.models import User

# Whoever adds one of these stands between the browser and us, so the request may come from anywhere.
FORWARDING_HEADERS = (
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_SERVER",
    "HTTP_X_REAL_IP",
    "HTTP_X_ORIGINAL_HOST",
    "HTTP_CF_CONNECTING_IP",
    "HTTP_TRUE_CLIENT_IP",
    "HTTP_VIA",
)
PUBLIC = "this instance has a public address, so everybody signs in with a password or a passkey."
FORWARDED = "the request was passed on by another server, so everybody signs in with a password or a passkey."
FAR = "the request came from another computer, so everybody signs in with a password or a passkey."
SEVERAL = "several people use this instance, so everybody signs in with a password or a passkey."


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """What the rule needs to know of a request: was it passed on, and which IP address asked."""

    forwarded: bool = False
    peer: str = "127.0.0.1"

    @classmethod
    def of(cls, request: HttpRequest) -> RequestFacts:
        meta = request.META
        return cls(
            forwarded=any(header in meta for header in FORWARDING_HEADERS),
            peer=str(meta.get("REMOTE_ADDR") or ""),
        )


def needs_password(facts: RequestFacts, user: User | None = None) -> str:
    """Why a password or passkey is needed for this request, in a sentence; "" where a link is enough."""
    if facts.forwarded:
        return FORWARDED
    if not _is_this_computer(facts.peer):
        return FAR
    return why_password(user)


def why_password(user: User | None = None) -> str:
    """Why this instance asks everybody for a password, in a sentence; "" where a link is enough."""
    if settings.PUBLIC_ADDRESS:
        return PUBLIC
    others = User.objects.filter(is_active=True)
    if user is not None:
        return SEVERAL if others.exclude(pk=user.pk).exists() else ""
    return SEVERAL if others[:2].count() > 1 else ""


def _is_this_computer(peer: str) -> bool:
    if not peer:  # a Unix socket has no peer address; whoever passes requests on to it says so in a header
        return True
    try:
        address = ipaddress.ip_address(peer.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)
