"""Answers for a parser's examination: file paths on stdin, one JSON line each on stdout."""

import json
import sys
from pathlib import Path

from transom.engine.core.errors import ParseError
from transom.engine.parse import ParsedFeed, parse_feed


def answer(path: str) -> dict[str, object]:
    try:
        return {"path": path, "error": None, **as_asked(parse_feed(Path(path).read_bytes()))}
    except ParseError as error:
        return {"path": path, "error": error.message}


def as_asked(feed: ParsedFeed) -> dict[str, object]:
    return {
        "title": feed.title,
        "link": feed.link,
        "items": [
            {
                "id": entry.id,
                "title": entry.title,
                "link": entry.link,
                "published": entry.published.isoformat() if entry.published else None,
                "updated": entry.updated.isoformat() if entry.updated else None,
                "authors": [author.name for author in entry.authors if author.name],
            }
            for entry in feed.entries
        ],
    }


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(answer(line.rstrip("\n"))), flush=True)
