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
from transom.apps.sources.connectors.mastodon.client import MOST_PARENTS, PAGE, Mastodon
from transom.apps.sources.connectors.mastodon.mapping import Mapped, unknown_parents
from transom.apps.sources.connectors.mastodon.server import account, sample_service, service, status
from transom.apps.sources.connectors.records import Batch
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
        ("boost", "https://veldhaven.example/@kofi/7090"),
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


KOFI = account(2, "Kofi Adjei", "kofi", [("Site", "https://veldhaven.example/", True)])
METTE = account(3, "Mette Brandt", "mette@elsewhere.example")


def answered(batch: Batch) -> set[tuple[str, tuple[str, str] | None]]:
    """Where and at whom its replies point."""
    return {(one.target, one.to) for one in batch.endorsements if one.kind == "reply"}


def test_a_reply_points_at_the_status_it_answers_and_at_whose_that_is() -> None:
    asked = status(50, KOFI, NOW, "<p>Who measures drift?</p>")
    far = status(60, METTE, NOW, "<p>Felt drifts too.</p>")
    own = status(101, HESTER, NOW, "<p>I do.</p>", answers=asked)
    said = [
        own,
        status(102, HESTER, NOW, "<p>And felt.</p>", answers=own),
        status(103, HESTER, NOW, "<p>How much?</p>", answers=far),
    ]
    with serving(service([HESTER], said, beside=[far])) as server:
        found = page(READER, QUERY, server)
        asked_for = [one.path for one in server.asked if "/statuses/" in one.path]
    assert answered(found) == {
        ("https://keepers.example/@kofi/50", ("mastodon", "kofi@keepers.example")),
        ("https://keepers.example/@hester/101", ("mastodon", "hester@keepers.example")),
        ("https://elsewhere.example/@mette/7060", ("mastodon", "mette@elsewhere.example")),
    }
    assert asked_for == ["/api/v1/statuses/60"]
    assert {one.account: one.in_passing for one in found.identities} == {
        "hester@keepers.example": False,
        "kofi@keepers.example": True,
        "mette@elsewhere.example": False,
    }


def test_what_is_gone_is_answered_by_nobody_and_only_some_are_asked_for() -> None:
    far = [status(n, METTE, NOW, "") for n in range(10, 40)]
    said = [status(100 + n, HESTER, NOW, f"<p>{n}</p>", answers=one) for n, one in enumerate(far)]
    with serving(service([HESTER], said, beside=far[-3:])) as server:
        found = page(READER, QUERY, server)
        assert len([one for one in server.asked if "/statuses/" in one.path]) == MOST_PARENTS
    assert len(found.items) == 30
    assert len(answered(found)) == 3


def test_an_answer_to_what_is_shown_to_followers_only_points_nowhere() -> None:
    hidden = {**status(60, METTE, NOW, ""), "visibility": "private"}
    said = [status(103, HESTER, NOW, "<p>How much?</p>", answers=hidden)]
    with serving(service([HESTER], said, beside=[hidden])) as server:
        assert answered(page(READER, QUERY, server)) == set()


def test_a_server_that_writes_addresses_otherwise_is_asked() -> None:
    asked = {**status(50, KOFI, NOW, ""), "url": "https://keepers.example/notice/50"}
    said = [
        {
            **status(101, HESTER, NOW, "<p>I do.</p>", answers=asked),
            "url": "https://keepers.example/notice/101",
        }
    ]
    with serving(service([HESTER], said, beside=[asked])) as server:
        found = page(READER, QUERY, server)
    assert answered(found) == {("https://keepers.example/notice/50", ("mastodon", "kofi@keepers.example"))}


@pytest.mark.django_db
def test_whoever_is_mentioned_stays_as_they_are_known() -> None:
    asked = status(50, KOFI, NOW, "<p>Who measures #drift ?</p>")
    with serving(service([HESTER, KOFI], [asked])) as server:
        source = followed(READER, {"account": "#drift@keepers.example"}, server)
        refreshed(server, source)
        reply = status(101, HESTER, NOW, "<p>I do. #drift </p>", answers=asked)
        server.service = service([HESTER, KOFI], [asked, reply])
        refreshed(server, source, now=NOW + timedelta(hours=2))
    kofi = Identity.objects.get(account="kofi@keepers.example")
    assert (kofi.name, len(kofi.links)) == ("Kofi Adjei", 1)
    reply_row = Endorsement.objects.get(kind=EndorsementKind.REPLY)
    assert (reply_row.to, reply_row.item) == (
        kofi,
        Item.objects.get(address="https://keepers.example/@kofi/50"),
    )


@given(damaged([status(1, HESTER, NOW, "", answers=status(60, METTE, NOW, ""))]))
@settings(max_examples=100, deadline=None)
def test_whatever_a_reply_names_nothing_raises(sent: Any) -> None:
    rows = list(values.rows(json.loads(json.dumps({"all": sent})), "all"))
    assert all(isinstance(one, str) and "/" not in one for one in unknown_parents(rows))
    mapped = Mapped("keepers.example", {"60": {"account": sent}})
    mapped.add_all(rows)
    assert all(values.address(one.target) for one in mapped.endorsements)


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
