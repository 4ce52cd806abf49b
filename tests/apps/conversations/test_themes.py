"""What rises and fades over months is found by how many sources speak of it, and kept for its page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests import factories as make
from tests.apps.conversations.talking import wrote

from transom.apps.conversations import theming
from transom.apps.conversations.models import Theme, ThemeMonth
from transom.apps.conversations.selectors import themes_of
from transom.apps.library.models import Item
from transom.apps.sources.models import Source
from transom.interfaces.web.theme_words import shown

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
FILLER = (
    "shelf ladder ledger ink paper vellum glue thread needle awl press board cloth leather foil stamp register "
    "drawer cabinet label pencil rubber scale lamp bulb cable plug switch trolley wheel crate pallet"
).split()


def a_year(sources: int = 12) -> list[Source]:
    """Twelve sources that wrote monthly of this and that; of glass of late, and of wax before."""
    homes = [make.make_source(host=f"place{number}.example") for number in range(sources)]
    for at, home in enumerate(homes):
        for month in range(13):
            said = "glass plates" if month == 0 else "wax cylinders" if month > 3 else "ordinary matters"
            words = " ".join(FILLER[(at + month + step) % len(FILLER)] for step in range(28))
            wrote(
                f"Writer {at}",
                f"On {said}, {FILLER[(at * 7 + month) % len(FILLER)]}",
                source=home,
                body=f"<p>{words} {said} {said}</p>",
                days_ago=month * 30.4,
                now=NOW,
            )
    return homes


@pytest.fixture
def year() -> list[Source]:
    return a_year()


def test_what_many_sources_take_up_rises_and_what_they_leave_fades(year: list[Source]) -> None:
    assert theming.find_themes(NOW) > 0
    rose = {word for theme in Theme.objects.filter(z__gt=0) for word in theme.words}
    faded = {word for theme in Theme.objects.filter(z__lt=0) for word in theme.words}
    assert {"glass", "plates"} <= rose
    assert {"wax", "cylinders"} <= faded
    month = ThemeMonth.objects.get()
    assert (month.labels[0], month.labels[-1]) == ("2025-11", "2026-11")
    assert month.sources[-1] == 12
    glass = next(theme for theme in Theme.objects.all() if "glass" in theme.words)
    assert glass.counts[-1] == 12
    assert set(glass.samples) <= set(
        Item.objects.filter(title__contains="glass").values_list("pk", flat=True)
    )


def test_one_prolific_source_makes_no_theme(year: list[Source]) -> None:
    for number in range(40):
        wrote(
            "Writer 0",
            f"Mercury again, {number}",
            source=year[0],
            body=f"<p>{' '.join(FILLER[:28])} mercury mercury</p>",
            days_ago=1 + number / 10,
            now=NOW,
        )
    theming.find_themes(NOW)
    assert "mercury" not in {word for theme in Theme.objects.all() for word in theme.words}


def test_private_items_and_passing_remarks_do_not_count(year: list[Source]) -> None:
    ada = make.make_user("ada")
    body = f"<p>{' '.join(FILLER[:28])} secret secret</p>"
    for number in range(12):
        own = make.make_source(owner=ada)
        wrote("Rosa Lind", f"Secret {number}", source=own, owner=ada, body=body, now=NOW)
        wrote("Tom Pike", f"Gossip {number}", body=body, kind="discussion", now=NOW)
    theming.find_themes(NOW)
    assert not {"secret", "gossip"} & {word for theme in Theme.objects.all() for word in theme.words}


def test_a_user_sees_themes_in_which_something_they_follow_takes_part(year: list[Source]) -> None:
    ada, ben = make.make_user("ada"), make.make_user("ben")
    make.make_subscription(ada, year[0])
    theming.find_themes(NOW)
    page = themes_of(ada)
    assert "glass" in page.rose[0].theme.words
    assert {item.home_id for row in page.rose for item in row.items} == {year[0].pk}
    assert themes_of(ben).rose == []


def test_they_are_looked_for_weekly_and_when_the_library_has_grown(year: list[Source]) -> None:
    assert theming.is_due_early(NOW)
    theming.find_themes(NOW)
    assert not theming.is_due(NOW + timedelta(days=6))
    assert theming.is_due(NOW + timedelta(days=7))
    for number in range(90):
        wrote("Tom Pike", f"More {number}", now=NOW)
    assert theming.is_due(NOW + timedelta(hours=1))
    assert theming.is_due_early(NOW + timedelta(hours=1))


def test_a_small_library_says_nothing() -> None:
    wrote("Ada Lumley", "The flood in our basement archive", now=NOW)
    assert theming.find_themes(NOW) == 0
    assert not ThemeMonth.objects.exists()
    assert themes_of(make.make_user("ada")).month is None


def test_a_theme_goes_by_the_phrase_that_several_sources_use(year: list[Source]) -> None:
    make.make_subscription(ada := make.make_user("ada"), year[0])
    theming.find_themes(NOW)
    glass = next(theme for theme in Theme.objects.all() if "glass" in theme.words)
    assert glass.phrase == "glass plates"
    assert shown(themes_of(ada), themes_of(ada).rose[0]).name == "Glass plates"


def test_a_theme_of_one_word_that_is_found_by_an_earlier_rule_goes_by_it(year: list[Source]) -> None:
    make.make_subscription(ada := make.make_user("ada"), year[0])
    theming.find_themes(NOW)
    Theme.objects.update(phrase="", words=["key"])
    page = themes_of(ada)
    assert shown(page, page.rose[0]).name == "Key"
    ThemeMonth.objects.update(rule_version=1)
    assert theming.is_due(NOW)


def test_months_and_times_name_no_theme() -> None:
    homes = a_year()
    for at, home in enumerate(homes):
        body = f"<p>{' '.join(FILLER[:28])} every few months</p>"
        wrote(f"Writer {at}", f"Later, {FILLER[at]}", source=home, body=body, days_ago=1, now=NOW)
    theming.find_themes(NOW)
    assert "months" not in {word for theme in Theme.objects.all() for word in theme.words}
