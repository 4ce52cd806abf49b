"""The brief as its reader meets it: grows once, keeps its minutes, is frozen, ends, and covers days away."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from tests.apps.brief.world import DAY, NOW, Reader, fetch, fetch_all, item_ids, lines, make_reader, minutes
from tests.factories import make_opportunity, make_user

from transom.apps.accounts.models import Profile
from transom.apps.brief.candidates import warm
from transom.apps.brief.models import Brief, BriefState, Edition, Section
from transom.apps.brief.selectors import brief_on, next_day, previous_day, view
from transom.apps.brief.services import brief_of_day
from transom.apps.library.models import ReadingState, RefreshRun
from transom.apps.participation.models import OpportunityKind
from transom.apps.participation.services import COPIED, decline, pass_on

pytestmark = pytest.mark.django_db


def frozen(brief: Brief) -> list[tuple[object, ...]]:
    """Everything a reader sees of a brief's lines."""
    return list(
        brief.lines.order_by("section", "position").values_list(
            "pk", "section", "position", "item", "opportunity", "text", "minutes", "reasons"
        )
    )


# The first brief


def test_while_sources_are_fetched_it_only_grows_and_is_final_after_sixty_seconds() -> None:
    nora = make_reader(0)
    sources = [nora.follow(f"New {n}", followed=NOW, fetched=False) for n in range(10)]
    grown: list[list[int | None]] = []
    brief = brief_of_day(nora.user, now=NOW)
    assert (brief.state, brief.lines.count()) == (BriefState.MAKING, 0)
    for step in range(1, 10):
        now = NOW + timedelta(seconds=6 * step)
        fetch(sources[step - 1], now)
        for _ in range(4):
            nora.item(sources[step - 1], published=now - 2 * DAY, arrived=now)
        brief = brief_of_day(nora.user, now=now)
        grown.append(item_ids(lines(brief)))
        assert minutes(brief) <= 15.01
        assert brief.state == BriefState.MAKING
    assert len(grown[-1]) > len(grown[0]) > 0
    assert all(later[: len(earlier)] == earlier for earlier, later in pairwise(grown))

    brief = brief_of_day(nora.user, now=NOW + timedelta(seconds=61))
    assert brief.state == BriefState.FINAL
    assert minutes(brief) <= 15.01
    before = frozen(brief)
    fetch(sources[9], NOW + timedelta(seconds=70))
    nora.items(10, source=sources[9], published=NOW)
    assert frozen(brief_of_day(nora.user, now=NOW + timedelta(seconds=80))) == before
    assert frozen(brief_of_day(nora.user, now=NOW + timedelta(hours=9))) == before


def test_it_does_not_wait_when_everything_is_there() -> None:
    nora = make_reader(0)
    sources = [nora.follow(f"New {n}", followed=NOW, fetched=False) for n in range(3)]
    assert brief_of_day(nora.user, now=NOW).state == BriefState.MAKING
    for source in sources:
        fetch(source, NOW + timedelta(seconds=8))
        nora.items(3, source=source, published=NOW - DAY, arrived=NOW + timedelta(seconds=8))
    brief = brief_of_day(nora.user, now=NOW + timedelta(seconds=9))
    assert brief.state == BriefState.FINAL
    assert lines(brief)


def test_the_first_brief_keeps_room_for_what_is_still_to_come() -> None:
    nora = make_reader(0)
    first, *_ = [nora.follow(f"New {n}", followed=NOW, fetched=False) for n in range(10)]
    fetch(first, NOW)
    nora.items(30, source=first, published=NOW - DAY, arrived=NOW)
    brief = brief_of_day(nora.user, now=NOW + timedelta(seconds=1))
    assert 0 < minutes(brief) <= 0.4 * 15


def test_someone_without_any_source_is_told_what_to_do_and_not_kept_waiting() -> None:
    user = make_user()
    brief = brief_of_day(user, now=NOW)
    shown = view(brief)
    assert brief.state == BriefState.FINAL
    assert shown.empty
    assert "You follow nothing yet" in shown.empty_text
    assert "Nothing today is worth" in view(_quiet()).empty_text


def _quiet() -> Brief:
    reader = make_reader(2)
    return brief_of_day(reader.user, now=NOW)


