"""Asking a service: JSON or text, conditional where it can be, and told in plain words what went wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.records import Cursor
from transom.engine.core.addresses import host_of
from transom.engine.core.errors import FetchError, ParseError
from transom.engine.net.politeness import http_date, retry_after_seconds
from transom.engine.net.port import HttpPort, Request, Response

Row = Mapping[str, Any]
PURPOSE = "connector"
ADVICE = {
    401: "It wants an account or a key. Look at the connector's page in the documentation.",
    403: "It turns Transom away. Open the address in a browser to see whether it still exists.",
    404: "There is nothing at this address. Check the spelling of what you asked for.",
    410: "It is gone for good.",
    429: "It has been asked too often and wants a pause. Transom will wait as long as it asked.",
    503: "It is not available for the moment. Transom will try again later.",
}
ELSE = "Transom will try again later. If it goes on, look at the service in a browser."


@dataclass(frozen=True, slots=True)
class Told:
    """A usable answer. `value` is what the JSON holds; None where nothing changed."""

    value: Any
    response: Response
    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class Remembered:
    """Validators of one address, as they stand in a cursor."""

    etag: str | None = None
    last_modified: str | None = None

    @classmethod
    def of(cls, cursor: Cursor, url: str, name: str = "seen") -> Remembered:
        """From a cursor; empty where it remembers another address."""
        kept = cursor.get(name)
        if not isinstance(kept, Mapping) or kept.get("url") != url:
            return cls()
        etag, modified = kept.get("etag"), kept.get("modified")
        return cls(etag if isinstance(etag, str) else None, modified if isinstance(modified, str) else None)

    @staticmethod
    def from_answer(response: Response, url: str) -> dict[str, str | None]:
        """For the cursor. Ask for `url` with it next time."""
        headers = response.headers
        return {"url": url, "etag": headers.get("etag"), "modified": headers.get("last-modified")}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One GET of a service."""

    url: str
    parameters: Mapping[str, str | list[str]] = field(default_factory=dict)
    accept: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    remembered: Remembered = field(default_factory=Remembered)
    max_bytes: int | None = None

    @property
    def address(self) -> str:
        if not self.parameters:
            return self.url
        sign = "&" if "?" in self.url else "?"
        return f"{self.url}{sign}{urlencode(self.parameters, doseq=True)}"


async def ask(client: HttpPort, wanted: Wanted) -> Response:
    """The answer, 304 included. Raises FetchError for any status that brings nothing."""
    request = Request(
        wanted.address,
        purpose=PURPOSE,
        etag=wanted.remembered.etag,
        last_modified=wanted.remembered.last_modified,
        accept=wanted.accept,
        max_bytes=wanted.max_bytes,
        headers=wanted.headers,
    )
    response = await client.fetch(request)
    if response.status == 304 and request.is_conditional:
        return response
    if 200 <= response.status < 300 and response.status not in (204, 205, 206):
        return response
    raise refused(response, request.url)


async def ask_json(client: HttpPort, wanted: Wanted) -> Told:
    """The answer's JSON. Raises FetchError, and ParseError where it is none."""
    response = await ask(client, wanted)
    if response.status == 304:
        return Told(None, response, unchanged=True)
    return Told(parsed(response), response)


async def ask_rows(client: HttpPort, wanted: Wanted, *path: str) -> tuple[Told, list[Row]]:
    """The answer, and the objects of the list at a path of it. Raises FetchError, and ParseError where none is."""
    told = await ask_json(client, wanted)
    return told, rows_of(told.value, wanted.url, *path)


def rows_of(value: object, url: str, *path: str) -> list[Row]:
    """The objects of the list at a path. Raises ParseError where there is no list."""
    if not isinstance(values.get(value, *path), list):
        raise unlike(url, f'there is no list "{path[-1]}" in it.' if path else "it sent no list.")
    return list(values.rows(value, *path))


def parsed(response: Response) -> Any:
    """The body as JSON. Raises ParseError."""
    try:
        return json.loads(response.body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        looks = "html" if response.body[:200].lstrip().lower().startswith((b"<!doctype", b"<html")) else ""
        message = (
            f"{host_of(response.url)} answered with something that is not JSON, or only half of it. {ELSE}"
        )
        raise ParseError(message, looks_like=looks) from error


def unlike(url: str, words: str) -> ParseError:
    """The error for an answer of another shape than the service's documents say."""
    return ParseError(f"{host_of(url)} answered in a way that Transom does not know: {words} {ELSE}")


def refused(response: Response, url: str) -> FetchError:
    """The error for a status that brings nothing, with the wait that the service asks for."""
    asked_at = http_date(response.headers.get("date", "")) or datetime.now(UTC)
    by_rate = rate_wait(response, asked_at)
    wait = retry_after_seconds(response.headers.get("retry-after"), asked_at) or by_rate
    # Some say 403 where they mean that the hour's questions are spent.
    status = 429 if response.status == 403 and by_rate is not None else response.status
    message = f"{url[:200]} answered with status {response.status}. {ADVICE.get(status, ELSE)}"
    return FetchError("http-status", message, url=url, status=status, retry_after=wait)


def rate_wait(response: Response, now: datetime) -> float | None:
    """Seconds until the service's rate allows the next question; None while it does, or says nothing.

    Reads the X-RateLimit family as Mastodon (a time), GitHub (epoch seconds), OpenAlex and Bluesky write it.
    """
    headers = response.headers
    remaining = headers.get("x-ratelimit-remaining", headers.get("ratelimit-remaining", ""))
    if not remaining.strip().isdigit() or int(remaining[:9]) > 0:
        return None
    reset = headers.get("x-ratelimit-reset", headers.get("ratelimit-reset", "")).strip()
    if reset.isascii() and reset.isdigit():
        seconds = float(reset[:12])
        return max(0.0, seconds - now.timestamp()) if seconds > 1_000_000_000 else seconds
    try:
        until = datetime.fromisoformat(reset)
    except ValueError:
        return None
    until = until.replace(tzinfo=UTC) if until.tzinfo is None else until
    return max(0.0, (until - now).total_seconds())
