"""`transom conversations` and `transom events`, as somebody types them."""

from __future__ import annotations

import json

import pytest
from tests.factories import make_user
from tests.interfaces.cli.conftest import Type
from tests.interfaces.web.world import make_world

from transom.apps.conversations.models import SavedEvent

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_the_field_talks_about_is_printed(transom: Type) -> None:
    world = make_world()
    answer = transom("conversations", "--user", world.user.username)
    assert answer.code == 0
    assert "Flood 0, part 0\n   Voice 0, Voice 1 and Voice 2\n   3 pieces in 3 days, new" in answer.out
    (told,) = json.loads(transom("conversations", "--json", "--user", world.user.username).out)
    assert (told["people"], told["you_follow"]) == (["Voice 0", "Voice 1", "Voice 2"], ["Voice 0"])
    assert (told["independent_people"], told["items"], told["yours_takes_part"]) == (3, 3, False)
    assert transom("conversations", "--earlier", "--user", world.user.username).out == ""


def test_dates_ahead_are_printed_and_filtered(transom: Type) -> None:
    world = make_world()
    who = ("--user", world.user.username)
    answer = transom("events", *who)
    assert answer.code == 0
    assert "   Stores and Stewards\n   Conference · Net loft, Veldhaven · Guild of Carers" in answer.out
    assert answer.out.count("Monthly call") == 1
    assert "every month, then" in answer.out
    webinars = json.loads(transom("events", "--json", "--kind", "webinar", "--online", *who).out)
    assert [(one["title"], one["credits"]) for one in webinars] == [("Webinar 0", "2 CPD points")]
    assert json.loads(transom("events", "--json", "abstracts", *who).out)[0]["kind"] == "call"
    assert json.loads(transom("events", "--json", "--saved", *who).out) == []
    SavedEvent.objects.create(user=world.user, event=world.event, saved_at=world.event.created_at)
    assert [one["saved"] for one in json.loads(transom("events", "--json", "--saved", *who).out)] == [True]


def test_an_unknown_kind_and_an_empty_calendar_say_what_to_do(transom: Type) -> None:
    make_user()
    answer = transom("events", "--kind", "party")
    assert answer.code == 1
    assert "conference, call, consultation" in answer.err
    assert "transom follow" in transom("events").err
    assert "transom follow" in transom("conversations").err
