"""Times as feeds write them: RFC 822 and ISO 8601 by cheap paths, rarer spellings by feedparser."""

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from transom.engine.core.months import month_number

# RFC 822 section 5.1 and names in wide use, in minutes east of Greenwich.
_ZONES = {
    **dict.fromkeys(("ut", "utc", "gmt", "z", "wet"), 0),
    "est": -300,
    "edt": -240,
    "cst": -360,
    "cdt": -300,
    "mst": -420,
    "mdt": -360,
    "pst": -480,
    "pdt": -420,
    "bst": 60,
    "ist": 330,
    "cet": 60,
    "mez": 60,
    "cest": 120,
    "mesz": 120,
    "eet": 120,
    "eest": 180,
    "msk": 180,
    "jst": 540,
    "kst": 540,
    "aest": 600,
    "aedt": 660,
    "acst": 570,
    "awst": 480,
    "nzst": 720,
    "nzdt": 780,
    "akst": -540,
    "akdt": -480,
    "hst": -600,
    "ast": -240,
    "adt": -180,
    "nst": -210,
    "ndt": -150,
    "hkt": 480,
    "sgt": 480,
    "brt": -180,
    "art": -180,
    "west": 60,
    "sast": 120,
    "et": -300,
    "ct": -360,
    "mt": -420,
    "pt": -480,
}
_RFC822 = re.compile(
    r"(?:[^\W\d]+\.?\s*,?\s*)?(\d{1,2})(?:st|nd|rd|th|\.)?[\s-]+([^\W\d]+)\.?,?[\s-]+(\d{4}|\d{2})"
    r"(?:[\s,T]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?)?\s*(.*)",
    re.DOTALL,
)
_ISO = re.compile(
    r"([12]\d{3})(?:-?(\d\d)(?:-?(\d\d))?)?"
    r"(?:[T\s]+(\d{1,2}):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?)?\s*([zZ]|[+-]\d\d:?\d\d|[+-]\d\d|[A-Za-z]{2,5})?"
)
_SLASHED = re.compile(r"([12]\d{3})[/.](\d{1,2})[/.](\d{1,2})\b")
_OFFSET = re.compile(r"\(?(?:gmt|utc|ut)?\s*([+-])(\d{1,2}):?(\d\d)?", re.IGNORECASE)
_LONGEST = 80


def parse_date(text: str | None) -> datetime | None:
    """The instant `text` names, in UTC; None when it names none. Without an offset it is taken as UTC."""
    text = (text or "").strip()
    if not text or len(text) > _LONGEST:
        return None
    if quick := _iso_instant(text):
        return quick
    if found := _SLASHED.match(text):
        text = f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}{text[found.end() :]}"
    try:
        if found := _ISO.fullmatch(text):
            year, month, day, hour, minute, second, zone = found.groups()
            return _instant(int(year), int(month or 1), int(day or 1), hour, minute, second, zone)
        if found := _RFC822.fullmatch(text):
            day, name, year, hour, minute, second, zone = found.groups()
            if month := month_number(name):
                return _instant(_full_year(year), month, int(day), hour, minute, second, zone)
        return _rare(text)
    except (ValueError, OverflowError):
        return None


def _iso_instant(text: str) -> datetime | None:
    """The commonest spelling by way of the standard library, which is ten times faster than our patterns."""
    if len(text) < 19 or text[10] != "T":
        return None
    try:
        moment = datetime.fromisoformat(text).replace(microsecond=0)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _full_year(year: str) -> int:
    """Two-digit years as RFC 2822 section 4.3 reads them."""
    number = int(year)
    return number if len(year) > 2 else number + (2000 if number < 50 else 1900)


def _instant(
    year: int,
    month: int,
    day: int,
    hour: str | None,
    minute: str | None,
    second: str | None,
    zone: str | None,
) -> datetime:
    hours, minutes, seconds = int(hour or 0), int(minute or 0), min(int(second or 0), 59)
    midnight_after = hours == 24
    moment = datetime(
        year, month, day, 0 if midnight_after else hours, minutes, seconds, tzinfo=_zone(zone or "")
    )
    if midnight_after:
        moment += timedelta(days=1)
    return moment.astimezone(UTC)


@lru_cache(maxsize=512)
def _zone(zone: str) -> timezone:
    zone = zone.strip()
    if not zone:
        return UTC
    if (found := _OFFSET.match(zone)) is None:
        name = zone.strip("()").split()[0].lower() if zone.strip("()") else ""
        return timezone(timedelta(minutes=_ZONES.get(name, 0)))
    sign, hours, minutes = found.groups()
    offset = int(hours) * 60 + int(minutes or 0)
    if offset >= 24 * 60:
        return UTC
    return timezone(timedelta(minutes=-offset if sign == "-" else offset))


def _rare(text: str) -> datetime | None:
    """Spellings that feedparser knows (asctime, Korean, Greek, Hungarian and others)."""
    from feedparser.datetimes import _parse_date

    try:
        parsed = _parse_date(text)
    except Exception:  # its handlers raise whatever the odd text provokes
        return None
    if not parsed or parsed[0] < 1:
        return None
    year, month, day, hour, minute, second = parsed[:6]
    return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
