"""groups.io with a group or two: its feed, its page, and the sign-in page of private groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

from transom.apps.sources.connectors.serving import Asked, Reply, Service, with_etag

SIGN_IN = (
    b'<!doctype html><html><head><title>Log In</title></head><body><input type="password"></body></html>'
)


@dataclass(frozen=True, slots=True)
class Letter:
    number: int
    subject: str
    who: str
    when: datetime
    text: str = "<div>What do others do?</div>"


def service(groups: dict[str, Sequence[Letter] | None], feed: str = "rss") -> Service:
    """Serves groups by name, their feed under `feed`; one without letters is for members only."""

    def answer(asked: Asked) -> Reply:
        parts = asked.path.strip("/").split("/")
        if len(parts) < 2 or parts[0] != "g" or parts[1] not in groups:
            return Reply(404, b"<html><title>Not found</title></html>", content_type="text/html")
        letters = groups[parts[1]]
        if letters is None:
            return Reply(body=SIGN_IN, content_type="text/html")
        if parts[2:] == [feed]:
            return with_etag(
                asked, Reply(body=_feed(parts[1], letters, asked.base), content_type="application/rss+xml")
            )
        if len(parts) > 2:
            return Reply(404, b"<html><title>Not found</title></html>", content_type="text/html")
        link = f'<link rel="alternate" type="application/rss+xml" href="/g/{parts[1]}/{feed}">'
        page = (
            f"<!doctype html><html><head><title>{parts[1]}</title>{link}</head><body>{parts[1]}</body></html>"
        )
        return Reply(body=page.encode(), content_type="text/html")

    return answer


def _feed(name: str, letters: Sequence[Letter], base: str) -> bytes:
    newest = sorted(letters, key=lambda one: one.when, reverse=True)[:20]
    items = "".join(
        f"<item><title>{escape(one.subject)}</title><link>{base}/g/{name}/message/{one.number}</link>"
        f"<guid>{base}/g/{name}/message/{one.number}</guid><author>{escape(one.who)}</author>"
        f"<description>{escape(one.text)}</description><pubDate>{format_datetime(one.when)}</pubDate></item>"
        for one in newest
    )
    head = (
        f"<title>{name}@groups.example</title><link>{base}/g/{name}</link><description>{name}</description>"
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()


def sample_service(now: datetime | None = None) -> Service:
    today = now or datetime.now(UTC)
    return service(
        {
            "keepers": [
                Letter(41, "Felt under plinths #stores", "Hester Quill", today - timedelta(days=3)),
                Letter(
                    42,
                    "Re: Felt under plinths #stores #felt",
                    "Kofi Adjei via groups.io",
                    today - timedelta(days=2),
                    '<div>We took ours out: <a href="https://veldhaven.example/felt">here</a></div>',
                ),
            ],
            "chairs": None,
        }
    )
