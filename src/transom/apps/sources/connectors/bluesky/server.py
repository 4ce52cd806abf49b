"""Bluesky's public view with one account: its feed, newest first, by cursor."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from transom.apps.sources.connectors.serving import Asked, Reply, Service, as_json

Row = dict[str, Any]


def service(entries: list[Row], others: list[Row] | None = None) -> Service:
    """Serves the feeds of everybody who posted or passed on one of the entries, and of `others`, who were silent."""
    people = {by(one)["did"]: by(one) for one in entries} | {one["did"]: one for one in others or []}

    def answer(asked: Asked) -> Reply:
        if asked.path == "/xrpc/app.bsky.actor.searchActors":
            words = asked.one("q").casefold()
            return as_json({"actors": [one for one in people.values() if words in _said_of(one)]})
        if asked.path != "/xrpc/app.bsky.feed.getAuthorFeed":
            return as_json({"error": "MethodNotImplemented", "message": "Method Not Implemented"}, 501)
        actor = [one for one in people.values() if asked.one("actor") in (one["did"], one["handle"])]
        if not actor:
            return as_json({"error": "InvalidRequest", "message": "Profile not found"}, 400)
        before = asked.one("cursor")
        found = sorted((one for one in entries if by(one) == actor[0]), key=when, reverse=True)
        left = [entry for entry in found if not before or when(entry) < before]
        shown = left[: asked.number("limit", 50)]
        told: Row = {"feed": shown}
        if len(shown) < len(left):
            told["cursor"] = when(shown[-1])
        return as_json(told)

    return answer


def by(entry: Row) -> Row:
    """In whose feed an entry stands."""
    reason = entry.get("reason")
    found: Row = (reason or {}).get("by") or entry["post"]["author"]
    return found


def _said_of(person: Row) -> str:
    return f"{person['handle']} {person['displayName']} {person.get('description', '')}".casefold()


def when(entry: Row) -> str:
    reason = entry.get("reason")
    return str((reason or entry["post"])["indexedAt"])


def account(did: str, handle: str, name: str) -> Row:
    return {"did": f"did:plc:{did}", "handle": handle, "displayName": name, "avatar": "", "labels": []}


def entry(
    key: str, by: Row, at: datetime, text: str, link: str = "", answers: Row | None = None, **record: Any
) -> Row:
    """A post whose text ends in a link, where there is one; `answers` is the entry that it replies to."""
    beside = {}
    if answers is not None:
        place = {"uri": answers["post"]["uri"], "cid": answers["post"]["cid"]}
        record["reply"] = {"root": place, "parent": place}
        beside = {"reply": {"root": answers["post"], "parent": answers["post"]}}
    start = len(text.encode()) + 1
    if link:
        text = f"{text} {link}"
        feature = {"$type": "app.bsky.richtext.facet#link", "uri": link}
        index = {"byteStart": start, "byteEnd": start + len(link.encode())}
        record["facets"] = [{"index": index, "features": [feature]}]
    stamp = at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return {
        "post": {
            "uri": f"at://{by['did']}/app.bsky.feed.post/{key}",
            "cid": f"bafy{key}",
            "author": by,
            "record": {
                "$type": "app.bsky.feed.post",
                "text": text,
                "createdAt": stamp,
                "langs": ["en"],
                **record,
            },
            "indexedAt": stamp,
        },
        **beside,
    }


def reposted(post: Row, by: Row, at: datetime) -> Row:
    reason = {
        "$type": "app.bsky.feed.defs#reasonRepost",
        "by": by,
        "indexedAt": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
    }
    return {**post, "reason": reason}


def sample_service(now: datetime | None = None) -> Service:
    now = now or datetime.now(UTC)
    hester = account("hester7777777777", "hester.example", "Hester Quill")
    kofi = account("kofi777777777777", "kofi.bsky.social", "Kofi Adjei")
    theirs = entry("3kofi", kofi, now - timedelta(days=3), "Two loggers, one shelf")
    return service(
        [
            entry(
                "3hest",
                hester,
                now - timedelta(days=1),
                "Grüße – read this:",
                "https://trap-room.example/felt",
            ),
            reposted(theirs, hester, now - timedelta(hours=3)),
        ]
    )
