"""Whose page it is, who says the same of whom; and pages that claim what is not theirs."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.apps.library.own_pages.sites import Sites, backed, card, hand_on, me, own
from tests.apps.people.community import byline, service_source
from tests.factories import NOW, make_user

from transom.apps.base.jobs import find
from transom.apps.base.models import OutboxEvent
from transom.apps.library.models import Identity
from transom.apps.library.own_pages import derive

pytestmark = pytest.mark.django_db(transaction=True)

PROFILE = "https://keepers.example.net/@maud"


def test_a_page_and_an_account_that_name_each_other_are_known_to(sites: Sites) -> None:
    home = sites.serve("maud.example.net", me(PROFILE, "https://unknown.example.net/maud"))
    _, (maud,) = sites.blog("maud.example.net", "Maud Ellingham")
    sites.account("Maud", "maud", home.rstrip("/"))
    sites.visit()
    assert own(maud) == [home]
    assert backed(maud) == {PROFILE}
    assert [one["address"] for one in maud.links] == [home, PROFILE, "https://unknown.example.net/maud"]


def test_an_account_that_becomes_known_later_is_noticed(sites: Sites) -> None:
    home = sites.serve("maud.example.net", me(PROFILE))
    _, (maud,) = sites.blog("maud.example.net", "Maud Ellingham")
    sites.visit()
    assert backed(maud) == set()
    account = sites.account("Maud", "maud", home)
    OutboxEvent.objects.create(topic="identities.changed", payload={"ids": [account.pk]})
    hand_on()
    assert backed(maud) == {PROFILE}


def test_what_only_one_side_says_stays_a_claim(sites: Sites) -> None:
    sites.serve("maud.example.net", me(PROFILE))
    _, (maud,) = sites.blog("maud.example.net", "Maud Ellingham")
    account = sites.account("Maud", "maud", "https://elsewhere.example.net/")
    before = list(account.links)
    sites.visit()
    account.refresh_from_db()
    assert backed(maud) == set()
    assert account.links == before


def test_two_pages_that_name_each_other_are_known_to_on_both_sides(sites: Sites) -> None:
    one, other = sites.url("maud.example.net"), sites.url("press.example.org")
    sites.serve("maud.example.net", me(other))
    sites.serve("press.example.org", me(one))
    _, (maud,) = sites.blog("maud.example.net", "Maud Ellingham")
    _, (also,) = sites.blog("press.example.org", "M. Ellingham")
    sites.visit()
    assert backed(maud) == {other}
    assert backed(also) == {one}


def test_an_authors_page_elsewhere_counts_where_it_names_the_site(sites: Sites) -> None:
    home = sites.url("maud.example.net")
    author, liar = sites.url("people.example.org", "/maud"), sites.url("people.example.org", "/osric")
    sites.serve("maud.example.net", f'<a rel="me author" href="{author}">M</a>')
    sites.serve("people.example.org", me(home) + card("Maud Ellingham", author), "/maud")
    sites.serve("osric.example.net", f'<a rel="me author" href="{liar}">O</a>')
    sites.serve("people.example.org", card("Osric Thane", liar), "/osric")
    _, (maud,) = sites.blog("maud.example.net", "Maud Ellingham")
    _, (osric,) = sites.blog("osric.example.net", "Osric Thane")
    sites.visit()
    assert own(maud) == [home, author]
    assert own(osric) == [sites.url("osric.example.net")]


def test_name_and_work_come_from_the_card(sites: Sites) -> None:
    work = '<span class="p-org">Tarnholt Archive</span><span class="p-job-title">Head of records</span>'
    sites.serve("maud.example.net", card("Maud Ellingham", sites.url("maud.example.net"), work))
    source, (handle,) = sites.blog("maud.example.net", "maud")
    sites.visit()
    handle.refresh_from_db()
    assert handle.organisation == "Tarnholt Archive"
    assert handle.employments == [
        {"organisation": "Tarnholt Archive", "since": "", "until": "", "role": "Head of records"}
    ]
    named = Identity.objects.get(source=source, address="")
    assert named == handle  # one word of the page's name is that name


def test_a_site_whose_articles_name_nobody_has_a_keeper_by_its_card(sites: Sites) -> None:
    home = sites.serve(
        "maud.example.net", card("Maud Ellingham", sites.url("maud.example.net")) + me(PROFILE)
    )
    source, (handle,) = sites.blog("maud.example.net", "shelfmark")
    sites.blog("nobody.example.net")
    sites.serve("nobody.example.net", card("Osric Thane", sites.url("nobody.example.net")))
    sites.account("Maud", "maud", home)
    sites.visit()
    keeper = Identity.objects.get(source=source, name="Maud Ellingham")
    assert own(keeper) == own(handle) == [home]
    assert backed(keeper) == backed(handle) == {PROFILE}
    assert Identity.objects.filter(name="Osric Thane", source__host="nobody.example.net").exists()
    assert derive([source.pk]) == 0


def test_a_page_that_names_somebody_else_is_not_the_writers(sites: Sites) -> None:
    sites.serve("maud.example.net", card("Maud Ellingham", sites.url("maud.example.net")) + me(PROFILE))
    _, (guest,) = sites.blog("maud.example.net", "Osric Thane")
    sites.visit()
    assert own(guest) == []


def test_where_several_write_only_whom_the_page_names_is_its_keeper(sites: Sites) -> None:
    sites.serve("maud.example.net", card("Maud Ellingham", sites.url("maud.example.net")))
    sites.serve("team.example.org", me(PROFILE))
    _, (maud, guest, first) = sites.blog("maud.example.net", "Maud Ellingham", "Osric Thane", "Maud")
    _, team = sites.blog("team.example.org", "Ann Tansley", "Bashir Oduya")
    _, (joint,) = sites.blog("pair.example.org", "Ann Tansley and Bashir Oduya")
    sites.serve("pair.example.org", me(PROFILE))
    sites.visit()
    assert own(maud)
    assert [own(one) for one in (guest, first, *team, joint)] == [[]] * 5


def test_a_guest_who_joins_a_site_that_names_nobody_makes_it_nobodys(sites: Sites) -> None:
    sites.serve("maud.example.net", me(PROFILE))
    source, (maud,) = sites.blog("maud.example.net", "Maud Ellingham")
    sites.visit()
    assert own(maud)
    byline("Osric Thane", source)
    find("library.own-pages").body()
    assert own(maud) == []
    assert maud.links == []


def test_a_page_of_a_group_proves_nothing_of_its_members(sites: Sites) -> None:
    other = "https://keepers.example.net/@osric"
    home = sites.serve("group.example.org", me(PROFILE, other))
    _, (office,) = sites.blog("group.example.org", "Maud Ellingham")
    sites.account("Maud Ellingham", "maud", home)
    sites.account("Osric Thane", "osric", home)
    sites.visit()
    assert backed(office) == set()


@pytest.mark.parametrize("name", ["Tarnholt Records Office", "The Selwick Group", "Osric Thane"])
def test_an_account_of_another_name_is_theirs_only_where_the_page_names_the_writer(
    sites: Sites, name: str
) -> None:
    home = sites.serve("tarnholt.example.org", me(PROFILE))
    _, (maud,) = sites.blog("tarnholt.example.org", "Maud Ellingham")
    sites.account(name, "maud", home)
    sites.visit()
    assert own(maud) == [home]
    assert backed(maud) == set()
    sites.serve("tarnholt.example.org", me(PROFILE) + card("Maud Ellingham", home), etag='"2"')
    sites.visit(NOW.replace(year=2027))
    assert backed(maud) == {PROFILE}


@pytest.mark.parametrize(("path", "whole"), [("/blog/feed.xml", True), ("/staff/maud/feed.xml", False)])
def test_the_feed_of_a_part_of_a_site_does_not_speak_for_its_front_page(
    sites: Sites, path: str, whole: bool
) -> None:
    sites.serve("tarnholt.example.org", me(PROFILE))
    _, (maud,) = sites.blog("tarnholt.example.org", "Maud Ellingham", path=path)
    sites.visit()
    assert bool(own(maud)) is whole


def test_a_page_with_a_hundred_own_pages_proves_nothing(sites: Sites) -> None:
    many = [f"https://keepers.example.net/@maud{number}" for number in range(100)]
    home = sites.serve("maud.example.net", me(*many))
    _, (maud,) = sites.blog("maud.example.net", "Maud Ellingham")
    sites.account("Maud Ellingham", "maud7", home)
    sites.visit()
    assert backed(maud) == set()
    assert own(maud) == [home]


def test_a_feed_that_calls_anothers_site_its_own_gets_nothing_of_it(sites: Sites) -> None:
    home = sites.serve(
        "maud.example.net", card("Maud Ellingham", sites.url("maud.example.net")) + me(PROFILE)
    )
    sites.serve("evil.example.org", card("Maud Ellingham", home) + me(home, PROFILE))
    _, (maud,) = sites.blog("maud.example.net", "Maud Ellingham")
    _, (evil,) = sites.blog("evil.example.org", "Maud Ellingham", site=home)
    sites.account("Maud", "maud", home)
    sites.visit()
    assert home not in own(evil)
    assert backed(evil) == set()
    assert backed(maud) == {PROFILE}


def test_on_a_host_of_many_a_page_must_name_the_feed(sites: Sites) -> None:
    theirs = sites.serve("campus.example.org", me(PROFILE), "/~maud/")
    _, (evil,) = sites.blog("campus.example.org", "Osric Thane", site=theirs)
    sites.visit()
    assert own(evil) == []
    feed = sites.url("campus.example.org", "/feed.xml")
    declared = f'<link rel="alternate" type="application/rss+xml" href="{feed}">'
    sites.serve("campus.example.org", me(PROFILE) + declared, "/~maud/", etag='"2"')
    sites.visit(NOW.replace(year=2027))
    assert own(evil) == [theirs]


def test_what_one_user_alone_follows_proves_nothing_to_others(sites: Sites) -> None:
    ada = make_user("ada")
    home = sites.serve("maud.example.net", me(PROFILE))
    _, (maud,) = sites.blog("maud.example.net", "Maud Ellingham")
    sites.account("Maud", "maud", home, source=service_source("mastodon", owner=ada))
    sites.visit()
    assert backed(maud) == set()


@pytest.mark.parametrize("count", [1, 3])
def test_sites_are_looked_up_together(sites: Sites, count: int) -> None:
    made = []
    for number in range(count):
        home = sites.serve(f"site{number}.example.net", me(f"https://keepers.example.net/@a{number}"))
        source, _ = sites.blog(f"site{number}.example.net", "Maud Ellingham")
        sites.account("Maud", f"a{number}", home)
        made.append(source.pk)
    sites.visit()
    Identity.objects.filter(account="").update(links=[])
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert derive(made) == count
    assert len([one for one in asked if "SAVEPOINT" not in one["sql"]]) == 11
