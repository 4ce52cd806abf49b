"""What the extension modules add to a feed or an entry: media, iTunes, syndication, events, Dublin Core."""

import re
from datetime import datetime
from html import escape

from transom.engine.parse.bodies import Element, Fields, address, first_text, one_line, text_of
from transom.engine.parse.dates import parse_date
from transom.engine.parse.model import Author, Enclosure
from transom.engine.parse.names import key_of

_PERIODS = {"hourly": 60.0, "daily": 1440.0, "weekly": 10080.0, "monthly": 43200.0, "yearly": 525600.0}
_EMAIL = r"[^\s()<>\[\],;:\"]+@[^\s()<>\[\],;:\"]+"
_EMAIL_NAME = re.compile(rf"(?:mailto:)?({_EMAIL})\s*\(\s*(.*?)\s*\)")
_NAME_EMAIL = re.compile(rf"\"?(.*?)\"?\s*[(<\[]\s*(?:mailto:)?({_EMAIL})\s*[)>\]]")
_BARE_EMAIL = re.compile(rf"(?:mailto:)?({_EMAIL})")
_EMAIL_THEN_NAME = re.compile(rf"({_EMAIL})\s+(\S.*)")
_ISO_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_ADDRESS = re.compile(r"\bhttps?://[^\s<>\"]+[^\s<>\".,;:!?)\]'”»]")
_HEARD = frozenset({"cast", "writing"})


def author_from(text: str) -> Author | None:
    """A person as RSS writes one: an address with the name in brackets, or any of its common variants."""
    text = one_line(text)
    if not text:
        return None
    if found := _EMAIL_NAME.fullmatch(text) or _EMAIL_THEN_NAME.fullmatch(text):
        return Author(found.group(2).strip("() "), email=found.group(1))
    if found := _NAME_EMAIL.fullmatch(text):
        return Author(found.group(1).strip(), email=found.group(2))
    if found := _BARE_EMAIL.fullmatch(text):
        return Author("", email=found.group(1))
    return Author(text)


def authors_in(fields: Fields, *names: str) -> tuple[Author, ...]:
    """The people in the first of the named fields that names any."""
    for name in names:
        if name not in fields:
            continue
        found = (author_from(text_of(element)) for element in fields[name])
        if people := tuple(dict.fromkeys(person for person in found if person)):
            return people
    return ()


def speakers_in(fields: Fields, base: str) -> tuple[Author, ...]:
    """Who is heard in an episode, by Podcasting 2.0's person; who only made the recording is no author."""
    found = [
        Author(name, address(element.get("href") or "", base))
        for element in fields.get("podcast:person", ())
        if (name := one_line(text_of(element))) and (element.get("group") or "cast").lower() in _HEARD
    ]
    return tuple(dict.fromkeys(found))


def seconds_from(text: str) -> float | None:
    """A playing time: seconds, [hours:]minutes:seconds, or an ISO 8601 duration."""
    text = text.strip()
    if not text:
        return None
    try:
        if text.upper().startswith("P") and (found := _ISO_DURATION.fullmatch(text)):
            days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
            return days * 86400 + hours * 3600 + minutes * 60 + seconds or None
        total = 0.0
        for part in text.split(":"):
            total = total * 60 + float(part)
    except ValueError:
        return None
    return total if 0 < total < 1e7 else None


def update_minutes(fields: Fields) -> float | None:
    """The interval between updates that the syndication module announces, in minutes."""
    period = _PERIODS.get(first_text(fields, "sy:updateperiod").lower())
    frequency = number_from(first_text(fields, "sy:updatefrequency")) or 1
    return period / frequency if period else None


def ttl_minutes(fields: Fields) -> float | None:
    minutes = number_from(first_text(fields, "ttl"))
    return float(minutes) if minutes else None


def number_from(text: str) -> int | None:
    """A whole number at the start of `text`; None when there is none or it is absurd."""
    found = _DIGITS.match(text.strip())
    return int(found.group()) if found and len(found.group()) < 16 else None


def enclosures_in(fields: Fields, base: str) -> tuple[Enclosure, ...]:
    """Attached files of RSS and of the media module, each address once."""
    found = [
        _enclosure(element, base) for element in (*fields.get("enclosure", ()), *_media_contents(fields))
    ]
    kept: dict[str, Enclosure] = {}
    for one in found:
        if one.url:
            kept[one.url] = _joined(kept[one.url], one) if one.url in kept else one
    return _with_playing_time(tuple(kept.values()), seconds_from(first_text(fields, "itunes:duration")))


def _media_contents(fields: Fields) -> list[Element]:
    contents = list(fields.get("media:content", ()))
    for group in fields.get("media:group", ()):
        contents += [
            child for child in group if isinstance(child.tag, str) and key_of(child.tag) == "media:content"
        ]
    return contents


def _enclosure(element: Element, base: str) -> Enclosure:
    return Enclosure(
        url=address(element.get("url") or element.get("href") or "", base),
        media_type=(element.get("type") or "").strip(),
        length=number_from(element.get("length") or element.get("fileSize") or ""),
        seconds=seconds_from(element.get("duration") or ""),
    )


def _joined(one: Enclosure, other: Enclosure) -> Enclosure:
    return Enclosure(
        one.url, one.media_type or other.media_type, one.length or other.length, one.seconds or other.seconds
    )


def _with_playing_time(files: tuple[Enclosure, ...], seconds: float | None) -> tuple[Enclosure, ...]:
    """itunes:duration speaks of the first file that plays."""
    if seconds is None:
        return files
    for at, one in enumerate(files):
        if one.seconds is None and not one.media_type.startswith(("image/", "text/")):
            timed = Enclosure(one.url, one.media_type, one.length, seconds)
            return (*files[:at], timed, *files[at + 1 :])
    return files


def media_description(fields: Fields) -> str:
    """The media module's description as markup; also from inside a group, as video sites do."""
    for element in (*fields.get("media:description", ()), *_in_groups(fields, "media:description")):
        if text := text_of(element):
            return text if element.get("type") == "html" else _plain_markup(text)
    return ""


def _plain_markup(text: str) -> str:
    """Plain text as markup; the addresses that stand in it are links, as on the page it comes from."""
    parts, last = [], 0
    for found in _ADDRESS.finditer(text):
        parts += [escape(text[last : found.start()], quote=False), f'<a href="{escape(found[0])}">']
        parts += [escape(found[0], quote=False), "</a>"]
        last = found.end()
    return "".join([*parts, escape(text[last:], quote=False)]).replace("\n", "<br>")


def media_title(fields: Fields) -> str:
    if text := first_text(fields, "media:title"):
        return text
    return next((text for element in _in_groups(fields, "media:title") if (text := text_of(element))), "")


def _in_groups(fields: Fields, name: str) -> list[Element]:
    return [
        child
        for group in fields.get("media:group", ())
        for child in group
        if isinstance(child.tag, str) and key_of(child.tag) == name
    ]


def event_in(fields: Fields) -> tuple[datetime | None, datetime | None, str]:
    """Start, end and place of an event announced by the event or calendar module."""
    start = parse_date(first_text(fields, "ev:startdate", "xcal:dtstart"))
    end = parse_date(first_text(fields, "ev:enddate", "xcal:dtend"))
    return start, end, one_line(first_text(fields, "ev:location", "xcal:location"))
