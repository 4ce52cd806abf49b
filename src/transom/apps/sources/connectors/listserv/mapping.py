"""Addresses of LISTSERV's archives. Never raises, whatever stands in one."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

from transom.apps.sources.connectors.letters import without
from transom.engine.core import addresses
from transom.engine.parse.model import ParsedEntry

SERVICE = "listserv"
# A reader's mail address and key, which LISTSERV carries along from page to page.
SECRETS = ("X", "Y", "TOKEN")
_PROGRAM = re.compile(r"/(?:[\w.-]+/){0,4}(?:wa|webadmin)(?:-[\w-]+)?(?:\.exe)?", re.I)
_NAME = re.compile(r"[A-Za-z0-9][\w.-]{1,79}")


def archive_of(text: str) -> tuple[str, str]:
    """The program's address and the list's name, from any address of an archive; ("", "") where it is none."""
    parts = urlsplit(text)
    if not addresses.is_http(text) or not _PROGRAM.fullmatch(parts.path):
        return "", ""
    # "RSS&L=NAME" and "A2=NAME;hash" stand there as well as "A0=NAME".
    given = dict(parse_qsl(parts.query.replace(";", "%3B"), keep_blank_values=True))
    for key in ("L", "A0", "A2", "SUBED1", "SUBED2"):
        name = given.get(key, "").partition(";")[0]
        if _NAME.fullmatch(name) and not (key == "A2" and re.fullmatch(r"ind\d{4}\w?", name, re.I)):
            return f"{parts.scheme}://{parts.netloc}{parts.path}", name.upper()
    return "", ""


def letters_of(entries: tuple[ParsedEntry, ...]) -> tuple[ParsedEntry, ...]:
    """The entries with addresses that are no particular reader's."""
    return tuple(
        replace(one, link=without(one.link, *SECRETS)) for one in entries if addresses.is_http(one.link)
    )
