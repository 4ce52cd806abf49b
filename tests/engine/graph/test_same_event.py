"""When two lists mean the same date, and above all when they do not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transom.engine.graph.same_event import EventFacts, event_address, same_event

DAY = datetime(2027, 5, 3, tzinfo=UTC)


def facts(title: str, **values: Any) -> EventFacts:
    values.setdefault("city", "Berlin")
    return EventFacts(values.pop("kind", "conference"), title, values.pop("starts", DAY), **values)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (facts("RecordsConf 2027"), facts("Records Conf")),
        (facts("RecordsConf Berlin"), facts("RecordsConf", starts=DAY + timedelta(days=1))),
        (facts("RecordsConf", kind="meeting"), facts("RecordsConf '27")),
        (facts("Rustikon", city="", online=True), facts("Rustikon 2027", city="", online=True)),
        (
            facts("Abstracts due: Slow Decay Meeting", kind="call"),
            facts("Call for abstracts: The Slow Decay Meeting", kind="call", city=""),
        ),
        (facts("Café Data", city="Kraków"), facts("Cafe Data", city="Krakow, Poland")),
        (
            facts("PyCon DE & PyData", address="https://p.example/27"),
            facts("PyCon Germany & PyData", address="https://p.example/27"),
        ),
    ],
)
def test_the_same(one: EventFacts, other: EventFacts) -> None:
    assert same_event(one, other) == same_event(other, one) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (facts("Cloud Native Rust Day"), facts("Cloud Native Wasm Day")),
        (facts("RecordsConf"), facts("RecordsConf", city="Paris")),
        (facts("RecordsConf"), facts("RecordsConf", starts=DAY + timedelta(days=2))),
        (facts("RecordsConf"), facts("RecordsConf", kind="call")),
        (facts("RecordsConf Day 1"), facts("RecordsConf Day 2", starts=DAY + timedelta(days=1))),
        (facts("Meetup", city="", online=True), facts("Webinar", city="", online=True)),
        (facts("Annual Meeting"), facts("Annual Meeting")),
        (
            facts("Abstracts due: Slow Decay Meeting", kind="call"),
            facts("Posters due: Slow Decay Meeting", kind="call", starts=DAY + timedelta(days=1)),
        ),
        (facts("Call for papers: Paper Days", kind="call"), facts("Call for papers: Wax Days", kind="call")),
        (facts("Call for papers", kind="call"), facts("Call for proposals", kind="call")),
        (
            facts("Editing call", all_day=False),
            facts("Editing call", all_day=False, starts=DAY + timedelta(hours=3)),
        ),
        (
            facts("RecordsConf", address="https://r.example"),
            facts("RecordsConf", city="", online=True, address="https://r.example"),
        ),
        (
            facts("A day of shelves", address="https://a.example"),
            facts("Zinc and glue", address="https://a.example"),
        ),
    ],
)
def test_not_the_same(one: EventFacts, other: EventFacts) -> None:
    assert same_event(one, other) == same_event(other, one) == ""


def test_the_front_page_of_a_place_that_hosts_many_tells_nothing() -> None:
    assert event_address("https://www.eventbrite.com/") == ""
    assert event_address("https://www.eventbrite.com/e/records-123?utm_source=x") != ""


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=10))
def test_it_never_raises_and_does_not_depend_on_the_order(title: str, second: str, city: str) -> None:
    one, other = facts(title, city=city), facts(second, city=city)
    assert same_event(one, other) == same_event(other, one)
