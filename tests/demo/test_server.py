"""The demo's feeds and pages as a reader meets them: over real HTTP, read by the product's own parser."""

from __future__ import annotations

import gzip
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree, html
from tests.demo.asking import Answer, ask
from tests.demo.conftest import FIRST_DAY

from transom.demo.community import load
from transom.demo.model import Site
from transom.demo.server import DemoServer, serve
from transom.engine.parse import ParsedFeed, discover, parse_feed, parse_opml, parse_page

SITES = load(FIRST_DAY).sites
OPEN = [site for site in SITES.values() if not site.gone]
FORMATS = {
    "rss2": "rss 2.0",
    "rss091": "rss 0.91",
    "rdf": "rdf 1.0",
    "atom10": "atom 1.0",
    "atom03": "atom 0.3",
    "jsonfeed": "json 1.1",
    "podcast": "rss 2.0",
    "page": "atom 1.0",
}


def feed_address(demo: DemoServer, site: Site) -> str:
    return f"{demo.base}/{site.slug}/{site.feed or 'posts.atom'}"


def read(answer: Answer, address: str) -> ParsedFeed:
    return parse_feed(answer.body, url=address, content_type=answer.content_type)


@pytest.mark.parametrize("site", OPEN, ids=lambda site: site.slug)
def test_every_feed_is_read_in_its_own_format(demo: DemoServer, site: Site) -> None:
    address = feed_address(demo, site)
    answer = ask(address)
    assert answer.status == 200
    feed = read(answer, address)
    listed = demo.community.items_of(site.slug)[: site.limit]
    assert feed.format == FORMATS[site.format]
    assert len(feed.entries) == len(listed) > 0
    assert {entry.link for entry in feed.entries} == {entry.link for entry in feed.entries if entry.link}
    if site.format != "rss091":  # which knows no dates
        wanted = [item.published for item in listed]
        assert [entry.published or entry.updated for entry in feed.entries] == wanted


def test_every_format_is_in_use() -> None:
    assert {site.format for site in OPEN} == set(FORMATS)


def test_two_feeds_are_broken_and_read_all_the_same(demo: DemoServer) -> None:
    broken = [site for site in OPEN if site.damage]
    assert len(broken) == 2
    for site in broken:
        address = feed_address(demo, site)
        answer = ask(address)
        with pytest.raises(etree.XMLSyntaxError):
            etree.fromstring(answer.body)
        titles = [entry.title for entry in read(answer, address).entries]
        assert titles == [item.title for item in demo.community.items_of(site.slug)]


def test_a_truncated_feed_gives_the_beginning_and_its_page_the_rest(demo: DemoServer) -> None:
    site = SITES["crate-notes"]
    assert site.form == "excerpt"
    entry = read(ask(feed_address(demo, site)), demo.base).entries[0]
    page = parse_page(ask(entry.link).body, url=entry.link)
    assert len(page.body_html) > 3 * len(entry.content_html or entry.summary_html)


def test_one_site_is_slow(demo: DemoServer) -> None:
    found = demo.document("/veldhaven-lab/feed.xml")
    assert found is not None
    assert found.delayed
    assert [site.slug for site in OPEN if site.delay] == ["veldhaven-lab"]


def test_one_site_is_gone_and_one_has_moved(demo: DemoServer) -> None:
    assert ask(f"{demo.base}/old-mill-store/feed.xml").status == 410
    moved = ask(f"{demo.base}/bug-diary/rss.xml")
    assert moved.status == 301
    assert moved.headers["Location"] == f"{demo.base}/frass-notes/rss.xml"
    assert ask(f"{demo.base}/nothing/here").status == 404


@pytest.mark.parametrize("validator", ["ETag", "Last-Modified"])
def test_an_unchanged_feed_is_answered_with_304(demo: DemoServer, validator: str) -> None:
    address = f"{demo.base}/slow-rooms/feed.atom"
    first = ask(address)
    header = {"ETag": "If_None_Match", "Last-Modified": "If_Modified_Since"}[validator]
    again = ask(address, **{header: first.headers[validator]})
    assert (again.status, again.body) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert ask(address, If_None_Match='"something else"').status == 200


