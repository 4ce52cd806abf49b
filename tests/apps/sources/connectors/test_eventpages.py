"""Events that a society's pages describe for search engines."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from tests.apps.sources.connectors.tools import NOW, damaged, followed, page, pages, refreshed

from transom.apps.conversations.models import Event
from transom.apps.library.models import Identity
from transom.apps.sources.connectors.eventpages import server as site
from transom.apps.sources.connectors.eventpages.client import AGAIN, EventPages
from transom.apps.sources.connectors.eventpages.mapping import INSIDE, Found
from transom.apps.sources.connectors.eventpages.pages import read
from transom.apps.sources.connectors.eventpages.zones import zone_of
from transom.apps.sources.connectors.records import EventKind, EventRecord
from transom.apps.sources.connectors.serving import Reply, serving
from transom.apps.sources.errors import SourceError
from transom.engine.core.errors import FetchError, ParseError
from transom.engine.parse.html_documents import read_page
from transom.engine.parse.linked_data import linked_data

READER = EventPages()
QUERY = {"address": "/events/"}
PAGE = "https://guild.example/events/"
PERSON = {"@type": "Person", "name": "Hester Quill", "url": "/people/hester", "jobTitle": "Keeper"}
SUMMIT = site.event("Summit", "2027-03-04", "2027-03-06", location=site.hall(), performer=[PERSON])


def found(*nodes: Any, clock: str = "") -> Found:
    gathered = Found()
    raw = site.page("Events", list(nodes))
    root = read_page(raw, url=PAGE, content_type="text/html").root
    gathered.add(linked_data(root, INSIDE), PAGE, clock)
    return gathered


def one(*nodes: Any, clock: str = "") -> EventRecord:
    [record] = found(*nodes, clock=clock).events.values()
    return record


@pytest.mark.parametrize(
    ("starts", "more", "clock", "instant", "zone"),
    [
        ("2027-07-01T14:00:00+02:00", {}, "", datetime(2027, 7, 1, 12, tzinfo=UTC), ""),
        (
            "2027-07-01T14:00:00+02:00",
            {},
            "Europe/Berlin",
            datetime(2027, 7, 1, 12, tzinfo=UTC),
            "Europe/Berlin",
        ),
        ("2027-07-01T14:00:00Z", {}, "Europe/Berlin", datetime(2027, 7, 1, 14, tzinfo=UTC), ""),
        (
            "2027-07-01T14:00",
            {"location": site.hall()},
            "",
            datetime(2027, 7, 1, 13, tzinfo=UTC),
            "Europe/London",
        ),
        (
            "2027-01-01T14:00",
            {"location": site.hall()},
            "",
            datetime(2027, 1, 1, 14, tzinfo=UTC),
            "Europe/London",
        ),
        ("2027-07-01T14:00", {}, "America/Chicago", datetime(2027, 7, 1, 19, tzinfo=UTC), "America/Chicago"),
        (
            "2027-07-01T14:00",
            {"location": site.hall("Ostrand", "US")},
            "",
            datetime(2027, 7, 1, 14, tzinfo=UTC),
            "",
        ),
        (
            "2027-07-01T14:00",
            {"eventSchedule": {"@type": "Schedule", "scheduleTimezone": "Asia/Tokyo"}},
            "",
            datetime(2027, 7, 1, 5, tzinfo=UTC),
            "Asia/Tokyo",
        ),
    ],
)
def test_an_hour_is_what_the_clock_there_shows(
    starts: str, more: dict[str, Any], clock: str, instant: datetime, zone: str
) -> None:
    record = one(site.event("Talk", starts, **more), clock=clock)
    assert (record.starts, record.time_zone, record.all_day) == (instant, zone, False)


def test_an_hour_that_nobody_can_place_is_said() -> None:
    assert found(site.event("Talk", "2027-07-01T14:00")).unzoned == 1
    assert found(site.event("Talk", "2027-07-01")).unzoned == 0


@pytest.mark.parametrize(
    ("starts", "ends", "last"),
    [
        ("2027-03-04", "2027-03-06", datetime(2027, 3, 6, tzinfo=UTC)),
        ("2027-03-04", "2027-03-04", None),
        ("2027-03-04T00:00:00-05:00", "2027-03-06T23:59:59-05:00", datetime(2027, 3, 6, tzinfo=UTC)),
        ("2027-03-04T00:00:00-05:00", "2027-03-05T00:00:00-05:00", None),
        ("2027-03-04", "2027-03-01", None),
    ],
)
def test_whole_days_stay_the_days_that_are_written(starts: str, ends: str, last: datetime | None) -> None:
    record = one(site.event("Fair", starts, ends))
    assert (record.all_day, record.starts, record.ends) == (True, datetime(2027, 3, 4, tzinfo=UTC), last)


@pytest.mark.parametrize(
    ("more", "earned"),
    [
        ({"description": "Three days. Earns 12 CPD points."}, "12 CPD points"),
        ({"description": "Mit 8 Fortbildungspunkten bewertet"}, "8 Fortbildungspunkten"),
        ({"educationalCredentialAwarded": "1.5 contact hours"}, "1.5 contact hours"),
        ({"educationalCredentialAwarded": "A warm handshake"}, ""),
        ({"about": {"@type": "Course", "numberOfCredits": 3}}, "3 credits"),
        ({"additionalProperty": [{"name": "CNE credits", "value": 2}]}, "2 CNE credits"),
    ],
)
def test_what_it_counts_as_education_is_kept_as_written(more: dict[str, Any], earned: str) -> None:
    assert one(site.event("Course", "2027-03-04", **more)).credits == earned


def test_a_courses_dates_know_what_the_course_says() -> None:
    course = {
        "@type": "Course",
        "name": "Shelving, the basics",
        "numberOfCredits": {"@type": "StructuredValue", "value": 6, "unitText": "CPD hours"},
        "hasCourseInstance": [
            {"@type": "CourseInstance", "courseMode": "online", "startDate": "2027-05-03T09:00Z"},
            {"@type": "CourseInstance", "courseMode": "onsite", "startDate": "2027-06-03T09:00Z"},
        ],
    }
    records = list(found(course).events.values())
    assert [(record.title, record.credits) for record in records] == [
        ("Shelving, the basics", "6 CPD hours")
    ] * 2
    assert [record.online for record in records] == [True, False]
    assert len({record.uid for record in records}) == 2


def test_who_speaks_is_somebody_with_a_page_and_a_workplace() -> None:
    gathered = found(
        site.event(
            "Talk", "2027-03-04", performer=[PERSON, {"@type": "MusicGroup", "name": "The Damp"}, "Anon"]
        )
    )
    [who] = gathered.people.values()
    assert (who.profile, who.roles) == ("https://guild.example/people/hester", ("speaker at Talk",))


def test_a_page_that_is_given_for_several_people_is_nobodys_own() -> None:
    team = {"@type": "Person", "url": "/team"}
    gathered = found(
        site.event(
            "A", "2027-03-04", performer=[team | {"name": "Hester Quill"}, team | {"name": "Kofi Adjei"}]
        ),
        site.event("B", "2027-03-05", performer=[team | {"name": "Kofi Adjei"}, PERSON | {"url": PAGE}]),
    )
    assert [(one.name, one.profile, one.roles) for one in gathered.people.values()] == [
        ("Hester Quill", "https://guild.example/team", ("speaker at A", "speaker at B")),
        ("Kofi Adjei", "", ("speaker at A", "speaker at B")),
    ]


def test_markup_and_entities_are_gone_and_strange_dates_left_out() -> None:
    gathered = found(
        site.event(
            "Stores &amp;amp; Stewards",
            "2027-03-04",
            description="&lt;p&gt;Bring &lt;b&gt;gloves&lt;/b&gt;&lt;/p&gt;",
        ),
        site.event("Never", "2027-02-31T25:00"),
        {"@type": "BroadcastEvent", "name": "On air", "startDate": "2027-03-04"},
    )
    [record] = gathered.events.values()
    assert (record.title, record.description) == ("Stores & Stewards", "Bring gloves")
    assert gathered.problems == ["Never has no name or no date, and was left out."]


def test_what_was_called_off_or_put_off_without_a_date_is_no_date() -> None:
    for status in ("https://schema.org/EventCancelled", "EventPostponed"):
        assert one(site.event("Talk", "2027-03-04", eventStatus=status)).cancelled
    assert not one(
        site.event("Talk", "2027-03-04", eventStatus="https://schema.org/EventRescheduled")
    ).cancelled


def test_each_evening_of_a_series_is_a_date_of_its_own() -> None:
    series = [site.event("Reading room", f"2027-03-{day:02}T18:00Z", url=PAGE) for day in (1, 8, 15, 8)]
    assert len(found(*series).events) == 3


def test_an_online_seminar_is_one_and_a_congress_another() -> None:
    online = {"eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode"}
    assert one(site.event("Damp", "2027-03-04T18:00Z", **online)).kind is EventKind.WEBINAR
    assert one(site.event("Damp Congress", "2027-03-04", "2027-03-06")).kind is EventKind.CONFERENCE
    assert one(site.event("Call for papers: Damp", "2027-03-04")).closes_at == datetime(
        2027, 3, 4, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("country", "zone"),
    [
        ("GB", "Europe/London"),
        ("United Kingdom", "Europe/London"),
        ("Deutschland", "Europe/Berlin"),
        ("Japan", "Asia/Tokyo"),
        ("US", ""),
        ("Australia", ""),
        ("Nowhere", ""),
        ("", ""),
    ],
)
def test_only_a_country_with_one_clock_tells_the_hour(country: str, zone: str) -> None:
    assert zone_of(country) == zone


def test_a_list_that_only_points_is_read_page_by_page_and_then_left_in_peace() -> None:
    with serving(site.sample_service(NOW)) as server:
        first = page(READER, QUERY, server)
        asked = [one.path for one in server.asked]
        again = page(READER, QUERY, server, first.cursor, NOW + timedelta(days=1))
        later = page(READER, QUERY, server, first.cursor, NOW + AGAIN)
    assert [one.title for one in first.events] == ["Stores & Stewards Summit", "Reading a logger"]
    assert asked == ["/events/", "/events/stewards/", "/events/logger/"]
    assert again.unchanged
    assert len(later.events) == 2


def test_a_map_tells_which_pages_changed() -> None:
    def maps(day: str) -> dict[str, dict[str, str]]:
        return {
            "/sitemap_index.xml": {"/post-sitemap.xml": "", "/tribe_events-sitemap.xml": ""},
            "/tribe_events-sitemap.xml": {"/event/a/": day, "/event/b/": "2026-01-01", "/about/": day},
        }

    held = {f"/event/{name}/": site.page(name, [site.event(name, "2027-03-04")]) for name in "ab"}
    with serving(site.service(held, maps("2026-01-01"))) as server:
        first = page(READER, {"address": "/sitemap_index.xml"}, server)
        server.service = site.service(held, maps("2026-11-27"))
        server.asked.clear()
        page(READER, {"address": "/sitemap_index.xml"}, server, first.cursor, NOW + timedelta(days=1))
        asked = [one.path for one in server.asked]
    assert sorted(one.title for one in first.events) == ["a", "b"]
    # The index itself did not change, so that the map in it is not looked at before pages are due.
    assert asked == ["/sitemap_index.xml"]


def test_a_packed_map_is_read_and_a_broken_one_is_none() -> None:
    packed = gzip.compress(site.site_map({"/events/a/": "2026-11-20"}, "https://guild.example"))
    found = read(packed, "https://guild.example/sitemap.xml.gz", "application/x-gzip")
    assert found.links == (("https://guild.example/events/a/", "2026-11-20"),)
    with pytest.raises(ParseError):
        read(packed[:2] + packed[9:], "https://guild.example/sitemap.xml.gz", "application/x-gzip")


def test_a_list_that_gives_bare_dates_leaves_the_hour_to_the_pages() -> None:
    held = {
        "/events/": site.page("Events", [site.event("Talk", "2027-03-04", url="/events/talk/")]),
        "/events/talk/": site.page("Talk", [site.event("Talk", "2027-03-04T18:00Z", url="/events/talk/")]),
    }
    with serving(site.service(held)) as server:
        first = page(READER, QUERY, server)
        held["/events/"] = site.page("Events, again", [site.event("Talk", "2027-03-04", url="/events/talk/")])
        again = page(READER, QUERY, server, first.cursor, NOW + timedelta(days=1))
    assert [(one.starts, one.all_day) for one in first.events] == [
        (datetime(2027, 3, 4, 18, tzinfo=UTC), False)
    ]
    assert again.events == ()


def test_where_an_events_own_page_says_nothing_the_list_is_believed_every_day() -> None:
    def listed(words: str) -> dict[str, bytes]:
        events = site.page(words, [site.event("Fair", "2027-03-04", url="/events/fair/")])
        return {"/events/": events, "/events/fair/": site.page("Fair", [])}

    with serving(site.service(listed("Events"))) as server:
        first = page(READER, QUERY, server)
        server.service = site.service(listed("Events, again"))
        again = page(READER, QUERY, server, first.cursor, NOW + timedelta(days=1))
        asked = [one.path for one in server.asked]
    assert [one.title for one in first.events] == [one.title for one in again.events] == ["Fair"]
    assert asked == ["/events/", "/events/fair/", "/events/"]


def test_the_next_page_of_a_full_list_is_read_too() -> None:
    following = '<link rel="next" href="/events/page/2/">'
    held = {
        "/events/": site.page(
            "One", [site.event("A", "2027-03-04", url="/event/a/")], ("/events/x/",), following
        ),
        "/events/page/2/": site.page("Two", [site.event("B", "2027-03-05", url="/event/b/")]),
    }
    with serving(site.service(held)) as server:
        got = page(READER, QUERY, server)
    assert [one.title for one in got.events] == ["A", "B"]
    assert not got.more


def test_many_pages_come_a_few_at_a_time_and_one_that_is_gone_costs_only_itself() -> None:
    links = tuple(f"/events/{n}/" for n in range(20))
    held = {link: site.page(link, [site.event(f"Talk {link}", "2027-03-04")]) for link in links[1:]}
    held["/events/"] = site.page("Events", [], links)
    with serving(site.service(held)) as server:
        batches = pages(READER, QUERY, server)
    assert [len(batch.events) for batch in batches] == [5, 6, 6, 2]


def test_a_page_without_events_says_where_to_look_and_trouble_is_not_taken_for_none() -> None:
    with serving(site.service({"/events/": site.page("Events", [])})) as server:
        with pytest.raises(ParseError, match="calendar to subscribe to"):
            page(READER, QUERY, server)
        server.service = site.service({"/events/": site.page("Posts", [], ("/events/a/", "/events/b/"))})
        with pytest.raises(ParseError, match="describes no events"):
            page(READER, QUERY, server)
        server.service = lambda asked: Reply(503)
        with pytest.raises(FetchError):
            page(READER, QUERY, server)


def test_a_list_whose_season_is_over_stays_followed() -> None:
    with serving(site.sample_service(NOW)) as server:
        first = page(READER, QUERY, server)
        server.service = site.service({"/events/": site.page("Nothing planned", [])})
        later = page(READER, QUERY, server, first.cursor, NOW + timedelta(days=1))
    assert (later.events, later.more) == ((), False)


def test_another_site_is_not_asked() -> None:
    links = ("https://tickets.example/events/1/", "/events/a/")
    listed = read(site.page("Events", [], links), PAGE, "text/html")
    assert [where for where, _ in listed.links] == ["https://guild.example/events/a/"]


@pytest.mark.parametrize("words", ["ftp://x.example/events", "https://x.example/events zone=Nowhere/City"])
def test_what_is_no_page_or_no_zone_is_refused(words: str) -> None:
    with pytest.raises(SourceError):
        READER.understood(words)


@given(damaged([SUMMIT, {"@type": "Course", "hasCourseInstance": [SUMMIT]}]))
@settings(max_examples=150, deadline=None)
def test_whatever_it_says_nothing_raises(sent: Any) -> None:
    gathered = found(json.loads(json.dumps(sent)))
    assert all(record.title and record.uid for record in gathered.events.values())
    assert all(who.name for who in gathered.people.values())
    assert all(gathered.problems)


@pytest.mark.django_db
def test_followed_it_fills_the_calendar_once() -> None:
    with serving(site.sample_service(NOW)) as server:
        source = followed(READER, QUERY, server)
        refreshed(server, source)
        refreshed(server, source, now=NOW + AGAIN)
    assert set(Event.objects.values_list("title", "kind", "credits")) == {
        ("Stores & Stewards Summit", "conference", "12 CPD points"),
        ("Reading a logger", "meeting", ""),
    }
    assert Identity.objects.filter(name="Hester Quill").count() == 1
