"""Minutes in Markdown to meetings and who was there: lists, tables, rows of names, under headings of many spellings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

from transom.apps.sources.connectors.minutes import tables
from transom.apps.sources.connectors.minutes.dates import day_in, without_day
from transom.apps.sources.connectors.minutes.names import Attendee, attendee_of, is_name, split_names

LONGEST_LINE, LONGEST_LABEL, MOST_LINES, MOST_PEOPLE = 4000, 200, 20_000, 500
LABEL = 7
"""The level of a label that is no heading: below all six."""
_WHO = (
    r"(?:attendees?|attendance|attending|participants?|participating|participation|present|"
    r"who (?:was|is) (?:here|there)|roll ?call|people present|in attendance|delegates|invitees present|"
    r"teilnehmer(?:innen|\*innen|:innen)?|teilnehmende|anwesende?|présente?s|présences|participante?s|asistentes|presentes|deelnemers|aanwezig)"
)
_WHERE = (
    r"(?:remote|on-?site|on-?line|in[- ]person|virtual|local|zoom|phone|dial-?in|physical|list of|meeting|tsc|voting|"
    r"non-voting|committee|group|members?|board|staff|team|all|our|other|also|the|current|of|from|and|invited|guests?|"
    r"expected|working|sig|wg|cg|liste der|liste des)"
)
_BEFORE = rf"(?:{_WHERE}|introductions?|welcome|opening)"
PRESENT = re.compile(rf"(?:{_BEFORE}[\s/&+-]+)*{_WHO}(?:[\s/&+-]+(?:{_WHERE}|{_WHO}|list))*", re.I)
_NOT_THERE = (
    r"(?:regrets?|apolog(?:y|ies)|absent(?:s|ees?|e|es)?|absences?|excused|excusée?s|excuses|not present|"
    r"not attending|unable to attend|missing|entschuldigt(?:e)?|abwesende?|ausentes|afwezig|no[- ]shows?)"
)
AWAY = re.compile(rf".*\b{_NOT_THERE}\b.*", re.I)
ONLY_AWAY = re.compile(rf"(?:{_WHERE}[\s/&+-]+)*{_NOT_THERE}", re.I)
GOES_ON = re.compile(
    rf"(?:{_WHERE}|observers?|visitors?|invited guests?|emeritus|alternates?|secretariat|chairs?|gäste|invités)"
    r"(?:[\s/&+-]+(?:members?|guests?|observers?|participants?|staff))*",
    re.I,
)
_HEADING = re.compile(r" {0,3}(#{1,6})\s*(.*?)\s*#*$")
_ITEM = re.compile(r"^(\s*)(?:[-*+•·]|\d{1,3}[.)])\s+(.*)$")
_BOX = re.compile(r"^\[([ xX✓✔])\]\s+(.*)$")
_BOLD = re.compile(r"^\s*(\*\*|__)(?P<label>[^*_]{2,60}?)\s*:?\s*\1\s*:?\s*(?P<rest>.*)$")
_PLAIN = re.compile(r"^\s*(?P<label>[^\W\d_][^:|@\[]{1,58}?)\s*(?:\(\d+\))?\s*[:：]\s*(?P<rest>.*)$")
_PLUS = re.compile(r"^\s*present\+\s+(?P<rest>.+)$", re.I)
_SHORT = re.compile(r"\(([A-Z]{2,4})\)")
_UNDER = re.compile(r"^\s{0,3}(=+|-+)\s*$")
_COUNT = re.compile(r"\s*[(\[]\s*\d*\s*[)\]]|\s*\d+$")


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting. `day` is None where nothing says it; `present` are those who came, each once, in their order."""

    title: str
    day: date | None
    present: tuple[Attendee, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a list or a paragraph. `depth` is its indent; `ticked` is None where there is no box."""

    text: str
    listed: bool
    depth: int = 0
    ticked: bool | None = None


@dataclass(slots=True)
class _Section:
    """What stands under one heading of an attendance list."""

    level: int
    lines: list[_Line] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)
    away: bool = False
    in_a_row: bool = False
    depth: int = -1
    """The indent of the list's line that is its label; -1 where the label is no such line."""

    def is_empty(self) -> bool:
        return not self.lines and not self.rows


def meetings_of(markdown: str) -> list[Meeting]:
    """The meetings of a document: mostly one; several where headings of one level each name a day and have a list."""
    lines = [line[:LONGEST_LINE].rstrip() for line in markdown.splitlines()[:MOST_LINES]]
    parts = _parts(lines)
    found = [one for one in (_meeting(part) for part in parts) if one.present and one.day]
    if len(found) > 1:
        return found
    return [_meeting(lines)]


def _parts(lines: Sequence[str]) -> list[Sequence[str]]:
    """The document, cut before every heading of the first level at which two name a day."""
    dated: dict[int, list[int]] = {}
    for place, line in enumerate(lines):
        heading = _HEADING.match(line)
        if heading and day_in(heading[2]):
            dated.setdefault(len(heading[1]), []).append(place)
    cuts = next((places for _, places in sorted(dated.items()) if len(places) > 1), [])
    return [lines[begin:end] for begin, end in pairwise([*cuts, len(lines)])]


def _meeting(lines: Sequence[str]) -> Meeting:
    head = [(_heading_text(line)) for line in lines[:40] if line.strip()]
    first = head[0] if head else ""
    day = day_in(first) or next((day for line in head[:12] if (day := day_in(line))), None)
    people: dict[str, Attendee] = {}
    for section in _sections(lines):
        for one in _people(section):
            _add(people, one)
    return Meeting(without_day(first)[:200], day, tuple(people.values())[:MOST_PEOPLE], "\n".join(lines))


def _heading_text(line: str) -> str:
    found = _HEADING.match(line)
    return (found[2] if found else line).strip(" *_#")


def _add(people: dict[str, Attendee], one: Attendee) -> None:
    key = " ".join(one.name.casefold().split())
    known = people.get(key)
    if known is None:
        people[key] = one
    else:
        people[key] = replace(
            known,
            handle=known.handle or one.handle,
            organisation=known.organisation or one.organisation,
            mails=known.mails or one.mails,
            links=known.links or one.links,
            role=known.role or one.role,
        )


def _sections(lines: Sequence[str]) -> Iterator[_Section]:
    """Sections that name who was there, in order; those of who was not are passed over."""
    current: _Section | None = None
    fenced = False
    for place, line in enumerate(lines):
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
            continue
        following = lines[place + 1] if place + 1 < len(lines) else ""
        opened = None if fenced else _opened(line, following, current)
        if opened is not None:
            if current is not None and not current.away:
                yield current
            current = opened.section
        elif current is not None and not _take(line, current):
            if not current.away:
                yield current
            current = None
    if current is not None and not current.away:
        yield current


@dataclass(frozen=True, slots=True)
class _Opened:
    """Something begins here: a section, or (None) something else that ends the one before."""

    section: _Section | None


def _opened(line: str, following: str, current: _Section | None) -> _Opened | None:
    """What a heading or a label begins; None for a line that is neither."""
    if plus := _PLUS.match(line):
        return _Opened(_Section(LABEL, [_Line(plus["rest"], False)]))
    heading = _HEADING.match(line)
    if heading:
        return _under(heading[2], "", len(heading[1]), current)
    if _UNDER.match(following) and line.strip() and "|" not in line and not _ITEM.match(line):
        return _under(line, "", 1 if following.strip().startswith("=") else 2, current)
    item = _ITEM.match(line)
    text = item[2] if item else line
    label = _BOLD.match(text) or _PLAIN.match(text)
    if item and current is not None and current.in_a_row:
        # Names in a row ended with their line; this list is of something else, or begins anew.
        current = None
        if label is None or _sort_of(label["label"]) in ("other", "goes on"):
            return _Opened(None)
    if label is None:
        is_one = _sort_of(text) == "present" or ONLY_AWAY.fullmatch(_words(text))
        return _in_list(_under(text, "", LABEL, current), item) if is_one else None
    if _sort_of(label["label"]) == "other" and (item or label["rest"]):
        return None
    return _in_list(_under(label["label"], label["rest"], LABEL, current), item)


def _in_list(opened: _Opened | None, item: re.Match[str] | None) -> _Opened | None:
    if opened is not None and opened.section is not None and item is not None:
        opened.section.depth = _depth(item)
    return opened


def _under(words: str, rest: str, level: int, current: _Section | None) -> _Opened | None:
    words, colon, said = words.partition(":")
    sort, rest = _sort_of(words), rest or said if colon else rest
    if sort == "goes on":
        # "Remote:" in a list of who was there goes on with it; elsewhere it means nothing.
        if current is None:
            return None
        sort = "away" if current.away and level > current.level else "present"
    if sort == "other":
        return _Opened(None)
    section = _Section(level, away=sort == "away")
    if rest.strip(" *_"):
        section.in_a_row = True
        section.lines.append(_Line(rest, False))
    return _Opened(section)


def _sort_of(words: str) -> str:
    plain = _words(words)
    if len(words) > LONGEST_LABEL or len(plain) > 60:
        return "other"
    if AWAY.fullmatch(plain) and len(plain.split()) <= 5:
        return "away"
    if PRESENT.fullmatch(plain):
        return "present"
    return "goes on" if GOES_ON.fullmatch(plain) else "other"


def _words(label: str) -> str:
    """A label without markup, signs and counts. Nothing long is one; and spaces go first, as counting them costs."""
    plain = " ".join(re.sub(r"[*_`#:\[\]]|[^\w\s()/&+'’-]", " ", label[:LONGEST_LABEL]).split())
    return " ".join(_COUNT.sub("", plain).split()).strip(" -")


def _take(line: str, section: _Section) -> bool:
    """Takes a line into the section; False where the section ended before it."""
    if not line.strip():
        # A row of names ends with its paragraph; a list may have gaps.
        return not section.in_a_row or section.level < LABEL
    if re.fullmatch(r"\s*([-*_]\s*){3,}", line):
        return section.is_empty()
    if "|" in line and (line.lstrip().startswith("|") or section.rows or tables.is_header(line)):
        section.rows.append(line)
        return True
    item = _ITEM.match(line)
    if item:
        box = _BOX.match(item[2])
        ticked = box[1] != " " if box else None
        depth = _depth(item)
        if depth <= section.depth:
            if not section.is_empty():
                return False
            # "- Attendees:" may stand in the same list as the names.
            section.depth = -1
        section.lines.append(_Line(box[2] if box else item[2], True, depth, ticked))
        return True
    text = line.strip().removeprefix(">").strip()
    if not section.is_empty() and not _may_be_names(text):
        return False
    section.lines.append(_Line(text, False))
    return True


def _depth(item: re.Match[str]) -> int:
    return len(item[1].replace("\t", "    "))


def _may_be_names(text: str) -> bool:
    parts = split_names(text)
    return sum(attendee_of(one) is not None for one in parts) * 2 >= max(1, len(parts))


def _people(section: _Section) -> Iterator[Attendee]:
    """Who stands in a section. Where most remarks of few capitals abbreviate their names, the others do so too."""
    found = list(_named(section))
    short = _SHORT.findall(" ".join(one.text for one in section.lines))
    odd = [one for one in found if _SHORT.fullmatch(f"({one.organisation})")]
    if len(short) > 2 and len(odd) * 2 < len(short):
        yield from (replace(one, organisation="") if one in odd else one for one in found)
    else:
        yield from found


def _named(section: _Section) -> Iterator[Attendee]:
    if section.rows:
        yield from tables.people_of(section.rows)
    listed = [one for one in section.lines if one.listed]
    # Where some boxes are ticked, the others were left empty because those people were not there.
    if any(one.ticked for one in listed):
        listed = [one for one in listed if one.ticked is not False]
    yield from _of_list(listed)
    rows = [one.text for one in section.lines if not one.listed]
    one_a_line = len(rows) > 1 and all(len(split_names(one)) < 3 and one[-1:] not in ",;" for one in rows)
    if one_a_line:
        yield from _of_list([_Line(one, True) for one in rows])
    elif rows:
        yield from _in_a_row(" ".join(rows))


def _in_a_row(text: str) -> Iterator[Attendee]:
    for one in split_names(text):
        name, comma, works = one.partition(",")
        found = attendee_of(f"{name} ({works.strip()})" if comma and "(" not in name else one)
        if found:
            yield found


def _of_list(lines: Sequence[_Line]) -> Iterator[Attendee]:
    """A list's people. Where most of its first level have names below them, that level is of organisations."""
    top = min((one.depth for one in lines), default=0)
    below: dict[int, list[_Line]] = {}
    heads = [place for place, one in enumerate(lines) if one.depth <= top + 1]
    for begin, end in pairwise([*heads, len(lines)]):
        below[begin] = list(lines[begin + 1 : end])
    grouped = sum(bool(one) for one in below.values()) * 2 > len(heads) and all(
        attendee_of(one.text) for some in below.values() for one in some
    )
    commas = _meaning_of_commas([lines[place].text for place in heads])
    for place in heads:
        if grouped and below[place]:
            works = lines[place].text.strip(" :*_")
            yield from (found for one in below[place] if (found := attendee_of(one.text, organisation=works)))
        else:
            yield from _of_item(lines[place].text, commas)


def _meaning_of_commas(items: Sequence[str]) -> str:
    """What a comma parts in a list's lines: "names", a name from its "organisation", or "last, first"."""
    parts = [split_names(one) for one in items]
    pairs = [one for one in parts if len(one) == 2]
    if len(items) < 2 or any(len(one) > 2 for one in parts):
        return "names"
    if len(pairs) > 1 and all(" " not in word and is_name(word) for pair in pairs for word in pair):
        return "last, first"
    return "organisation"


def _of_item(text: str, commas: str) -> Iterator[Attendee]:
    parts = split_names(text)
    if len(parts) == 2 and commas == "last, first":
        parts = [f"{parts[1]} {parts[0]}"]
    elif len(parts) == 2 and (commas == "organisation" or attendee_of(parts[1]) is None):
        first = attendee_of(f"{parts[0]} ({parts[1]})")
        parts = []
        if first:
            yield first
    elif len(parts) == 1:
        parts = [text]
    yield from filter(None, map(attendee_of, parts))
