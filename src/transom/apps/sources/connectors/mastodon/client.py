"""Reading a Mastodon account or hashtag, without an account of one's own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from transom.apps.sources.connectors import asking, values
from transom.apps.sources.connectors.interface import Ask, Connector, Meant, Query, Suggestion
from transom.apps.sources.connectors.mastodon.mapping import Mapped, unknown_parents
from transom.apps.sources.connectors.mastodon.server import sample_service
from transom.apps.sources.connectors.records import Batch, Cursor
from transom.apps.sources.connectors.serving import Service
from transom.apps.sources.connectors.wording import words_and_server
from transom.apps.sources.errors import SourceError
from transom.engine.core import addresses
from transom.engine.core.errors import FetchError, ParseError
from transom.engine.net.port import HttpPort
from transom.engine.text.sanitise import to_text

PAGE = 40
MOST_FOUND = 8
"""Accounts, and as many hashtags."""
MOST_PARENTS = 10
"""Statuses of a page that are asked for one by one, as they are what others reply to."""
_WHO = re.compile(r"([@#]?)([\w.\-]+)@([\w.\-]+(?::\d+)?)")


class Mastodon(Connector):
    name = "mastodon"
    title = "Mastodon accounts and hashtags"
    says = "What somebody posts, links to and passes on; or a hashtag as one server sees it."
    asks = (
        Ask(
            "account",
            "An account, @name@server, or a hashtag and the server to ask, #tag@server; or a name to look for.",
            "@name@mastodon.social",
            label="Account or hashtag",
        ),
        Ask(
            "at",
            "The server's web address, where it is another than the account says.",
            optional=True,
            label="Another server",
        ),
    )
    channel = "social"
    searched = "https://mastodon.social"
    every_minutes = 60
    limits = "What is public. Some servers show posts to their own members only."
    sample = {"account": "@hester@keepers.example"}

    def address(self, query: Query) -> str:
        sign, name, _ = _parts(query["account"])
        return f"{self.base(query)}/{'tags/' if sign == '#' else '@'}{quote(name)}"

    def base(self, query: Query) -> str:
        return (query.get("at") or f"https://{_parts(query['account'])[2]}").rstrip("/")

    def is_elsewhere(self, query: Query) -> bool:
        return bool(query.get("at")) and addresses.host_of(query["at"]) != _parts(query["account"])[2]

    def recognise(self, text: str) -> Meant | None:
        if _WHO.fullmatch(text) and text[0] in "@#":
            return Meant({"account": text})
        # Others use /@name as well, so that the server is asked before it is believed.
        is_page = re.fullmatch(r"https://[^/?#]+/(@|tags/)[\w.\-]+/?", text)
        return Meant({"account": text}, sure=False) if is_page else None

    def tidy(self, query: Query) -> Query:
        given = query["account"].strip()
        if found := re.fullmatch(r"https://([^/]+)/(@|tags/)([\w.\-]+)/?", given):
            given = f"{'#' if found[2] == 'tags/' else '@'}{found[3]}@{found[1]}"
        if not _WHO.fullmatch(given):
            raise SourceError(f"{given[:100]!r} is neither @name@server nor #tag@server.", permanent=True)
        sign, name, host = _parts(given)
        return {**query, "account": f"{sign}{name}@{host}"}

    def service(self) -> Service:
        return sample_service()

    async def discover(self, words: str, client: HttpPort, server: str = "") -> list[Suggestion]:
        """Accounts and hashtags that a server knows by this name: the one named in the words, else a large one."""
        name, named = _wanted(words.strip())
        if not name:
            return []
        base = server or named or self.searched
        parameters = {"q": name, "limit": str(MOST_FOUND)}
        told = await asking.ask_json(client, asking.Wanted(f"{base}/api/v2/search", parameters))
        host = addresses.host_of(named or base)
        return list(_found(told.value, host, {"at": server} if server else {}))

    async def fetch(self, query: Query, cursor: Cursor, client: HttpPort, now: datetime) -> Batch:
        """First the newest page; then whatever is newer than the last seen, oldest first."""
        sign, name, host = _parts(query["account"])
        base = self.base(query)
        about: Mapping[str, Any] = {}
        identifier = values.text(cursor.get("id"), most=60)
        if sign == "@" and (not identifier or cursor.get("looked") != f"{now:%G-%V}"):
            about = await _look_up(client, base, name)
            identifier = values.text(about, "id", most=60)
        path = f"timelines/tag/{quote(name)}" if sign == "#" else f"accounts/{quote(identifier)}/statuses"
        last = values.text(cursor.get("last"), most=60)
        told = await _statuses(client, f"{base}/api/v1/{path}", last)
        if not isinstance(told.value, list):
            raise asking.unlike(base, "it sent no list of statuses.")
        rows = list(values.rows(told.value))
        mapped = Mapped(host, await _parents(client, base, unknown_parents(rows)))
        mapped.add_all(rows)
        if about:
            mapped.person(about)
        newest = max([last, *(values.text(row, "id", most=60) for row in rows)], key=_order)
        return Batch(
            items=tuple(mapped.items),
            identities=tuple(mapped.identities.values()),
            endorsements=tuple(mapped.endorsements),
            cursor={"id": identifier, "last": newest, "looked": f"{now:%G-%V}"},
            more=bool(last) and len(rows) >= PAGE and newest != last,
            title=values.text(about, "display_name", most=200) or query["account"],
            site=self.address(query),
            wait_seconds=asking.rate_wait(told.response, datetime.now(UTC)),
            problems=tuple(dict.fromkeys(mapped.problems)),
        )


def _wanted(words: str) -> tuple[str, str]:
    """The name to look for, and the server named with it, "" where none is."""
    if found := _WHO.fullmatch(words):
        return found[2], f"https://{found[3].lower()}"
    name, server = words_and_server(words)
    return name.lstrip("@#"), server


def _found(told: object, host: str, at: Query) -> Iterator[Suggestion]:
    """What a search came to. `at` goes with what lives on the server that was asked."""
    for row in values.rows(told, "accounts"):
        if _WHO.fullmatch(account := _full(values.text(row, "acct", most=300), host)):
            title = values.text(row, "display_name", most=200) or f"@{account}"
            mine = at if account.endswith(f"@{host}") else {}
            yield Suggestion(
                {"account": f"@{account}", **mine}, title, to_text(values.body(row, "note", most=2000))[:300]
            )
    for row in values.rows(told, "hashtags"):
        if _WHO.fullmatch(account := f"#{values.text(row, 'name', most=100)}@{host}"):
            used = sum(values.whole(day, "uses") or 0 for day in values.rows(row, "history"))
            says = f"{used} posts there in the last days" if used else ""
            yield Suggestion({"account": account, **at}, account, says)


def _full(account: str, host: str) -> str:
    """An account with its server, which is left out for those of the server that was asked."""
    return account if "@" in account else f"{account}@{host}"


async def _look_up(client: HttpPort, base: str, name: str) -> Mapping[str, Any]:
    told = await asking.ask_json(client, asking.Wanted(f"{base}/api/v1/accounts/lookup", {"acct": name}))
    if not values.text(told.value, "id"):
        raise asking.unlike(base, "it sent an account without an id.")
    found: Mapping[str, Any] = told.value
    return found


async def _parents(client: HttpPort, base: str, numbers: list[str]) -> dict[str, Mapping[str, Any]]:
    """Some statuses by their numbers; those that are gone, or not for strangers, are left out."""
    found: dict[str, Mapping[str, Any]] = {}
    for number in numbers[:MOST_PARENTS]:
        try:
            told = await asking.ask_json(client, asking.Wanted(f"{base}/api/v1/statuses/{quote(number)}"))
        except ParseError:
            continue
        except FetchError as error:
            if error.status in (401, 403, 404, 410):
                continue
            # It is busy, or out of reach: what was read of the page is worth keeping all the same.
            break
        if isinstance(told.value, Mapping):
            found[number] = told.value
    return found


async def _statuses(client: HttpPort, url: str, last: str) -> asking.Told:
    parameters = {"limit": str(PAGE), **({"min_id": last} if last else {})}
    try:
        return await asking.ask_json(client, asking.Wanted(url, parameters))
    except FetchError as error:
        if error.status in (401, 403, 422):
            message = f"{url[:200]} shows its posts only to people with an account there. Its feed may still be open."
            raise FetchError("http-status", message, url=url, status=error.status) from error
        raise


def _parts(account: str) -> tuple[str, str, str]:
    found = _WHO.fullmatch(account)
    assert found is not None
    return found[1] or "@", found[2], found[3].lower()


def _order(identifier: str) -> tuple[int, str]:
    """Ids are numbers written as text; longer is newer."""
    return len(identifier), identifier
