"""A look before following: what a service would bring, what one may have meant, and why neither is there."""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.apps.sources.connectors.tools import damaged, with_client

from transom.apps.sources.connectors.datatracker.server import sample_service as groups
from transom.apps.sources.connectors.discourse.server import CATEGORIES
from transom.apps.sources.connectors.discourse.server import sample_service as forum
from transom.apps.sources.connectors.interface import Suggestion
from transom.apps.sources.connectors.mastodon.server import account, status
from transom.apps.sources.connectors.mastodon.server import sample_service as accounts
from transom.apps.sources.connectors.mastodon.server import service as social
from transom.apps.sources.connectors.orcid.client import Records
from transom.apps.sources.connectors.orcid.server import sample_service as records
from transom.apps.sources.connectors.pretalx.server import conference
from transom.apps.sources.connectors.pretalx.server import sample_service as programmes
from transom.apps.sources.connectors.registry import connector
from transom.apps.sources.connectors.serving import Reply, Running, serving
from transom.apps.sources.connectors.wording import words_and_server
from transom.apps.sources.errors import SourceError
from transom.apps.sources.looking import Look, look
from transom.engine.core.errors import FetchError, ParseError
from transom.engine.net.port import Request, Response

NOW = datetime.now(UTC)


@dataclass
class Answering:
    """A client whose every answer is the same."""

    reply: Reply

    async def fetch(self, request: Request) -> Response:
        return Response(request.url, self.reply.status, {}, self.reply.body)


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
        reader = connector("datatracker")
        found = with_client(server, lambda client: look(reader, {"group": "keeping"}, client, NOW))
    assert [one.query for one in found.suggestions] == [{"group": "stacks"}]


def test_what_another_server_knows_is_followed_there() -> None:
    with serving(groups(NOW)) as server:
        found = looked(server, "datatracker", group="keeping")
        (one,) = found.suggestions
        assert one.query == {"group": "stacks", "at": server.base}
        again = with_client(server, lambda client: look(connector("datatracker"), one.query, client, NOW))
    assert again.batch is not None


def test_what_makes_no_sense_is_refused_without_asking_anybody() -> None:
    with serving(accounts(NOW)) as server:
        typed = {"address": "who?"}
        found = with_client(server, lambda client: look(connector("ical"), typed, client, NOW))
    assert "no calendar's address" in found.problem
    assert server.asked == []


def test_an_account_that_is_misspelt_is_looked_for_at_its_server() -> None:
    with serving(accounts(NOW)) as server:
        found = looked(server, "mastodon", account="@heste@keepers.example")
    assert [(one.title, dict(one.query)) for one in found.suggestions] == [
        ("Hester Quill", {"account": "@hester@keepers.example", "at": server.base})
    ]
    assert server.asked[-1].path == "/api/v2/search"


def test_words_find_accounts_of_any_server_and_hashtags() -> None:
    hester = account(1, "Hester Quill", "hester")
    kofi = account(2, "Kofi of the Stores", "kofi@veldhaven.example")
    posts = [status(5, kofi, NOW, "Damp again. #stores")]
    with serving(social([hester], posts)) as server:
        found = looked(server, "mastodon", account="stores")
    queries = [dict(one.query) for one in found.suggestions]
    assert queries == [
        {"account": "@kofi@veldhaven.example"},
        {"account": "#stores@127.0.0.1", "at": server.base},
    ]


def test_a_server_that_lets_no_stranger_search_leaves_the_problem_as_it_was() -> None:
    with serving(lambda asked: Reply(401)) as server:
        found = looked(server, "mastodon", account="hester quill")
    assert found.suggestions == ()
    assert "neither @name@server nor #tag@server" in found.problem


def test_a_forum_named_with_words_shows_its_categories_about_them() -> None:
    with serving(forum(NOW)) as server:
        typed = {"forum": f"loggers at {server.base}"}
        found = with_client(server, lambda client: look(connector("discourse"), typed, client, NOW))
    assert [(one.title, one.query.get("category")) for one in found.suggestions] == [
        ("All of 127.0.0.1", None),
        ("Climate of stores", "7"),
        ("Loggers", "9"),
    ]


@pytest.mark.parametrize("typed", ["loggers at forum.example.org", "loggers forum.example.org/latest"])
def test_words_before_a_forum_are_no_address(typed: str) -> None:
    with pytest.raises(SourceError, match="no forum's address"):
        connector("discourse").understood(typed)


def test_words_without_a_forum_lead_nowhere() -> None:
    with serving(forum(NOW)) as server:
        assert with_client(server, lambda client: connector("discourse").discover("loggers", client)) == []
    assert server.asked == []


@pytest.mark.parametrize("typed", ["stewards", "Stores and", "stewrads at pretalx.example"])
def test_a_conference_is_found_by_its_name_else_the_latest_are_shown(typed: str) -> None:
    with serving(programmes(NOW)) as server:
        found = looked(server, "pretalx", event=typed)
    assert [(one.title, dict(one.query)) for one in found.suggestions] == [
        ("Stores and Stewards", {"event": f"{server.base}/stewards"})
    ]


ANSWERS = {
    "mastodon": {"accounts": [account(1, "Hester", "hester")], "hashtags": [{"name": "x", "history": [{}]}]},
    "discourse": {"category_list": {"categories": CATEGORIES}},
    "pretalx": [conference("stewards", "Stores and Stewards", NOW)],
}


def found_in(name: str, sent: Any) -> list[Suggestion]:
    answer = Answering(Reply(body=json.dumps(sent).encode()))
    return asyncio.run(connector(name).discover("s at p.example", answer, "https://p.example"))


def test_each_answer_holds_something_while_it_is_whole() -> None:
    assert all(len(found_in(name, sent)) >= 1 for name, sent in ANSWERS.items())
    assert len(found_in("discourse", ANSWERS["discourse"])) > 1


@pytest.mark.parametrize("name", ANSWERS)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_a_search_answers_nothing_raises(name: str, data: st.DataObject) -> None:
    sent = data.draw(damaged(ANSWERS[name]))
    with contextlib.suppress(FetchError, ParseError):
        for one in found_in(name, sent):
            assert one.title
            assert all(one.query.values())


@pytest.mark.parametrize(
    ("typed", "words", "server"),
    [
        ("stores at forum.example", "stores", "https://forum.example"),
        ("stores", "stores", ""),
        ("Forum.Example:8080 damp stores", "damp stores", "https://forum.example:8080"),
        ("https://pretalx.example/stewards", "stewards", "https://pretalx.example"),
        ("https://s.example/@hester", "hester", "https://s.example"),
        ("a.example b.example", "b.example", "https://a.example"),
        ("", "", ""),
    ],
)
def test_a_server_is_told_from_words(typed: str, words: str, server: str) -> None:
    assert words_and_server(typed) == (words, server)
