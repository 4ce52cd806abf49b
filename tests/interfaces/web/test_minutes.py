"""The minutes of one thing are the same wherever it stands, and pauses lie ahead."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.utils import timezone
from tests.factories import make_item, make_source, make_state_of_reading, make_subscription, make_user

from transom.apps.accounts.models import Profile, User
from transom.apps.brief.candidates import warm

pytestmark = pytest.mark.django_db

SAID = re.compile(r"(?:about )?(?:\d+ h )?\d+ min|under a minute|no minutes")


@pytest.fixture
def user() -> User:
    warm.forget()
    return make_user("nora")


@pytest.fixture
def reader(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("minutes", [0.2, 1.0, 1.6, 12.3])
@pytest.mark.parametrize("pace", [None, 120])
def test_the_brief_the_reader_the_search_and_the_saved_say_the_same(
    user: User, reader: Client, minutes: float, pace: int | None
) -> None:
    Profile.objects.filter(user=user).update(words_a_minute=pace, minutes=[60] * 7)
    source = make_source("Stacks")
    make_subscription(user, source)
    now = timezone.now()
    item = make_item("The second door", source=source, minutes=minutes, published=now - timedelta(hours=2))
    places = {"brief": "/", "reader": f"/read/{item.pk}/", "search": "/search/?q=door"}
    places |= {"source": f"/sources/{source.pk}/", "saved": "/saved/"}
    said = {}
    for name, address in places.items():
        if name == "saved":
            make_state_of_reading(user, item, saved_at=now)
        page = reader.get(address).content.decode()
        after = page[page.index("Stacks</bdi>") :]
        found = SAID.search(after)
        said[name] = found[0] if found else ""
    assert len(set(said.values())) == 1, said
    assert said["brief"].endswith(" min")


@pytest.mark.parametrize("ago", [0, 1, 2000])
def test_a_pause_until_a_day_gone_by_is_refused(user: User, reader: Client, ago: int) -> None:
    day = timezone.localdate() - timedelta(days=ago)
    page = reader.post("/settings/", {"part": "pause", "until": day.isoformat()}).content.decode()
    assert "This day has come already." in page
    assert Profile.objects.get(user=user).paused_until is None


def test_a_pause_says_until_when_and_can_be_ended(user: User, reader: Client) -> None:
    day = timezone.localdate() + timedelta(days=3)
    page = reader.post("/settings/", {"part": "pause", "until": day.isoformat()}, follow=True)
    assert f"Paused until {day:%A} {day.day} {day:%B %Y}." in page.content.decode()
    again = reader.post("/settings/", {"part": "pause", "go-on": "yes"}, follow=True)
    assert "Not paused any more." in again.content.decode()
    assert Profile.objects.get(user=user).paused_until is None


@pytest.mark.parametrize(("days", "said"), [(1, "deleted 1 day after"), (90, "deleted 90 days after")])
def test_how_long_things_are_kept_is_said_in_a_sentence(reader: Client, days: int, said: str) -> None:
    with override_settings(OPTIONS=replace(settings.OPTIONS, expire_days=days)):
        assert f"shown in a brief are {said} they came." in reader.get("/settings/").content.decode()
