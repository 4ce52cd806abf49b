"""Commands about the community: what is discussed, and what is ahead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from transom.engine.core.errors import TransomError
from transom.interfaces.cli.console import print_json, tell
from transom.interfaces.cli.parser import Arguments
from transom.interfaces.cli.setting_up import user_named

if TYPE_CHECKING:
    from transom.apps.conversations.selectors import EventRow, Talk


def conversations(arguments: Arguments) -> int:
    """Prints what several people of the user's field wrote about this week, the liveliest first."""
    user = user_named(arguments.user)
    from transom.apps.conversations.selectors import earlier, of_the_week

    find = earlier if arguments.earlier else of_the_week
    page = find(user, datetime.now(UTC), limit=arguments.limit)
    if arguments.json:
        print_json([_about_talk(talk) for talk in page.talks])
        return 0
    for talk in page.talks:
        print("\n".join(_talk_lines(talk)))
    if not page.talks:
        tell(
            "Nothing that several people you follow wrote about. It shows here as soon as two of them do; "
            "to hear more of your field, follow more of it (transom follow ADDRESS)."
        )
    return 0


def _about_talk(talk: Talk) -> dict[str, Any]:
    row = talk.row
    return {
        "id": row.cluster,
        "headline": row.headline,
        "people": talk.names,
        "you_follow": talk.followed,
        "independent_people": row.people,
        "items": row.items,
        "first": row.first_at,
        "latest": row.latest_at,
        "per_day": row.per_day,
        "growth": row.growth,
        "points_at": row.targets,
        "yours_takes_part": row.owner_id is not None,
    }


def _talk_lines(talk: Talk) -> Iterator[str]:
    from transom.apps.brief.render.terminal import safe
    from transom.interfaces.web import talk_words

    row = talk.row
    yield safe(row.headline) or "Without a title"
    yield "   " + safe(talk_words.names(talk.names))
    yield f"   {talk_words.extent(row)}, {talk_words.growth(row)}; last word on {row.latest_at:%Y-%m-%d}"
    yield ""


def events(arguments: Arguments) -> int:
    """Prints what is ahead in the lists the user follows, soonest first."""
    user = user_named(arguments.user)
    from django.utils import timezone

    from transom.apps.accounts.models import profile_of
    from transom.apps.brief.days import zone_of
    from transom.apps.conversations.selectors import EventFilters, calendar

    filters = EventFilters(
        kind=_kind(arguments.kind or ""),
        where="online" if arguments.online else "",
        words=" ".join(arguments.words),
        saved=arguments.saved,
    )
    page = calendar(user, datetime.now(UTC), filters, limit=arguments.limit)
    rows = [*page.under_way, *page.rows]
    if arguments.json:
        print_json([_about_event(row) for row in rows])
        return 0
    with timezone.override(zone_of(profile_of(user))):
        for row in rows:
            print("\n".join(_event_lines(row)))
    if not rows:
        tell("No such dates ahead are known. Follow a calendar by its address: transom follow ADDRESS")
    elif page.after:
        tell(f"There is more: transom events --limit {arguments.limit * 2} ...")
    return 0


def _kind(asked: str) -> str:
    from transom.apps.conversations.models import EventKind

    kind = asked.strip().casefold()
    known = [*EventKind.values, "closing"]
    if kind and kind not in known:
        raise TransomError(f"There is no kind {asked!r}. There are: {', '.join(known)}.")
    return kind


def _about_event(row: EventRow) -> dict[str, Any]:
    event = row.event
    return {
        "id": event.pk,
        "kind": event.kind,
        "title": event.title,
        "starts": event.starts,
        "ends": event.ends,
        "closes": event.closes_at,
        "all_day": event.all_day,
        "time_zone": event.time_zone,
        "hours_without_zone": event.floating,
        "place": event.place,
        "city": event.city,
        "country": event.country,
        "online": event.online,
        "organiser": event.organiser,
        "credits": event.credits,
        "repeats": event.recurrence,
        "further": [one.starts for one in row.further],
        "address": event.address,
        "saved": row.saved,
    }


def _event_lines(row: EventRow) -> Iterator[str]:
    from transom.apps.brief.render.terminal import safe
    from transom.interfaces.web import event_words

    event = row.event
    there = event_words.there(event)
    yield event_words.when(event) + (f" ({there})" if there else "")
    yield "   " + safe(event.title)
    facts = [event_words.kind(event), event_words.where(event), event.organiser, event.credits]
    yield "   " + safe(" · ".join(fact for fact in facts if fact))
    again = ", ".join(part for part in (event_words.repeats(event), event_words.further(row.further)) if part)
    for line in (event_words.closes(event), again, event.address):
        if line:
            yield "   " + safe(line)
    yield ""
