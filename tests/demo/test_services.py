"""The community on its services: each starter answers in its own protocol, and tells one story with the sites."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from lxml import html
from tests.demo.asking import ask
from tests.demo.conftest import FIRST_DAY

from transom.apps.sources.connectors.interface import Query
from transom.apps.sources.connectors.records import NOTHING_YET, Batch
from transom.apps.sources.connectors.registry import connector, connectors
from transom.demo.names import COMMUNITY
from transom.demo.server import DemoServer, serve
from transom.demo.services.social import names
from transom.demo.services.stage import table
from transom.engine.core.addresses import host_of
from transom.engine.net.client import AiohttpClient
from transom.engine.net.detour import Detour
from transom.engine.net.guard import AddressGuard
from transom.engine.net.politeness import Politeness

FOLLOWED = table("following")["follow"]
HOMES = {host_of(one.home) for one in connectors() if one.home}
MASTODON = connector("mastodon")
DEEP = {
    *("bluesky", "confstech", "datatracker", "discourse", "fedreg", "github"),
    *("ical", "mastodon", "openalex", "orcid", "pretalx", "pubmed"),
}


def with_detour(demo: DemoServer, work: Any) -> Any:
    host, _, port = demo.base.rpartition("//")[2].partition(":")

    async def run() -> Any:
        guard = AddressGuard(allowed=frozenset({(host, int(port))}))
        direct = AiohttpClient(guard, politeness=Politeness(spacing=0))
        client = Detour(direct, demo.base, lambda name: name in HOMES or name.endswith(".example"))
        try:
            return await work(client)
        finally:
            await client.aclose()

    return asyncio.run(run())


def read(demo: DemoServer, name: str, query: Query) -> Batch:
    reader = connector(name)
    now = demo.community.now
    found: Batch = with_detour(
        demo, lambda client: reader.fetch(reader.checked(query), NOTHING_YET, client, now)
    )
    return found


def test_every_deep_connector_is_followed_in_the_demo() -> None:
    assert {row["connector"] for row in FOLLOWED} >= DEEP


@pytest.mark.parametrize("row", FOLLOWED, ids=lambda row: row["title"])
def test_what_is_followed_brings_something_and_nothing_odd(demo: DemoServer, row: Any) -> None:
    batch = read(demo, row["connector"], row["query"])
    assert len(batch) > 0
    assert batch.problems == ()
    assert all(item.entry.link.startswith("https://") for item in batch.items)
    assert demo.base not in repr(batch)


@pytest.mark.parametrize("handle", names())
def test_everybody_can_be_followed_by_handle(demo: DemoServer, handle: str) -> None:
    name = "mastodon" if handle.startswith("@") else "bluesky"
    batch = read(demo, name, {"account": handle})
    assert batch.identities


def test_who_was_at_the_groups_meetings_is_told_and_a_later_one_only_later(demo: DemoServer) -> None:
    batch = read(demo, "minutes", {"where": "https://minutes.joint-committee.example/cp14/"})
    assert len(batch.events) == 5
    assert {one.organiser for one in batch.events} == {"working group on environments"}
    there = {one.account: one for one in batch.identities}
    chairs = {
        there[one.account].name
        for event in batch.events
        for one in event.attendees or ()
        if one.role == "chair"
    }
    assert chairs == {"Beatrix Holm"}
    assert "Linnea Harkonsdal" in {one.name for one in batch.identities}


def test_a_conference_stands_in_three_lists_under_one_address(demo: DemoServer) -> None:
    found = {}
    for row in FOLLOWED:
        for event in read(demo, row["connector"], row["query"]).events:
            if event.title == "The Slow Decay Meeting" and event.kind == "conference":
                found[row["connector"]] = (event.starts.date(), event.address)
    assert set(found) == {"confstech", "ical", "pretalx"}
    assert set(found.values()) == {((FIRST_DAY + timedelta(days=140)).date(), "https://slowdecay.example/")}


def test_some_accounts_and_sites_name_each_other_and_some_do_not(demo: DemoServer) -> None:
    proven = read(demo, "mastodon", {"account": "@maren@keepers.example"})
    claimed = read(demo, "mastodon", {"account": "@ines@keepers.example"})
    bare = read(demo, "mastodon", {"account": "@kofi@keepers.example"})

    def links(batch: Batch, account: str) -> list[tuple[str, bool]]:
        who = next(one for one in batch.identities if one.account == f"{account}@keepers.example")
        return [(link.address, link.both_ways) for link in who.me_links]

    assert links(proven, "maren") == [("https://slowrooms.example/", True)]
    assert links(claimed, "ines") == [("https://frassnotes.example/", False)]
    assert links(bare, "kofi") == []
    home = html.fromstring(ask(f"{demo.base}/slowrooms.example/", X_Forwarded_Host="slowrooms.example").body)
    assert home.xpath("//link[@rel='me']/@href") == [
        f"https://{COMMUNITY}/people/maren-oduya",
        "https://keepers.example/@maren",
    ]
    other = html.fromstring(ask(f"{demo.base}/frass-notes/").body)
    assert "https://keepers.example/@ines" not in other.xpath("//link[@rel='me']/@href")


def test_two_people_have_one_name_and_each_an_orcid(demo: DemoServer) -> None:
    papers = read(demo, "openalex", {"about": "T90001"})
    both = [one for one in papers.identities if one.name == "Jan Meyer"]
    assert len({one.orcid for one in both}) == len(both) == 2
    assert len({one.employments[0].organisation for one in both}) == 2


def test_somebody_changed_jobs_some_weeks_ago(demo: DemoServer) -> None:
    [who] = read(demo, "orcid", {"orcid": "0007-0000-1000-0034"}).identities
    new, old = who.employments
    assert (new.organisation, new.until) == ("Kessingley Museum of Natural History", None)
    assert timedelta(days=14) < FIRST_DAY.date() - new.since < timedelta(days=60)  # type: ignore[operator]
    assert old.until is not None
    assert old.until < new.since  # type: ignore[operator]


def test_the_group_has_a_chair_a_secretary_and_an_editor(demo: DemoServer) -> None:
    query = {"group": "cp14", "at": "https://tracker.joint-committee.example"}
    roles = {role for one in read(demo, "datatracker", query).identities for role in one.roles}
    assert roles == {
        f"{office} of Working group on environments" for office in ("chair", "secretary", "editor")
    }


def test_a_call_and_a_consultation_close_soon(demo: DemoServer) -> None:
    register = read(demo, "fedreg", {"about": "indemnity", "at": "https://register.ostrand.example"})
    lists = read(demo, "confstech", {"topic": "collections"})
    soon = FIRST_DAY + timedelta(days=15)
    assert any(FIRST_DAY < one.starts < soon for one in register.events)
    assert any(one.kind == "call" and FIRST_DAY < one.starts < soon for one in lists.events)


@pytest.mark.parametrize(
    ("name", "words", "title"),
    [
        ("orcid", "ingrid", "Ingrid Falkenau"),
        ("openalex", "preventive", "Preventive conservation of collections"),
        ("bluesky", "joss", "Joss Abara"),
        ("datatracker", "salvage", "Working group on salvage"),
    ],
)
def test_services_can_be_searched(demo: DemoServer, name: str, words: str, title: str) -> None:
    found = with_detour(demo, lambda client: connector(name).discover(words, client))
    assert title in [one.title for one in found]


def test_a_later_day_keeps_what_was_said_and_adds_to_it() -> None:
    with serve(now=FIRST_DAY) as running:
        before = {row["title"]: read(running, row["connector"], row["query"]) for row in FOLLOWED}
        running.set_now(FIRST_DAY + timedelta(days=3))
        after = {row["title"]: read(running, row["connector"], row["query"]) for row in FOLLOWED}
    added = 0
    for title, batch in before.items():
        then = {one.entry.id: one.entry.content_html for one in after[title].items}
        kept = [one.entry for one in batch.items if one.entry.id in then]
        assert len(kept) >= len(batch.items) - 5  # the oldest of a long list make room
        assert all(then[entry.id] == entry.content_html for entry in kept)
        added += len(set(then) - {one.entry.id for one in batch.items})
    assert added > 0


def test_a_browser_is_shown_a_page_and_links_on_this_computer(demo: DemoServer) -> None:
    page = ask(f"{demo.base}/keepers.example/@maren", Accept="text/html")
    assert page.content_type.startswith("text/html")
    assert f"{demo.base}/slow-rooms/" in page.body.decode()
    assert ask(f"{demo.base}/keepers.example/@nobody", Accept="text/html").status == 404
    elsewhere = ask(f"{demo.base}/bsky.app/profile/somebody")
    assert b"answers here in the place of bsky.app" in elsewhere.body


def test_sites_are_read_under_their_own_names(demo: DemoServer) -> None:
    spoken = ask(f"{demo.base}/slowrooms.example/feed.atom", X_Forwarded_Host="slowrooms.example")
    assert demo.base.encode() not in spoken.body
    assert b"https://slowrooms.example/articles/" in spoken.body
    shown = ask(f"{demo.base}/slowrooms.example/feed.atom")
    assert shown.body == ask(f"{demo.base}/slow-rooms/feed.atom").body
    assert ask(f"{demo.base}/oldmillstore.example/feed.xml").status == 410
