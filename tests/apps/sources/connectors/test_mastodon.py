"""Mastodon: what somebody posts, links to and passes on."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from tests.apps.sources.connectors.tools import NOW, damaged, followed, page, pages, refreshed
from tests.factories import make_item

from transom.apps.library.models import Endorsement, EndorsementKind, Identity, Item
from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.mastodon.client import PAGE, Mastodon
from transom.apps.sources.connectors.mastodon.mapping import Mapped
from transom.apps.sources.connectors.mastodon.server import account, sample_service, service, status
from transom.apps.sources.connectors.serving import as_json, serving
from transom.engine.core.errors import FetchError

READER = Mastodon()
QUERY = {"account": "@hester@keepers.example"}
HESTER = account(
    1, "Hester Quill", "hester", [("Site", "https://slowrooms.example/", True), ("X", "no link", False)]
)
STATUS = status(7, HESTER, NOW, '<p><a href="https://a.example/x">x</a></p>', card="https://b.example/y")


def test_posts_links_and_what_is_passed_on() -> None:
    with serving(sample_service(NOW)) as server:
        found = page(READER, QUERY, server)
    assert [one.entry.link for one in found.items] == ["https://keepers.example/@hester/101"]
    assert {(one.kind, one.target) for one in found.endorsements} == {
        ("boost", "https://keepers.example/@kofi/90"),
        ("link", "https://trap-room.example/felt"),
    }
    hester = next(one for one in found.identities if one.account == "hester@keepers.example")
    assert hester.me_links[0].both_ways
    assert {one.account for one in found.identities} == {"hester@keepers.example", "kofi@veldhaven.example"}


def test_newer_posts_are_read_oldest_first_and_none_is_skipped() -> None:
    first = [status(n, HESTER, NOW, f"<p>{n}</p>") for n in range(1, 6)]
    later = [status(n, HESTER, NOW, f"<p>{n}</p>") for n in range(6, 2 * PAGE + 20)]
    with serving(service([HESTER], first)) as server:
        start = page(READER, QUERY, server)
        server.service = service([HESTER], first + later)
        found = pages(READER, QUERY, server, start.cursor)
    ids = [one.entry.link.rpartition("/")[2] for batch in found for one in batch.items]
    assert sorted(map(int, ids)) == list(range(6, 2 * PAGE + 20))
    assert len([asked for asked in server.asked if asked.path.endswith("lookup")]) == 1


def test_the_rate_the_server_names_is_kept() -> None:
    with serving(service([HESTER], [STATUS], remaining=0)) as server:
        assert 0 < (page(READER, QUERY, server).wait_seconds or 0) <= 300


def test_a_server_that_shows_nothing_to_strangers_says_so() -> None:
    with (
        serving(
            lambda asked: as_json({"error": "This method requires an authenticated user"}, 422)
        ) as server,
        pytest.raises(FetchError, match="only to people with an account"),
    ):
        page(READER, {"account": "#records@keepers.example"}, server)


def test_posts_for_followers_only_are_left_alone() -> None:
    mapped = Mapped("keepers.example")
    mapped.add_all([{**STATUS, "visibility": "private"}, {**STATUS, "visibility": "direct"}])
    assert mapped.items == []


@given(damaged([STATUS, {**STATUS, "reblog": STATUS}]))
@settings(max_examples=200, deadline=None)
def test_whatever_it_sends_nothing_raises(sent: Any) -> None:
    mapped = Mapped("keepers.example")
    mapped.add_all(values.rows(json.loads(json.dumps({"all": sent})), "all"))
    assert all(one.entry.link for one in mapped.items)


@pytest.mark.django_db
def test_followed_it_points_at_what_the_library_has() -> None:
    item = make_item(address="https://trap-room.example/felt")
    with serving(sample_service(NOW)) as server:
        source = followed(READER, QUERY, server)
        refreshed(server, source)
        refreshed(server, source, now=NOW + timedelta(hours=2))
    link = Endorsement.objects.get(kind=EndorsementKind.LINK)
    assert (link.item, link.by.account) == (item, "hester@keepers.example")
    assert link.within is not None
    assert Endorsement.objects.count() == 2
    post = Item.objects.get(kind="status")
    assert post.author == Identity.objects.get(account="hester@keepers.example")
