"""The day of a meeting, from a heading or from where its minutes lie."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date

FIRST_YEAR, LAST_YEAR = 1990, 2100
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier enero",
            "february feb februar février febrero",
            "march mar märz mars marzo",
            "april apr avril abril",
            "may mai mayo",
            "june jun juni juin junio",
            "july jul juli juillet julio",
            "august aug août agosto",
            "september sept sep septembre septiembre",
            "october oct oktober okt octobre octubre",
            "november nov novembre noviembre",
            "december dec dezember dez décembre diciembre",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_TH = r"(?:st|nd|rd|th|\.)?"
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})[-/._ ](\d{1,2})[-/._ ](\d{1,2})(?!\d)")
_SOLID = re.compile(r"(?<!\d)(\d{4})(\d\d)(\d\d)(?!\d)")
_DAY_DOTS = re.compile(r"(?<!\d)(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?!\d)")
_MONTH_FIRST = re.compile(rf"\b({_MONTH})\.?[\s_-]+(\d{{1,2}}){_TH},?[\s_-]+(\d{{4}})\b", re.I)
_DAY_FIRST = re.compile(
    rf"(?<!\d)(\d{{1,2}}){_TH}[\s_-]+(?:of\s+|de\s+)?({_MONTH})\.?,?[\s_-]+(?:de\s+)?(\d{{4}})\b", re.I
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_YEAR_MONTH = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_](\d{1,2})(?!\d)")
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})[-_.](\d{1,2})(?!\d)")
_NAMED = re.compile(rf"(?<![a-z])({_MONTH})[\s_-]?(\d{{1,2}})(?!\d)", re.I)
_NAMED_AFTER = re.compile(rf"(?<!\d)(\d{{1,2}})[\s_-]?({_MONTH})(?![a-z])", re.I)
Found = tuple[date, tuple[int, int]]


def day_in(text: str) -> date | None:
    """The first whole date of a text; None where there is none. 3/4/2022 may mean two days, and so means none."""
    found = _first(text)
    return found[0] if found else None


def without_day(text: str) -> str:
    """A title without its date and what the date leaves dangling."""
    found = _first(text)
    if found:
        begin, end = found[1]
        text = f"{text[:begin]} {text[end:]}"
    return " ".join(re.sub(r"[(\[]\s*[)\]]", " ", text).split()).strip(" -–—:,|/·@")


def day_of_path(path: str) -> date | None:
    """The day in a file's name, or in its name and its folders': `2022/WASI-03-24.md`, `2012-09/sept-20.md`."""
    folder, _, name = path.rpartition("/")
    if found := day_in(name):
        return found
    if (found := day_in(path.replace("/", "-"))) and "/" in path:
        return found
    years = [int(one) for one in _YEAR.findall(folder) or _YEAR.findall(name)]
    if not years:
        return None
    for month, day in _month_and_day(name, folder):
        if made := _made(years[-1], month, day):
            return made
    return None


def _month_and_day(name: str, folder: str) -> Iterator[tuple[int, int]]:
    stem = _YEAR.sub(" ", name.rpartition(".")[0] or name)
    for found in _NAMED.finditer(stem):
        yield MONTHS[found[1].casefold()], int(found[2])
    for found in _NAMED_AFTER.finditer(stem):
        yield MONTHS[found[2].casefold()], int(found[1])
    for found in _NUMBERS.finditer(stem):
        yield int(found[1]), int(found[2])
    months = _YEAR_MONTH.findall(folder)
    lone = re.search(r"(?<!\d)(\d{1,2})(?!\d)", stem)
    if months and lone:
        yield int(months[-1][1]), int(lone[1])


def _first(text: str) -> Found | None:
    return min(_all(text), key=lambda found: found[1][0], default=None)


def _all(text: str) -> Iterator[Found]:
    shapes = (
        (_YEAR_FIRST, (1, 2, 3)),
        (_SOLID, (1, 2, 3)),
        (_DAY_DOTS, (3, 2, 1)),
        (_MONTH_FIRST, (3, 1, 2)),
        (_DAY_FIRST, (3, 2, 1)),
    )
    for shape, (year, month, day) in shapes:
        for found in shape.finditer(text[:500]):
            number = MONTHS.get(found[month].casefold()) or int(found[month])
            if made := _made(int(found[year]), number, int(found[day])):
                yield made, found.span()


def _made(year: int, month: int, day: int) -> date | None:
    with suppress(ValueError):
        if FIRST_YEAR <= year <= LAST_YEAR:
            return date(year, month, day)
    return None
