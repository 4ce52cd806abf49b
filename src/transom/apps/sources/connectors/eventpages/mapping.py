"""schema.org's events to dates and the people who speak there. Never raises, whatever a page says."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.eventpages.zones import zone_of
from transom.apps.sources.connectors.ical.mapping import CREDITS, ONLINE, kind_of
from transom.apps.sources.connectors.ical.zones import zone
from transom.apps.sources.connectors.records import Employment, EventKind, EventRecord, IdentityRecord
from transom.engine.core import addresses
from transom.engine.text.sanitise import to_text

SERVICE = "schema.org"
INSIDE = (
    "@graph",
    "mainEntity",
    "itemListElement",
    "item",
    "event",
    "events",
    "hasCourseInstance",
    "subjectOf",
)
MOST_PEOPLE, MOST_ROLES = 40, 20
_EVENT = re.compile(r"(?:Event|CourseInstance|Hackathon|Festival)$")
_NOT_ONE = re.compile(r"(?:Publication|Broadcast|OnDemand|Delivery|UserInteraction)Event$")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d?(?::?\d\d){0,2}(?:\.\d+)?")
_EARNS = re.compile(r"\b(?:CE|CEU|CPD|CPE|CME|CNE|PDU|credits?|contact hours?)\b", re.I)
_POINTS = re.compile(r"\b\d+(?:[.,]\d+)?\s*(?:CNE-|CME-)?(?:Fortbildungspunkt(?:en?)?|crédits?)\b", re.I)
Node = Mapping[str, Any]


@dataclass(slots=True)
class Found:
    """What some pages said. `unzoned` counts hours that nobody could place, so that UTC was taken."""

    events: dict[str, EventRecord] = field(default_factory=dict)
    people: dict[tuple[str, str], IdentityRecord] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    unzoned: int = 0
    _pages: dict[str, str] = field(default_factory=dict)
    """Whose page each page is, by what it was first given for."""

    def add(self, nodes: Iterable[Node], page: str, clock: str = "") -> None:
        """The events among a page's objects; `clock` names the zone of hours that are written without one."""
        for node in _events(nodes):
            record = self._record(node, page, clock)
            if record is None:
                name = _said(node, "name", most=80) or "An event"
                self.problems.append(f"{name} has no name or no date, and was left out.")
                continue
            self._keep(record)
            for one in _speakers(node, record, page):
                self._meet(one)

    def without_hours(self, page: str, silent: Collection[str]) -> dict[str, EventRecord]:
        """Takes out what a list gives a bare date for and has a page of its own on the site: that knows the hour.

        By address of that page; `silent` ones were read and describe nothing.
        """
        host = addresses.host_of(page)
        found = {
            uid: one
            for uid, one in self.events.items()
            if one.all_day and one.ends is None and one.address not in (page, *silent)
            if addresses.host_of(one.address) == host
        }
        for uid in found:
            del self.events[uid]
        return {one.address: one for one in found.values()}

    def _keep(self, record: EventRecord) -> None:
        """Dates of one series may share a name or an address: then each is told apart by its beginning."""
        known = self.events.get(record.uid)
        if known is not None and known.starts != record.starts:
            record = replace(record, uid=f"{record.uid}/{record.starts:%Y%m%dT%H%M}"[:400])
            known = self.events.get(record.uid)
        if known is None or len(record.description) > len(known.description):
            self.events[record.uid] = record

    def _meet(self, one: IdentityRecord) -> None:
        """Somebody who speaks. A page that is given for several people is nobody's own."""
        if one.profile and self._pages.setdefault(one.profile, one.name.casefold()) != one.name.casefold():
            one = replace(one, profile="")
        known = self.people.get((one.service, one.account))
        roles = dict.fromkeys((*(known.roles if known else ()), *one.roles))
        self.people[one.service, one.account] = replace(known or one, roles=tuple(roles)[:MOST_ROLES])

    def _record(self, node: Node, page: str, clock: str) -> EventRecord | None:
        title = _said(node, "name", most=300)
        given = values.text(_first(node.get("startDate")), most=60)
        where = _place(node)
        name = clock if zone(clock) else _named_zone(node, where.country)
        starts, sure = _moment(given, name)
        if not title or starts is None:
            return None
        all_day, ends = _length(node, starts, given, name)
        self.unzoned += not sure and not all_day
        starts = _whole_day(given) if all_day else starts
        about = _said(node, "description", most=2000)
        kind = kind_of(title, starts, ends, all_day)
        if kind is EventKind.MEETING and where.online and not where.city:
            kind = EventKind.WEBINAR
        address = addresses.resolve(page, values.text(_first(node.get("url")), most=2000) or page)
        return EventRecord(
            uid=_uid(node, page, title),
            kind=kind,
            title=title,
            starts=starts,
            ends=ends,
            time_zone="" if all_day or not sure else _fits(name, given, starts),
            all_day=all_day,
            place=where.place,
            city=where.city,
            country=where.country,
            online=where.online or kind is EventKind.WEBINAR,
            address=address if addresses.is_http(address) else page,
            closes_at=(ends or starts) if kind in (EventKind.CALL, EventKind.CONSULTATION) else None,
            organiser=_name(_first(node.get("organizer"))),
            credits=_credits(node, f"{title}\n{about}"),
            description=about,
            # A date that was put off without a new one is none.
            cancelled=_word(node, "eventStatus") in ("EventCancelled", "EventPostponed"),
        )


