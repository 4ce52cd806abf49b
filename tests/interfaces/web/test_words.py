"""Numbers and times as a person would say them, and no word on a screen that is the code's own."""

from __future__ import annotations

import re
import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import fromstring
from tests.factories import NOW, make_user
from tests.interfaces.web.world import NOT_HTML, a_passkey_of, key_screens, make_world, screens

import transom
from transom.interfaces.web import words

FORBIDDEN = re.compile(
    r"\b(?:(?<!\bin )(?<!\bout of )touch(?:es|ed)?|ties?|rungs?|endorsements?|exposure|sealed|disciplines?|heat"
    r"|standing)\b",
    re.IGNORECASE,
)


def test_a_day_of_this_year_is_said_without_it() -> None:
    assert words.day(date(2026, 11, 24), today=date(2026, 1, 1)) == "Tuesday 24 November"
    assert words.day(date(2025, 11, 24), today=date(2026, 1, 1)) == "Monday 24 November 2025"


@pytest.mark.parametrize(
    ("gap", "ago"),
    [
        (timedelta(seconds=30), "just now"),
        (timedelta(minutes=20), "20 minutes ago"),
        (timedelta(hours=3), "3 hours ago"),
        (timedelta(days=3), "3 days ago"),
        (timedelta(days=100), "16 August 2026"),
    ],
)
def test_the_past_is_said_roughly(gap: timedelta, ago: str) -> None:
    assert words.how_long_ago(NOW - gap, NOW) == ago


def test_what_never_happened_is_said_so() -> None:
    assert words.how_long_ago(None, NOW) == "not yet"
    assert words.how_soon(None, NOW) == "not planned"


def test_the_future_is_said_roughly() -> None:
    assert words.how_soon(NOW + timedelta(minutes=5), NOW) == "in 5 minutes"
    assert words.how_soon(NOW - timedelta(minutes=5), NOW) == "now"


@given(st.text(max_size=60))
def test_any_address_has_something_to_show(address: str) -> None:
    assert words.host("https://www.example.org/x") == "example.org"
    assert isinstance(words.host(address), str)


@pytest.mark.parametrize(
    ("written", "said"),
    [("2026-11-24", "24 November 2026"), ("2026-11", "November 2026"), ("last year", "last year")],
)
def test_days_in_data_files_are_said_in_words(written: str, said: str) -> None:
    assert words.written_day(written) == said


def own_words(html: str) -> str:
    """What a page says to whoever reads, hears or points: its text, and the attributes that are spoken."""
    document = fromstring(html)
    for quiet in document.xpath("//script | //style | //article[@class='article']"):
        quiet.drop_tree()
    spoken = document.xpath("//@title | //@aria-label | //@placeholder | //@alt | //@value | //@data-copied")
    return " ".join([document.text_content(), *map(str, spoken)])


def forbidden_in(text: str) -> list[str]:
    return [found.group(0) for found in FORBIDDEN.finditer(text)]


@pytest.mark.parametrize(
    "said", ["A tie.", "ties", "Touch it", "their standing", "(rungs)", "sealed", "Heat: 3"]
)
def test_the_list_would_notice(said: str) -> None:
    assert forbidden_in(said)


@pytest.mark.parametrize(
    "said", ["Keep in touch", "You are out of touch with them.", "necktie", "understanding"]
)
def test_what_may_be_said_may_be_said(said: str) -> None:
    assert not forbidden_in(said)


@pytest.mark.django_db
def test_no_screen_says_a_word_of_the_code() -> None:
    world = make_world()
    found: dict[str, list[str]] = {}
    readers = [(world.user, screens(world)), (make_user("wim", set_up=False), {"welcome": "/welcome/"})]
    keeper = make_user("mina", password="a long enough word for this")
    readers.append((keeper, key_screens(a_passkey_of(keeper))))
    for user, looked in readers:
        client = Client()
        client.force_login(user)
        # As somebody who has just said who they are, so that no page asks it again.
        session = client.session
        session["account_authentication_methods"] = [
            {"method": "password", "at": time.time(), "reauthenticated": True}
        ]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()
        for name, address in looked.items():
            answer = client.get(address)
            assert answer.status_code == 200, name
            text = answer.content.decode()
            said = text if name in NOT_HTML else own_words(text or "<p></p>")
            if words_of_code := forbidden_in(said):
                found[name] = words_of_code
    assert found == {}


def test_no_template_says_a_word_of_the_code() -> None:
    """What is shown only now and then, mails among it, stands in a template too."""
    found = {}
    for template in sorted(Path(transom.__file__).parent.rglob("templates/**/*.*")):
        text = template.read_text()
        said = " ".join(re.findall(r'{% translate "([^"]+)"', text)) + " ".join(
            re.findall(r"{% blocktranslate[^%]*%}(.*?){% endblocktranslate %}", text, re.DOTALL)
        )
        if words_of_code := forbidden_in(said):
            found[template.name] = words_of_code
    assert found == {}
