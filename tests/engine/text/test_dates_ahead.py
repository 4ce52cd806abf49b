"""Dates in a text on which one could take part."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transom.engine.text.dates_ahead import find_event

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "kind", "start"),
    [
        ("Call for papers: submissions close on 14 April 2026.", "deadline", "2026-04-14"),
        ("Deadline: 2026-05-01.", "deadline", "2026-05-01"),
        ("Anmeldeschluss ist der 12. April 2026.", "deadline", "2026-04-12"),
        ("Date limite : 15 mai 2026", "deadline", "2026-05-15"),
        ("El plazo termina el 3 de junio de 2026", "deadline", "2026-06-03"),
        ("Join us for a webinar on Tuesday, March 17th.", "event", "2026-03-17"),
        ("Die Tagung findet am 4.5.2026 in Essen statt.", "event", "2026-05-04"),
    ],
)
def test_a_date_near_a_word_that_invites_is_found(text: str, kind: str, start: str) -> None:
    hint = find_event("", text, published=NOW)
    assert hint is not None
    assert (hint.kind, hint.start.date().isoformat(), hint.all_day) == (kind, start, True)


def test_a_time_with_a_zone_is_an_instant_and_one_without_is_the_places_own() -> None:
    timed = find_event("", "Webinar on March 17th 2026 at 2pm EDT", published=NOW)
    assert timed is not None
    assert (timed.start, timed.all_day, timed.floating) == (
        datetime(2026, 3, 17, 18, tzinfo=UTC),
        False,
        False,
    )
    local = find_event("", "Webinar on March 17th 2026 at 2pm", published=NOW)
    assert local is not None
    assert (local.start, local.all_day, local.floating) == (
        datetime(2026, 3, 17, 14, tzinfo=UTC),
        False,
        True,
    )


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("The meetup is on Tuesday 8 April from 17:30 in the net loft.", "08 17:30", ""),
        ("The draft is open for comments until 5 April, 17:00. Anyone may answer.", "05 17:00", ""),
        ("The meeting is on 3 April, 13:00 to 15:00 UTC.", "03 13:00", "03 15:00"),
        ("Webinar, 3 April, 2-4 pm", "03 14:00", "03 16:00"),
        ("Send your abstract, the deadline is 5 pm on Friday 3 April.", "03 17:00", ""),
        ("Anmeldung bis zum 3. April um 18 Uhr", "03 18:00", ""),
        ("Atelier le 3 avril à 18h30", "03 18:30", ""),
        ("Webinar 2026-04-03T09:15Z", "03 09:15", ""),
        ("The workshop on 3 April at 9.30 is full.", "03 09:30", ""),
    ],
)
def test_the_hour_is_read_where_it_is_said(text: str, start: str, end: str) -> None:
    hint = find_event("", text, published=NOW)
    assert hint is not None
    assert (f"{hint.start:%d %H:%M}", hint.all_day) == (start, False)
    assert (f"{hint.end:%d %H:%M}" if hint.end else "") == end


@pytest.mark.parametrize(
    "text",
    [
        "The workshop on 3 April 12 of us came to is full.",
        "The workshop on 3 April, 2.10 of the plan, is full.",
        "The webinar on 3 April, 31:70, is odd.",
    ],
)
def test_a_number_beside_a_date_is_no_hour(text: str) -> None:
    hint = find_event("", text, published=NOW)
    assert hint is not None
    assert hint.all_day


def test_a_deadline_comes_before_the_date_of_what_it_is_for() -> None:
    hint = find_event(
        "Call for abstracts: The Slow Decay Meeting",
        "The Slow Decay Meeting takes place from 15 April to 17 April at the Salt House in Ostrand. Abstracts "
        "of up to 300 words are due by 20 March, midnight anywhere. You will hear by 3 April.",
        published=NOW,
    )
    assert hint is not None
    assert (hint.kind, hint.start.date().isoformat()) == ("deadline", "2026-03-20")


def test_a_word_of_the_next_sentence_says_nothing_of_a_date() -> None:
    hint = find_event("", "The workshop is on 3 June. Submissions are welcome any time.", published=NOW)
    assert hint is not None
    assert hint.kind == "event"


def test_several_days_have_an_end() -> None:
    hint = find_event("", "The conference, 3-5 June 2026 in Leeds", published=NOW)
    assert hint is not None
    assert hint.end is not None
    assert (hint.start.day, hint.end.day) == (3, 5)


@pytest.mark.parametrize(
    "text",
    [
        "The act of 5 May 2025 was about registration.",
        "She was born on 3 June and wrote novels.",
        "The conference is on 31 February 2026.",
        "Registration opens in May.",
        "The workshop on 3 June 2031 is far away.",
        "",
    ],
)
def test_what_is_past_impossible_vague_or_far_is_no_event(text: str) -> None:
    assert find_event("", text, published=NOW) is None


def test_a_day_without_a_year_is_the_next_one() -> None:
    hint = find_event("", "Deadline: 10 January", published=datetime(2026, 12, 1, tzinfo=UTC))
    assert hint is not None
    assert hint.start == datetime(2027, 1, 10, tzinfo=UTC)


@given(st.text(alphabet="deadline 0123456789.-:/ apil may june,conferc\n", max_size=200))
def test_no_text_breaks_the_search_and_every_find_is_ahead(text: str) -> None:
    hint = find_event("deadline", text, published=NOW)
    assert hint is None or hint.start.date() > NOW.date()
