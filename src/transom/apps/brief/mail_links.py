"""The links in a brief elsewhere that lead here, only where a public address is set.

The buttons are signed and need no sign-in, so that one can answer from any device; whoever has the mail can say
these three words about this one item, and nothing else. They lead to a page that asks before it takes note of
anything: mail scanners open every link, so a GET only shows and the POST acts. Who is who is asked on a page
behind the sign-in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.core import signing
from django.urls import NoReverseMatch, reverse

SALT: Final = "transom.mail-feedback"
ROUTE: Final = "web:mail-feedback"
QUESTION_ROUTE: Final = "web:question"
SAYS: Final = ("save", "less", "more")
GOOD_FOR: Final = timedelta(days=45)


@dataclass(frozen=True, slots=True)
class MailWord:
    """What a button of a mail says: whose, about which item, and one of `SAYS`."""

    user_id: int
    item_id: int
    say: str
    line_id: int | None = None


def link_token(user_id: int, item_id: int, say: str, *, line: int | None = None) -> str:
    """The signed part of a button's address."""
    return signing.dumps({"user": user_id, "item": item_id, "line": line, "say": say}, salt=SALT)


def feedback_link(user_id: int, item_id: int, say: str, *, line: int | None = None) -> str:
    """The address that asks about one item. Empty without a public address."""
    if not settings.PUBLIC_ADDRESS:
        return ""
    return _address(ROUTE, link_token(user_id, item_id, say, line=line))


def question_link(pair: tuple[int, int]) -> str:
    """The address of the page that asks whether two identities are one person. Empty without a public address."""
    return _address(QUESTION_ROUTE, *pair) if settings.PUBLIC_ADDRESS else ""


def _address(route: str, *arguments: object) -> str:
    try:
        return f"{settings.PUBLIC_ADDRESS}{reverse(route, args=arguments)}"
    except NoReverseMatch:
        return ""


def read_link(token: str) -> MailWord | None:
    """What the token of a button says; None where it was changed, is too old or says nothing known."""
    try:
        given = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        return None
    if not isinstance(given, dict) or given.get("say") not in SAYS:
        return None
    user, item, line = (given.get(name) for name in ("user", "item", "line"))
    if not isinstance(user, int) or not isinstance(item, int) or not isinstance(line, int | None):
        return None
    return MailWord(user, item, given["say"], line)
