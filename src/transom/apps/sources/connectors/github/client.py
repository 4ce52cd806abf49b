"""Asking GitHub without an account: sixty questions an hour, those that bring nothing new are free."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from transom.apps.sources.connectors import asking, values
from transom.apps.sources.connectors.github.mapping import Mapped
from transom.apps.sources.connectors.github.server import sample_service
from transom.apps.sources.connectors.interface import AT, Ask, Connector, Meant, Query, Suggestion
from transom.apps.sources.connectors.records import Batch, Cursor
from transom.apps.sources.connectors.serving import Service
from transom.apps.sources.errors import SourceError
from transom.engine.core.errors import FetchError, ParseError
from transom.engine.net.port import HttpPort

PAGE = 100
PROFILE = ("login", "type", "name", "blog", "company", "email")
MOST_PAGES = 3
ACCEPT = "application/vnd.github+json"


class GitHub(Connector):
    name = "github"
    title = "GitHub repositories and people"
    says = "A repository's releases; or what somebody opens, comments, releases and stars in public."
    asks = (
        Ask(
            "what",
            "A repository, owner/name, or an account's name.",
            "django/django",
            label="Repository or account",
        ),
        AT,
    )
    channel = "code"
    home = "https://api.github.com"
    every_minutes = 3 * 60
    limits = "Sixty questions an hour for all that is followed there."
    sample = {"what": "hester"}

    def address(self, query: Query) -> str:
        return f"{(query.get('at') or 'https://github.com').rstrip('/')}/{query['what']}"

    def recognise(self, text: str) -> Meant | None:
        place = r"https?://(?:www\.)?github\.com/([\w-]+(?:/[\w.-]+)?)/?(?:releases/?)?"
        found = re.fullmatch(place, text)
        return Meant({"what": found[1]}) if found else None

    def tidy(self, query: Query) -> Query:
        what = query["what"].strip().removeprefix("https://github.com/").strip("@/").lower()
        if not re.fullmatch(r"[a-z0-9-]{1,39}(/[\w.-]{1,100})?", what):
            raise SourceError(f"{what[:100]!r} is neither owner/name nor an account's name.", permanent=True)
        return {**query, "what": what}

    def service(self) -> Service:
        return sample_service()

    async def fetch(self, query: Query, cursor: Cursor, client: HttpPort, now: datetime) -> Batch:
        """The newest page; of acts also those before it, back to the last one known: GitHub keeps three hundred."""
        what = query["what"]
        is_repository = "/" in what
        path = f"repos/{what}/releases" if is_repository else f"users/{what}/events/public"
        url = f"{self.base(query)}/{path}?per_page={PAGE}"
        remembered = asking.Remembered.of(cursor, url)
        told = await asking.ask_json(client, asking.Wanted(url, accept=ACCEPT, remembered=remembered))
        wait = asking.rate_wait(told.response, datetime.now(UTC))
        week = f"{now:%G-%V}"
        looks = not is_repository and cursor.get("looked") != week
        if told.unchanged and not looks:
            return Batch(cursor=cursor, unchanged=True, wait_seconds=wait)
        mapped = Mapped()
        told_now = await self._profile(query, client) if looks else None
        about = told_now or cursor.get("about")
        known = {"about": about, "looked": week if told_now else cursor.get("looked")} if about else {}
        mapped.add_profile(about)
        if told.unchanged:
            people = tuple(mapped.identities.values())
            return Batch(identities=people, cursor={**cursor, **known}, wait_seconds=wait)
        rows, complete = asking.rows_of(told.value, url), True
        if is_repository:
            for row in rows:
                mapped.add_release(row, what)
        else:
            newest = values.whole(cursor.get("newest"))
            rows, wait, complete = await _back_to(newest, rows, url, client, wait)
            for row in rows:
                mapped.add_event(row)
            known["newest"] = max([newest or 0, *map(_number, rows)]) if complete else newest
        return Batch(
            items=tuple(mapped.items),
            identities=tuple(mapped.identities.values()),
            endorsements=tuple(mapped.endorsements),
            # Where some could not be had, all are asked for again.
            cursor={"seen": asking.Remembered.from_answer(told.response, url) if complete else None, **known},
            title=what,
            site=self.address(query),
            wait_seconds=wait or values.whole(told.response.headers.get("x-poll-interval")),
            problems=tuple(dict.fromkeys(mapped.problems)),
        )

    async def discover(self, words: str, client: HttpPort, server: str = "") -> list[Suggestion]:
        found: list[Suggestion] = []
        for kind, name in (("users", "login"), ("repositories", "full_name")):
            parameters = {"q": words.strip()[:200], "per_page": "5"}
            wanted = asking.Wanted(f"{server or self.home}/search/{kind}", parameters, accept=ACCEPT)
            _, rows = await asking.ask_rows(client, wanted, "items")
            found += [
                Suggestion({"what": what.lower()}, what, values.text(row, "description", most=300))
                for row in rows
                if (what := values.text(row, name, most=140))
            ]
        return found

    async def _profile(self, query: Query, client: HttpPort) -> dict[str, object] | None:
        """What the account says of itself, as far as it is used; None where GitHub does not tell just now."""
        url = f"{self.base(query)}/users/{query['what']}"
        try:
            told = await asking.ask_json(client, asking.Wanted(url, accept=ACCEPT))
        except (FetchError, ParseError):
            return None
        number = values.whole(told.value, "id")
        return {"id": number, **{name: values.text(told.value, name, most=500) for name in PROFILE}}


def _number(row: asking.Row) -> int:
    """An act's number: later ones have larger ones."""
    return values.whole(row, "id") or 0


async def _back_to(
    newest: int | None, rows: list[asking.Row], url: str, client: HttpPort, wait: float | None
) -> tuple[list[asking.Row], float | None, bool]:
    """The acts after the newest known one, how long to wait, and whether none between is missing.

    At first those of one page are enough.
    """
    last = rows
    for number in range(2, MOST_PAGES + 1):
        if newest is None or len(last) < PAGE or min(map(_number, last)) <= newest:
            break
        if wait:
            return rows, wait, False
        try:
            told, last = await asking.ask_rows(client, asking.Wanted(f"{url}&page={number}", accept=ACCEPT))
        except (FetchError, ParseError):
            return rows, wait, False
        wait = asking.rate_wait(told.response, datetime.now(UTC))
        rows = [*rows, *last]
    return rows, wait, True
