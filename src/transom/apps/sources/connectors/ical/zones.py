"""Time zones as calendars name them, repaired to names of the IANA database."""

from __future__ import annotations

import re
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

# As organisers write them; where an abbreviation means several, the one of its clock.
SHORT = {
    "EST": "America/New_York",
    "EDT": "America/New_York",
    "ET": "America/New_York",
    "CST": "America/Chicago",
    "CDT": "America/Chicago",
    "CT": "America/Chicago",
    "MST": "America/Denver",
    "MDT": "America/Denver",
    "MT": "America/Denver",
    "PST": "America/Los_Angeles",
    "PDT": "America/Los_Angeles",
    "PT": "America/Los_Angeles",
    "BST": "Europe/London",
    "CET": "Europe/Paris",
    "CEST": "Europe/Paris",
    "MEZ": "Europe/Berlin",
    "MESZ": "Europe/Berlin",
    "AEST": "Australia/Sydney",
    "AEDT": "Australia/Sydney",
    "JST": "Asia/Tokyo",
    "Z": "UTC",
    "GMT": "Etc/GMT",
    "UTC": "UTC",
}
_CITY = re.compile(r"[A-Za-z_]+/[A-Za-z_+\-0-9]+(?:/[A-Za-z_]+)?")
_OFFSET = re.compile(r"\(?(?:UTC|GMT)\s*([+-])(\d{1,2}):?(\d\d)?\)?", re.I)


@lru_cache(maxsize=1024)
def repaired(name: str) -> str:
    """The IANA name that is meant; "" where nobody can tell."""
    plain = name.strip().strip('"').replace(" ", "_")
    parts = plain.split("/")
    for guess in (plain, *("/".join(parts[-size:]) for size in (3, 2)), *reversed(_CITY.findall(plain))):
        if found := _iana(guess):
            return found
    words = name.strip().strip('"')
    return _iana(WINDOWS_TO_OLSON.get(words, "")) or SHORT.get(words.upper(), "") or _by_offset(words)


def zone(name: str) -> ZoneInfo | None:
    """The zone of a name, repaired; None where nobody can tell."""
    known = repaired(name) if name else ""
    try:
        return ZoneInfo(known) if known else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}


def _iana(guess: str) -> str:
    if "/" not in guess and guess.upper() in SHORT:
        return ""
    return _names().get(guess.lower(), "")


def _by_offset(words: str) -> str:
    found = _OFFSET.search(words)
    if not found or (found[3] or "00") != "00" or int(found[2]) > 12:
        return ""
    # Etc names count west of Greenwich.
    sign = "-" if found[1] == "+" else "+"
    return f"Etc/GMT{sign}{int(found[2])}" if int(found[2]) else "UTC"
