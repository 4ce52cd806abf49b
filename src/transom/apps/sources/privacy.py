"""Which addresses carry something secret, so that their source must belong to one user."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlsplit

SECRET_PARAMETERS = frozenset(
    {
        "token",
        "key",
        "apikey",
        "api_key",
        "auth",
        "secret",
        "signature",
        "sig",
        "access_token",
        "private_token",
    }
    | {"password", "pass", "pwd", "rss_token", "feed_token", "authkey", "user_hash", "session"}
)
# A long run of mixed letters and digits in the path is how private feeds of newsletters, podcasts and
# trackers are told apart; a date, a slug or a number never looks like that. Dashes part such a run from words
# ("private-8f3k..."), and an ending may follow it ("8f3k....xml").
_RANDOM = re.compile(r"(?=[^-.]*\d)(?=[^-.]*[A-Za-z])[A-Za-z0-9_]{28,}")
_MIXED = re.compile(r"(?=.*\d)(?=.*[A-Za-z]).{3,}|.{0,2}")
_PRIVATE = re.compile(r"private|secret|personal", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_TOKEN = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9]{8,}")


def carries_secret(address: str) -> bool:
    """Whether somebody who knows this address could read what was meant for one person only."""
    parts = urlsplit(address)
    if parts.username or parts.password:
        return True
    if any(name.lower() in SECRET_PARAMETERS and value for name, value in parse_qsl(parts.query)):
        return True
    path = [unquote(part) for part in parts.path.split("/")]
    return any(_looks_random(part) for part in path) or _says_private(path)


def _looks_random(part: str) -> bool:
    """A token by itself, beside words, or one that has dashes in it as base64 for addresses does."""
    if any(_RANDOM.fullmatch(piece) for piece in re.split(r"[-.]", part)):
        return True
    token = part.partition(".")[0].strip("-_")
    pieces = re.split(r"[-_]", token)
    return (
        len(token) >= 28 and all(_MIXED.fullmatch(piece) for piece in pieces) and not _UUID.fullmatch(token)
    )


def _says_private(path: list[str]) -> bool:
    """A word such as "private", and a token behind it: "private-1a2b3c4d5e/basic.ics", "private/UUID.rss"."""
    for index, part in enumerate(path):
        word = _PRIVATE.match(part)
        rest = part[word.end() :].lstrip("-_") if word else ""
        behind = rest or (path[index + 1] if word and index + 1 < len(path) else "")
        token = behind.partition(".")[0]
        if word and (_TOKEN.fullmatch(re.split(r"[-_]", token)[0]) or _UUID.fullmatch(token)):
            return True
    return False
