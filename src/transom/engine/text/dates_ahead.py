"""Finding in a text the date of something one could attend, answer or submit to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from transom.engine.core.months import MONTHS, month_number

LONGEST_TEXT = 20_000
LONGEST_DATE = 45
LONGEST_CUE = 45
AFTER_CUE = 110
BEFORE_CUE = 60
FARTHEST = timedelta(days=550)
FARTHEST_WITHOUT_YEAR = timedelta(days=240)

_DEADLINE = (
    r"deadlines?|due (?:by|on|date)|clos(?:es?|ing)(?: date)?|submit(?:ted)? (?:by|before|until)|submissions?"
    r"|call for (?:papers|proposals|comments?|abstracts|speakers|participation|contributions|nominations|evidence)"
    r"|consultation|comment period|comments? (?:by|until|due)|appl(?:y|ications?)|nominations?|early[- ]bird"
    r"|respon(?:d|ses) (?:by|until)|feedback (?:by|until)|last (?:day|chance)|ends on"
    r"|frist|einsendeschluss|anmeldeschluss|bewerbungsschluss|stellungnahmen?|bis zum"
    r"|date limite|cl[oô]ture|appel [aà] (?:communications|contributions)|avant le|jusqu[’']au"
    r"|plazo|fecha l[ií]mite|convocatoria|hasta el|antes del"
)
_EVENT = (
    r"webinars?|conferences?|workshops?|meet-?ups?|meetings?|summit|symposium|seminars?|congress|hackathon"
    r"|regist(?:er|ration)|join us|takes? place|(?:will be|is) held|live (?:stream|session|event)|office hours"
    r"|training|course|panel|lecture|talk|session|sign up|save the date|rsvp"
    r"|konferenz|tagung|seminar|anmeldung|anmelden|veranstaltung|findet|vortrag|kongress"
    r"|webinaire|conf[eé]rence|colloque|atelier|s[eé]minaire|inscriptions?|aura lieu"
    r"|seminario|conferencia|jornadas?|taller|inscripci[oó]n|congreso"
)
_CUE = re.compile(rf"\b(?:(?P<deadline>{_DEADLINE})|(?P<event>{_EVENT}))\b", re.IGNORECASE)
_MONTH = (
    "(?:"
    + "|".join(sorted((re.escape(name) for name in MONTHS), key=len, reverse=True))
    + r")(?![^\W\d_])\.?"
)
_DAY = r"(?P<{0}>[0-3]?\d)(?:st|nd|rd|th|er)?\.?"
_TO = r"(?:\s*(?:[-–—]|to|bis|au|al|until)\s*(?P<{0}>[0-3]?\d)(?:st|nd|rd|th)?\.?)?"
_YEAR = r"(?P<{0}>20\d\d)"
_DATE = re.compile(
    rf"\b(?P<iso>20\d\d-[01]\d-[0-3]\d)(?!\d)"
    rf"|\b(?P<dotted>[0-3]?\d\.\s?[01]?\d\.\s?20\d\d)\b"
    rf"|(?<![\d.,:]){_DAY.format('d1')}{_TO.format('e1')}\s+(?:of |de |d[’'])?(?P<m1>{_MONTH})"
    rf"(?:,?\s+(?:de |del )?{_YEAR.format('y1')})?"
    rf"|\b(?P<m2>{_MONTH})\s+{_DAY.format('d2')}(?!\d){_TO.format('e2')}(?:,?\s+{_YEAR.format('y2')})?",
    re.IGNORECASE,
)
# Every date has a day's number: the long expressions look only around those.
_NUMBER = re.compile(r"\d+")
_OFFSETS = {"utc": 0, "gmt": 0, "z": 0, "bst": 60, "cet": 60, "cest": 120, "mez": 60, "mesz": 120, "est": -300,
            "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420, "jst": 540,
            "aest": 600, "aedt": 660}  # fmt: skip
_TIME = re.compile(
    rf"^[,\s]*(?:at|um|[aà]|@|from|,)?\s*([0-2]?\d)(?:[:.h]([0-5]\d))?\s*(a\.?m\.?|p\.?m\.?|uhr|h)?\s*\(?({'|'.join(_OFFSETS)})\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class EventHint:
    """A concrete date ahead. `kind` is "deadline" or "event"; `words` the passage it was read from.

    `start` is aware; `all_day` says that no time of day with its zone was given (then it is 00:00 UTC of that day).
    """

    start: datetime
    kind: str
    words: str
    all_day: bool = True
    end: datetime | None = None


def find_event(title: str, text: str, *, published: datetime) -> EventHint | None:
    """The first concrete date after `published` near words such as deadline, register, conference.

    Day and month must be named; a missing year is taken as the next time that day comes, when that is soon.
    """
    whole = f"{title}. {text[:LONGEST_TEXT]}"
    for found in _dates(whole):
        span = _read(found, published)
        cue = _nearest(whole, found) if span is not None else None
        if span is not None and cue is not None:
            return _hint(whole, found, cue, span)
    return None


def _dates(whole: str) -> Iterator[re.Match[str]]:
    """What is written like a date, in its order."""
    end = -1
    for number in _NUMBER.finditer(whole):
        if number.start() < end or number.end() - number.start() not in (1, 2, 4):
            continue
        low = max(number.start() - LONGEST_DATE, end, 0)
        near = _DATE.search(whole, low, number.end() + LONGEST_DATE)
        # Seen again without the window's end, which may have cut it short.
        found = near and _DATE.match(whole, near.start())
        if found is not None:
            end = found.end()
            yield found


def _nearest(whole: str, date: re.Match[str]) -> re.Match[str] | None:
    """The cue word closest to a date, a deadline's before an event's when both are near."""
    low = max(date.start() - AFTER_CUE - LONGEST_CUE, 0)
    cues = list(_CUE.finditer(whole, low, date.end() + BEFORE_CUE + LONGEST_CUE))
    near = [
        c
        for c in cues
        if -BEFORE_CUE <= date.start() - c.end() <= AFTER_CUE or 0 <= c.start() - date.end() <= BEFORE_CUE
    ]
    return min(
        near, key=lambda c: min(abs(date.start() - c.end()), abs(c.start() - date.end())), default=None
    )


def _read(found: re.Match[str], published: datetime) -> tuple[datetime, datetime | None] | None:
    """First and last day of a date, None when it is no date or not ahead."""
    try:
        year, month, day, last = _numbers(found)
        start = _dated(year, month, day, published)
        end = start.replace(day=last) if last and last > day else None
    except ValueError:
        return None
    farthest = FARTHEST if year else FARTHEST_WITHOUT_YEAR
    if not published.date() < start.date() <= (published + farthest).date():
        return None
    return start, end


def _numbers(found: re.Match[str]) -> tuple[int, int, int, int]:
    if iso := found["iso"]:
        year, month, day = (int(part) for part in iso.split("-"))
        return year, month, day, 0
    if dotted := found["dotted"]:
        day, month, year = (int(part) for part in dotted.replace(" ", "").split("."))
        return year, month, day, 0
    n = "1" if found["m1"] else "2"
    return (
        int(found["y" + n] or 0),
        month_number(found["m" + n]),
        int(found["d" + n]),
        int(found["e" + n] or 0),
    )


def _dated(year: int, month: int, day: int, published: datetime) -> datetime:
    if year:
        return datetime(year, month, day, tzinfo=UTC)
    this_year = datetime(published.year, month, day, tzinfo=UTC)
    return this_year if this_year.date() > published.date() else this_year.replace(year=published.year + 1)


def _hint(
    whole: str, found: re.Match[str], cue: re.Match[str], span: tuple[datetime, datetime | None]
) -> EventHint:
    start, end = span
    at = _time_after(whole[found.end() : found.end() + 40])
    low, high = min(cue.start(), found.start()), max(cue.end(), found.end())
    passage = " ".join(whole[low:high].split())
    kind = "deadline" if cue["deadline"] else "event"
    if at is None:
        return EventHint(start, kind, passage, True, end)
    return EventHint(start + at, kind, passage, False, end)


def _time_after(text: str) -> timedelta | None:
    """The time of day that follows a date, from midnight UTC; only with a zone, else it names no instant."""
    found = _TIME.match(text)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    half = (found[3] or "").lower().replace(".", "")
    if hour > 24 or (half in ("am", "pm") and not 1 <= hour <= 12):
        return None
    hour = hour % 12 + 12 * (half == "pm") if half in ("am", "pm") else hour
    return timedelta(hours=hour, minutes=minute - _OFFSETS[found[4].lower()])
