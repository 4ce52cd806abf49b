"""Text and markup out of elements: what a field says, whatever way it was put in."""

import re
from collections.abc import Callable
from html import escape, unescape
from typing import Any, TypeAlias

from lxml import etree

from transom.engine.core.addresses import resolve
from transom.engine.parse.names import XML_BASE, XML_LANG
from transom.engine.text.sanitise import sanitise, to_text

# lxml carries no types of its own.
Element: TypeAlias = Any  # noqa: UP040
Fields = dict[str, list[Element]]

_SPACE = re.compile(r"\s+")
_MARKUP = re.compile(r"<[a-zA-Z/!]|&(?:[a-zA-Z]\w*|#\d+|#[xX][0-9a-fA-F]+);")
_PREFIXED = re.compile(r"(</?)[A-Za-z_][\w.-]*:(?=[A-Za-z])")


def fields_of(element: Element, key: Callable[[str], str]) -> Fields:
    """The children of `element` by name, in their order."""
    fields: Fields = {}
    for child in element:
        tag = child.tag
        if isinstance(tag, str):
            fields.setdefault(key(tag), []).append(child)
    return fields


def text_of(element: Element | None) -> str:
    """All characters inside `element`, trimmed."""
    if element is None:
        return ""
    if len(element):
        return "".join(element.xpath(".//text()")).strip()
    return (element.text or "").strip()


def first_text(fields: Fields, *names: str) -> str:
    """The first of the named fields that says something."""
    for name in names:
        for element in fields.get(name, ()):
            if text := text_of(element):
                return text
    return ""


def markup_of(element: Element) -> str:
    """The content of `element` as HTML: its characters are markup, and so are its child elements."""
    if not len(element):
        return (element.text or "").strip()
    parts = [element.text or ""]
    for child in element:
        markup = etree.tostring(child, encoding="unicode", method="html", with_tail=False)
        parts.append(_PREFIXED.sub(r"\1", markup) + escape(child.tail or "", quote=False))
    return "".join(parts).strip()


def plain(text: str) -> str:
    """A title or name as plain text on one line; markup and character references that got into it are undone."""
    if _MARKUP.search(text):
        text = to_text(text)
    return _SPACE.sub(" ", text).strip()


def one_line(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def base_of(element: Element, base: str) -> str:
    """The base address inside `element` (xml:base, RFC 3986 section 5.1)."""
    own = element.get(XML_BASE)
    return resolve(base, own) if own else base


def language_of(element: Element, language: str = "") -> str:
    return (element.get(XML_LANG) or language).strip()


def address(text: str, base: str) -> str:
    """An address out of a field: white space removed, resolved against `base`."""
    text = _SPACE.sub("", unescape(text) if "&" in text else text)
    return resolve(base, text) if text and base else text


class Cleaning:
    """How markup leaves the parser: sanitised, or as it came for comparison."""

    __slots__ = ("sanitised",)

    def __init__(self, sanitised: bool) -> None:
        self.sanitised = sanitised

    def html(self, markup: str, base: str) -> str:
        return sanitise(markup, base_url=base) if self.sanitised and markup else markup

    def text(self, text: str) -> str:
        """Plain text as markup."""
        return escape(text.strip(), quote=False)
