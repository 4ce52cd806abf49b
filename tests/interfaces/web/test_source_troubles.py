"""The page of sources when things go wrong: each trouble once, a page that a phone can hold, no network."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer
from tests.browser import sign_in
from tests.factories import make_source, make_state, make_subscription, make_user

from transom.apps.accounts.models import User
from transom.apps.library.models import RefreshRun
from transom.apps.sources.models import Source

pytestmark = pytest.mark.django_db(transaction=True)

GONE = {"failures": 3, "last_status": 404, "last_error_kind": "http-status", "last_error": "404"}
BUSY = {"failures": 1, "last_status": 503, "last_error_kind": "http-status", "last_error": "503"}


@pytest.fixture
def user() -> User:
    return make_user()


@pytest.fixture
def reader(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def followed(user: User, count: int, **state: object) -> list[Source]:
    made = [make_source() for _ in range(count)]
    for source in made:
        make_subscription(user, source)
        make_state(source, **state)
    return made


def shown(reader: Client) -> str:
    return reader.get("/sources/").content.decode()


def test_what_several_sources_suffer_from_is_said_once(user: User, reader: Client) -> None:
    gone, busy = followed(user, 4, **GONE), followed(user, 3, **BUSY)
    page = shown(reader)
    assert page.count("There is nothing at its address.") == 1
    assert page.count("Look on the site for a new address.") == 1
    assert page.count("It is not available for the moment.") == 1
    assert all(f"/sources/{source.pk}/" in page for source in (*gone, *busy))
    assert page.count("Try again now") == 4


def test_without_a_network_nothing_is_called_well(user: User, reader: Client) -> None:
    now = timezone.now()
    asked = {"last_fetched_at": None, "last_success_at": None, "last_asked_at": now}
    source = followed(user, 5, **asked)[0]
    RefreshRun.objects.create(started_at=now, finished_at=now, tried=5, failed=5, network_down=True)
    page = shown(reader)
    assert page.count("This computer could not reach the network.") == 1
    assert "All is well" not in page
    assert "Check this computer" in reader.get(f"/sources/{source.pk}/").content.decode()
    later = now + timedelta(minutes=1)
    RefreshRun.objects.create(started_at=later, finished_at=later, tried=1, failed=0)
    assert "could not reach the network" not in shown(reader)


@pytest.mark.browser
def test_two_hundred_sources_fit_a_phone(live_server: LiveServer, page: Page, user: User) -> None:
    followed(user, 180)
    followed(user, 12, **GONE)
    followed(user, 8, **BUSY)
    sign_in(page.context, user, live_server.url)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{live_server.url}/sources/")
    height = page.evaluate("document.documentElement.scrollHeight")
    assert height < 4000
    page.get_by_text("Show all 180").click()
    assert page.evaluate("document.documentElement.scrollHeight") > height
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
