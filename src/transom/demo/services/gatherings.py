"""Where one can take part: the committee's tracker, a register of consultations, programmes, calendars, lists."""

from __future__ import annotations

from datetime import datetime, timedelta
from zlib import crc32

from transom.apps.sources.connectors.confstech import server as confstech
from transom.apps.sources.connectors.datatracker import server as datatracker
from transom.apps.sources.connectors.fedreg import server as fedreg
from transom.apps.sources.connectors.github import server as github
from transom.apps.sources.connectors.ical import server as ical
from transom.apps.sources.connectors.minutes import server as minutes
from transom.apps.sources.connectors.pretalx import server as pretalx
from transom.apps.sources.connectors.serving import Service
from transom.demo.services.stage import Row, Stage, table

ZONE = "Europe/Berlin"


def tracker(stage: Stage) -> Service:
    """The joint committee's groups, offices, drafts and meetings, as the IETF's tracker would have them."""
    data = table("gatherings")["tracker"]
    numbers: dict[str, int] = {}

    def number(slug: str) -> int:
        return numbers.setdefault(slug, 2000 + crc32(slug.encode()) % 8000)

    drafts = [row for row in data["drafts"] if stage.has_come(stage.clock.moment(row["ago"], "08:30"))]
    roles = [
        datatracker.role(place, number(row["who"]), row["office"], stage.mail(row["who"]), row["group"])
        for place, row in enumerate(data["offices"], start=1)
    ]
    wrote = [
        datatracker.author(row["name"], number(who), place, stage.employer(who), stage.mail(who))
        for row in drafts
        for place, who in enumerate(row["by"], start=1)
    ]
    return datatracker.service(
        datatracker.World(
            groups=[_group(place, row, data["host"]) for place, row in enumerate(data["groups"], start=1)],
            roles=roles,
            documents=[_draft(row, stage) for row in drafts],
            authors=wrote,
            people=[datatracker.person(key, stage.name(slug)) for slug, key in numbers.items()],
            meetings=_meetings(data["groups"], stage),
        )
    )


def _group(place: int, row: Row, host: str) -> Row:
    return {
        "id": place,
        "acronym": row["acronym"],
        "name": row["name"],
        "description": row["description"],
        "state": "active",
        "list_email": f"{row['acronym']}@{host}",
        "resource_uri": f"/api/v1/group/group/{place}/",
    }


def _draft(row: Row, stage: Stage) -> Row:
    when = stage.clock.moment(row["ago"], "08:30")
    made = datatracker.document(row["name"], row["title"], when, row["group"], row["revision"])
    return {**made, "abstract": row["abstract"], "pages": 6 + len(row["abstract"]) % 20}


def _meetings(groups: list[Row], stage: Stage) -> bytes:
    events = []
    for row in groups:
        for place, (ahead, about) in enumerate(row["meetings"], start=1):
            begins = stage.clock.ahead(ahead, "13:00")
            events.append(
                [
                    f"UID:interim-{place}-{row['acronym']}",
                    f"SUMMARY:{row['acronym']} - {about}",
                    f"DTSTART:{begins:%Y%m%dT%H%M%SZ}",
                    f"DTEND:{begins + timedelta(hours=2):%Y%m%dT%H%M%SZ}",
                    "LOCATION:Online\\, link in the agenda",
                ]
            )
    return ical.calendar(events)


def register(stage: Stage) -> Service:
    """Consultations of the country's offices."""
    data = table("gatherings")["register"]
    rows = []
    for row in data["documents"]:
        published, closes = stage.clock.moment(row["ago"], "06:00"), stage.clock.ahead(row["closes"])
        page = f"https://{data['host']}/documents/{row['number']}"
        agency = {"raw_name": row["agency"].upper(), "name": row["agency"], "slug": row["slug"]}
        rows.append(
            fedreg.document(row["number"], row["title"], published, closes)
            | {
                "abstract": row["abstract"],
                "agencies": [agency],
                "topics": ["Museums", "Archives and records"],
                "html_url": page,
                "comment_url": f"{page}/answer",
            }
        )
    return fedreg.service(rows)


def conferences(stage: Stage) -> Service:
    """confs.tech's files with one topic more."""
    data = table("gatherings")["conferences"]
    files: dict[str, list[Row]] = {}
    for row in data["listed"]:
        entry = _listed(row, stage)
        files.setdefault(f"{entry['startDate'][:4]}/{data['topic']}", []).append(entry)
    for year in (stage.community.now.year, stage.community.now.year + 1):
        files.setdefault(f"{year}/{data['topic']}", [])
    return confstech.service(files)


def _listed(row: Row, stage: Stage) -> Row:
    url = row.get("page") or stage.site(row["site"])
    entry: Row = {
        "name": row["name"],
        "url": url,
        "startDate": f"{stage.clock.ahead(row['starts']):%Y-%m-%d}",
        "endDate": f"{stage.clock.ahead(row['ends']):%Y-%m-%d}",
        "locales": "EN",
    }
    entry |= {"online": True} if row.get("online") else {"city": row["city"], "country": row["country"]}
    if "call" in row:
        entry |= {"cfpUrl": url, "cfpEndDate": f"{stage.clock.ahead(row['call']):%Y-%m-%d}"}
    return entry


