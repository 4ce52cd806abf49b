"""Standing in the library: who is listened to, why, and whose eyes see what."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from tests.apps.people.community import account, all_of_them, blog_of, byline, crowd, person_of
from tests.apps.people.pointing import link, pick, point, point_privately, post_of
from tests.factories import NOW, make_source, make_subscription, make_user

from transom.apps.library.models import Endorsement, EndorsementKind, Identity, Link
from transom.apps.network import services as network
from transom.apps.people.models import FieldView, Person, Pointing, SourceStanding, StandingRun
from transom.apps.people.selectors import company_of
from transom.apps.people.selectors.standing import (
    most_listened_to,
    pointed_by,
    standing_of_authors,
    standing_of_sources,
)
from transom.apps.people.services import forget
from transom.apps.people.standing import is_wanted, make_standing

pytestmark = pytest.mark.django_db


def a_small_field(user: Any) -> tuple[Identity, Identity, Identity]:
    """Three who write, of whom two point at the first; the user follows all."""
    ines, tom, orla = blog_of("Ines Okafor"), blog_of("Tom Baerwald"), blog_of("Orla Quillfeather")
    for one in (ines, tom, orla):
        make_subscription(user, one.source)
    point(tom, ines, 3)
    point(orla, ines)
    all_of_them()
    return ines, tom, orla


def test_whom_others_point_at_is_listened_to_and_it_says_by_whom() -> None:
    user = make_user()
    ines, tom, orla = blog_of("Ines Okafor"), blog_of("Tom Baerwald"), blog_of("Orla Quillfeather")
    shelf = make_source("The Weekly Shelf", channel="newsletter")
    for one in (ines, tom, orla):
        make_subscription(user, one.source)
    make_subscription(user, shelf)
    point(tom, ines, 3)
    point(orla, ines, 1)
    pick(shelf, ines)
    point(ines, orla, 1)
    all_of_them()
    make_standing(now=NOW)
    first = most_listened_to(user)[0]
    assert first.person.name == "Ines Okafor"
    said = {one.name: one.times for one in first.pointed_by}
    assert said == {"Tom Baerwald": 3, "The Weekly Shelf": 1, "Orla Quillfeather": 1}
    tom_row = next(one for one in first.pointed_by if one.name == "Tom Baerwald")
    assert tom_row.person == person_of(tom)
    assert {one.author for one in tom_row.items} == {tom}
    people = {one.name: one.standing for one in Person.objects.all()}
    assert people["Ines Okafor"] > people["Orla Quillfeather"] > 0
    assert people["Tom Baerwald"] is None


def test_a_pick_counts_once_though_its_link_is_stored_too() -> None:
    user = make_user()
    ines = blog_of("Ines Okafor")
    shelf = make_source("The Weekly Shelf", channel="newsletter")
    make_subscription(user, shelf)
    pick(shelf, ines)
    all_of_them()
    make_standing(now=NOW)
    (row,) = Pointing.objects.filter(owner=None, person=person_of(ines))
    assert (row.by_source, row.times) == (shelf, 1)


def test_a_place_of_ones_own_is_its_author() -> None:
    user = make_user()
    ines, _, _ = a_small_field(user)
    make_standing(now=NOW)
    of_source = standing_of_sources(user, [ines.source_id])[ines.source_id]
    assert of_source == standing_of_authors(user, [ines.pk])[ines.pk] > 0
    stored = SourceStanding.objects.get(source=ines.source).standing
    assert stored == pytest.approx(Person.objects.get(pk=person_of(ines).pk).standing)


def test_pointing_at_oneself_or_at_where_one_writes_gives_nothing() -> None:
    user = make_user()
    vain = blog_of("Vain Author")
    journal = make_source("Journal of Keeping", channel="journal")
    writer, other = byline("Ines Okafor", journal), byline("Tom Baerwald", journal)
    make_subscription(user, vain.source)
    make_subscription(user, journal)
    point(vain, vain, 5)
    point(writer, other)
    all_of_them()
    make_standing(now=NOW)
    assert standing_of_authors(user, [vain.pk]) == {}
    assert other.pk in standing_of_authors(user, [other.pk])
    # What one of its writers links to there lends the journal nothing.
    assert standing_of_sources(user, [journal.pk, vain.source_id]) == {}


def test_a_link_to_what_the_library_lacks_counts_for_the_one_source_at_that_host() -> None:
    user = make_user()
    ines, tom = blog_of("Ines Okafor", host="ines.example.net"), blog_of("Tom Baerwald")
    make_subscription(user, tom.source)
    link(post_of(tom), "https://ines.example.net/long-ago")
    shared = "https://pages.example.net/"
    a, b = (make_source(host=f"x{n}.example.net", site=f"{shared}{n}") for n in "ab")
    link(post_of(tom), shared + "a/1")
    all_of_them()
    make_standing(now=NOW)
    assert standing_of_authors(user, [ines.pk])[ines.pk] > 0
    assert standing_of_sources(user, [a.pk, b.pk]) == {}


def test_an_answer_to_what_the_library_lacks_counts_for_whom_the_service_names() -> None:
    orla, tom = blog_of("Orla Quillfeather"), blog_of("Tom Baerwald")
    ines = account("Ines Okafor", "mastodon", "ines@keepers.example")
    make_subscription(make_user(), orla.source)
    for number, one in enumerate((orla, tom)):
        Endorsement.objects.create(
            by=one,
            kind=EndorsementKind.REPLY,
            target=f"https://keepers.example/@ines/{number}",
            to=ines,
            at=NOW,
            source=one.source,
        )
    all_of_them()
    make_standing(now=NOW)
    person = person_of(ines)
    assert (person.standing or 0) > (person_of(tom).standing or 0)
    user = make_user()
    company = company_of(user, person, [ines])
    assert {one.person.name: (one.points_at, one.pointed_to) for one in company} == {
        "Orla Quillfeather": (0, 1),
        "Tom Baerwald": (0, 1),
    }
    back = company_of(user, person_of(tom), [tom])
    assert {one.person.name: (one.points_at, one.pointed_to) for one in back} == {"Ines Okafor": (1, 0)}


def test_what_stands_in_a_users_own_source_counts_for_that_user_alone() -> None:
    mine, yours = make_user("mine"), make_user("yours")
    ines, tom, orla = a_small_field(yours)
    for one in (ines, tom, orla):
        make_subscription(mine, one.source)
    letters = make_source("Letters", owner=mine)
    make_subscription(mine, letters)
    letters_in = point_privately(mine, letters, orla, 4)
    all_of_them()
    make_standing(now=NOW)
    assert standing_of_authors(mine, [orla.pk])[orla.pk] > 0
    assert standing_of_authors(yours, [orla.pk]) == {}
    assert Person.objects.get(pk=person_of(orla).pk).standing is None
    assert not SourceStanding.objects.filter(source=orla.source).exists()
    private = {item.pk for item in letters_in}
    for row in Pointing.objects.exclude(owner=mine):
        assert not private & set(row.items)
    names = {by.name for one in most_listened_to(yours) for by in one.pointed_by}
    assert "Petra Innes" not in names
    ours = pointed_by(mine, [person_of(orla).pk])[person_of(orla).pk]
    assert [(by.name, by.times) for by in ours] == [("Petra Innes", 4)]
    assert pointed_by(yours, [person_of(orla).pk]) == {}


def test_whom_a_user_knows_shows_in_their_own_view_alone() -> None:
    mine, yours = make_user("mine"), make_user("yours")
    ines, _tom, _orla = a_small_field(yours)
    make_subscription(mine, ines.source)
    far, near = blog_of("Bashir Tansley"), blog_of("Celeste Perrault")
    point(far, near)
    all_of_them()
    network.set_note(mine, person_of(far), "met at a fair", now=NOW)
    network.mark_known(mine, person_of(far), True, now=NOW)
    make_standing(now=NOW)
    assert standing_of_authors(mine, [near.pk])[near.pk] > 0
    assert standing_of_authors(yours, [near.pk]) == {}
    assert Person.objects.get(pk=person_of(near).pk).standing is None


def _reasons() -> list[str]:
    columns = ("owner", "person", "by_person", "times", "place")
    return sorted(map(str, Pointing.objects.values_list(*columns)))


def test_a_second_run_changes_nothing_and_leaves_one_set_of_reasons() -> None:
    user = make_user()
    a_small_field(user)
    make_standing(now=NOW)
    before = _reasons()
    kept = FieldView.objects.get(user=user)
    assert make_standing(now=NOW).changed == 0
    assert _reasons() == before
    again = FieldView.objects.get(user=user)
    assert (again.pk, bytes(again.values)) == (kept.pk, bytes(kept.values))


def test_what_came_since_is_added_to_what_was_read_before() -> None:
    user = make_user()
    ines, tom, orla = a_small_field(user)
    stranger = byline("T. Baerwald-Holm", orla.source)
    point(stranger, ines, 2)
    make_standing(now=NOW)
    base = StandingRun.objects.get()
    point(tom, orla, 1)
    all_of_them()
    make_standing(now=NOW + timedelta(minutes=30))
    point(ines, orla, 1)
    later = NOW + timedelta(hours=1)
    make_standing(now=later)
    run = StandingRun.objects.latest("pk")
    assert (run.everything_at, run.at) == (NOW, later)
    assert set(StandingRun.objects.values_list("pk", flat=True)) == {base.pk, run.pk}
    assert base.parts.exists()
    assert not run.parts.exists()
    added = {one.person.name: one.standing for one in most_listened_to(user)}
    why = _reasons()
    StandingRun.objects.all().delete()
    make_standing(now=later)
    assert {one.person.name: one.standing for one in most_listened_to(user)} == pytest.approx(added)
    assert _reasons() == why
    assert "Orla Quillfeather" in added


@pytest.mark.parametrize("kept", [b"", b"PK\x03\x04 of an earlier release", b"pointed2", b"cut"])
def test_what_cannot_be_taken_up_again_is_read_again(kept: bytes) -> None:
    user = make_user()
    ines, tom, _ = a_small_field(user)
    make_standing(now=NOW)
    part = StandingRun.objects.get().parts.get()
    part.data = bytes(part.data)[:-1] if kept == b"cut" else kept
    part.save()
    point(tom, ines, 1)
    make_standing(now=NOW + timedelta(hours=1))
    pointing = pointed_by(user, [person_of(ines).pk])[person_of(ines).pk]
    assert {one.name: one.times for one in pointing} == {"Tom Baerwald": 4, "Orla Quillfeather": 1}


def test_nothing_followed_is_nobody_listened_to() -> None:
    user = make_user()
    point(blog_of("Tom Baerwald"), blog_of("Ines Okafor"))
    all_of_them()
    make_standing(now=NOW)
    assert most_listened_to(user) == []
    assert not Person.objects.filter(standing__isnull=False).exists()


def test_who_is_forgotten_is_gone_from_it() -> None:
    user = make_user()
    _ines, tom, _orla = a_small_field(user)
    make_standing(now=NOW)
    forget(user, person_of(tom), now=NOW)
    (first,) = most_listened_to(user)
    assert {by.name for by in first.pointed_by} == {"Orla Quillfeather"}
    make_standing(now=NOW)
    (first,) = most_listened_to(user)
    assert "Tom Baerwald" not in {by.name for by in first.pointed_by}


def test_it_is_wanted_first_then_daily_and_when_much_was_added() -> None:
    assert not is_wanted(NOW)
    user = make_user()
    _ines, tom, _orla = a_small_field(user)
    assert is_wanted(NOW)
    make_standing(now=NOW)
    assert not is_wanted(NOW + timedelta(hours=2))
    assert is_wanted(NOW + timedelta(hours=21))
    item = post_of(tom)
    Link.objects.bulk_create(
        Link(item=item, target=f"https://elsewhere.example/{n}", host="elsewhere.example") for n in range(80)
    )
    assert is_wanted(NOW + timedelta(hours=2))
    assert not is_wanted(NOW + timedelta(minutes=5))


def test_asking_for_many_authors_takes_as_many_queries_as_for_one(django_assert_num_queries: Any) -> None:
    user = make_user()
    ids = [one.pk for one in a_small_field(user)]
    make_standing(now=NOW)
    for some in (ids[:1], ids):
        with django_assert_num_queries(2):
            standing_of_authors(user, some)
        with django_assert_num_queries(2):
            standing_of_sources(user, some)


def _timing(spans: list[float]) -> Any:
    """Notes how long each write transaction (here a savepoint, within the test's own) was open."""
    begun: list[float] = []

    def watch(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        done = execute(sql, parameters, many, context)
        if sql.startswith("SAVEPOINT"):
            begun.append(time.monotonic())
        elif sql.startswith("RELEASE SAVEPOINT"):
            spans.append(time.monotonic() - begun.pop())
        return done

    return watch


def test_some_thousand_links_in_a_moment_and_in_short_writes() -> None:
    user = make_user()
    names = crowd(60)
    for one in names[:40]:
        make_subscription(user, one.source)
    posts = {one.pk: post_of(one) for one in names}
    rows = []
    for number in range(6000):
        by, at = names[number * 7 % 60], names[(number * 13 + number // 60) % 60]
        rows.append(
            Link(item=posts[by.pk], target=posts[at.pk].address + f"?n={number}", host=posts[at.pk].home.host)
        )
    Link.objects.bulk_create(rows)
    all_of_them()
    spans: list[float] = []
    begun = time.monotonic()
    with connection.execute_wrapper(_timing(spans)):
        done = make_standing(now=NOW)
    assert done.nodes >= 60
    assert time.monotonic() - begun < 20
    assert spans
    assert max(spans) < 0.25  # 50 ms on a machine that does nothing else
    assert StandingRun.objects.get().last_link == Link.objects.latest("pk").pk
    assert len(most_listened_to(user)) == 20
    assert Endorsement.objects.count() == 0
