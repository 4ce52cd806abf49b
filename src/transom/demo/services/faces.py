"""What a person sees who opens a service's address in a browser: its page, as far as the demo has one."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from transom.apps.sources.connectors.serving import Asked, Reply, Service
from transom.demo.community import MASTODON
from transom.demo.services.stage import Row

HTML = "text/html; charset=utf-8"


def face(services: dict[str, Service], host: str, path: str, base: str) -> Reply:
    """The page at a service's address: an account or a post of the community's own server, else a plain word."""
    if host == MASTODON and path.startswith("/@"):
        name, _, number = path[2:].strip("/").partition("/")
        if account := _told(services[host], "/api/v1/accounts/lookup", acct=name):
            return _page(account["display_name"], _account(services[host], account, number), base)
        return Reply(404, b"Nobody has this name here.\n", content_type="text/plain; charset=utf-8")
    body = (
        f"<h1>{escape(host)}</h1><p>The demo answers here in the place of {escape(host)}: what it knows is read by "
        "Transom, and shown there. No such page was really asked for.</p>"
    )
    return _page(host, body, base)


def _told(service: Service, path: str, **query: str) -> Any:
    reply = service(Asked(path, {name: [value] for name, value in query.items()}, {}, ""))
    if reply.status != 200:
        return None
    return json.loads(reply.body)


def _account(service: Service, account: Row, number: str) -> str:
    rows = _told(service, f"/api/v1/accounts/{account['id']}/statuses", limit="40") or []
    shown = [row for row in rows if row["reblog"] is None and (not number or row["id"] == number)]
    links = "".join(f"<li>{escape(one['name'])}: {one['value']}</li>" for one in account["fields"])
    said = "".join(
        f'<article class="h-entry"><a class="u-url meta" href="{escape(row["url"])}">{row["created_at"][:10]}</a>'
        f"{row['content']}</article>"
        for row in shown
    )
    return (
        f'<div class="h-card"><h1 class="p-name">{escape(account["display_name"])}</h1>{account["note"]}'
        f"<ul>{links}</ul></div>{said}"
    )


def _page(title: str, body: str, base: str) -> Reply:
    page = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="{base}/style.css">
</head><body>{body}<footer><p>All people, places and organisations here are invented.</p></footer></body></html>
"""
    return Reply(200, page.encode(), content_type=HTML)
