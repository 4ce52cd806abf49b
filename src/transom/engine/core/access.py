"""A name and a password written into an address: taken out, and sent only where they belong.

`https://ann:secret@host/feed` is how people, lists and other readers hand private feeds on. The pair goes out
as an Authorization header (RFC 7617) and never stands in an address that is sent, shown or logged.
"""

from base64 import b64encode
from urllib.parse import SplitResult, unquote_to_bytes, urlsplit, urlunsplit

from transom.engine.core.addresses import DEFAULT_PORTS, host_of


def without_access(url: str) -> str:
    """`url` without what stands in front of its host; unchanged where nothing does, or where it is odd."""
    parts = _split(url)
    if parts is None:
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def authorization(url: str) -> str:
    """The value of the Authorization header that `url` asks for, "" where it carries no name or password."""
    parts = _split(url)
    if parts is None:
        return ""
    given = parts.netloc.rpartition("@")[0]
    name, _, password = given.partition(":")
    pair = unquote_to_bytes(name) + b":" + unquote_to_bytes(password)
    return "" if pair == b":" else "Basic " + b64encode(pair).decode("ascii")


def with_access_of(url: str, other: str) -> str:
    """`url` with the name and password of `other`, where both have one origin; else `url` as it is."""
    parts, theirs = _split(other), _parts(url)
    if parts is None or theirs is None or "@" in theirs.netloc or not same_origin(url, other):
        return url
    return urlunsplit(theirs._replace(netloc=f"{parts.netloc.rpartition('@')[0]}@{theirs.netloc}"))


def same_origin(one: str, other: str) -> bool:
    """Whether two addresses have scheme, host and port in common."""
    return _origin(one) == _origin(other) is not None


def _origin(url: str) -> tuple[str, str, int | None] | None:
    parts = _parts(url)
    if parts is None:
        return None
    return parts.scheme, host_of(url), parts.port or DEFAULT_PORTS.get(parts.scheme)


def _parts(url: str) -> SplitResult | None:
    """The parts of an address; None where it is none."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _split(url: str) -> SplitResult | None:
    """The parts of a web address with something in front of its host; None for all others."""
    parts = _parts(url) if "@" in url else None
    if parts is None or parts.scheme not in DEFAULT_PORTS or "@" not in parts.netloc:
        return None
    # A backslash ends the host for some programs and not for others: the guard refuses such an address.
    return None if "\\" in parts.netloc else parts
