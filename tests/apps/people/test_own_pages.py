"""What pages say of each other, as people: both ways is one person, one way is none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.apps.library.own_pages.sites import Sites, card, me, own, sites_on_loopback
from tests.apps.people.community import account, all_of_them, blog_of, crowd, person_of, tomorrow
from tests.apps.sources.connectors.tools import followed as connector_followed
from tests.apps.sources.connectors.tools import refreshed
from tests.factories import NOW, make_user

from transom.apps.library.models import Identity, OwnPage, PageLink
from transom.apps.library.own_pages import derive
from transom.apps.library.own_pages.derive import sources_naming
from transom.apps.people.selectors.why import evidence_between
from transom.apps.people.services import forget
from transom.apps.sources.connectors.github import server as github
from transom.apps.sources.connectors.github.client import GitHub
from transom.apps.sources.connectors.interface import Connector
from transom.apps.sources.connectors.mastodon import server as mastodon
from transom.apps.sources.connectors.mastodon.client import Mastodon
from transom.apps.sources.connectors.serving import Running, serving
from transom.apps.sources.models import Source

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


def bluesky(name: str, did: str, domain: str, home: str = "", **values: Any) -> Identity:
    """An account of which its service saw that it controls a domain; the `home` there is a link of it."""
    address = f"https://bsky.app/profile/did:plc:{did}"
    links = [{"address": home or f"https://{domain}/", "both_ways": True}] if domain else []
    return account(name, "bluesky", f"did:plc:{did}", address=address, domain=domain, links=links, **values)


def test_who_controls_the_domain_of_a_site_is_who_keeps_it(sites: Sites) -> None:
    crowd(20)
    home = sites.serve("maud.example.net", card("Maud Ellingham", sites.url("maud.example.net")))
    _, (maud,) = sites.blog("maud.example.net", "Maud Ellingham")
    handle = bluesky("Paper hands", "m1", "maud.example.net", home)
    other = bluesky("Osric Thane", "o1", "osric.example.net")
    sites.visit()
    all_of_them()
    assert person_of(maud) == person_of(handle)
    assert person_of(maud) != person_of(other)
    (why,) = [one for one in evidence_between(maud.pk, handle.pk) if one.strong]
    assert why.code == "me-mutual"


def test_a_domain_says_nothing_of_a_page_below_its_root_nor_of_one_that_many_write_at(sites: Sites) -> None:
    crowd(20)
    below = sites.serve("hall.example.net", "Hello. <link rel=alternate href=feed.xml>", "/maud/")
    _, (maud,) = sites.blog("hall.example.net", "Maud Ellingham", path="/maud/feed.xml", site=below)
    keeper = bluesky("Bashir Tansley", "h1", "hall.example.net", below)
    home = sites.serve("paper.example.net", "Our paper.")
    _, writers = sites.blog("paper.example.net", "Osric Thane", "Orla Quillfeather")
    paper = bluesky("Celeste Perrault", "p1", "paper.example.net", home)
    sites.visit()
    all_of_them()
    assert person_of(keeper) != person_of(maud)
    assert not {person_of(paper).pk} & {person_of(one).pk for one in writers}


def test_two_accounts_that_share_a_domain_are_nobodys_proof(sites: Sites) -> None:
    crowd(20)
    home = sites.serve("maud.example.net", card("Maud Ellingham", sites.url("maud.example.net")))
    _, (maud,) = sites.blog("maud.example.net", "Maud Ellingham")
    one, other = (
        bluesky("Paper hands", "a", "maud.example.net", home),
        bluesky("Bashir Tansley", "b", "maud.example.net", home),
    )
    sites.visit()
    all_of_them()
    assert len({person_of(row).pk for row in (maud, one, other)}) == 3


def test_an_account_that_comes_to_control_a_domain_is_compared_at_once(sites: Sites) -> None:
    crowd(20)
    sites.serve("maud.example.net", card("Maud Ellingham", sites.url("maud.example.net")))
    source, _ = sites.blog("maud.example.net", "Maud Ellingham")
    sites.visit()
    handle = bluesky("Paper hands", "m1", "")
    assert sources_naming([handle.pk]) == set()
    Identity.objects.filter(pk=handle.pk).update(domain="maud.example.net")
    # Its page is at a port of this computer.
    OwnPage.objects.update(address="https://maud.example.net/")
    assert sources_naming([handle.pk]) == {source.pk}


@pytest.mark.parametrize("says_so", [True, False])
def test_a_site_typed_at_github_joins_where_the_site_names_the_account_too(
    sites: Sites, says_so: bool
) -> None:
    crowd(20)
    profile_page = "https://github.com/paperhands"
    home = sites.url("maud.example.net")
    about = github.profile(7, "paperhands", blog=home)
    sites.serve("maud.example.net", card("Maud Ellingham", home) + (me(profile_page) if says_so else ""))
    _, (maud,) = sites.blog("maud.example.net", "Maud Ellingham")
    event = github.event(1, "WatchEvent", github.user(7, "paperhands"), NOW, {"action": "started"})
    lists = {"/users/paperhands": about, "/users/paperhands/events/public": [event]}
    with serving(github.service(lists)) as server:
        source = connected(GitHub(), {"what": "paperhands"}, server)
        refreshed(server, source)
    sites.visit()
    all_of_them()
    handle = Identity.objects.get(account="7")
    assert (person_of(handle) == person_of(maud)) is says_so


@pytest.mark.parametrize("says_so", [True, False])
def test_what_a_server_verified_joins_where_the_page_was_read_and_says_so_too(
    sites: Sites, says_so: bool
) -> None:
    crowd(20)
    home = sites.url("maud.example.net")
    who = mastodon.account(1, "Paper hands", "paperhands", [("Site", home, True)])
    sites.serve("maud.example.net", card("Maud Ellingham", home) + (me(who["url"]) if says_so else ""))
    _, (maud,) = sites.blog("maud.example.net", "Maud Ellingham")
    with serving(mastodon.service([who], [])) as server:
        source = connected(Mastodon(), {"account": f"@paperhands@{mastodon.HOST}"}, server)
        refreshed(server, source)
    sites.visit()
    all_of_them()
    handle = Identity.objects.get(service="mastodon")
    assert (person_of(handle) == person_of(maud)) is says_so


def connected(reader: Connector, query: dict[str, str], server: Running) -> Source:
    """A service that is followed, as if its server were everybody's."""
    source = connector_followed(reader, query, server)
    Source.objects.filter(pk=source.pk).update(owner=None)
    return Source.objects.get(pk=source.pk)