def test_a_brief_without_sources_is_made_again_once_there_are_some() -> None:
    nora = make_reader(0)
    assert brief_of_day(nora.user, now=NOW).state == BriefState.FINAL
    nora.follow("Just now", followed=NOW, fetched=False)
    again = brief_of_day(nora.user, now=NOW + timedelta(minutes=5))
    assert again.state == BriefState.MAKING
    assert Brief.objects.count() == 1


def test_nothing_older_than_a_week_comes_from_a_new_source() -> None:
    nora = make_reader(1)
    new = nora.follow("New", followed=NOW)
    nora.items(5, source=new, published=NOW - 30 * DAY)
    young = nora.item(new, published=NOW - DAY)
    assert item_ids(lines(brief_of_day(nora.user, now=NOW))) == [young.pk]


def test_lines_are_kept_for_what_comes_later_however_short_they_are() -> None:
    nora = make_reader(0, minutes=60)
    sources = [nora.follow(f"New {n}", followed=NOW, fetched=False) for n in range(10)]
    grown = []
    for step, source in enumerate(sources[:9]):
        now = NOW + timedelta(seconds=5 * step + 1)
        fetch(source, now)
        for _ in range(30):
            nora.item(source, published=now - DAY, arrived=now, minutes=0.5)
        grown.append(brief_of_day(nora.user, now=now).lines.count())
    assert all(later > earlier for earlier, later in pairwise(grown))


# The minutes


@pytest.mark.parametrize("budget", [15, 30, 60])
def test_the_minutes_are_used_where_there_is_enough_that_is_worth_them(budget: int) -> None:
    nora = make_reader(40, minutes=budget)
    nora.items(150, minutes=2.5)
    used = minutes(brief_of_day(nora.user, now=NOW))
    assert 0.85 * budget <= used <= budget + 0.01


def test_very_short_things_do_not_make_a_long_list(nora: Reader) -> None:
    nora.items(60, minutes=0.3)
    assert len(lines(brief_of_day(nora.user, now=NOW))) == 9


def test_an_article_takes_the_place_of_several_remarks() -> None:
    nora = make_reader(14, minutes=12)
    for number in range(14):
        nora.item(nora.sources[number], minutes=5.0 if number % 2 else 0.4)
    chosen = [line.minutes for line in lines(brief_of_day(nora.user, now=NOW))]
    assert max(chosen) > 4


@pytest.mark.parametrize("budget", [1, 5, 15, 40])
def test_the_minutes_are_never_exceeded(budget: int) -> None:
    nora = make_reader(12, minutes=budget)
    nora.items(80)
    meeting = nora.item(event_start=NOW + 3 * DAY, event_what="webinar")
    read = nora.item()
    nora.does(read, NOW - timedelta(hours=1), finished_at=NOW - timedelta(hours=1))
    brief = brief_of_day(nora.user, now=NOW)
    read_minutes = sum(row.minutes for row in lines(brief))
    assert minutes(brief) <= budget + 0.01
    if lines(brief, Section.DO):
        assert read_minutes <= 0.7 * budget + 0.01
    assert meeting.event_start is not None


def test_something_to_do_takes_its_place_and_deadlines_come_first(nora: Reader) -> None:
    nora.items(40)
    nora.item(title="Call for papers", event_start=NOW + 4 * DAY, event_what="deadline")
    read = nora.item()
    nora.does(read, NOW - timedelta(hours=1), finished_at=NOW - timedelta(hours=1))
    brief = brief_of_day(nora.user, now=NOW)
    offered = [row.opportunity.kind for row in lines(brief, Section.DO) if row.opportunity]
    assert OpportunityKind.CALENDAR in offered
    assert lines(brief)


def test_what_was_declined_or_done_is_not_offered_again(nora: Reader) -> None:
    nora.items(20)
    one, two = nora.item(), nora.item()
    for item in (one, two):
        nora.does(item, NOW - timedelta(hours=1), finished_at=NOW - timedelta(hours=1))
    first = brief_of_day(nora.user, now=NOW)
    offered = [row.opportunity for row in lines(first, Section.DO)]
    assert offered
    for offer in offered:
        assert offer is not None
        if offer.item_id == one.pk:
            decline(nora.user, offer, NOW)
        else:
            pass_on(nora.user, offer.item, text="", recipients=[], how=COPIED, now=NOW)
    fetch_all(nora, NOW + DAY)
    nora.items(5, published=NOW + DAY - timedelta(hours=1))
    second = brief_of_day(nora.user, now=NOW + DAY)
    again = {row.opportunity_id for row in lines(second, Section.DO)}
    assert not again & {offer.pk for offer in offered if offer}


