"""Connectors from the command line: listed, tried out, followed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from tests.factories import make_user
from tests.interfaces.cli.conftest import Type

from transom.apps.base.models import OutgoingContact
from transom.apps.sources.connectors.datatracker.server import sample_service
from transom.apps.sources.connectors.serving import serving
from transom.apps.sources.models import Source, Subscription

pytestmark = pytest.mark.django_db(transaction=True)


def test_they_are_listed_with_what_they_ask_for(transom: Type) -> None:
    done = transom("sources", "connectors", "--json")
    assert done.code == 0
    names = [one["name"] for one in json.loads(done.out)]
    assert {"ical", "datatracker", "fedreg"} <= set(names)
    assert "The group's acronym" in transom("sources", "connectors").out


def test_several_words_that_the_shell_has_taken_the_quotes_from_stay_together(transom: Type) -> None:
    told = transom("sources", "check", "arxiv", "records", "author=Kofi Adjei", "--json")
    query = json.loads(told.out)["query"]
    assert (query["search"], query["author"]) == ("records", "Kofi Adjei")


def test_one_can_be_tried_without_a_network(transom: Type) -> None:
    done = transom("sources", "check", "datatracker")
    assert done.code == 0
    assert "Keeping Stacks" in done.out
    assert not Source.objects.exists()


def test_a_service_is_asked_once_and_nothing_is_kept_but_the_count(transom: Type, settings: Any) -> None:
    make_user()
    with serving(sample_service()) as server:
        host = server.base.removeprefix("http://")
        settings.OPTIONS = replace(settings.OPTIONS, allowed_private=(host,), unspaced_hosts=("127.0.0.1",))
        done = transom("sources", "check", "datatracker", "--live", "stacks", f"at={server.base}", "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["people"] == ["Hester Quill", "Kofi Adjei"]
    assert not Source.objects.exists()
    assert OutgoingContact.objects.get(purpose="connector").requests == len(server.asked)


def test_a_search_is_tried_at_the_stand_in_and_at_the_service(transom: Type, settings: Any) -> None:
    make_user()
    rehearsed = transom("sources", "check", "datatracker", "--search", "keeping")
    assert "Keeping Stacks" in rehearsed.out
    assert 'group="stacks"' in rehearsed.out
    with serving(sample_service()) as server:
        host = server.base.removeprefix("http://")
        settings.OPTIONS = replace(settings.OPTIONS, allowed_private=(host,), unspaced_hosts=("127.0.0.1",))
        words = ("--search", "keeping", f"at={server.base}")
        done = transom("sources", "check", "datatracker", "--json", "--live", *words)
    assert done.code == 0, done.err
    assert [one["query"] for one in json.loads(done.out)] == [{"group": "stacks", "at": server.base}]
    assert OutgoingContact.objects.get(purpose="connector").requests == len(server.asked) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [(("ical", "--search", "x"), "cannot be searched"), (("orcid", "--search"), "--search WORDS")],
)
def test_what_cannot_be_searched_is_said(transom: Type, words: tuple[str, ...], said: str) -> None:
    done = transom("sources", "check", *words)
    assert done.code == 1
    assert said in done.err


def test_following_says_what_is_followed(transom: Type) -> None:
    make_user()
    done = transom("follow", "--connector", "datatracker", "httpbis")
    assert "https://datatracker.ietf.org/group/httpbis/about/" in done.out
    assert Subscription.objects.get().source.query == {"group": "httpbis"}


@pytest.mark.parametrize("words", [("nonesuch", "x"), ("datatracker", "no such group!")])
def test_what_cannot_be_followed_is_said(transom: Type, words: tuple[str, str]) -> None:
    make_user()
    done = transom("follow", "--connector", *words)
    assert done.code == 1
    assert done.err.startswith("transom: ")
    assert not Source.objects.exists()


@pytest.mark.parametrize(
    ("text", "name"), [("@hester@keepers.example", "mastodon"), ("0000-0002-1825-0097", "orcid")]
)
def test_a_handle_or_a_number_is_followed_as_it_stands(transom: Type, text: str, name: str) -> None:
    make_user()
    assert transom("follow", text).code == 0
    assert Subscription.objects.get().source.connector == name
