"""A mail that somebody handed in."""

from transom.engine.parse.model import ParsedMail


def parse_mail(raw: bytes) -> ParsedMail:
    """Read one .eml. Raises ParseError when the bytes are no mail."""
    raise NotImplementedError
