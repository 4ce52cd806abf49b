"""GitHub: releases, and what somebody does in public."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from tests.apps.sources.connectors.tools import NOW, damaged, followed, page, refreshed, with_client

from transom.apps.library.models import Endorsement, EndorsementKind, Identity, Item
from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.github.client import GitHub
from transom.apps.sources.connectors.github.mapping import Mapped, site_of
from transom.apps.sources.connectors.github.server import (
    event,
    issue,
    profile,
    release,
    sample_service,
    service,
    user,
)
from transom.apps.sources.connectors.serving import serving
from transom.apps.sources.models import SourceState

READER = GitHub()
HESTER = user(1, "hester")
ASKED = issue(4, "Drift", NOW, "See https://a.example/x, and https://github.com/b/c.")
ACTS = [
    event(1, "IssuesEvent", HESTER, NOW, {"action": "opened", "issue": ASKED}),
    event(2, "WatchEvent", HESTER, NOW, {"action": "started"}, "veldhaven/logger"),
    event(3, "PushEvent", HESTER, NOW, {"commits": []}),
]


def test_acts_become_items_and_what_they_point_at() -> None:
    mapped = Mapped()
    for row in ACTS:
        mapped.add_event(row)
    assert [one.entry.title for one in mapped.items] == ["Drift"]
    assert {(one.kind, one.target) for one in mapped.endorsements} == {
        ("link", "https://a.example/x"),
        ("boost", "https://github.com/veldhaven/logger"),
    }
    assert mapped.identities["1"].profile == "https://github.com/hester"


def test_a_robots_release_points_at_nothing() -> None:
    mapped = Mapped()
    mapped.add_release(release(7, "v1", user(2, "release[bot]"), NOW, "https://a.example/x"), "keepers/shelf")
    assert [one.entry.title for one in mapped.items] == ["shelf v1"]
    assert mapped.endorsements == []
    assert not mapped.identities["2"].is_person


def test_an_unchanged_list_is_free() -> None:
    with serving(sample_service(NOW)) as server:
        first = page(READER, {"what": "keepers/shelf"}, server)
        assert [one.kind for one in first.items] == ["release"]
        assert page(READER, {"what": "keepers/shelf"}, server, first.cursor).unchanged


ABOUT = profile(
    1,
    "hester",
    name="Hester Quill",
    blog="slowrooms.example",
    company="@dry-rooms",
    email="h@slowrooms.example",
)


def test_what_an_account_says_of_itself_is_a_claim() -> None:
    mapped = Mapped()
    mapped.add_profile(ABOUT)
    mapped.add_event(ACTS[0])
    who = mapped.identities["1"]
    assert (who.name, who.links, who.me_links) == ("Hester Quill", ("https://slowrooms.example",), ())
    assert [one.organisation for one in who.employments] == ["dry-rooms"]
    assert mapped.items[0].entry.authors[0].name == "Hester Quill"


@pytest.mark.parametrize(
    ("typed", "site"),
    [
        ("http://slowrooms.example/me", "http://slowrooms.example/me"),
        ("slowrooms.example", "https://slowrooms.example"),
        ("javascript:alert(1)", ""),
        ("none", ""),
        ("", ""),
    ],
)
def test_a_site_is_an_address_with_or_without_scheme(typed: str, site: str) -> None:
    assert site_of(typed) == site


def test_the_profile_is_asked_for_once_a_week_and_remembered_in_between() -> None:
    query = {"what": "hester"}
    acts = {"/users/hester/events/public": ACTS}
    with serving(service({**acts, "/users/hester": ABOUT})) as server:
        cursors = [page(READER, query, server)]
        cursors.append(page(READER, query, server, cursors[-1].cursor, NOW + timedelta(hours=3)))
        assert cursors[-1].unchanged
        server.service = service({"/users/hester/events/public": ACTS[:1]})
        cursors.append(page(READER, query, server, cursors[-1].cursor, NOW + timedelta(hours=6)))
        asked = [one.path for one in server.asked]
        assert asked.count("/users/hester") == 1
        # A week later it does not tell: what is known stays, and it is asked again.
        cursors.append(page(READER, query, server, cursors[-1].cursor, NOW + timedelta(days=8)))
        server.service = service(
            {"/users/hester/events/public": ACTS[:1], "/users/hester": {**ABOUT, "blog": ""}}
        )
        cursors.append(page(READER, query, server, cursors[-1].cursor, NOW + timedelta(days=9)))
    found = [one.identities[0] for one in cursors if one.identities]
    assert [one.name for one in found] == ["Hester Quill"] * 4
    assert [one.links for one in found] == [("https://slowrooms.example",)] * 3 + [()]


def _stars(first: int, last: int) -> list[Any]:
    """Acts by their numbers, the newest first."""
    return [
        event(number, "WatchEvent", HESTER, NOW, {"action": "started"}, f"shelves/no{number}")
        for number in range(last, first - 1, -1)
    ]


def test_after_a_fortnight_away_it_reads_back_to_the_last_act_it_knows() -> None:
    path, query = "/users/hester/events/public", {"what": "hester"}
    with serving(service({path: _stars(1, 40)})) as server:
        first = page(READER, query, server)
        assert len(first.endorsements) == 40
        server.service = service({path: _stars(1, 270)})
        again = page(READER, query, server, first.cursor, NOW + timedelta(days=14))
        assert {one.target for one in again.endorsements} >= {
            f"https://github.com/shelves/no{number}" for number in range(41, 271)
        }
        server.asked.clear()
        server.service = service({path: _stars(150, 300)})
        page(READER, query, server, again.cursor, NOW + timedelta(days=14, hours=3))
        assert [one.path for one in server.asked].count(path) == 1


def test_where_the_hour_is_spent_on_the_way_back_all_is_asked_for_again() -> None:
    path, query = "/users/hester/events/public", {"what": "hester"}
    with serving(service({path: _stars(1, 40)})) as server:
        first = page(READER, query, server)
        whole = service({path: _stars(1, 270)})
        spent = service({}, remaining=0)
        server.service = lambda asked: (spent if asked.one("page") else whole)(asked)
        halfway = page(READER, query, server, first.cursor, NOW + timedelta(hours=3))
        assert len(halfway.endorsements) == 100
        server.service = whole
        again = page(READER, query, server, halfway.cursor, NOW + timedelta(hours=6))
        assert len(again.endorsements) == 270


def test_accounts_and_repositories_are_found_by_words() -> None:
    with serving(sample_service(NOW)) as server:
        reader = GitHub()
        reader.home = server.base  # type: ignore[misc]
        people = with_client(server, lambda client: reader.discover("Hester", client))
        places = with_client(server, lambda client: reader.discover("shelf", client))
    assert [one.query for one in people] == [{"what": "hester"}]
    assert [(one.query, one.says) for one in places] == [
        ({"what": "keepers/shelf"}, "All about keepers/shelf")
    ]


@given(damaged(ABOUT))
@settings(max_examples=100, deadline=None)
def test_whatever_a_profile_says_nothing_raises(sent: Any) -> None:
    mapped = Mapped()
    mapped.add_profile(json.loads(json.dumps(sent)))
    assert all(values.address(link) for one in mapped.identities.values() for link in one.links)


@given(damaged(ACTS))
@settings(max_examples=150, deadline=None)
def test_whatever_it_sends_nothing_raises(sent: Any) -> None:
    mapped = Mapped()
    for row in values.rows({"all": json.loads(json.dumps(sent))}, "all"):
        mapped.add_event(row)
        mapped.add_release(row, "a/b")
    assert all(one.entry.link for one in mapped.items)


@pytest.mark.django_db
def test_followed_it_fills_the_library_and_a_spent_hour_is_waited_for() -> None:
    with serving(sample_service(NOW)) as server:
        source = followed(READER, {"what": "hester"}, server)
        refreshed(server, source)
        assert Item.objects.count() == 2
        reply = Endorsement.objects.get(kind=EndorsementKind.REPLY)
        assert reply.item == Item.objects.get(title="Shelves drift in winter")
        assert Identity.objects.get().account == "1"
        server.service = service({}, remaining=0)
        refreshed(server, source, now=NOW + timedelta(hours=4))
    assert SourceState.objects.get().last_status == 429
    assert Item.objects.count() == 2
