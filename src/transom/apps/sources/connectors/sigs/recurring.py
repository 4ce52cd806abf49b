"""When a meeting that repeats takes place, from the words in which a list of groups says it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from transom.apps.sources.connectors.ical.zones import zone
from transom.apps.sources.connectors.minutes.dates import day_in

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ORDINALS = {
    word: number
    for words, number in (
        ("first 1st", 1),
        ("second 2nd", 2),
        ("third 3rd", 3),
        ("fourth 4th", 4),
        ("fifth 5th", 5),
        ("last", -1),
    )
    for word in words.split()
}
# Places and words beside those that calendars use.
ZONES = {
    "pacific": "America/Los_Angeles",
    "mountain": "America/Denver",
    "central european": "Europe/Berlin",
    "eastern": "America/New_York",
    "central": "America/Chicago",
    "indian": "Asia/Kolkata",
    "beijing": "Asia/Shanghai",
    "china": "Asia/Shanghai",
    "poland": "Europe/Warsaw",
    "warsaw": "Europe/Warsaw",
    "london": "Europe/London",
    "berlin": "Europe/Berlin",
    "tokyo": "Asia/Tokyo",
    "sydney": "Australia/Sydney",
}
_DAY = re.compile(rf"\b({'|'.join(DAYS)})s?\b", re.I)
_ORDINAL = re.compile(rf"\b({'|'.join(ORDINALS)})\b", re.I)
_EXCEPT = re.compile(r"\b(?:except|excluding|but not)\b(.*)", re.I)
_TIME = re.compile(r"(?<!\d)(\d{1,2})(?:[:.h](\d\d))?\s*([ap])?\.?m?\.?(?![\d:])", re.I)
_FORTNIGHT = re.compile(
    r"\b(?:bi-?weekly|fortnightly|every (?:other|two|2|second) weeks?|every other)\b", re.I
)
_WEEKS = re.compile(
    r"\bevery (three|third|3|3rd|four|fourth|4|4th|five|six)[ -]?weeks?\b|\btri-?weekly\b", re.I
)
_EVERY = {
    "three": 3,
    "third": 3,
    "3": 3,
    "3rd": 3,
    "four": 4,
    "fourth": 4,
    "4": 4,
    "4th": 4,
    "five": 5,
    "six": 6,
}
# Said in words that leave open which days are meant.
_UNSURE = re.compile(
    r"\b(?:semi-?monthly|alternating with|after the|before the|varies|irregular)\b|weekly/", re.I
)


@dataclass(frozen=True, slots=True)
class Rule:
    """Weekdays (Monday is 0) at an hour of a zone. `weeks` between two; `nth` of the month, or `without` these.

    `since` is a day on which it took place; None where nobody says in which of the weeks it does.
    """

    days: tuple[int, ...]
    at: time
    zone: str
    weeks: int = 1
    nth: tuple[int, ...] = ()
    without: tuple[int, ...] = ()
    since: date | None = None
    next_day: bool = False

    @property
    def is_sure(self) -> bool:
        """Whether the days are known, and not only the weekday."""
        return self.weeks == 1 or self.since is not None


def rule_of(day: str, at: str, tz: str, frequency: str) -> Rule | None:
    """The rule; None where weekday, hour, zone or frequency cannot be understood."""
    days = tuple(
        dict.fromkeys(DAYS.index(one.casefold()) for one in _DAY.findall(day) or _DAY.findall(frequency))
    )
    hour, where = _hour(at), zone_of(tz or at)
    if not days or hour is None or not where:
        return None
    how = _EXCEPT.sub("", frequency)
    words = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", how)
    nth = _ordinals(f"{day} {words}") if not day_in(f"{day} {frequency}") else ()
    rest = _EXCEPT.search(frequency)
    without = _ordinals(rest[1]) if rest else ()
    weeks = _weeks(words, nth)
    if (
        weeks is None
        or (_UNSURE.search(words) and not nth)
        or re.search(r"\b(?:after|before) the\b", words, re.I)
    ):
        return None
    since = day_in(f"{day} {frequency}")
    return Rule(days, hour[0], where, weeks, nth, without, since, hour[1])


def zone_of(words: str) -> str:
    """The IANA name of a zone as people write it: "PT (Pacific Time)", "UTC", "London-UK"."""
    for one in (words, *re.findall(r"[A-Za-z_/]{1,40}", words)):
        if found := zone(one.strip()):
            return str(found.key)
    plain = words.casefold()
    return next((name for word, name in ZONES.items() if word in plain), "")


def occurrences(rule: Rule, begin: datetime, until: datetime) -> Iterator[datetime]:
    """Its times in UTC, from `begin` to before `until`. Where the weeks are not known: every week's."""
    place = ZoneInfo(rule.zone)
    day = begin.astimezone(place).date() - timedelta(days=1)
    while day <= until.astimezone(place).date():
        if _takes_place(rule, day):
            shown = day + timedelta(days=1) if rule.next_day else day
            when = datetime.combine(shown, rule.at, place).astimezone(UTC)
            if begin <= when < until:
                yield when
        day += timedelta(days=1)


def _takes_place(rule: Rule, day: date) -> bool:
    if day.weekday() not in rule.days:
        return False
    number = (day.day - 1) // 7 + 1
    is_last = (day + timedelta(days=7)).month != day.month
    if rule.nth:
        return number in rule.nth or (-1 in rule.nth and is_last)
    if number in rule.without or (-1 in rule.without and is_last):
        return False
    if rule.weeks == 1 or rule.since is None:
        return True
    first = rule.since - timedelta(days=rule.since.weekday())
    return day >= rule.since and ((day - first).days // 7) % rule.weeks == 0


def _weeks(words: str, nth: tuple[int, ...]) -> int | None:
    if nth:
        return 1
    if found := _WEEKS.search(words):
        return _EVERY.get((found[1] or "three").casefold(), 3)
    if _FORTNIGHT.search(words):
        return 2
    if re.search(r"\bmonth(?:ly)?\b", words, re.I):
        # Once a month, and nobody says in which week.
        return None
    return 1 if re.search(r"\b(?:weekly|every week|each week)\b", words, re.I) else None


def _ordinals(words: str) -> tuple[int, ...]:
    return tuple(dict.fromkeys(ORDINALS[one.casefold()] for one in _ORDINAL.findall(words)))


def _hour(words: str) -> tuple[time, bool] | None:
    """The hour, and whether it belongs to the next day: 24:00 is its first minute."""
    if re.fullmatch(r"\s*noon\s*", words, re.I):
        return time(12), False
    found = _TIME.search(words)
    if not found:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").casefold()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    elif found[2] is None:
        return None
    if hour == 24 and minute == 0:
        return time(0), True
    return (time(hour, minute), False) if hour < 24 and minute < 60 else None