@dataclass(frozen=True, slots=True)
class _Where:
    place: str = ""
    city: str = ""
    country: str = ""
    online: bool = False


def _events(nodes: Iterable[Node]) -> Iterator[Node]:
    """Events, each with what the course or series it belongs to says and it does not."""
    of_course: list[Node] = []
    for node in nodes:
        kinds = [values.text(one).rpartition("/")[2] for one in _each(node.get("@type"))]
        if any(_EVENT.search(kind) and not _NOT_ONE.search(kind) for kind in kinds):
            parent = next((one for one in of_course if node in _each(one.get("hasCourseInstance"))), {})
            inherited = {
                key: value for key, value in parent.items() if key not in ("@id", "hasCourseInstance")
            }
            yield {**inherited, **{key: value for key, value in node.items() if value}}
        elif "Course" in kinds:
            of_course.append(node)


def _uid(node: Node, page: str, title: str) -> str:
    """What names it on all pages that tell of it: its address, else what it calls itself, else page and title."""
    own = values.text(_first(node.get("url")), most=2000) or values.text(node, "@id", most=2000)
    found = addresses.resolve(page, own) if own else ""
    return values.text(found if addresses.is_http(found) else f"{page}#{title}", most=380)


def _moment(given: str, name: str) -> tuple[datetime | None, bool]:
    """A time in UTC, and whether it is certain: written with an offset, or with a zone that is known."""
    if not _TIME.match(given):
        day = values.day(given) if re.fullmatch(r"\d{4}-\d\d-\d\d", given) else None
        return (values.midnight(day) if day else None), True
    try:
        when = datetime.fromisoformat(given)
    except ValueError:
        return None, True
    known = zone(name) if name else None
    sure = when.tzinfo is not None or known is not None
    # Read by the one function that bounds the years.
    told = when if when.tzinfo is not None else when.replace(tzinfo=known or UTC)
    return values.moment(told.isoformat()), sure


def _length(node: Node, starts: datetime, given: str, name: str) -> tuple[bool, datetime | None]:
    """Whether it lasts whole days, and its end: of whole days the last one."""
    ending = values.text(_first(node.get("endDate")), most=60)
    bare = not _TIME.match(given)
    if bare or _spans_days(given, ending):
        last = values.day(ending)
        first = values.day(given)
        if last and first and not bare and ending[11:16] == "00:00":
            last -= timedelta(days=1)
        return True, values.midnight(last) if last and first and last > first else None
    ends, _ = _moment(ending, name)
    if ends and not _TIME.match(ending):
        same = values.day(ending) == values.day(given)
        ends = None if same else ends + timedelta(hours=23, minutes=59)
    ends = ends or _after(starts, values.text(node, "duration", most=40))
    return False, ends if ends and ends > starts else None


def _spans_days(given: str, ending: str) -> bool:
    """From midnight to the last minute of a day, or to midnight: how programs write whole days."""
    return given[11:16] == "00:00" and (ending[11:16] in ("23:59", "00:00")) and ending[:10] >= given[:10]


def _whole_day(given: str) -> datetime:
    day = values.day(given)
    return values.midnight(day or date(1970, 1, 1))


def _after(starts: datetime, duration: str) -> datetime | None:
    found = re.fullmatch(r"P(?:(\d{1,3})D)?(?:T(?:(\d{1,3})H)?(?:(\d{1,4})M)?)?", duration)
    if not found or not any(found.groups()):
        return None
    days, hours, minutes = (int(one or 0) for one in found.groups())
    return starts + timedelta(days=days, hours=hours, minutes=minutes)


def _named_zone(node: Node, country: str) -> str:
    """The zone that the event itself names, else that of its country, where there is only one."""
    named = values.text(node, "eventSchedule", "scheduleTimezone") or values.text(node, "timezone")
    return named if zone(named) else zone_of(country)


