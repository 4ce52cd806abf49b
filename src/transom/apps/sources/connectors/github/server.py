"""A GitHub with one person and one repository: ETag, rate and poll headers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from transom.apps.sources.connectors.serving import Asked, Reply, Service, as_json, not_found, with_etag

Row = dict[str, Any]


def service(lists: Mapping[str, list[Row] | Row], remaining: int = 59) -> Service:
    """Serves lists, in pages, and profiles, by path; both can be searched."""

    def answer(asked: Asked) -> Reply:
        reset = str(int((datetime.now(UTC) + timedelta(minutes=30)).timestamp()))
        headers = {
            "X_RateLimit_Remaining": str(remaining),
            "X_RateLimit_Reset": reset,
            "X_Poll_Interval": "60",
        }
        if remaining <= 0:
            return as_json({"message": "API rate limit exceeded"}, 403, **headers)
        if asked.path.startswith("/search/"):
            return as_json({"items": _found(lists, asked)}, 200, **headers)
        if asked.path not in lists:
            return not_found("Not Found")
        told = lists[asked.path]
        if isinstance(told, list):
            size, number = min(asked.number("per_page", 30), 100), asked.number("page", 1)
            told = told[(number - 1) * size : number * size]
        return with_etag(asked, as_json(told, 200, **headers))

    return answer


def _found(lists: Mapping[str, list[Row] | Row], asked: Asked) -> list[Row]:
    """Accounts by login or name, or repositories by name, as the search answers."""
    word = asked.one("q").casefold()
    if asked.path == "/search/users":
        people = [one for one in lists.values() if isinstance(one, dict)]
        return [one for one in people if word in f"{one['login']} {one.get('name')}".casefold()]
    names = [path.split("/", 2)[2].removesuffix("/releases") for path in lists if path.startswith("/repos/")]
    return [
        {"full_name": name, "description": f"All about {name}"} for name in names if word in name.casefold()
    ]


def user(number: int, login: str) -> Row:
    return {"id": number, "login": login, "url": f"https://api.github.com/users/{login}"}


def profile(number: int, login: str, **said: str | None) -> Row:
    """`said`: name, blog, company, email; null or empty where nobody said."""
    return {
        **user(number, login),
        "type": "User",
        "name": None,
        "blog": "",
        "company": None,
        "email": None,
        **said,
    }


def event(number: int, kind: str, by: Row, when: datetime, payload: Row, repo: str = "keepers/shelf") -> Row:
    stamp = when.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "id": str(number),
        "type": kind,
        "actor": by,
        "repo": {"id": 1, "name": repo},
        "payload": payload,
        "public": True,
        "created_at": stamp,
    }


def issue(number: int, title: str, when: datetime, body: str = "") -> Row:
    return {
        "id": number,
        "number": number,
        "title": title,
        "body": body,
        "html_url": f"https://github.com/keepers/shelf/issues/{number}",
        "created_at": when.isoformat(),
    }


def release(number: int, tag: str, by: Row, when: datetime, body: str = "") -> Row:
    return {
        "id": number,
        "tag_name": tag,
        "name": tag,
        "draft": False,
        "body": body,
        "author": by,
        "html_url": f"https://github.com/keepers/shelf/releases/tag/{tag}",
        "published_at": when.isoformat(),
    }


def sample_service(now: datetime | None = None) -> Service:
    now = now or datetime.now(UTC)
    hester = user(1, "hester")
    asked = issue(
        4, "Shelves drift in winter", now - timedelta(days=2), "Seen at https://trap-room.example/felt."
    )
    comment = {
        "id": 9,
        "body": "Ours too.",
        "created_at": (now - timedelta(days=1)).isoformat(),
        "html_url": "https://github.com/keepers/shelf/issues/4#issuecomment-9",
    }
    acts = [
        event(3, "WatchEvent", hester, now - timedelta(hours=3), {"action": "started"}, "veldhaven/logger"),
        event(2, "IssueCommentEvent", hester, now - timedelta(days=1), {"issue": asked, "comment": comment}),
        event(1, "IssuesEvent", hester, now - timedelta(days=2), {"action": "opened", "issue": asked}),
    ]
    made = [release(7, "v1.2", hester, now - timedelta(days=9), "Quieter.")]
    about = profile(1, "hester", name="Hester Quill", blog="slowrooms.example", company="@dry-rooms")
    return service(
        {
            "/users/hester": about,
            "/users/hester/events/public": acts,
            "/repos/keepers/shelf/releases": made,
        }
    )
