"""Following what somebody pasted or uploaded: looks for feeds first, then follows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from transom.apps.sources import services
from transom.engine.core.errors import TransomError
from transom.engine.parse.opml import parse_opml
from transom.interfaces.web.fetching import Found, find_feeds

if TYPE_CHECKING:
    from transom.apps.accounts.models import User


@dataclass(slots=True)
class Outcome:
    """How many sources are followed now, and which addresses could not be, and why."""

    followed: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


def import_list(user: User, raw: bytes) -> Any:
    """Follows everything in an OPML file. Raises TransomError for what is no such file."""
    return services.import_outlines(user, parse_opml(raw), now=timezone.now())


def follow_addresses(user: User, addresses: Iterable[str]) -> Outcome:
    """Follows the first feed behind each address."""
    outcome = Outcome()
    wanted = [address if "://" in address else f"https://{address}" for address in addresses]
    if not wanted:
        return outcome
    for found in find_feeds(wanted, user):
        problem = _follow_first(user, found)
        if problem:
            outcome.refused.append((found.address, problem))
        else:
            outcome.followed += 1
    return outcome


def _follow_first(user: User, found: Found) -> str:
    if found.problem:
        return found.problem
    if not found.feeds:
        return _("no feed was found there. Paste the feed's own address, or hand its posts in one by one.")
    feed = found.feeds[0]
    try:
        services.follow(user, feed.url, title=feed.title, now=timezone.now())
    except TransomError as error:
        return error.message
    return ""
