"""Following the demo community: what a newcomer there would be offered, in one click."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from transom.apps.sources.connectors.registry import connector
from transom.apps.sources.models import Source, SourceKind
from transom.apps.sources.services import follow, follow_connector
from transom.demo.community import load
from transom.demo.services.stage import table

if TYPE_CHECKING:
    from transom.apps.accounts.models import User


def follow_demo(user: User, *, now: datetime) -> int:
    """The user follows every site and service of the demo community's starter list; how many there are."""
    starter = load(now).starter
    for one in starter:
        subscription = follow(
            user,
            one.address,
            title=one.title,
            channel=one.channel,
            vendor=one.vendor,
            pack="demo",
            now=now,
        )
        kind = SourceKind.PAGE if one.is_page else SourceKind.FEED
        Source.objects.filter(pk=subscription.source_id).update(demo=True, kind=kind)
    return len(starter) + _follow_services(user, now)


def _follow_services(user: User, now: datetime) -> int:
    rows = table("following")["follow"]
    for row in rows:
        subscription = follow_connector(
            user,
            connector(row["connector"]),
            row["query"],
            title=row["title"],
            pack="demo",
            vouched=row.get("vouched", False),
            now=now,
        )
        Source.objects.filter(pk=subscription.source_id).update(demo=True)
    return len(rows)


def demo_interests(now: datetime) -> list[str]:
    """What the reader cares about for whom the demo was written."""
    return list(load(now).interests)


def demo_answers(now: datetime) -> tuple[str, int]:
    """The job, in a sentence, and the minutes a day of the reader whom the demo was written for."""
    community = load(now)
    return community.job, community.minutes
