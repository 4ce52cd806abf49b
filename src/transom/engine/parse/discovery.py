"""Finding the feeds of a web page."""

from transom.engine.parse.model import FeedLink


def discover(html: bytes, *, url: str, content_type: str | None = None) -> tuple[FeedLink, ...]:
    """The feeds a page declares, in its order; then links that look like feeds, marked as guessed."""
    raise NotImplementedError