def test_few_lines_come_from_one_source_and_one_author(nora: Reader) -> None:
    nora.items(30, source=nora.sources[0], author="One Author", minutes=1.0)
    nora.items(30)
    brief = brief_of_day(nora.user, now=NOW)
    items = [row.item for row in lines(brief) if row.item]
    assert sum(item.home_id == nora.sources[0].pk for item in items) <= 2
    assert sum(item.author_name == "One Author" for item in items) <= 2


def test_vendors_are_labelled_and_few() -> None:
    nora = make_reader(2)
    for number in range(4):
        nora.items(3, source=nora.follow(f"Vendor {number}", vendor=True))
    nora.items(4)
    brief = brief_of_day(nora.user, now=NOW)
    sold = [row for row in lines(brief) if row.item and row.item.home and row.item.home.vendor]
    assert len(sold) <= 1
    shown = view(brief)
    assert sum("from a vendor" in line.labels for line in shown.read) == len(sold)


def test_what_was_left_out_is_said_with_its_minutes(nora: Reader) -> None:
    nora.items(50)
    brief = brief_of_day(nora.user, now=NOW)
    left = lines(brief, Section.LEFT_OUT)
    assert brief.left_out + len(lines(brief)) == 50 == brief.considered
    assert 1 <= len(left) <= 5
    assert not set(item_ids(left)) & set(item_ids(lines(brief)))
    assert brief.left_out_minutes > sum(row.minutes for row in left)
    assert f"Left out: {brief.left_out} things" in view(brief).left_out_text


def test_what_was_left_out_adds_up_after_it_grew_and_holds_nothing_that_is_in_it() -> None:
    nora = make_reader(0)
    first, second = (nora.follow(f"New {n}", followed=NOW, fetched=False) for n in range(2))
    fetch(first, NOW)
    nora.items(12, source=first, published=NOW - DAY, arrived=NOW)
    grown = brief_of_day(nora.user, now=NOW + timedelta(seconds=1))
    assert lines(grown)
    fetch(second, NOW + timedelta(seconds=5))
    later = NOW + timedelta(seconds=5)
    nora.items(12, source=second, published=NOW - DAY, arrived=later)
    nora.item(second, published=NOW - DAY, arrived=later, event_start=NOW + 3 * DAY, event_what="deadline")
    brief = brief_of_day(nora.user, now=NOW + timedelta(seconds=9))
    assert brief.state == BriefState.FINAL
    do = lines(brief, Section.DO)
    assert do
    assert brief.considered == 25 + len(do)
    assert brief.considered == len(lines(brief)) + 2 * len(do) + brief.left_out
    assert not set(item_ids(do)) & set(item_ids(lines(brief, Section.LEFT_OUT)))


def test_the_minutes_said_are_whole_and_add_up_to_those_said_in_all(nora: Reader) -> None:
    for number in range(20):
        nora.item(minutes=0.3 + number % 5 * 0.77)
    nora.item(event_start=NOW + 3 * DAY, event_what="event")
    shown = view(brief_of_day(nora.user, now=NOW))
    both = [*shown.read, *shown.do]
    assert shown.do
    assert [line.minutes_text for line in both] == [f"{line.minutes} min" for line in both]
    assert shown.minutes_text == f"{sum(line.minutes for line in both)} min"
    assert sum(line.minutes for line in both) <= 15


# Frozen


def test_once_made_it_is_the_same_wherever_and_however_often_it_is_asked_for(nora: Reader) -> None:
    nora.items(30)
    before = frozen(brief_of_day(nora.user, now=NOW))
    nora.items(30, published=NOW + timedelta(hours=1))
    warm.forget()
    again = brief_of_day(nora.user, now=NOW + timedelta(hours=3))
    assert frozen(again) == before
    found = brief_on(nora.user, NOW.date())
    assert found is not None
    assert frozen(found) == before


