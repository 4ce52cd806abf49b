"""LISTSERV's web archive with a list or two: its feed, and the sign-in page that private lists answer with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

from transom.apps.sources.connectors.serving import Asked, Reply, Service

PROGRAM = "/cgi-bin/wa"
SIGN_IN = b"<!doctype html><html><head><title>LISTSERV 17.0</title></head><body><h1>Login Required</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Letter:
    number: str
    subject: str
    who: str
    """As the archive prints it: "Name <mail>", or with the mail hidden."""
    when: datetime
    text: str = "What do others do?"


def service(lists: dict[str, Sequence[Letter] | None]) -> Service:
    """Serves lists by name; one without letters is for members only."""

    def answer(asked: Asked) -> Reply:
        name = asked.one("L").upper()
        if asked.path != PROGRAM or name not in lists:
            return Reply(404, b"<html><title>Not found</title></html>", content_type="text/html")
        letters = lists[name]
        if letters is None:
            return Reply(body=SIGN_IN, content_type="text/html; charset=UTF-8")
        newest = sorted(letters, key=lambda one: one.when, reverse=True)[: asked.number("LIMIT", 25)]
        items = "".join(_item(one, name, asked.base) for one in newest)
        body = (
            f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>{name}</title>'
            f"<link>{asked.base}{PROGRAM}?A0={name}</link><description>{name}</description>{items}</channel></rss>"
        )
        return Reply(body=body.encode(), content_type="application/rss+xml; charset=UTF-8")

    return answer


def _item(letter: Letter, name: str, base: str) -> str:
    where = f"{base}{PROGRAM}?A2={name};{letter.number}.{letter.when:%y%m}&amp;X=ABC&amp;Y=me%40example.org"
    return (
        f"<item><title>{escape(letter.subject)}</title><link>{where}</link><guid>{where}</guid>"
        f"<description>{escape(letter.text)}</description><author>{escape(letter.who)}</author>"
        f"<pubDate>{format_datetime(letter.when)}</pubDate></item>"
    )


def sample_service(now: datetime | None = None) -> Service:
    today = now or datetime.now(UTC)
    hester, kofi = "Hester Quill <hester@slowrooms.example>", "Kofi Adjei <[log in to unmask]>"
    return service(
        {
            "KEEPERS-L": [
                Letter("a1b2c3d4", "Felt under plinths", hester, today - timedelta(days=3)),
                Letter(
                    "b2c3d4e5",
                    "Re: Felt under plinths",
                    kofi,
                    today - timedelta(days=2),
                    "We took ours out: https://veldhaven.example/felt\n> What do others do?",
                ),
            ],
            "CHAIRS-L": None,
        }
    )
