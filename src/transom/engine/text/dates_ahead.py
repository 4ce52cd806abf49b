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
_CLOCK = (
    r"(?P<{0}hour>[0-2]?\d)(?:(?P<{0}sep>[:.h])(?P<{0}minute>[0-5]\d))?(?!\d)"
    r"\s*(?P<{0}half>a\.?m\b\.?|p\.?m\b\.?|uhr\b|h\b|o[’']clock)?"
)
_UNTIL = r"(?:\s*(?:[-–—]|to|until|till|bis|[aà])\s*" + _CLOCK.format("e") + ")?"
_ZONE = rf"(?:\s*\(?(?P<zone>{'|'.join(_OFFSETS)})\b)?"
_BEFORE_TIME = r"(?:(?P<word>at|um|[aà](?: las)?|@|from|starting(?: at)?|ab|von|de|by|gegen|t|,|\()\s*)?"
_TIME = re.compile(rf"[,;:\s]*{_BEFORE_TIME}{_CLOCK.format('')}{_UNTIL}{_ZONE}", re.IGNORECASE)
_TIME_BEFORE = re.compile(
    rf"(?<![\d.,:])(?:(?P<word>at|um|[aà]|by|from|before|until)\s+)?{_CLOCK.format('')}{_UNTIL}{_ZONE}\)?"
    r"[,\s]*(?:on|am|den|le|el)?\s*(?:[^\W\d_]{2,10}\.?,?\s*)?$",
    re.IGNORECASE,
)
_SENTENCE_ENDS = re.compile(r"[.!?]\s+(?![a-zß-ÿ\d])")
_AROUND = 50


@dataclass(frozen=True, slots=True)
class EventHint:
    """A concrete date ahead. `kind` is "deadline" or "event"; `words` the passage it was read from.

    `start` is aware; `all_day` says that no time of day was given (then it is 00:00 UTC of that day), `floating`
    that a time was given without its zone: it is the place's own, and kept as if it were UTC.
    """

    start: datetime
    kind: str
    words: str
    all_day: bool = True
    end: datetime | None = None
    floating: bool = False


@dataclass(frozen=True, slots=True)
class _Clock:
    """A time of day from midnight, where it ends if that was said, and how far its zone is from UTC if it was."""

    start: timedelta
    end: timedelta | None = None
    offset: timedelta | None = None


def find_event(title: str, text: str, *, published: datetime) -> EventHint | None:
    """The first deadline after `published`, else the first date near words such as register or conference.

    What one must do comes before what one may attend: a call for papers names the conference first.
    Day and month must be named; a missing year is taken as the next time that day comes, when that is soon.
    """
    whole = f"{title}. {text[:LONGEST_TEXT]}"
    first: EventHint | None = None
    for found in _dates(whole):
        span = _read(found, published)
        cue = _nearest(whole, found) if span is not None else None
        if span is None or cue is None:
            continue
        if cue["deadline"]:
            return _hint(whole, found, cue, span)
        first = first or _hint(whole, found, cue, span)
    return first


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
        c for c in cues if 0 <= date.start() - c.end() <= AFTER_CUE or _follows(whole, date.end(), c.start())
    ]
    return min(
        near, key=lambda c: min(abs(date.start() - c.end()), abs(c.start() - date.end())), default=None
    )


def _follows(whole: str, date_end: int, cue: int) -> bool:
    """Whether a cue comes soon after a date, in the same sentence; a date may have taken its full stop."""
    return 0 <= cue - date_end <= BEFORE_CUE and not _SENTENCE_ENDS.search(whole, date_end - 1, cue + 1)


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
    low, high = min(cue.start(), found.start()), max(cue.end(), found.end())
    passage = " ".join(whole[low:high].split())
    kind = "deadline" if cue["deadline"] else "event"
    at = _clock(whole, found)
    if at is None:
        return EventHint(start, kind, passage, True, end)
    offset = at.offset or timedelta(0)
    if end is None and at.end is not None:
        end = start + at.end - offset
    return EventHint(start + at.start - offset, kind, passage, False, end, floating=at.offset is None)


def _clock(whole: str, found: re.Match[str]) -> _Clock | None:
    """The time of day beside a date: behind it, or before it as in "at 5 pm on 3 June"."""
    after = _TIME.match(whole[found.end() : found.end() + _AROUND])
    read = _read_clock(after) if after else None
    if read is None:
        before = _TIME_BEFORE.search(whole[max(found.start() - _AROUND, 0) : found.start()])
        read = _read_clock(before) if before else None
    return read


def _read_clock(found: re.Match[str]) -> _Clock | None:
    """What was written as a time; None where it is only a number."""
    told = found["minute"] or found["half"] or found["zone"] or found["ehalf"] or found["eminute"]
    # 3.10 may be a version or a price: only where a word, a half of the day or a zone says so it is a time.
    dotted = found["sep"] == "." and not (found["word"] or found["half"] or found["zone"])
    if not told or dotted:
        return None
    end_half = _half(found["ehalf"])
    start = _of_day(found["hour"], found["minute"], _half(found["half"]) or end_half)
    if start is None:
        return None
    end = _of_day(found["ehour"], found["eminute"], end_half) if found["ehour"] else None
    if end is not None and end <= start:
        end = None
    zone = found["zone"]
    return _Clock(start, end, timedelta(minutes=_OFFSETS[zone.lower()]) if zone else None)


def _half(written: str | None) -> str:
    half = (written or "").lower().replace(".", "").strip()
    return half if half in ("am", "pm") else ""


def _of_day(hour: str, minute: str | None, half: str) -> timedelta | None:
    """A time of day from midnight; None where there is no such hour."""
    hours = int(hour)
    if hours > 24 or (half and not 1 <= hours <= 12):
        return None
    hours = hours % 12 + 12 * (half == "pm") if half else hours
    return timedelta(hours=hours, minutes=int(minute or 0))