def test_a_day_ends_when_the_users_day_ends() -> None:
    nora = make_reader(time_zone="America/New_York")
    nora.items(20)
    evening = datetime(2026, 11, 24, 23, 30, tzinfo=ZoneInfo("America/New_York"))
    first = brief_of_day(nora.user, now=evening)
    second = brief_of_day(nora.user, now=evening + timedelta(hours=1))
    assert (first.day, second.day) == (date(2026, 11, 24), date(2026, 11, 25))
    assert previous_day(second) == first.day
    assert next_day(first) == second.day


def test_two_processes_make_one_brief(nora: Reader) -> None:
    nora.items(10)
    first = brief_of_day(nora.user, now=NOW)
    from transom.apps.brief.composing import Draft
    from transom.apps.brief.services.editions import _store_new

    late = Brief(
        user=nora.user, edition=Edition.DAY, day=first.day, budget_minutes=15, covers_from=NOW, started_at=NOW
    )
    assert _store_new(late, Draft(), []) == first


# Over time


def test_what_was_not_opened_comes_back_once_and_says_so(nora: Reader) -> None:
    nora.items(5, minutes=1.0)
    first = set(item_ids(lines(brief_of_day(nora.user, now=NOW))))
    seen: list[set[int | None]] = [first]
    marked = []
    for ahead in (1, 2, 3):
        now = NOW + ahead * DAY
        fetch_all(nora, now)
        brief = brief_of_day(nora.user, now=now)
        seen.append(set(item_ids(lines(brief))))
        marked += [row.returned for row in lines(brief)]
    assert first
    counts = [sum(one in day for day in seen) for one in first]
    assert max(counts) <= 2
    assert sum(counts) > len(first)
    assert all(marked)
    returned = view(Brief.objects.get(day=(NOW + DAY).date())).read
    assert all("came back, unopened" in line.labels for line in returned)


def test_what_was_opened_or_put_aside_does_not_come_back(nora: Reader) -> None:
    nora.items(4, minutes=1.0)
    first = [row.item for row in lines(brief_of_day(nora.user, now=NOW)) if row.item]
    nora.does(first[0], NOW, opened_at=NOW)
    nora.does(first[1], NOW, dismissed_at=NOW)
    fetch_all(nora, NOW + DAY)
    again = item_ids(lines(brief_of_day(nora.user, now=NOW + DAY)))
    assert not {first[0].pk, first[1].pk} & set(again)


def test_after_a_holiday_one_brief_covers_the_days_away_in_the_same_minutes(nora: Reader) -> None:
    nora.items(5)
    brief_of_day(nora.user, now=NOW)
    back = NOW + 12 * DAY
    for ahead in range(1, 12):
        nora.items(4, published=NOW + ahead * DAY)
    fetch_all(nora, back)
    brief = brief_of_day(nora.user, now=back)
    assert brief.away_days == 11
    assert brief.covers_from == NOW
    assert "While you were away: this covers 11 days, in the same minutes." in view(brief).notes
    assert minutes(brief) <= 15.01
    assert Brief.objects.count() == 2


def test_days_off_are_not_days_away(nora: Reader) -> None:
    Profile.objects.filter(user=nora.user).update(minutes=[15, 15, 15, 15, 15, 0, 0])
    friday = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
    fetch_all(nora, friday)
    nora.items(5, published=friday - DAY)
    assert lines(brief_of_day(nora.user, now=friday))
    saturday = brief_of_day(nora.user, now=friday + DAY)
    assert (saturday.budget_minutes, saturday.lines.count()) == (0, 0)
    fetch_all(nora, friday + 3 * DAY)
    assert brief_of_day(nora.user, now=friday + 3 * DAY).away_days == 0


def test_while_paused_nothing_is_chosen_and_afterwards_it_goes_on(nora: Reader) -> None:
    nora.items(20)
    Profile.objects.filter(user=nora.user).update(paused_until=(NOW + 2 * DAY).date())
    assert brief_of_day(nora.user, now=NOW).lines.count() == 0
    Profile.objects.filter(user=nora.user).update(paused_until=None)
    assert lines(brief_of_day(nora.user, now=NOW + timedelta(minutes=1)))


def test_when_the_network_is_down_it_is_made_from_the_library_and_says_so(nora: Reader) -> None:
    nora.items(20)
    for source in nora.sources:
        fetch(source, NOW - timedelta(minutes=3), last_error_kind="network-down", next_due_at=NOW)
    brief = brief_of_day(nora.user, now=NOW)
    assert brief.state == BriefState.FINAL
    assert lines(brief)
    assert any("Nothing could be reached" in note for note in view(brief).notes)


