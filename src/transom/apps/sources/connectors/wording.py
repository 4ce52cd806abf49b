"""What somebody typed into a field for a name: words, and perhaps the server where they are to be looked for."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from transom.engine.core import addresses

_HOST: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?::\d{1,5})?", re.I)
_AT: Final = frozenset({"at", "on", "@", "in"})


def words_and_server(typed: str) -> tuple[str, str]:
    """The words, and the server named among them as an address or a host: ("stores", "https://forum.example") for
    "stores at forum.example". Either may be "".
    """
    words: list[str] = []
    server = ""
    for word in typed.split():
        found = "" if server else _server(word.strip(",;"))
        if found:
            server = found
            if words and words[-1].casefold() in _AT:
                words.pop()
            words += _path_words(word)
        else:
            words.append(word)
    return " ".join(words), server


def all_in(words: str, *texts: str) -> bool:
    """Whether every word stands in one of the texts, whatever its case."""
    there = " ".join(texts).casefold()
    return all(word in there for word in words.casefold().split())


def _server(word: str) -> str:
    if addresses.is_http(word):
        parts = urlsplit(word)
        return f"{parts.scheme}://{parts.netloc}"
    return f"https://{word.lower()}" if _HOST.fullmatch(word) else ""


def _path_words(word: str) -> list[str]:
    """The last name in an address, which may be what was meant."""
    path = urlsplit(word).path.strip("/") if "://" in word else ""
    return [name] if (name := path.rpartition("/")[2].lstrip("@#")) else []
