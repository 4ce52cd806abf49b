"""A PDF that somebody handed in."""

from transom.engine.parse.model import ParsedPdf


def parse_pdf(raw: bytes) -> ParsedPdf:
    """The text of a PDF. Raises ParseError when it is none, is locked or too large."""
    raise NotImplementedError
