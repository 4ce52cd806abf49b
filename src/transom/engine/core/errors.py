"""The errors the engine raises: each says what happened, to what, and what to do next."""

from typing import Literal

FetchKind = Literal[
    "network-down",
    "dns",
    "refused",
    "timeout",
    "tls",
    "too-large",
    "too-many-redirects",
    "forbidden-address",
    "local-name",
    "forbidden-port",
    "odd-address",
    "decompression",
    "http-status",
    "portal",
    "protocol",
]

REFUSED_KINDS: frozenset[str] = frozenset(
    {"forbidden-address", "local-name", "forbidden-port", "odd-address"}
)
PERMANENT_KINDS = REFUSED_KINDS | {"too-large", "decompression", "protocol"}


class TransomError(Exception):
    """Something Transom could not do.

    `message` is one plain sentence or two: what happened, to what, and what to do.
    `permanent` says that trying the same again cannot help.
    """

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.permanent = permanent

    def __str__(self) -> str:
        return self.message


class ParseError(TransomError):
    """The bytes are not what they were taken for; parsing the same bytes again cannot help.

    `looks_like` names what they seem to be instead ("html", "empty", "json", "xml", "binary", ""), so that
    a caller can offer autodiscovery for a web page.
    """

    def __init__(self, message: str, *, looks_like: str = "") -> None:
        super().__init__(message, permanent=True)
        self.looks_like = looks_like


class FetchError(TransomError):
    """A request that brought no usable answer.

    `kind` is one of `FetchKind`; `url` the address asked for; `status` the HTTP status where there was one;
    `retry_after` the seconds the server asked for, where it did.
    """

    def __init__(
        self,
        kind: FetchKind,
        message: str,
        *,
        url: str = "",
        status: int | None = None,
        retry_after: float | None = None,
        permanent: bool | None = None,
    ) -> None:
        super().__init__(message, permanent=kind in PERMANENT_KINDS if permanent is None else permanent)
        self.kind: FetchKind = kind
        self.url = url
        self.status = status
        self.retry_after = retry_after
