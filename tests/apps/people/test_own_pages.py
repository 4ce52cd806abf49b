"""What pages say of each other, as people: both ways is one person, one way is none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.apps.library.own_pages.sites import Sites, card, me, own, sites_on_loopback
from tests.apps.people.community import account, all_of_them, blog_of, crowd, person_of, tomorrow
from tests.factories import NOW, make_user

from transom.apps.library.models import Identity, OwnPage, PageLink
from transom.apps.library.own_pages import derive
from transom.apps.people.selectors.why import evidence_between
from transom.apps.people.services import forget

pytestmark = pytest.mark.django_db(transaction=True)

PROFILE = "https://keepers.example.net/@paperhands"


@pytest.fixture
def sites() -> Iterator[Sites]:
    with sites_on_loopback() as made:
        yield made


def test_a_blog_and_an_account_of_another_name_are_one_where_both_say_so(sites: Sites) -> None:
    crowd(20)
    home = sites.serve(
        "maud.example.net", card("Maud Ellingham", sites.url("maud.example.net")) + me(PROFILE)
    )
    _, (maud,) = sites.blog("maud.example.net", "Maud Ellingham")
    handle = sites.account("Paper hands", "paperhands", home)
    sites.visit()
    all_of_them()
    assert person_of(maud) == person_of(handle)
    (why,) = [one for one in evidence_between(maud.pk, handle.pk) if one.strong]
    assert why.code == "me-mutual"


@pytest.mark.parametrize("who", ["page", "account"])
def test_where_only_one_says_so_they_stay_two(sites: Sites, who: str) -> None:
    crowd(20)
    home = sites.serve("maud.example.net", me(PROFILE) if who == "page" else "Hello.")
    _, (maud,) = sites.blog("maud.example.net", "Maud Ellingham")
    handle = sites.account("Paper hands", "paperhands", *([home] if who == "account" else []))
    sites.visit()
    all_of_them()
    assert person_of(maud) != person_of(handle)
    assert not [one for one in evidence_between(maud.pk, handle.pk) if one.strong]


def test_the_day_an_account_links_back_the_two_become_one_and_part_when_it_no_longer_does(
    sites: Sites,
) -> None:
    crowd(40)
    home = sites.serve(
        "maud.example.net", card("Maud Ellingham", sites.url("maud.example.net")) + me(PROFILE)
    )
    _, (maud,) = sites.blog("maud.example.net", "Maud Ellingham")
    handle = sites.account("Paper hands", "paperhands")
    sites.visit()
    all_of_them()
    assert person_of(maud) != person_of(handle)
    Identity.objects.filter(pk=handle.pk).update(links=[{"address": home, "both_ways": False}])
    derive([maud.source_id])
    tomorrow(maud, handle)
    assert person_of(maud) == person_of(handle)
    Identity.objects.filter(pk=handle.pk).update(links=[])
    derive([maud.source_id])
    tomorrow(maud, handle)
    assert person_of(maud) != person_of(handle)


def test_two_blogs_that_name_each_other_are_one_persons(sites: Sites) -> None:
    crowd(20)
    one, other = sites.url("maud.example.net"), sites.url("quiet.example.org")
    sites.serve("maud.example.net", me(other))
    sites.serve("quiet.example.org", me(one))
    _, (maud,) = sites.blog("maud.example.net", "Maud Ellingham")
    _, (quiet,) = sites.blog("quiet.example.org", "Quillhand")
    sites.visit()
    all_of_them()
    assert person_of(maud) == person_of(quiet)


def test_whoever_writes_under_a_handle_is_who_their_page_says(sites: Sites) -> None:
    crowd(20)
    home = sites.serve("maud.example.net", card("Maud Ellingham", sites.url("maud.example.net")))
    source, (handle,) = sites.blog("maud.example.net", "shelfmark")
    sites.visit()
    all_of_them()
    keeper = Identity.objects.get(source=source, name="Maud Ellingham")
    assert own(keeper) == [home]
    assert person_of(keeper) == person_of(handle)
    assert person_of(handle).name == "Maud Ellingham"


def test_a_byline_that_carries_anothers_page_is_not_theirs(sites: Sites) -> None:
    """Anybody can put anybody's address into a feed, and any server can call a page its account's."""
    crowd(20)
    home = sites.serve(
        "maud.example.net", card("Maud Ellingham", sites.url("maud.example.net")) + me(PROFILE)
    )
    _, (maud,) = sites.blog("maud.example.net", "Maud Ellingham")
    sites.account("Paper hands", "paperhands", home)
    claims = [{"address": home, "both_ways": True}, {"address": PROFILE, "both_ways": True}]
    byline = blog_of("Osric Thane")
    Identity.objects.filter(pk=byline.pk).update(address=home, links=claims)
    liar = account("Osric", "mastodon", "osric@evil.example.org", address=PROFILE, links=claims)
    bare = account("Bashir", "mastodon", "bashir@evil.example.org", address=home, links=claims)
    sites.visit()
    all_of_them()
    for other in (byline, liar, bare):
        assert person_of(other) != person_of(maud)
        assert not [one for one in evidence_between(maud.pk, other.pk) if one.strong]


def test_whoever_is_forgotten_is_forgotten_on_their_page_too(sites: Sites) -> None:
    crowd(5)
    home = sites.serve(
        "maud.example.net", card("Maud Ellingham", sites.url("maud.example.net")) + me(PROFILE)
    )
    source, (maud,) = sites.blog("maud.example.net", "Maud Ellingham")
    sites.visit()
    all_of_them()
    forget(make_user("ada", is_superuser=True), person_of(maud), now=NOW)
    page = OwnPage.objects.get(address=home)
    assert (page.told, page.etag, page.body_hash) == ({}, None, "")
    assert not PageLink.objects.exists()
    sites.visit(NOW.replace(year=2027))
    page.refresh_from_db()
    assert page.told == {}
    assert not Identity.objects.filter(source=source).exists()
