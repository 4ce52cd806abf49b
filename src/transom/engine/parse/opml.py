"""Lists of subscriptions, in and out."""

from collections.abc import Iterable
from datetime import datetime

from transom.engine.parse.model import Outline


def parse_opml(body: bytes) -> tuple[Outline, ...]:
    """Every feed of an OPML list, in its order. Raises ParseError when the bytes are no OPML."""
    raise NotImplementedError


def write_opml(outlines: Iterable[Outline], *, title: str, now: datetime) -> bytes:
    """OPML 2.0 in UTF-8; `now` is the time of export."""
    raise NotImplementedError
