"""A brief as lines for a terminal, with links where the terminal can follow them."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from transom.apps.brief import wording
from transom.apps.brief.selectors.view import BriefView, LineView

NARROWEST = 24
WIDEST = 100
INDENT = "   "
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


def render_terminal(view: BriefView, width: int = 80, *, links: bool = False, colour: bool = False) -> str:
    """The brief in lines of at most ``width`` columns.

    ``links`` writes addresses as terminal hyperlinks (OSC 8) behind the titles, else in full on a line
    of their own (never broken, so that they can be copied); ``colour`` uses bold and dim.
    """
    style = _Style(max(min(width, WIDEST), NARROWEST), links, colour)
    lines = [style.bold(view.title)]
    lines += [style.dim(line) for line in style.wrapped(f"{view.over} · {view.minutes_text}")]
    for note in (*view.notes, *view.problems):
        lines += ["", *style.wrapped(note)]
    lines += _part(style, _("Read"), view.read)
    lines += _part(style, _("Do"), view.do)
    if view.know:
        lines += ["", style.bold(_("Know")), ""]
        for line in view.know:
            lines += style.linked(line.title, line.address, first="- ", rest="  ")
    if view.empty and not view.making:
        lines += ["", *style.wrapped(view.empty_text)]
    return "\n".join([*lines, "", *_end(style, view)]) + "\n"


def _part(style: _Style, name: str, rows: Sequence[LineView]) -> Iterator[str]:
    if not rows:
        return
    total = wording.minutes_text(sum(line.minutes for line in rows))
    yield from ("", f"{style.bold(name)} {style.dim('· ' + total)}")
    for number, line in enumerate(rows, 1):
        yield ""
        yield from _line(style, line, number)


def _line(style: _Style, line: LineView, number: int) -> Iterator[str]:
    first = f"{number}. ".ljust(len(INDENT))
    facts = [line.source, line.author if line.author != line.source else "", line.minutes_text, *line.labels]
    if line.do:
        yield from style.wrapped(line.do, first=first, rest=INDENT)
        yield from style.linked(line.title, line.address, first=INDENT, rest=INDENT)
        facts.append(line.when)
    else:
        yield from style.linked(line.title, line.address, first=first, rest=INDENT)
    for text in style.wrapped(" · ".join(fact for fact in facts if fact), first=INDENT, rest=INDENT):
        yield style.dim(text)
    for reason in line.why:
        yield from style.wrapped(reason, first=INDENT, rest=INDENT)
    if line.also:
        also = _("Also: %(title)s · %(source)s") % {"title": line.also.title, "source": line.also.source}
        yield from style.linked(also, line.also.address, first=INDENT, rest=INDENT)


def _end(style: _Style, view: BriefView) -> Iterator[str]:
    if view.making:
        yield from style.wrapped(
            _("It is still being made: sources are being fetched. Ask again in a minute.")
        )
        return
    yield from style.wrapped(view.end_text)
    if view.considered_text:
        yield from style.wrapped(view.considered_text)
    if view.left_out_text:
        yield from style.wrapped(view.left_out_text)
        for line in view.left_out:
            yield from style.linked(
                f"{line.title} ({line.minutes_text})", line.address, first="- ", rest="  ", bare=False
            )


class _Style:
    """How one terminal shows things."""

    def __init__(self, width: int, links: bool, colour: bool) -> None:
        self._width, self._links, self._colour = width, links, colour

    def bold(self, text: str) -> str:
        return f"\x1b[1m{safe(text)}\x1b[0m" if self._colour else safe(text)

    def dim(self, text: str) -> str:
        """The text, its indent kept."""
        indent = text[: len(text) - len(text.lstrip(" "))]
        shown = safe(text)
        return indent + (f"\x1b[2m{shown}\x1b[0m" if self._colour else shown)

    def wrapped(self, text: str, *, first: str = "", rest: str = "") -> list[str]:
        """The text in lines; wide characters count as two columns."""
        return _wrap(safe(text), self._width, first, rest) or [first.rstrip()]

    def linked(self, title: str, address: str, *, first: str, rest: str, bare: bool = True) -> list[str]:
        """The title, linked or followed by its address."""
        lines = self.wrapped(title, first=first, rest=rest)
        address = safe(address)
        if not address:
            return lines
        if self._links:
            return [_hyperlink(line, address, len(rest if at else first)) for at, line in enumerate(lines)]
        return [*lines, f"{rest}{address}"] if bare else lines


def safe(text: str) -> str:
    """Without control and direction characters: a title must not be able to command the terminal."""
    return " ".join(_UNSAFE.sub(" ", text).split())


def columns(text: str) -> int:
    """How many columns a terminal needs for the text."""
    return sum(_column_width(one) for one in text)


def _column_width(one: str) -> int:
    if unicodedata.combining(one):
        return 0
    return 2 if unicodedata.east_asian_width(one) in {"W", "F"} else 1


def _wrap(text: str, width: int, first: str, rest: str) -> list[str]:
    if columns(text) == len(text):
        return textwrap.wrap(
            text, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
        )
    lines, line = [], first
    for word in _words(text):
        if columns(line) + columns(word.rstrip()) > width and line.strip():
            lines.append(line.rstrip())
            line = rest
            word = word.lstrip()
        line += word
    return [*lines, line.rstrip()] if line.strip() else lines


def _words(text: str) -> list[str]:
    """Pieces a line may be broken between: after spaces, and around wide characters."""
    pieces: list[str] = []
    for one in text:
        wide = _column_width(one) == 2
        if pieces and not wide and not pieces[-1].endswith(" ") and _column_width(pieces[-1][-1]) != 2:
            pieces[-1] += one
        else:
            pieces.append(one)
    return pieces


def _hyperlink(line: str, address: str, indent: int) -> str:
    return f"{line[:indent]}\x1b]8;;{address}\x1b\\{line[indent:]}\x1b]8;;\x1b\\"