def round_of_fetching(at: datetime, *, down: bool) -> None:
    RefreshRun.objects.create(
        started_at=at, finished_at=at, tried=5, failed=5 if down else 0, network_down=down
    )


def test_without_a_network_the_first_brief_says_so_and_is_made_again_when_there_is_one() -> None:
    nora = make_reader(0)
    sources = [nora.follow(f"New {n}", followed=NOW, fetched=False) for n in range(5)]
    assert brief_of_day(nora.user, now=NOW).state == BriefState.MAKING
    round_of_fetching(NOW + timedelta(seconds=5), down=True)
    for seconds in (10, 600):
        brief = brief_of_day(nora.user, now=NOW + timedelta(seconds=seconds))
        shown = view(brief)
        assert brief.state == BriefState.FINAL
        assert any("Nothing could be reached" in note for note in shown.notes)
        assert "a good brief" not in shown.empty_text
    back = NOW + timedelta(minutes=20)
    round_of_fetching(back, down=False)
    for source in sources:
        fetch(source, back)
        nora.item(source, published=NOW - DAY, arrived=back)
    brief = brief_of_day(nora.user, now=back)
    assert not brief.network_down
    assert lines(brief)


def test_where_nothing_has_come_yet_an_empty_brief_does_not_praise_itself() -> None:
    nora = make_reader(0)
    nora.follow("New", followed=NOW, fetched=False)
    brief_of_day(nora.user, now=NOW)
    brief = brief_of_day(nora.user, now=NOW + timedelta(seconds=61))
    assert brief.state == BriefState.FINAL
    assert "Nothing has come from your sources yet" in view(brief).empty_text


def test_a_few_broken_sources_are_not_a_network_that_is_down(nora: Reader) -> None:
    nora.items(20)
    for source in nora.sources[:3]:
        fetch(source, NOW - timedelta(minutes=3), last_error_kind="timeout")
    assert not brief_of_day(nora.user, now=NOW).network_down


def test_after_a_long_sleep_the_brief_waits_for_the_sources(nora: Reader) -> None:
    nora.items(3, minutes=1.0)
    fetch_all(nora, NOW - 3 * DAY)
    assert brief_of_day(nora.user, now=NOW).state == BriefState.MAKING
    fetch_all(nora, NOW + timedelta(seconds=20))
    late = nora.item(published=NOW - timedelta(hours=2), arrived=NOW + timedelta(seconds=20), minutes=1.0)
    brief = brief_of_day(nora.user, now=NOW + timedelta(seconds=21))
    assert brief.state == BriefState.FINAL
    assert late.pk in item_ids(lines(brief))


# Each their own


def test_two_users_of_one_instance_get_their_own_briefs(nora: Reader) -> None:
    nora.items(20)
    wim = Reader(make_user("wim"))
    wim.follow("Wim's alone")
    own = wim.item()
    private = nora.item(owner=nora.user, author="")
    theirs = brief_of_day(wim.user, now=NOW)
    assert item_ids(lines(theirs)) == [own.pk]
    everything = item_ids(list(brief_of_day(nora.user, now=NOW).lines.all()))
    assert own.pk not in everything
    assert private.pk not in item_ids(list(theirs.lines.all()))


def test_an_item_that_went_away_meanwhile_is_no_line(nora: Reader) -> None:
    items = nora.items(6, minutes=1.0)
    first = warm.warm_for(nora.user.pk)
    with first.store.held(nora.user.profile, NOW):
        pass
    gone = items[0].pk
    items[0].delete()
    brief = brief_of_day(nora.user, now=NOW)
    assert gone not in item_ids(list(brief.lines.all()))
    assert len(lines(brief)) > 0


def test_a_stale_offer_leaves_after_two_briefs(nora: Reader) -> None:
    item = nora.item()
    make_opportunity(nora.user, item, created_at=NOW)
    ReadingState.objects.all().delete()
    offered = []
    for ahead in range(4):
        now = NOW + ahead * DAY
        fetch_all(nora, now)
        nora.items(6, published=now - timedelta(hours=2))
        offered.append(len(lines(brief_of_day(nora.user, now=now), Section.DO)))
    assert offered == [1, 1, 0, 0]
