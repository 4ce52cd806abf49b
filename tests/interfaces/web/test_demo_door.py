"""From one's own first page to the demo: what is shown while it starts, when it is there, and when it cannot."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.http import HttpResponse
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer
from tests.browser import sign_in
from tests.factories import make_user

from transom.apps.accounts.models import User
from transom.interfaces.running import beside

pytestmark = pytest.mark.django_db(transaction=True)

LINK = "http://localhost:9/sign-in/abc/"
ANSWERS = {"job": "Head of collections care", "minutes": "15", "start": "demo"}
Starts = Callable[[str], None]


@pytest.fixture
def user() -> User:
    return make_user(set_up=False)


@pytest.fixture
def reader(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def starts(monkeypatch: pytest.MonkeyPatch, user: User) -> Iterator[Starts]:
    """What the demo's process does instead."""
    yield lambda code: monkeypatch.setattr(beside, "COMMAND", (sys.executable, "-c", code))
    beside.forget_opening(user.pk)


def settled(reader: Client) -> HttpResponse:
    """The page once the process has said something."""
    deadline = time.monotonic() + 20
    while reader.get("/welcome/demo/", headers={"HX-Request": "true"}).headers.get("HX-Redirect") is None:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return reader.get("/welcome/demo/", follow=True)


def test_it_is_waited_for_on_a_page_that_then_leads_there(reader: Client, starts: Starts) -> None:
    starts(f"import time; time.sleep(2); print('{LINK}', flush=True); time.sleep(9)")
    assert reader.post("/welcome/", ANSWERS)["Location"] == "/welcome/demo/"
    assert "The demo is being started" in reader.get("/welcome/demo/").content.decode()
    page = settled(reader).content.decode()
    assert f'href="{LINK}"' in page
    assert f'content="0; url={LINK}"' in page
    # The link works once, so that it is not shown twice.
    assert reader.get("/welcome/demo/")["Location"] == "/welcome/"


def test_why_it_did_not_start_stands_on_the_first_page(reader: Client, starts: Starts) -> None:
    starts("print('Every port is taken.')")
    reader.post("/welcome/", ANSWERS)
    page = settled(reader)
    assert page.redirect_chain[-1][0] == "/welcome/"  # type: ignore[attr-defined]
    assert "Every port is taken. Start it in a terminal to see more" in page.content.decode()


def test_a_second_click_starts_no_second_demo(reader: Client, starts: Starts, user: User) -> None:
    starts("import time; time.sleep(5)")
    reader.post("/welcome/", ANSWERS)
    first = beside.opening_of(user.pk)
    reader.post("/welcome/", ANSWERS)
    assert beside.opening_of(user.pk) is first


def test_strangers_and_those_who_began_nothing_are_led_elsewhere(reader: Client) -> None:
    assert Client().get("/welcome/demo/")["Location"].startswith("/accounts/login/")
    assert reader.get("/welcome/demo/")["Location"] == "/welcome/"


@pytest.mark.browser
def test_the_page_that_waits_has_no_accessibility_violation(
    live_server: LiveServer, page: Page, user: User, starts: Starts
) -> None:
    starts("import time; time.sleep(30)")
    sign_in(page.context, user, live_server.url)
    page.goto(f"{live_server.url}/welcome/")
    page.get_by_label("What is your job").fill("Head of collections care")
    page.get_by_role("button", name="Look around in the demo").click()
    page.get_by_role("status").wait_for()
    assert Axe().run(page).violations_count == 0
