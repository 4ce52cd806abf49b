"""A look before following: what a service would bring, what one may have meant, and why neither is there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.apps.sources.connectors.tools import with_client

from transom.apps.sources.connectors.datatracker.server import sample_service as groups
from transom.apps.sources.connectors.mastodon.server import sample_service as accounts
from transom.apps.sources.connectors.orcid.client import Records
from transom.apps.sources.connectors.orcid.server import sample_service as records
from transom.apps.sources.connectors.registry import connector
from transom.apps.sources.connectors.serving import Reply, Running, serving
from transom.apps.sources.looking import Look, look

NOW = datetime.now(UTC)


def looked(server: Running, name: str, **given: str) -> Look:
    found: Look = with_client(
        server, lambda client: look(connector(name), {**given, "at": server.base}, client, NOW)
    )
    return found


def test_what_it_would_bring_is_there_before_anybody_follows() -> None:
    with serving(accounts(NOW)) as server:
        found = looked(server, "mastodon", account="@hester@keepers.example")
    assert found.batch is not None
    assert found.batch.title == "Hester Quill"
    assert not found.problem


def test_a_name_nobody_has_is_said_in_words() -> None:
    with serving(accounts(NOW)) as server:
        found = looked(server, "mastodon", account="@nobody@keepers.example")
    assert found.batch is None
    assert "there is nothing by this name" in found.problem


def test_a_service_that_is_down_says_so() -> None:
    with serving(lambda asked: Reply(503)) as server:
        found = looked(server, "datatracker", group="stacks")
    assert "503" in found.problem
    assert found.suggestions == ()


def test_words_that_are_no_query_are_searched_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(records(NOW)) as server:
        monkeypatch.setattr(Records, "home", server.base)
        found = looked(server, "orcid", orcid="quill")
    assert [one.title for one in found.suggestions] == ["Hester Quill"]
    assert found.batch is None


def test_a_group_that_is_not_there_is_searched_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(groups(NOW)) as server:
        monkeypatch.setattr(type(connector("datatracker")), "home", server.base)
        found = looked(server, "datatracker", group="keeping")
    assert [one.query for one in found.suggestions] == [{"group": "stacks"}]


def test_what_makes_no_sense_is_refused_without_asking_anybody() -> None:
    with serving(accounts(NOW)) as server:
        found = looked(server, "mastodon", account="who?")
    assert "neither @name@server nor #tag@server" in found.problem
    assert server.asked == []
