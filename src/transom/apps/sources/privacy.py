"""Which addresses carry something secret, so that their source must belong to one user."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

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
# trackers are told apart; a date, a slug or a number never looks like that.
SECRET_PATH = re.compile(r"(?=[^/]*\d)(?=[^/]*[A-Za-z])[A-Za-z0-9_-]{28,}")


def carries_secret(address: str) -> bool:
    """Whether somebody who knows this address could read what was meant for one person only."""
    parts = urlsplit(address)
    if parts.username or parts.password:
        return True
    if any(name.lower() in SECRET_PARAMETERS and value for name, value in parse_qsl(parts.query)):
        return True
    return any(_looks_random(part) for part in parts.path.split("/"))


def _looks_random(part: str) -> bool:
    return bool(SECRET_PATH.fullmatch(part)) and "-" not in part.strip("-")