def test_a_feed_is_compressed_for_those_who_ask(demo: DemoServer) -> None:
    address = f"{demo.base}/slow-rooms/feed.atom"
    squeezed = ask(address, Accept_Encoding="gzip")
    assert squeezed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(squeezed.body) == ask(address).body


def test_the_feeds_of_a_day_later_keep_what_was_there(demo: DemoServer) -> None:
    with serve(now=FIRST_DAY) as later:
        before = read(ask(f"{later.base}/drawer-a-day/feed.xml"), later.base)
        later.set_now(FIRST_DAY + timedelta(days=1))
        after = read(ask(f"{later.base}/drawer-a-day/feed.xml"), later.base)
    ids = [entry.id for entry in before.entries]
    assert [entry.id for entry in after.entries[1:]] == ids[: len(after.entries) - 1]
    assert after.entries[0].id not in ids


def test_an_article_says_who_wrote_it_when_and_where_else(demo: DemoServer) -> None:
    answer = ask(f"{demo.base}/frass-notes/articles/kofi-is-right-about-knees")
    assert answer.content_type.startswith("text/html")
    page = html.fromstring(answer.body)
    assert page.xpath("//link[@rel='alternate'][@type='application/rss+xml']/@href") == [
        f"{demo.base}/frass-notes/rss.xml"
    ]
    assert page.xpath("//link[@rel='me']/@href") == [f"{demo.base}/people/ines-calloway"]
    data = json.loads(page.xpath("//script[@type='application/ld+json']/text()")[0])
    assert data["author"][0]["name"] == "Ines Calloway"
    assert datetime.fromisoformat(data["datePublished"]) < FIRST_DAY


def test_a_person_and_their_site_name_each_other(demo: DemoServer) -> None:
    page = html.fromstring(ask(f"{demo.base}/people/ines-calloway").body)
    assert page.xpath("//*[@class='h-card']//a[@rel='me']/@href") == [f"{demo.base}/frass-notes/"]
    home = html.fromstring(ask(f"{demo.base}/frass-notes/").body)
    assert f"{demo.base}/people/ines-calloway" in home.xpath("//link[@rel='me']/@href")


def test_a_page_without_a_feed_address_announces_its_feed(demo: DemoServer) -> None:
    address = f"{demo.base}/first-year-bench/"
    found = discover(ask(address).body, url=address)
    assert found[0].url == f"{demo.base}/first-year-bench/posts.atom"


def test_the_list_of_feeds_names_everything_that_is_offered(demo: DemoServer) -> None:
    outlines = parse_opml(ask(f"{demo.base}/community.opml").body)
    assert {one.feed_url for one in outlines} == {demo.base + one.path for one in demo.community.starter}
    assert any(one.folders == ("Vendors",) for one in outlines)


def test_robots_may_come(demo: DemoServer) -> None:
    assert ask(f"{demo.base}/robots.txt").body.startswith(b"User-agent: *")


def test_events_stand_in_calendars(demo: DemoServer) -> None:
    calendar = ask(f"{demo.base}/slow-decay/calendar.ics").body.decode()
    dates = [
        datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC)
        for day in re.findall(r"DTSTART\D*(\d{8})", calendar)
    ]
    assert max(dates) > FIRST_DAY


def test_everything_a_feed_or_page_links_to_at_home_is_there(demo: DemoServer) -> None:
    """Every page and file reached from the front page answers; nothing points into the void."""
    seen: set[str] = set()
    waiting = ["/"]
    while waiting:
        path = waiting.pop()
        seen.add(path)
        found = demo.document(path)
        assert found is not None, path
        links = re.findall(rb'(?:href|src)="' + demo.base.encode() + rb'([^"#]*)"', found.body)
        waiting += {link.decode() for link in links} - seen - set(waiting)
    assert len(seen) > 500
