"""Commands about sources: follow, unfollow, sources."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from transom.engine.core.addresses import host_of
from transom.engine.core.errors import TransomError
from transom.interfaces.cli.console import count, print_json, tell
from transom.interfaces.cli.parser import Arguments
from transom.interfaces.cli.setting_up import user_named

if TYPE_CHECKING:
    from transom.apps.accounts.models import User
    from transom.apps.sources.models import Subscription
    from transom.apps.sources.selectors import SubscriptionRow
    from transom.engine.fetch.health import Health

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
    if at_demo := _at_the_demo(address):
        return result | {"problem": at_demo}
    try:
        if arguments.as_is:
            subscription = services.follow(user, address, **how)
        elif by_service := _by_service(user, address, how):
            subscription = by_service
        else:
            feed, others = _first_feed(user, services.feed_address(address))
            result["others"] = others
            subscription = services.follow(user, feed.url, title=feed.title, **how)
    except TransomError as error:
        return result | {"problem": error.message}
    return result | {"followed": subscription.source.shown_address, "title": _title(subscription)}


def _by_service(user: User, text: str, how: dict[str, Any]) -> Subscription | None:
    """What is clearly a handle, a number or an address of a service is read from there; None for anything else."""
    from transom.apps.sources.connectors.registry import meant_by
    from transom.apps.sources.services import follow_connector

    for reader, meant in meant_by(text):
        if meant.sure:
            return follow_connector(user, reader, meant.query, **how)
    return None


def _at_the_demo(address: str) -> str:
    """Invented people are followed in the demo alone; what to do instead, or "" for all other addresses."""
    from django.conf import settings

    from transom.config.options import demo_home, demo_options

    home = demo_home(settings.OPTIONS.home)
    hosts = demo_options(home).get("allowed_private", ())
    invented = host_of(address).endswith(".example")
    if not hosts or not (invented or any(f"//{host}/" in f"{address}/" for host in hosts)):
        return ""
    return (
        f"{address} belongs to the demo community, which never mixes with your own sources. Follow it in the "
        f"demo: TRANSOM_HOME={home} transom follow {address}"
    )


def _first_feed(user: User, address: str) -> tuple[Any, list[str]]:
    """The feed to follow behind an address, and the other ones there."""
    from transom.interfaces.web.fetching import find_feeds

    found = find_feeds([address], user)[0]
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
    names = "\n".join(f"   {_title(row)}  {row.source.shown_address}" for row in found[:MOST_NAMED])
    raise TransomError(
        f"{count(len(found), 'source')} you follow match {name!r}. Give the address of one:\n{names}"
    )


def _title(row: Subscription) -> str:
    return row.title or str(row.source)


def sources(arguments: Arguments) -> int:
    """Lists what is followed, by folder, with how each is doing."""
    user = user_named(arguments.user)
    from transom.apps.library.refresh.condition import condition
    from transom.apps.library.selectors import network_is_down
    from transom.apps.sources import selectors

    now = datetime.now(UTC)
    down = network_is_down(now)
    rows = [(row, condition(row.state, now, network_down=down)) for row in selectors.subscriptions(user)]
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
    tell(_summary([one for _row, one in rows], network_down=down))
    return 0


def _summary(known: Sequence[Health], *, network_down: bool) -> str:
    """The last line; of those that answer as they should, only here."""
    from transom.engine.fetch.health import CHECK_CONNECTION

    failing = sum(1 for one in known if one.needs_you)
    others = sum(1 for one in known if not (one.needs_you or one.word == "fine"))
    parts = [f"{failing} need{'s' if failing == 1 else ''} you"] if failing else []
    parts += [f"{others} with a remark"] if others else []
    said = ", ".join(parts) or "all answer as they should"
    down = f" This computer could not reach the network. {CHECK_CONNECTION}" if network_down else ""
    return f"\n{count(len(known), 'source')}; {said}.{down}"


def _facts(row: SubscriptionRow, one: Any) -> dict[str, Any]:
    return {
        "title": row.title,
        "address": row.source.shown_address,
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
    from transom.engine.fetch.health import NOTHING_TO_DO

    lines = [f"  {'!' if one.needs_you else ' '} {safe(row.title)}  {safe(row.source.shown_address)}"]
    said = f"{one.says} {'' if one.next_step == NOTHING_TO_DO else one.next_step}".strip()
    if one.word != "fine":
        lines.append(f"      {safe(said)}")
    return "\n".join(lines)
