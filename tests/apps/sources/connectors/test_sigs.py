"""A list of groups: who leads them, when they meet, and what nobody can tell."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from tests.apps.sources.connectors.tools import NOW, damaged, followed, page, refreshed

from transom.apps.conversations.models import Event
from transom.apps.library.models import Identity
from transom.apps.sources.connectors.serving import serving
from transom.apps.sources.connectors.sigs.client import Groups
from transom.apps.sources.connectors.sigs.mapping import groups_of, mapped
from transom.apps.sources.connectors.sigs.reading import NotReadableError, read
from transom.apps.sources.connectors.sigs.recurring import occurrences, rule_of, zone_of
from transom.apps.sources.connectors.sigs.server import SAMPLE, sample_service, service
from transom.engine.core.errors import FetchError, ParseError

READER = Groups()
QUERY = READER.sample
DOCUMENT = read(SAMPLE)
REAL = Path(__file__).resolve().parents[5] / "shared/data/standards/kubernetes-sigs"


def dates(day: str, hour: str, tz: str, how: str, *, days: int = 35) -> list[str]:
    """When it takes place in the five weeks from Monday, 1 March 2027."""
    rule = rule_of(day, hour, tz, how)
    begin = datetime(2027, 3, 1, tzinfo=UTC)
    return (
        [f"{one:%m-%d %H:%M}" for one in occurrences(rule, begin, begin + timedelta(days=days))]
        if rule
        else []
    )


def test_the_hour_is_the_places_own_across_a_change_of_clocks() -> None:
    assert dates("Thursday", "09:00", "PT (Pacific Time)", "weekly", days=21) == [
        "03-04 17:00",
        "03-11 17:00",
        "03-18 16:00",
    ]


@pytest.mark.parametrize(
    ("day", "hour", "how", "wanted"),
    [
        ("first Monday", "16:00", "monthly", ["03-01 16:00"]),
        ("Monday", "16:00", "First and third Monday of the month", ["03-01 16:00", "03-15 16:00"]),
        (
            "Tuesday",
            "7AM",
            "weekly - except fourth Tuesday every month",
            ["03-02", "03-09", "03-16", "03-30"],
        ),
        ("Wednesday", "9:30", "monthly - last Wednesday", ["03-31 09:30"]),
        ("Wednesday", "9:00", "biweekly starting Wednesday March 3, 2027", ["03-03", "03-17", "03-31"]),
        ("Thursdays (starting March 11th 2027)", "9:00", "bi-weekly", ["03-11", "03-25"]),
        ("Sunday", "24:00", "weekly", ["03-01 00:00", "03-08", "03-15", "03-22", "03-29"]),
        ("Wednesday", "9:00", "weekly alternating slack/zoom", ["03-03", "03-10", "03-17", "03-24", "03-31"]),
        ("Monday and Thursday", "1:30 pm", "every week", ["03-01 13:30", "03-04 13:30"]),
    ],
)
def test_the_words_of_such_lists_are_understood(day: str, hour: str, how: str, wanted: list[str]) -> None:
    found = dates(day, hour, "UTC", how)
    assert [one[: len(short)] for one, short in zip(found, wanted, strict=False)] == wanted
    assert len(found) == len(wanted) or day == "Monday and Thursday"


@pytest.mark.parametrize(
    ("day", "hour", "tz", "how"),
    [
        ("Thursday", "9:00", "UTC", "monthly"),
        ("Thursday", "9:00", "Somewhere", "weekly"),
        ("Thursday", "soon", "UTC", "weekly"),
        ("some day", "9:00", "UTC", "weekly"),
        ("Thursday", "25:00", "UTC", "weekly"),
        ("Wednesday", "9:00", "UTC", "monthly - Wednesday, after the fourth Tuesday, every month"),
        ("Monday", "9:00", "UTC", "biweekly/triweekly"),
        ("Monday", "9:00", "UTC", "on demand"),
    ],
)
def test_what_leaves_the_day_open_brings_none(day: str, hour: str, tz: str, how: str) -> None:
    assert dates(day, hour, tz, how) == []


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("PT (Pacific Time)", "America/Los_Angeles"),
        ("Eastern Standard Time (EST)", "America/New_York"),
        ("London-UK", "Europe/London"),
        ("IST (Indian Standard Time)", "Asia/Kolkata"),
        ("Europe/Oslo", "Europe/Oslo"),
        ("", ""),
    ],
)
def test_zones_as_people_write_them(words: str, name: str) -> None:
    assert zone_of(words) == name


def test_leaders_have_their_offices_and_where_they_work() -> None:
    found = mapped(groups_of(DOCUMENT), "https://g.example/x", NOW).identities
    hester = found["hquill"]
    assert (hester.name, hester.roles) == ("Hester Quill", ("chair of SIG Storage",))
    assert hester.profile == "https://github.com/hquill"
    assert [one.organisation for one in hester.employments] == ["Dry Rooms Ltd"]
    assert found["tlind"].roles == ("former lead of SIG Storage",)
    assert found["mbr"].roles == ("chair of WG Damp",)


def test_where_the_week_is_not_said_both_are_shown_and_say_so() -> None:
    found = [one for one in mapped(groups_of(DOCUMENT), "", NOW).events if "Triage" in one.title]
    assert len(found) == 2
    assert all("this week or next" in one.title and "every other week" in one.description for one in found)


@pytest.mark.parametrize(
    "text", ["a: &x [1]\nb: *x\n", "[" * 200, "a: [", "\x00", "a: !!python/object:os.system x"]
)
def test_what_is_no_plain_yaml_is_refused(text: str) -> None:
    with pytest.raises(NotReadableError):
        read(text)


@given(damaged(DOCUMENT))
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_the_list_nothing_raises(document: Any) -> None:
    found = mapped(groups_of(json.loads(json.dumps(document))), "https://g.example", NOW)
    assert all(one.title and one.starts.tzinfo for one in found.events)
    assert all(one.name for one in found.identities.values())


@pytest.mark.shared
def test_real_lists_of_six_years_give_every_leader_and_most_dates() -> None:
    if not REAL.is_dir():
        pytest.skip("the data beside the checkout is missing")
    meetings = open_ones = 0
    for path in sorted(REAL.glob("*.yaml")):
        document = read(path.read_text())
        found = mapped(groups_of(document), "", datetime(2022, 1, 10, tzinfo=UTC))
        handles = {
            line.split()[-1].casefold() for line in path.read_text().split("\n") if " github: " in line
        }
        assert found.identities.keys() <= handles
        rows = [row for kind in document.values() for group in kind for row in group.get("meetings") or []]
        meetings += len(rows)
        rules = [
            rule_of(*[str(row.get(name, "")) for name in ("day", "time", "tz", "frequency")]) for row in rows
        ]
        open_ones += sum(rule is None or (not rule.is_sure and rule.weeks > 2) for rule in rules)
    assert meetings > 600
    assert open_ones / meetings < 0.1


def test_an_unchanged_file_is_worked_out_again_as_dates_come_nearer() -> None:
    with serving(sample_service()) as server:
        first = page(READER, QUERY, server)
        assert page(READER, QUERY, server, first.cursor, NOW + timedelta(days=1)).unchanged
        later = page(READER, QUERY, server, first.cursor, NOW + timedelta(days=4))
    assert later.events[0].starts > first.events[0].starts


def test_one_group_may_be_followed_alone() -> None:
    with serving(sample_service()) as server:
        found = page(READER, {**QUERY, "group": "wg-damp"}, server)
        assert (found.title, [one.name for one in found.identities]) == ("WG Damp", ["Mette Brandt"])
        with pytest.raises(FetchError):
            page(READER, {**QUERY, "group": "felt"}, server)


@pytest.mark.parametrize("text", ["just words", "sigs: []", "a: [", yaml.safe_dump({"sigs": [{"x": 1}]})])
def test_another_file_is_no_list(text: str) -> None:
    with serving(service({"shelf/community/HEAD/sigs.yaml": text})) as server, pytest.raises(ParseError):
        page(READER, QUERY, server)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("https://github.com/kubernetes/community/blob/master/sigs.yaml", {"where": "kubernetes/community"}),
        (
            "https://github.com/kubernetes/community/tree/master/sig-security",
            {"where": "kubernetes/community", "group": "sig-security"},
        ),
    ],
)
def test_the_page_somebody_looks_at_will_do(text: str, query: dict[str, str]) -> None:
    meant = READER.recognise(text)
    assert meant is not None
    assert READER.checked(meant.query) == query


@pytest.mark.django_db
def test_followed_it_fills_calendar_and_people() -> None:
    with serving(sample_service()) as server:
        source = followed(READER, QUERY, server)
        refreshed(server, source)
        assert Event.objects.count() > 10
        assert set(Event.objects.values_list("kind", flat=True)) == {"meeting"}
        before = Event.objects.count()
        refreshed(server, source, now=NOW + timedelta(days=1))
    assert Event.objects.count() == before
    assert Identity.objects.get(name="Kofi Adjei").roles == ["technical lead of SIG Storage"]
