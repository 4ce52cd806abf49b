"""Prepares an item's sanitised text for the reader: pictures through the proxy, passages marked, links safe.

Pure: HTML in, HTML out. The input must have been sanitised; what this adds are attributes and ``mark``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lxml import html as lxml_html
from lxml.html import builder

_SPACE = re.compile(r"\s+")
_KEPT_OF_IMG = {"alt", "title", "width", "height", "dir", "lang"}


@dataclass(frozen=True, slots=True)
class Prepared:
    """``html`` to show; ``pictures`` counts those left out because loading was not allowed."""

    html: str
    pictures: int = 0


def prepare(
    html: str,
    *,
    picture: Callable[[str], str],
    load_pictures: bool = True,
    passages: Iterable[tuple[int, str, int]] = (),
    left_out: str = "",
) -> Prepared:
    """The reader's HTML.

    ``picture`` turns a remote address into the proxy's. With ``load_pictures`` false every picture becomes
    the words ``left_out`` with its description. ``passages`` are ``(id, quote, occurrence)`` to be
    marked where they still occur, ``occurrence`` counting the same words before; others are left alone.
    """
    if not html.strip():
        return Prepared("")
    root = lxml_html.fragment_fromstring(html, create_parent="div")
    count = 0
    for image in list(root.iter("img")):
        count += _picture(image, picture if load_pictures else None, left_out)
    for link in root.iter("a"):
        if link.get("href"):
            link.set("rel", "noopener noreferrer nofollow")
    for key, quote, occurrence in passages:
        _mark(root, key, quote, occurrence)
    return Prepared(_inner(root), count)


def _inner(root: Any) -> str:
    start = lxml_html.tostring(root, encoding="unicode")
    return start[start.index(">") + 1 : start.rindex("<")] if start.endswith("</div>") else ""


def _picture(image: Any, picture: Callable[[str], str] | None, left_out: str) -> int:
    source = image.get("src", "").strip()
    for name in list(image.attrib):
        if name not in _KEPT_OF_IMG:
            del image.attrib[name]
    if urlsplit(source).scheme not in {"http", "https"} or _is_beacon(image):
        image.drop_tree()
        return 0
    if picture is None:
        words = f"{left_out} {image.get('alt') or ''}".strip()
        replacement = builder.SPAN(words, {"class": "picture-left-out"})
        replacement.tail = image.tail
        image.getparent().replace(image, replacement)
        return 1
    image.set("src", picture(source))
    image.set("loading", "lazy")
    image.set("decoding", "async")
    image.set("alt", image.get("alt") or "")
    return 0


def _is_beacon(image: Any) -> bool:
    """Pictures of one or two pixels are there to count readers."""
    sizes = [image.get(name, "") for name in ("width", "height")]
    return any(size.strip().removesuffix("px") in {"0", "1", "2"} for size in sizes)


@dataclass(slots=True)
class _Piece:
    """A run of text in the tree: an element's text, or the tail behind it."""

    element: Any
    is_tail: bool

    @property
    def text(self) -> str:
        return (self.element.tail if self.is_tail else self.element.text) or ""


def _pieces(element: Any) -> Iterator[_Piece]:
    if not isinstance(element.tag, str):
        return
    if element.text:
        yield _Piece(element, False)
    for child in element:
        yield from _pieces(child)
        if child.tail:
            yield _Piece(child, True)


def _squeeze(text: str) -> str:
    return _SPACE.sub("", text)


def _mark(root: Any, key: int, quote: str, occurrence: int) -> None:
    """Wraps one occurrence of ``quote`` (the last before, where there are fewer) in ``mark`` elements.

    Compared without white space.
    """
    pieces = list(_pieces(root))
    wanted = _squeeze(quote)
    everything = "".join(_squeeze(piece.text) for piece in pieces)
    start = everything.find(wanted) if wanted else -1
    if start < 0:
        return
    for _ in range(occurrence):
        following = everything.find(wanted, start + 1)
        start = following if following >= 0 else start
    end = start + len(wanted)
    place = 0
    first = True
    for piece in pieces:
        length = len(_squeeze(piece.text))
        low, high = max(start, place), min(end, place + length)
        if low < high:
            begin, stop = _positions(piece.text, low - place, high - place)
            begin = begin if first else 0
            stop = stop if high == end else len(piece.text)
            _wrap(piece, begin, stop, f"passage-{key}" if first else "")
            first = False
        place += length


def _wrap(piece: _Piece, begin: int, stop: int, name: str) -> None:
    text = piece.text
    mark = lxml_html.Element("mark")
    mark.text = text[begin:stop]
    mark.tail = text[stop:]
    if name:
        mark.set("id", name)
    if piece.is_tail:
        parent = piece.element.getparent()
        piece.element.tail = text[:begin]
        parent.insert(parent.index(piece.element) + 1, mark)
    else:
        piece.element.text = text[:begin]
        piece.element.insert(0, mark)


def _positions(text: str, low: int, high: int) -> tuple[int, int]:
    """Where the ``low``-th to ``high``-th non-space characters stand in ``text``."""
    solid: Sequence[int] = [at for at, sign in enumerate(text) if not sign.isspace()]
    return solid[low], solid[high - 1] + 1


def find_passage(text: str, quote: str, *, near: float = 0.0) -> tuple[int, int] | None:
    """Start and end of ``quote`` in ``text``, white space aside; of several the one nearest to the
    fraction ``near`` of the text. None where it does not occur."""
    solid = [at for at, sign in enumerate(text) if not sign.isspace()]
    squeezed, wanted = _squeeze(text), _squeeze(quote)
    if not wanted:
        return None
    found = [match.start() for match in re.finditer(re.escape(wanted), squeezed)]
    if not found:
        return None
    best = min(found, key=lambda at: abs(at - near * len(squeezed)))
    return solid[best], solid[best + len(wanted) - 1] + 1
