"""The search page: what it says about filters that cannot be read, and what its kinds find."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.browser import sign_in
from tests.factories import make_item, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_a_day_that_is_none_is_said_where_one_sees_it(live_server: LiveServer, page: Page) -> None:
    make_item("A moth in the costume store")
    sign_in(page.context, make_user(), live_server.url)
    page.goto(f"{live_server.url}/search/?since=junk&q=moth")
    expect(page.get_by_text("This is no day. Write it like 2026-11-24.")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was searched yet")
