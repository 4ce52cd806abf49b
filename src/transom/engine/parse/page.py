"""A web page that somebody handed in."""

from transom.engine.parse.model import ParsedPage


def parse_page(html: bytes, *, url: str, content_type: str | None = None) -> ParsedPage:
    """Title, author, date, event and main content of a page. Raises ParseError for what is no HTML."""
    raise NotImplementedError
