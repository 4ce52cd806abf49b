"""Dates of the story: day offsets from the first day of the demo, and how texts spell them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

_MARK = re.compile(r"\{(date|day|month|iso|year):([+-]?\d+)\}")
_MONTHS = {
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    "de": [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    "ar": [
        "يناير",
        "فبراير",
        "مارس",
        "أبريل",
        "مايو",
        "يونيو",
        "يوليو",
        "أغسطس",
        "سبتمبر",
        "أكتوبر",
        "نوفمبر",
        "ديسمبر",
    ],
}
_DAYS = {
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    "de": ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"],
    "fr": ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
    "ar": ["الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"],
}


@dataclass(frozen=True, slots=True)
class Clock:
    """Turns day offsets into moments. `epoch` is when the demo was first started (aware)."""

    epoch: datetime

    @property
    def midnight(self) -> datetime:
        """The start of the first day, in UTC."""
        return datetime.combine(self.epoch.astimezone(UTC).date(), time(), UTC)

    def moment(self, ago: int, at: str) -> datetime:
        """`ago` days before the first day, at HH:MM; on the first day itself squeezed before `epoch`."""
        hours, minutes = (int(part) for part in at.split(":"))
        into_day = timedelta(hours=hours, minutes=minutes)
        if ago == 0:
            into_day *= (self.epoch - self.midnight) / timedelta(days=1)
        moment = self.midnight - timedelta(days=ago) + into_day
        return moment.replace(microsecond=0)

    def ahead(self, days: int, at: str = "00:00") -> datetime:
        """The moment `days` after the first day, for announced events."""
        hours, minutes = (int(part) for part in at.split(":"))
        return self.midnight + timedelta(days=days, hours=hours, minutes=minutes)

    def spell(self, text: str, lang: str) -> str:
        """Replaces marks such as {date:-12}, {day:+3}, {month:-60}, {iso:+9}, {year:0}."""
        return _MARK.sub(lambda match: _spelt(match[1], self.ahead(int(match[2])), lang), text)


def _spelt(style: str, day: datetime, lang: str) -> str:
    if style == "iso":
        return f"{day:%Y-%m-%d}"
    if style == "year":
        return str(day.year)
    if lang == "ja":
        return f"{day.month}月" if style == "month" else f"{day.month}月{day.day}日"
    month = _MONTHS.get(lang, _MONTHS["en"])[day.month - 1]
    if style == "month":
        return month
    date = f"{day.day}. {month}" if lang == "de" else f"{day.day} {month}"
    return f"{_DAYS.get(lang, _DAYS['en'])[day.weekday()]} {date}" if style == "day" else date
