"""Which pages are asked for, how often, and what is kept of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.apps.library.own_pages.sites import Sites, card, me, own
from tests.factories import NOW, make_source, make_subscription, make_user

from transom.apps.base.models import OutgoingContact
from transom.apps.library.models import OwnPage, PageLink
from transom.apps.library.own_pages import lists_told, plan, tidy, visit_due
from transom.apps.library.own_pages.plan import home_of
from transom.apps.sources.models import SourceKind, Subscription
from transom.engine.net.loopback import Seen, reply

pytestmark = pytest.mark.django_db(transaction=True)


def planned() -> set[str]:
    return set(OwnPage.objects.values_list("address", flat=True))


def test_only_public_sources_that_somebody_follows_have_their_pages_read() -> None:
    user = make_user()
    make_subscription(user, make_source(host="one.example.net"))
    make_subscription(user, make_source(host="two.example.net", owner=user))
    make_subscription(
        user, make_source(host="three.example.net", kind=SourceKind.CONNECTOR, connector="github")
    )
    make_subscription(user, make_source(host="four.example.net", kind=SourceKind.HANDED_IN))
    make_source(host="five.example.net")
    assert plan(NOW) == 1
    assert planned() == {"https://one.example.net/"}
    assert plan(NOW) == 0


def test_blogs_come_first() -> None:
    user = make_user()
    make_subscription(user, make_source(host="journal.example.net", channel="journal"))
    make_subscription(user, make_source(host="blog.example.net"))
    plan(NOW)
    due = OwnPage.objects.filter(next_due_at__lte=NOW).values_list("address", flat=True)
    assert list(due) == ["https://blog.example.net/"]


@pytest.mark.parametrize(
    ("address", "site", "home"),
    [
        (
            "https://maud.example.net/feed",
            "https://maud.example.net/notes/",
            "https://maud.example.net/notes/",
        ),
        ("https://feeds.maud.example.net/x", "https://www.maud.example.net", "https://www.maud.example.net/"),
        ("https://evil.example.org/feed", "https://maud.example.net/", "https://evil.example.org/"),
        ("https://evil.example.org/feed", "", "https://evil.example.org/"),
        ("https://medium.com/feed/@maud", "https://medium.com/@maud", "https://medium.com/@maud"),
        ("https://medium.com/feed/@maud", "https://medium.com/", ""),
        ("", "https://maud.example.net/", ""),
    ],
)
def test_a_source_has_a_home_page_at_its_own_domain_only(address: str, site: str, home: str) -> None:
    assert home_of(make_source(address=address, site=site)) == home


def test_a_page_is_asked_for_once_a_month_with_its_validator_and_then_more_rarely(sites: Sites) -> None:
    sites.serve("maud.example.net", "Hello.", etag='W/"odd \xe9"')
    sites.blog("maud.example.net", "Maud Ellingham")
    assert sites.visit() == 1
    assert sites.visit(NOW + timedelta(days=29)) == 0
    assert sites.visit(NOW + timedelta(days=34)) == 1
    assert sites.visit(NOW + timedelta(days=34 + 44)) == 0
    assert sites.visit(NOW + timedelta(days=34 + 50)) == 1
    asked = [seen.header("if-none-match") for seen in sites.server.seen]
    assert asked == [None, b'W/"odd \xe9"', b'W/"odd \xe9"']


def test_whom_was_asked_is_shown_to_everybody_as_nobodys_request(sites: Sites) -> None:
    sites.serve("maud.example.net", "Hello.")
    sites.blog("maud.example.net", "Maud Ellingham")
    sites.visit()
    told = OutgoingContact.objects.values_list("host", "purpose", "owner", "requests")
    assert list(told) == [("maud.example.net", "own-page", None, 1)]


def test_what_nobody_follows_any_more_is_not_asked_and_let_go(sites: Sites) -> None:
    sites.serve("maud.example.net", "Hello.")
    sites.blog("maud.example.net", "Maud Ellingham")
    plan(NOW)
    Subscription.objects.all().delete()
    assert visit_due(sites.client(), now=NOW) == 0
    assert tidy() == 1
    assert planned() == set()


def test_only_pages_that_belong_to_somebody_known_here_are_followed_up(sites: Sites) -> None:
    known, about = sites.url("other.example.net"), sites.url("maud.example.net", "/about")
    sites.serve(
        "maud.example.net", me(known, sites.url("stranger.example.net")) + '<a href="/about">About</a>'
    )
    sites.serve("maud.example.net", card("Maud Ellingham", about), "/about")
    sites.serve("other.example.net", "Hello.")
    sites.blog("maud.example.net", "Maud Ellingham")
    sites.blog("other.example.net", "Maud Ellingham", followed=False)
    assert sites.visit() == 3
    assert planned() == {sites.url("maud.example.net"), about, known}
    assert sites.asked("stranger.example.net") == []


def test_links_on_a_page_that_was_followed_up_are_not_followed_up_in_turn(sites: Sites) -> None:
    sites.serve("maud.example.net", me(sites.url("other.example.net")))
    sites.serve("other.example.net", me(sites.url("third.example.net")))
    sites.blog("maud.example.net", "Maud Ellingham")
    for host in ("other.example.net", "third.example.net"):
        sites.blog(host, "Maud Ellingham", followed=False)
    sites.visit()
    assert sites.asked("third.example.net") == []


def test_a_page_that_leads_elsewhere_or_fails_says_nothing(sites: Sites) -> None:
    elsewhere = sites.serve("maud.example.net", card("Maud Ellingham", sites.url("maud.example.net")))
    sites.answer("osric.example.org", lambda _: reply(302, {"Location": elsewhere}))
    sites.answer("bashir.example.org", lambda _: reply(410))
    _, (osric,) = sites.blog("osric.example.org", "Osric Thane")
    sites.blog("bashir.example.org", "Bashir Oduya")
    sites.visit()
    assert own(osric) == []
    waits = {one.address: one.next_due_at - NOW for one in OwnPage.objects.all()}
    assert timedelta(days=2) <= waits[sites.url("osric.example.org")] < timedelta(days=3)
    assert waits[sites.url("bashir.example.org")] >= timedelta(days=120)


def test_without_a_network_no_page_is_blamed(sites: Sites) -> None:
    for host in ("one.example.net", "two.example.net", "three.example.net"):
        sites.blog(host, "Maud Ellingham")
    gone = sites.client()
    gone._guard = type(gone._guard)(mapping=dict.fromkeys(sites.hosts, "127.0.0.2"))
    plan(NOW)
    assert visit_due(gone, now=NOW) == 3
    assert set(OwnPage.objects.values_list("failures", "next_due_at")) == {(0, NOW + timedelta(hours=1))}


def test_a_page_that_says_otherwise_replaces_what_it_said(sites: Sites) -> None:
    said = ["https://old.example.net/@maud", "https://new.example.net/@maud"]

    def answer(_: Seen) -> bytes:
        return reply(200, {"Content-Type": "text/html"}, f"<p>{me(said[0])}</p>".encode())

    sites.answer("maud.example.net", answer)
    _, (maud,) = sites.blog("maud.example.net", "Maud Ellingham")
    sites.visit()
    said.pop(0)
    sites.visit(NOW + timedelta(days=40))
    maud.refresh_from_db()
    assert [one["address"] for one in maud.links if not one.get("own")] == ["https://new.example.net/@maud"]
    assert list(PageLink.objects.values_list("target", flat=True)) == ["new.example.net/@maud"]


def test_the_reading_list_a_page_declares_is_known_without_asking_for_the_page_again(sites: Sites) -> None:
    sites.serve("maud.example.net", '<a rel="blogroll" href="/reads.opml">Reads</a>')
    sites.serve("osric.example.net", "Hello.")
    maud, _ = sites.blog("maud.example.net", "Maud Ellingham")
    osric, _ = sites.blog("osric.example.net", "Osric Thane")
    away, _ = sites.blog("away.example.net", "Bashir Oduya")
    sites.visit()
    told = lists_told([maud.pk, osric.pk, away.pk])
    assert told == {maud.pk: sites.url("maud.example.net", "/reads.opml"), osric.pk: ""}
