"""A site's announced events as iCalendar (RFC 5545)."""

from __future__ import annotations

from datetime import datetime, timedelta

from transom.demo.model import Community, Item, Site
from transom.demo.render.entry import address

CONTENT_TYPE = "text/calendar; charset=utf-8"


def render(community: Community, site: Site, base: str) -> bytes:
    """Events with their dates, and closing dates as all-day entries."""
    events = [
        line
        for item in community.items_of(site.slug)
        if item.occasion and item.site == site.slug
        for line in _event(community, site, item, base)
    ]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//{site.host}//demo//EN", *events, "END:VCALENDAR"]
    return ("\r\n".join(_fold(line) for line in lines) + "\r\n").encode()


def _event(community: Community, site: Site, item: Item, base: str) -> list[str]:
    occasion = item.occasion
    if occasion is None:
        return []
    return [
        "BEGIN:VEVENT",
        f"UID:{item.slug}@{site.host}",
        f"DTSTAMP:{_stamp(item.updated)}",
        *_span(occasion.start, occasion.end, occasion.closes),
        f"SUMMARY:{_text(item.title)}",
        f"LOCATION:{_text(occasion.place)}",
        f"URL:{address(community, item, base)}",
        "END:VEVENT",
    ]


def _span(start: datetime | None, end: datetime | None, closes: datetime | None) -> list[str]:
    if start is not None:
        return [f"DTSTART:{_stamp(start)}", f"DTEND:{_stamp(end or start + timedelta(hours=1))}"]
    return [f"DTSTART;VALUE=DATE:{closes:%Y%m%d}"] if closes else []


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    return value.replace("\\", "\\\\").replace(";", r"\;").replace(",", r"\,")


def _fold(line: str) -> str:
    """Lines of at most 75 octets, as the format wants; 36 characters are never more."""
    if len(line.encode()) <= 75:
        return line
    return "\r\n ".join(line[start : start + 36] for start in range(0, len(line), 36))
