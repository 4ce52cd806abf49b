"""The command parse: what Transom understands of a file or an address, as JSON. Needs no library."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

from transom.engine.core.errors import FetchError, ParseError, TransomError
from transom.interfaces.cli.console import print_json, read_input
from transom.interfaces.cli.parser import Arguments

SNIFFED = 2048
MAIL_HEADERS = (b"from:", b"received:", b"return-path:", b"delivered-to:", b"message-id:", b"mime-version:")

Understood = tuple[str, Any]


def parse(arguments: Arguments) -> int:
    """Prints the kind of the document and what was understood of it."""
    what: str = arguments.what
    # It reports every oddity of a damaged file as it goes; what matters comes as one sentence at the end.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    if what.startswith(("http://", "https://")) and not Path(what).exists():
        body, url, content_type = _fetched(what)
    else:
        body, url, content_type = read_input(what), arguments.url, arguments.content_type
    kind, understood = understand(body, url=url, content_type=arguments.content_type or content_type)
    print_json({"kind": kind, "address": url, "bytes": len(body), **as_plain(understood)})
    return 0


def _fetched(address: str) -> tuple[bytes, str, str | None]:
    from transom.config.options import demo_home, demo_options, load
    from transom.engine.net.client import AiohttpClient
    from transom.engine.net.guard import AddressGuard, allowed_pairs
    from transom.engine.net.port import Request

    options = load()
    demo = demo_options(demo_home(options.home)).get("allowed_private", ())

    async def fetch() -> Any:
        client = AiohttpClient(guard=AddressGuard(allowed=allowed_pairs((*options.allowed_private, *demo))))
        try:
            return await client.fetch(Request(address, purpose="parse"))
        finally:
            await client.aclose()

    answer = asyncio.run(fetch())
    if answer.status >= 400:
        raise FetchError(
            "http-status",
            f"{address} answered with error {answer.status}. Check the address in a browser.",
            url=address,
            status=answer.status,
        )
    return answer.body, answer.url, answer.headers.get("content-type")


def understand(body: bytes, *, url: str = "", content_type: str | None = None) -> Understood:
    """Which kind of document the bytes are, and what they say. Raises TransomError for none we know."""
    from transom.engine import parse as formats

    start = body[:SNIFFED].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"%PDF-"):
        return "pdf", formats.parse_pdf(body)
    if b"<opml" in start.lower():
        return "opml", {"outlines": formats.parse_opml(body)}
    if start.lower().startswith(MAIL_HEADERS) or (content_type or "").startswith("message/rfc822"):
        return "mail", formats.parse_mail(body)
    try:
        return "feed", formats.parse_feed(body, url=url, content_type=content_type)
    except ParseError as error:
        if error.looks_like == "html":
            return _page(body, url, content_type)
        return _last_resort(body, error)


def _page(body: bytes, url: str, content_type: str | None) -> Understood:
    from transom.engine.parse import discover, parse_hfeed, parse_page

    page = parse_page(body, url=url, content_type=content_type)
    feeds = discover(body, url=url, content_type=content_type)
    understood = {**as_plain(page), "feeds": feeds}
    with suppress(ParseError):
        understood["h_feed"] = parse_hfeed(body, url=url, content_type=content_type)
    return "page", understood


def _last_resort(body: bytes, error: ParseError) -> Understood:
    """Lists and mails that do not begin as they should."""
    from transom.engine.parse import parse_mail, parse_opml

    attempts: list[tuple[str, Callable[[], Any]]] = [("opml", lambda: {"outlines": parse_opml(body)})]
    if b"\nfrom:" in body[:SNIFFED].lower():
        attempts.append(("mail", lambda: parse_mail(body)))
    for kind, attempt in attempts:
        try:
            return kind, attempt()
        except ParseError:
            continue
    raise TransomError(error.message, permanent=True) from error


def as_plain(value: Any) -> Any:
    """Dataclasses as dictionaries, also inside others, for JSON."""
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value, dict_factory=_dictionary)
    if isinstance(value, Mapping):
        return {str(key): as_plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_plain(one) for one in value]
    return value


def _dictionary(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """What a feed said beyond our model is left out: it costs a second parse and says little."""
    return {key: value for key, value in pairs if key != "extra"}
