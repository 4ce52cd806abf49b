"""The only links in a mailed brief that lead here: signed, and only where a public address is set.

They lead to a page that asks before it takes note of anything: mail scanners open every link.
"""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.urls import NoReverseMatch, reverse

SALT = "transom.mail-feedback"
ROUTE = "web:mail-feedback"


def feedback_link(user_id: int, item_id: int, say: str, *, line: int | None = None) -> str:
    """The address that asks about one item; ``say`` is save, less or more. Empty without a public address."""
    if not settings.PUBLIC_ADDRESS:
        return ""
    token = signing.dumps({"user": user_id, "item": item_id, "line": line, "say": say}, salt=SALT)
    try:
        return f"{settings.PUBLIC_ADDRESS}{reverse(ROUTE, args=[token])}"
    except NoReverseMatch:
        return ""