def _fits(name: str, given: str, starts: datetime) -> str:
    """The zone's IANA name, where the hour that was written is the hour there."""
    known = zone(name) if name else None
    if not isinstance(known, ZoneInfo) or known.key in ("UTC", "Etc/UTC"):
        return ""
    there = starts.astimezone(known)
    return known.key[:60] if f"{there:%Y-%m-%dT%H:%M}" == given[:16].replace(" ", "T") else ""


def _place(node: Node) -> _Where:
    place = city = country = ""
    mode = _word(node, "eventAttendanceMode") or _word(node, "courseMode")
    online = mode in ("OnlineEventAttendanceMode", "MixedEventAttendanceMode") or mode.lower() == "online"
    for one in _each(node.get("location"))[:5]:
        if isinstance(one, str):
            online = online or bool(ONLINE.search(one))
            place = place or ("" if addresses.is_http(one) else _tidy(one, 300))
            continue
        if "VirtualLocation" in _each(values.get(one, "@type")):
            online = True
            continue
        place = place or _said(one, "name", most=300)
        found = values.get(one, "address")
        if isinstance(found, str):
            place = place if found in place else ", ".join(filter(None, (place, _tidy(found, 200))))
        city = city or _said(found, "addressLocality", most=100)
        country = country or _name(values.get(found, "addressCountry"), 60)
    return _Where(
        "" if addresses.is_http(place) else place[:300], city, country, online or bool(ONLINE.search(place))
    )


def _credits(node: Node, words: str) -> str:
    """What it counts as continuing education, in the words that are used there."""
    for named in (node, node.get("superEvent"), *_each(node.get("about")), *_each(node.get("workFeatured"))):
        count = values.get(named, "numberOfCredits")
        amount = values.text(count) or values.text(count, "value")
        if amount:
            unit = values.text(count, "unitText", most=30)
            return values.text(" ".join((amount, unit or "credits")), most=60)
        awarded = _name(_first(values.get(named, "educationalCredentialAwarded")), 60)
        if awarded and (_EARNS.search(awarded) or _POINTS.search(awarded)):
            return awarded
        for more in _each(values.get(named, "additionalProperty")):
            if _EARNS.search(values.text(more, "name")) and values.text(more, "value"):
                return values.text(f"{values.text(more, 'value')} {values.text(more, 'name')}", most=60)
    told = CREDITS.search(words) or _POINTS.search(words)
    return values.text(told[0], most=60) if told else ""


def _speakers(node: Node, record: EventRecord, page: str) -> Iterator[IdentityRecord]:
    host = addresses.host_of(page)
    named = [
        one for key in ("performer", "performers", "actor", "instructor") for one in _each(node.get(key))
    ]
    for one in named[:MOST_PEOPLE]:
        name = _name(one, 200)
        kinds = _each(values.get(one, "@type"))
        if not name or not isinstance(one, Mapping) or (kinds and "Person" not in kinds):
            continue
        own = values.text(_first(one.get("url")), most=2000)
        profile = addresses.resolve(page, own) if own else ""
        profile = profile if _is_own(profile, record.address, page) else ""
        links = [values.text(link, most=2000) for link in _each(one.get("sameAs"))[:20]]
        works = _name(_first(one.get("worksFor") or one.get("affiliation")), 300)
        yield IdentityRecord(
            service=SERVICE,
            account=f"{name.casefold()}@{host}"[:300],
            name=name,
            profile=profile,
            links=tuple(link for link in links if addresses.is_http(link)),
            orcid=next((link.rpartition("/")[2] for link in links if _ORCID.fullmatch(link)), ""),
            employments=(Employment(works, role=_said(one, "jobTitle", most=200)),) if works else (),
            roles=(f"speaker at {record.title}"[:300],),
        )


_ORCID = re.compile(r"https?://orcid\.org/\d{4}-\d{4}-\d{4}-\d{3}[\dX]")


def _is_own(profile: str, event: str, page: str) -> bool:
    """Whether an address may be one person's page: neither the event's, nor the front page of a site."""
    return addresses.is_http(profile) and profile not in (event, page) and len(urlsplit(profile).path) > 1


def _word(node: Node, key: str) -> str:
    """ "https://schema.org/EventCancelled" is "EventCancelled"."""
    return values.text(_first(node.get(key)), most=200).rpartition("/")[2]


def _name(value: object, most: int = 200) -> str:
    """The name of what may be an object or its name."""
    return _tidy(value, most) if isinstance(value, str) else _said(value, "name", most=most)


def _said(value: object, *path: str | int, most: int) -> str:
    return _tidy(_first(values.get(value, *path)), most)


def _tidy(value: object, most: int) -> str:
    """Plain text from what may be escaped, and markup once it is not."""
    found = unescape(values.body(value, most=20_000))
    return values.text(to_text(found) if "<" in found else unescape(found), most=most)


def _each(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _first(value: object) -> Any:
    return next(iter(_each(value)), None)
