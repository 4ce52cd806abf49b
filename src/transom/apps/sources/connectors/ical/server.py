"""A server of calendars: a committee's, with a series that goes over a clock change, and what is commonly wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from transom.apps.sources.connectors.serving import Asked, Reply, Service, with_etag

Calendars = dict[str, bytes]


def service(calendars: Calendars) -> Service:
    """Serves calendars by path, with an ETag."""

    def answer(asked: Asked) -> Reply:
        found = calendars.get(asked.path)
        if found is None:
            return Reply(404, b"Nothing here.\n", content_type="text/plain")
        return with_etag(asked, Reply(body=found, content_type="text/calendar; charset=utf-8"))

    return answer


def sample_service(now: datetime | None = None) -> Service:
    return service({"/committee.ics": committee(now or datetime.now(UTC))})


def committee(now: datetime) -> bytes:
    """The calendar of a standing committee, as it stands at `now`."""
    first = (now - timedelta(days=now.weekday() + 28)).date()
    summit, closing = now.date() + timedelta(days=75), now.date() + timedelta(days=20)
    events = [
        [
            *("UID:cp14-weekly@keepers.example", "SUMMARY:CP 14 editing call"),
            f"DTSTART;TZID=W. Europe Standard Time:{first:%Y%m%d}T150000",
            f"DTEND;TZID=W. Europe Standard Time:{first:%Y%m%d}T160000",
            *("RRULE:FREQ=WEEKLY;BYDAY=MO", "LOCATION:https://meet.google.com/abc-defg-hij"),
            'ORGANIZER;CN="Joint Committee 14":mailto:secretary@keepers.example',
        ],
        [
            *("UID:stewards@keepers.example", "SUMMARY:Stores and Stewards Summit"),
            f"DTSTART;VALUE=DATE:{summit:%Y%m%d}",
            f"DTEND;VALUE=DATE:{summit + timedelta(days=3):%Y%m%d}",
            *(
                "LOCATION:Tarnholt Guildhall",
                "URL:https://stewards.example/",
                "DESCRIPTION:Earns 12 CPD points.",
            ),
        ],
        [
            *("UID:abstracts@keepers.example", "SUMMARY:Abstracts due: Stores and Stewards"),
            f"DTSTART;VALUE=DATE:{closing:%Y%m%d}",
            "URL:https://stewards.example/call",
        ],
    ]
    return calendar(events, "Joint Committee 14")


def calendar(events: list[list[str]], name: str = "", zone: str = "") -> bytes:
    """A calendar of these events, each a list of its lines."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Keepers//Calendar//EN"]
    lines += [f"X-WR-CALNAME:{name}"] if name else []
    lines += [f"X-WR-TIMEZONE:{zone}"] if zone else []
    for event in events:
        lines += ["BEGIN:VEVENT", "DTSTAMP:20260101T000000Z", *event, "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()
