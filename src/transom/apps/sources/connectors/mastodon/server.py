"""A Mastodon server with one account: look-up, statuses with min_id, rate headers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from transom.apps.sources.connectors.serving import Asked, Reply, Service, as_json, not_found

Row = dict[str, Any]
HOST = "keepers.example"


def service(
    accounts: list[Row], statuses: list[Row], remaining: int = 299, beside: list[Row] | None = None
) -> Service:
    """Serves accounts by name and their statuses, newest first, or from min_id on the oldest that fit.

    `beside` are statuses of other servers, which it knows by a number of its own.
    """

    def answer(asked: Asked) -> Reply:
        if asked.path == "/api/v1/accounts/lookup":
            found = next((one for one in accounts if one["acct"] == asked.one("acct")), None)
            return as_json(found) if found else not_found("Record not found")
        if asked.path == "/api/v2/search":
            return _found(accounts, statuses, asked)
        parts = asked.path.strip("/").split("/")
        if parts[:3] == ["api", "v1", "accounts"] and parts[4:] == ["statuses"]:
            rows = [row for row in statuses if row["account"]["id"] == parts[3]]
        elif parts[:3] == ["api", "v1", "statuses"]:
            one = next((row for row in (*statuses, *(beside or [])) if row["id"] == parts[3]), None)
            return as_json(one) if one else not_found("Record not found")
        elif parts[:4] == ["api", "v1", "timelines", "tag"]:
            rows = [row for row in statuses if any(tag["name"] == parts[4] for tag in row["tags"])]
        else:
            return not_found()
        return _page(rows, asked, remaining)

    return answer


def _found(accounts: list[Row], statuses: list[Row], asked: Asked) -> Reply:
    """Without a token: what is known by these words, of each sort the first."""
    if not asked.one("q") or "resolve" in asked.query or "offset" in asked.query:
        return as_json({"error": "The access token is invalid"}, 401)
    words, limit = asked.one("q").casefold(), min(asked.number("limit", 20), 40)
    known = {row["account"]["id"]: row["account"] for row in statuses} | {one["id"]: one for one in accounts}
    tags = sorted({tag["name"] for row in statuses for tag in row["tags"]})
    history = [{"day": "1774553600", "uses": "3", "accounts": "2"}]
    return as_json(
        {
            "accounts": [
                one for one in known.values() if words in f"{one['acct']} {one['display_name']}".casefold()
            ][:limit],
            "statuses": [],
            "hashtags": [
                {"name": tag, "url": f"https://{HOST}/tags/{tag}", "history": history}
                for tag in tags
                if words in tag
            ][:limit],
        }
    )


def _page(rows: list[Row], asked: Asked, remaining: int) -> Reply:
    limit, after = min(asked.number("limit", 20), 40), asked.number("min_id", 0)
    ordered = sorted(rows, key=lambda row: int(row["id"]))
    newer = [row for row in ordered if int(row["id"]) > after]
    shown = newer[:limit] if after else newer[-limit:]
    reset = datetime.now(UTC) + timedelta(minutes=5)
    headers = {
        "X_RateLimit_Limit": "300",
        "X_RateLimit_Remaining": str(remaining),
        "X_RateLimit_Reset": reset.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
    }
    return as_json(shown[::-1], 200, **headers)


def account(number: int, name: str, acct: str, fields: list[tuple[str, str, bool]] | None = None) -> Row:
    """`fields`: name, address, and whether the server saw it link back."""
    user, _, host = acct.partition("@")
    return {
        "id": str(number),
        "username": user,
        "acct": acct,
        "display_name": name,
        "bot": False,
        "group": False,
        "url": f"https://{host or HOST}/@{user}",
        "note": "<p>Keeps things.</p>",
        "fields": [
            {
                "name": label,
                "value": f'<a href="{where}" rel="nofollow noopener me">{where}</a>',
                "verified_at": "2026-01-01T00:00:00.000+00:00" if seen else None,
            }
            for label, where, seen in fields or []
        ],
    }


def status(
    number: int,
    by: Row,
    when: datetime,
    content: str,
    *,
    reblog: Row | None = None,
    card: str = "",
    answers: Row | None = None,
) -> Row:
    """`answers` is the status that it replies to."""
    user, _, host = by["acct"].partition("@")
    # At its own server a status of another one has another number.
    there = number + 7000 if host else number
    return {
        "id": str(number),
        "uri": f"https://{host or HOST}/users/{user}/statuses/{there}",
        "visibility": "public",
        "url": f"{by['url']}/{there}",
        "created_at": when.isoformat(),
        "edited_at": None,
        "content": content,
        "spoiler_text": "",
        "language": "en",
        "account": by,
        "reblog": reblog,
        "card": {"url": card, "title": "A page"} if card else None,
        **answering(answers, by["acct"]),
        "tags": [{"name": word[1:].lower()} for word in content.split() if word.startswith("#")],
    }


def answering(answers: Row | None, by: str) -> Row:
    """What a status says of the one it replies to; whom one answers is mentioned, but for oneself."""
    others = answers["account"] if answers else {}
    named = {key: others[key] for key in ("id", "username", "acct", "url")} if others else {}
    return {
        "mentions": [named] if named and named["acct"] != by else [],
        "in_reply_to_id": answers["id"] if answers else None,
        "in_reply_to_account_id": others["id"] if others else None,
    }


def sample_service(now: datetime | None = None) -> Service:
    now = now or datetime.now(UTC)
    hester = account(1, "Hester Quill", "hester", [("Site", "https://slowrooms.example/", True)])
    kofi = account(2, "Kofi Adjei", "kofi@veldhaven.example")
    passed = status(90, kofi, now - timedelta(days=2), "<p>Two loggers, one shelf.</p>")
    return service(
        [hester],
        [
            status(
                *(101, hester, now - timedelta(days=1)),
                '<p>Read this: <a href="https://trap-room.example/felt">felt</a></p>',
            ),
            status(102, hester, now - timedelta(hours=20), "", reblog=passed),
        ],
    )