def programmes(stage: Stage) -> Service:
    """Both conferences' programmes."""
    rows = table("gatherings")["programmes"]["events"]
    services = {row["slug"]: _programme(row, stage) for row in rows}
    last = services[rows[-1]["slug"]]
    return lambda asked: next(
        (one for slug, one in services.items() if f"/events/{slug}/" in asked.path), last
    )(asked)


def _programme(row: Row, stage: Stage) -> Service:
    first = stage.clock.ahead(row["starts"])
    event = pretalx.conference(row["slug"], row["name"], first)
    event |= {
        "name": {"en": row["name"]},
        "timezone": ZONE,
        "custom_domain": stage.site(row["slug"]),
        "date_to": f"{stage.clock.ahead(row['ends']):%Y-%m-%d}",
    }
    talks = [
        pretalx.talk(code, title, stage.clock.ahead(day, at), [(key, name) for key, name in speakers])
        | {"abstract": abstract, "description": ""}
        for code, title, abstract, day, at, speakers in row["talks"]
    ]
    return pretalx.service(event, talks)


def calendars(stage: Stage) -> Service:
    """The guild's calendar."""
    data = table("gatherings")["calendar"]
    events = [_whole_day(row, stage) for row in data["days"]] + [_hour(row, stage) for row in data["hours"]]
    path = "/" + data["address"].partition("://")[2].partition("/")[2]
    return ical.service({path: ical.calendar(events, data["name"])})


def _whole_day(row: Row, stage: Stage) -> list[str]:
    starts = int(row["starts"])
    first, last = stage.clock.ahead(starts), stage.clock.ahead(int(row["ends"]) if "ends" in row else starts)
    lines = [
        f"UID:{row['uid']}@collections-guild.example",
        f"SUMMARY:{row['title']}",
        f"DTSTART;VALUE=DATE:{first:%Y%m%d}",
        f"DTEND;VALUE=DATE:{last + timedelta(days=1):%Y%m%d}",
        f"URL:{stage.site(row['site'])}",
    ]
    return lines + _told(row)


def _hour(row: Row, stage: Stage) -> list[str]:
    begins: datetime = stage.clock.ahead(row["starts"], row["at"])
    ends = begins + timedelta(minutes=row["minutes"])
    lines = [
        f"UID:{row['uid']}@collections-guild.example",
        f"SUMMARY:{row['title']}",
        f"DTSTART;TZID={ZONE}:{begins:%Y%m%dT%H%M%S}",
        f"DTEND;TZID={ZONE}:{ends:%Y%m%dT%H%M%S}",
        *([f"RRULE:{row['every']}"] if row.get("every") else []),
    ]
    return lines + _told(row)


def _told(row: Row) -> list[str]:
    place = [f"LOCATION:{row['place']}".replace(", ", "\\, ")] if row.get("place") else []
    return place + ([f"DESCRIPTION:{row['note']}"] if row.get("note") else [])


def code(stage: Stage) -> Service:
    """The one thing this field keeps where software people keep theirs: a spreadsheet."""
    data = table("gatherings")["code"]
    repository = data["repository"]
    made: list[Row] = []
    for number, row in enumerate(data["releases"], start=1):
        when = stage.clock.moment(row["ago"], "18:00")
        by = github.user(70 + crc32(row["by"].encode()) % 900, row["by"])
        release = github.release(number, row["tag"], by, when, row["text"])
        release["html_url"] = f"https://github.com/{repository}/releases/tag/{row['tag']}"
        if stage.has_come(when):
            made.insert(0, release)
    return github.service({f"/repos/{repository}/releases": made})


def minutes_of_meetings(stage: Stage) -> Service:
    """A page that lists a group's minutes, and these: who was there, and what was said."""
    data = table("gatherings")["minutes"]
    pages: dict[str, tuple[str, str]] = {}
    for row in data["meetings"]:
        when = stage.clock.moment(row["ago"], "15:00")
        if stage.has_come(when):
            there = "\n".join(f"- {_attendee(who, row, data, stage)}" for who in row["there"])
            away = "".join(f"- {stage.name(who)}\n" for who in row.get("away", ()))
            text = f"# {row['title']}\n\n## Present\n\n{there}\n\n"
            text += f"## Apologies\n\n{away}\n" if away else ""
            pages[f"{data['path']}{when:%Y-%m-%d}.md"] = (
                "text/markdown",
                f"{text}## Notes\n\n{row['text'].strip()}\n",
            )
    listed = "".join(
        f'<li><a href="{path.rpartition("/")[2]}">{path[-13:-3]}</a></li>' for path in sorted(pages)
    )
    head = f"<!doctype html><html lang=en><title>{data['title']}</title><h1>{data['title']}</h1>"
    listing = f"{head}<ul>{listed}</ul></html>"
    return minutes.service({}, {**pages, data["path"]: ("text/html", listing)})


def _attendee(who: str, row: Row, data: Row, stage: Stage) -> str:
    """As minutes write somebody: name, place of work, and what they were there as."""
    place = stage.employer(who)
    role = "chair" if who == data["chair"] else "notes" if who == row["notes"] else ""
    beside = ", ".join(one for one in (place, role) if one)
    return f"{stage.name(who)} ({beside})" if beside else stage.name(who)
