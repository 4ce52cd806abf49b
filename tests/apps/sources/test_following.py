"""Following, unfollowing and reading lists."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model

from transom.apps.sources import selectors, services
from transom.apps.sources.connectors.registry import connector
from transom.apps.sources.errors import SourceError
from transom.apps.sources.models import Source, Subscription
from transom.apps.sources.packs import load_packs
from transom.engine.parse.model import Outline

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def ann():
    return get_user_model().objects.create_user("ann")


@pytest.fixture
def bob():
    return get_user_model().objects.create_user("bob")


def test_a_public_feed_is_fetched_once_for_all_who_follow_it(ann, bob):
    first = services.follow(ann, "https://archive.example/feed.xml", now=NOW)
    second = services.follow(bob, "https://archive.example/feed.xml#top", now=NOW)

    assert first.source == second.source
    assert first.source.owner is None
    assert selectors.due(NOW, 10) == [first.source_id]


@pytest.mark.parametrize(
    "address",
    [
        "https://user:pass@archive.example/feed.xml",
        "https://archive.example/feed.xml?token=abc123",
        "https://archive.example/private/8f3kLq92mZx01vbTTr4Yw77ePoQa5/feed",
        "https://calendar.example/ical/ann%40archive.example/private-4f1d2c3b4a5968778695a4b3c2d1e0f9/basic.ics",
        "https://archive.example/feeds/4f1d2c3b4a5968778695a4b3c2d1e0f9.xml",
        "https://letters.example/feed/podcast/12/private/e73c998e-6e60-432f-8610-ae210140c5b1.rss",
        "https://archive.example/aB3x-Y7_kq9Z-m4Lp0-W2e8R_t5b9/feed",
    ],
)
def test_an_address_with_a_secret_belongs_to_one_user_alone(ann, bob, address):
    mine = services.follow(ann, address, now=NOW)
    theirs = services.follow(bob, address, now=NOW)

    assert mine.source.owner == ann
    assert theirs.source.owner == bob
    assert mine.source != theirs.source


@pytest.mark.parametrize(
    "address",
    [
        "https://archive.example/2026/11/12/twenty-five-years-of-keeping-registers/feed",
        "https://shows.example/public/shows/e73c998e-6e60-432f-8610-ae210140c5b1/feed.rss",
        "https://archive.example/personal-records-2026/feed",
        "https://archive.example/private-papers.xml",
    ],
)
def test_a_long_address_without_a_secret_is_everybodys(ann, address):
    assert services.follow(ann, address, now=NOW).source.owner is None


@pytest.mark.parametrize(
    "address", ["", "   ", "javascript:alert(1)", "ftp://archive.example/feed", "two words"]
)
def test_what_is_no_web_address_is_refused_in_plain_words(ann, address):
    with pytest.raises(SourceError, match="web address"):
        services.follow(ann, address, now=NOW)
    assert Source.objects.count() == 0


def test_a_reading_list_goes_in_and_comes_out_again_and_bad_lines_stop_nothing(ann):
    lines = [
        Outline(
            "Archive notes", "https://archive.example/feed.xml", "https://archive.example/", ("Peers", "UK")
        ),
        Outline("Broken", "not an address"),
        Outline("Second", "https://second.example/rss"),
        Outline("Twice", "https://second.example/rss"),
    ]

    result = services.import_outlines(ann, lines, now=NOW)

    assert (result.followed, result.already) == (2, 1)
    assert [address for address, _ in result.refused] == ["not an address"]
    assert services.export_outlines(ann) == [
        Outline("Second", "https://second.example/rss"),
        lines[0],
    ]


def test_unfollowing_ends_fetching_when_nobody_else_follows(ann):
    followed = services.follow(ann, "https://archive.example/feed.xml", now=NOW)

    services.unfollow(ann, followed.source)

    assert selectors.due(NOW, 10) == []
    assert selectors.subscriptions(ann) == []


def test_a_pack_follows_services_for_all_with_its_own_names(ann):
    pack = next(pack for pack in load_packs() if pack.id == "records-management")
    entry = next(source for source in pack.sources if source.connector)
    assert services.follow_pack(ann, pack, [entry.address], now=NOW).followed == 1
    source = Source.objects.get()
    assert (source.connector, source.query, source.title) == ("fedreg", dict(entry.query), entry.title)
    assert (source.owner_id, source.address, source.channel) == (None, entry.address, "agency")
    assert Subscription.objects.get(user=ann).pack == "records-management"


def test_another_server_counts_for_all_only_where_somebody_vouches_for_it(ann, bob):
    reader, query = connector("datatracker"), {"group": "cp14", "at": "https://tracker.example"}
    assert services.follow_connector(ann, reader, query, now=NOW).source.owner == ann
    assert services.follow_connector(bob, reader, query, now=NOW, vouched=True).source.owner is None
