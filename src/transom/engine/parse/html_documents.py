"""Bytes of a web page to a tree, whatever they claim to be."""

import re
from dataclasses import dataclass

from lxml import etree
from lxml import html as lxml_html

from transom.engine.core.addresses import is_http, resolve
from transom.engine.core.errors import ParseError
from transom.engine.parse.bodies import Element
from transom.engine.parse.documents import decoded

MOST_CHARACTERS = 6_000_000

_META_CHARSET = re.compile(rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]+)", re.IGNORECASE)
_TAG = re.compile(r"<[a-zA-Z!/]")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_NO_PAGE = "This is no web page: there is no HTML in it. Check the address, or hand in the file itself."


@dataclass(frozen=True, slots=True)
class Page:
    """A web page as a tree; `base` is the address that its relative addresses start from."""

    root: Element
    base: str


def read_page(body: bytes, *, url: str, content_type: str | None) -> Page:
    """Raises ParseError for what holds no HTML."""
    text = _text(body, content_type)[:MOST_CHARACTERS]
    if not _TAG.search(text[:200_000]):
        raise ParseError(_NO_PAGE, looks_like="binary" if b"\x00" in body[:1024] else "")
    try:
        root = lxml_html.document_fromstring(
            _DECLARATION.sub("", text).replace("\x00", ""), parser=_parser(), ensure_head_body=True
        )
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise ParseError(_NO_PAGE) from error
    return Page(root, _base(root, url))


def _parser() -> lxml_html.HTMLParser:
    return lxml_html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)


def _text(body: bytes, content_type: str | None) -> str:
    """The page's own meta element counts where the header names no encoding (HTML, 13.2.3.2)."""
    declared = _META_CHARSET.search(body[:4096])
    if declared and "charset" not in (content_type or "").lower():
        content_type = f"text/html; charset={declared.group(1).decode('ascii')}"
    return decoded(body, content_type)[0]


def _base(root: Element, url: str) -> str:
    declared = next((element.get("href") or "" for element in root.iter("base")), "")
    base = resolve(url, declared) if declared else url
    return base if is_http(base) else url
