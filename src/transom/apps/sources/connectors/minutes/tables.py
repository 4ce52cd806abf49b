"""Attendance in Markdown tables: which column is the name, which the organisation, and who was ticked off."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from transom.apps.sources.connectors.minutes.names import Attendee, attendee_of, organisation_of

NAME = re.compile(
    r"(?:full |first and last )?names?|attendees?|participants?|who|members?|delegates?|persons?|people|"
    r"representatives?|teilnehmer\w*|nom",
    re.I,
)
WORKS = re.compile(
    r"organi[sz]ations?|compan(?:y|ies)|affiliations?|employers?|org|institution|representing|"
    r"organisationen?|firma|société|entreprise|member company",
    re.I,
)
HANDLE = re.compile(
    r"(?:github|gitlab)?\s*(?:handle|user ?name|id|account|nick(?:name)?)|github|gitlab", re.I
)
STATUS = re.compile(r"present\??|attended\??|attendance|here\??|status|there\??|anwesend", re.I)
SHORT = re.compile(r"abbr(?:eviation|\.)?s?|initials|delegate code|tla|kürzel", re.I)
NOT_THERE = frozenset(
    "no n absent regrets regret - – — ✗ ✘ ❌ x away excused 0 false nein ☐ [ ]".split(" ")
) | {
    "",
    "[ ]",
}


@dataclass(frozen=True, slots=True)
class _Columns:
    name: int
    works: int | None = None
    handle: int | None = None
    status: int | None = None


def is_header(line: str) -> bool:
    """Whether a table begins here whose columns say that people stand in it."""
    cells = _cells(line)
    return any(NAME.fullmatch(one) for one in cells) and len(cells) > 1


def people_of(rows: Sequence[str]) -> Iterator[Attendee]:
    """Who a table names as present."""
    columns: _Columns | None = None
    cells = [_cells(row) for row in rows]
    ticks = {one[-1].casefold() for one in cells}
    for row in cells:
        if all(re.fullmatch(r":?-*:?", one.replace(" ", "")) for one in row):
            continue
        if columns is None or _is_heads(row):
            columns = _columns(row)
            if _is_heads(row):
                continue
        if found := _person(row, columns, x_means_there="x" in ticks and not ticks & {"✓", "yes", "y"}):
            yield found


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|").removesuffix("|")
    return [one.replace("\\|", "|").strip(" *_`\t") for one in re.split(r"(?<!\\)\|", inner)]


def _is_heads(row: Sequence[str]) -> bool:
    return any(NAME.fullmatch(one) or WORKS.fullmatch(one) for one in row)


def _columns(row: Sequence[str]) -> _Columns:
    if not _is_heads(row):
        # Without heads: the name first, then perhaps where they work.
        return _Columns(0, 1 if len(row) > 1 else None)

    def place(shape: re.Pattern[str]) -> int | None:
        return next((number for number, one in enumerate(row) if shape.fullmatch(one)), None)

    name = place(NAME)
    return _Columns(0 if name is None else name, place(WORKS), place(HANDLE), place(STATUS))


def _person(row: Sequence[str], columns: _Columns, *, x_means_there: bool) -> Attendee | None:
    def cell(number: int | None) -> str:
        return row[number] if number is not None and number < len(row) else ""

    if columns.status is not None:
        said = cell(columns.status).casefold()
        if (said in NOT_THERE and not (said == "x" and x_means_there)) or "regret" in said:
            return None
    found = attendee_of(cell(columns.name))
    if found is None:
        return None
    works = organisation_of(cell(columns.works), found.name) or found.organisation
    handle = cell(columns.handle).strip("@ ").rpartition("/")[2] or found.handle
    return replace(
        found, organisation=works, handle=handle if re.fullmatch(r"[\w-]{1,39}", handle) else found.handle
    )
