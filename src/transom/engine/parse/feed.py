"""Feeds of every format: a lean reader for sound documents, feedparser for the rest."""

from transom.engine.parse.model import ParsedFeed


def parse_feed(
    body: bytes, *, url: str = "", content_type: str | None = None, sanitised: bool = True
) -> ParsedFeed:
    """Read a feed. `url` is where it came from (relative addresses resolve against it).

    `content_type` is the HTTP header, which often lies. With `sanitised` false the HTML fields are kept as the
    feed had them, for comparison only. Raises ParseError when no feed can be found in `body`.
    """
    raise NotImplementedError
