"""Microformats 2 in a page, as microformats.org/wiki/microformats2-parsing says, as far as people and
entries need it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from transom.engine.parse.bodies import Element, one_line

MOST_ELEMENTS = 2000
"""Elements of one microformat that are looked at."""
LONGEST_TEXT = 300
ROOT = re.compile(r"h-[a-z0-9-]+")
_PROPERTY = re.compile(r"(?:p|e|u|dt)-[a-z0-9-]+")


def classes_of(element: Element) -> list[str]:
    """The classes of an element; none of a comment."""
    return (element.get("class") or "").split() if isinstance(element.tag, str) else []


def is_root(classes: list[str]) -> bool:
    """Whether a microformat of its own begins here."""
    return any(map(ROOT.fullmatch, classes))


def properties(root: Element, *, into_markup: bool = True) -> dict[str, list[Element]]:
    """The elements of each property, those of microformats within left to these.

    `into_markup`: whether what stands inside an e-* property may be a property too.
    """
    found: dict[str, list[Element]] = {}
    waiting = list(reversed(root))
    for _ in range(MOST_ELEMENTS):
        if not waiting:
            break
        element = waiting.pop()
        classes = classes_of(element)
        named = [name for name in classes if _PROPERTY.fullmatch(name)]
        for name in named:
            found.setdefault(name, []).append(element)
        is_markup = not into_markup and any(name.startswith("e-") for name in named)
        if not is_root(classes) and not is_markup:
            waiting += reversed(element)
    return found


def first(said: Mapping[str, list[Element]], name: str) -> str:
    """A property's text. One that is a microformat of its own says it by its name."""
    for element in said.get(name, ()):
        inner = properties(element).get("p-name", [])
        if text := text_of(inner[0] if inner else element):
            return text
    return ""


def text_of(element: Element) -> str:
    """What an element says, on one line."""
    said = (
        element.get("title")
        if element.tag == "abbr"
        else element.get("alt")
        if element.tag == "img"
        else None
    )
    return one_line(said or "".join(element.itertext())[: 10 * LONGEST_TEXT])[:LONGEST_TEXT]


def implied_name(root: Element) -> str:
    """The name of a microformat that gives none: its text, or its only picture's."""
    pictures = root.xpath("./img[@alt]")
    return text_of(root) or (text_of(pictures[0]) if len(pictures) == 1 else "")


def only_anchor(root: Element) -> Element | None:
    """The link that a microformat without u-url implies."""
    if root.tag in ("a", "area"):
        return root
    anchors = root.xpath("./a[@href]")
    return anchors[0] if len(anchors) == 1 else None
