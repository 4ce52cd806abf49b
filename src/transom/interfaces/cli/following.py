"""Commands about sources: follow, unfollow, sources."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from transom.engine.core.errors import TransomError
from transom.interfaces.cli.console import count, print_json, tell
from transom.interfaces.cli.parser import Arguments
from transom.interfaces.cli.setting_up import user_named

if TYPE_CHECKING:
    from transom.apps.accounts.models import User
    from transom.apps.sources.models import Subscription
    from transom.apps.sources.selectors import SubscriptionRow

MOST_NAMED = 8


def follow(arguments: Arguments) -> int:
    """Follows the feed behind every address; 1 where none could be followed for one of them."""
    if arguments.connector:
        from transom.interfaces.cli import connecting

        return connecting.follow(arguments)
    user = user_named(arguments.user)
    results = [_follow_one(user, address, arguments) for address in arguments.addresses]
    if arguments.json:
        print_json(results)
    else:
        _say(results)
    return 0 if all(result["followed"] for result in results) else 1


def _follow_one(user: User, address: str, arguments: Arguments) -> dict[str, Any]:
    from transom.apps.sources import services

    now = datetime.now(UTC)
    how = {"folder": arguments.folder, "private": arguments.private, "now": now}
    result: dict[str, Any] = {"asked": address, "followed": "", "title": "", "others": [], "problem": ""}
    try:
        if arguments.as_is:
            subscription = services.follow(user, address, **how)
        else:
            feed, others = _first_feed(services.feed_address(address))
            result["others"] = others
            subscription = services.follow(user, feed.url, title=feed.title, **how)
    except TransomError as error:
        return result | {"problem": error.message}
    return result | {"followed": subscription.source.address, "title": _title(subscription)}


def _first_feed(address: str) -> tuple[Any, list[str]]:
    """The feed to follow behind an address, and the other ones there."""
    from transom.interfaces.web.fetching import find_feeds

    found = find_feeds([address])[0]
    if found.problem:
        raise TransomError(
            f"{found.problem} To follow it all the same, so that it is tried again later: "
            f"transom follow --as-is {address}"
        )
    if not found.feeds:
        raise TransomError(
            f"No feed was found at {address}. If you know the feed's own address, follow that one."
        )
    return found.feeds[0], [feed.url for feed in found.feeds[1:]]


def _say(results: list[dict[str, Any]]) -> None:
    for result in results:
        if result["problem"]:
            tell(f"transom: {result['problem']}")
            continue
        print(f"You follow {result['title']} ({result['followed']}).")
        if result["others"]:
            tell(
                "There are more feeds there:\n"
                + "\n".join(f"   {one}" for one in result["others"][:MOST_NAMED])
            )


def unfollow(arguments: Arguments) -> int:
    """Stops following one source."""
    user = user_named(arguments.user)
    from transom.apps.sources import services

    row = source_named(user, arguments.source)
    services.unfollow(user, row.source)
    print(f"You no longer follow {_title(row)}. What you saved or noted stays.")
    return 0


def source_named(user: User, name: str) -> Subscription:
    """The followed source of this address, or with this in its title or address. Raises TransomError."""
    from transom.apps.sources.models import Subscription

    rows = list(Subscription.objects.filter(user=user).select_related("source"))
    wanted = name.strip().casefold()
    exact = [row for row in rows if wanted in (row.source.address.casefold(), _title(row).casefold())]
    found = exact or [row for row in rows if wanted in f"{_title(row)}\n{row.source.address}".casefold()]
    if len(found) == 1:
        return found[0]
    if not found:
        raise TransomError(f"You follow nothing called {name!r}. See what you follow: transom sources")
    names = "\n".join(f"   {_title(row)}  {row.source.address}" for row in found[:MOST_NAMED])
    raise TransomError(
        f"{count(len(found), 'source')} you follow match {name!r}. Give the address of one:\n{names}"
    )


def _title(row: Subscription) -> str:
    return row.title or str(row.source)


def sources(arguments: Arguments) -> int:
    """Lists what is followed, by folder, with how each is doing."""
    user = user_named(arguments.user)
    from transom.apps.sources import selectors

    now = datetime.now(UTC)
    rows = [(row, health_of(row, now)) for row in selectors.subscriptions(user)]
    shown = [(row, one) for row, one in rows if one.needs_you or not arguments.failing]
    if arguments.json:
        print_json([_facts(row, one) for row, one in shown])
        return 0
    folder = None
    for row, one in shown:
        if row.subscription.folder != folder:
            folder = row.subscription.folder
            print(f"\n{folder}" if folder else "")
        print(_line(row, one))
    failing = sum(1 for _row, one in rows if one.needs_you)
    tell(f"\n{count(len(rows), 'source')}; " + (f"{failing} need you" if failing else "all well") + ".")
    return 0


def health_of(row: SubscriptionRow, now: datetime) -> Any:
    """How a source is doing, in words."""
    from transom.apps.library.refresh.digest import fetch_state
    from transom.engine.fetch.health import health

    return health(fetch_state(row.state), now)


def _facts(row: SubscriptionRow, one: Any) -> dict[str, Any]:
    return {
        "title": row.title,
        "address": row.source.address,
        "folder": row.subscription.folder,
        "vendor": row.source.vendor,
        "private": row.source.owner_id is not None,
        "says": one.says,
        "next_step": one.next_step,
        "needs_you": one.needs_you,
        "last_fetched": row.state.last_fetched_at,
        "next_due": row.state.next_due_at,
        "last_error": row.state.last_error,
    }


def _line(row: SubscriptionRow, one: Any) -> str:
    from transom.apps.brief.render.terminal import safe

    lines = [f"  {'!' if one.needs_you else ' '} {safe(row.title)}  {safe(row.source.address)}"]
    said = f"{one.says} {one.next_step}".strip()
    if said:
        lines.append(f"      {safe(said)}")
    return "\n".join(lines)
