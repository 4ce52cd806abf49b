"""The search page: what it says about filters that cannot be read, and what its kinds find."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.apps.library.documents import LOAN, entry, store
from tests.browser import sign_in
from tests.factories import make_item, make_source, make_user

from transom.apps.library.choices import Kind
from transom.interfaces.web.forms import SearchForm

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_a_day_that_is_none_is_said_where_one_sees_it(live_server: LiveServer, page: Page) -> None:
    make_item("A moth in the costume store")
    sign_in(page.context, make_user(), live_server.url)
    page.goto(f"{live_server.url}/search/?since=junk&q=moth")
    expect(page.get_by_text("This is no day. Write it like 2026-11-24.")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was searched yet")


def test_what_a_podcast_brings_is_found_among_episodes(live_server: LiveServer, page: Page) -> None:
    spoken = entry("a", "Why moths return", "https://stacks.example/a")
    sound = '<link rel="enclosure" type="audio/mpeg" href="https://stacks.example/a.mp3"/></entry>'
    store(
        make_source(),
        spoken.replace("</entry>", sound),
        entry("b", "Moths in writing", "https://stacks.example/b", body=LOAN),
    )
    sign_in(page.context, make_user(), live_server.url)
    page.goto(f"{live_server.url}/search/?q=moths")
    page.get_by_text("Narrow it down").click()
    page.get_by_label("Kind").select_option(label="episodes")
    page.get_by_role("button", name="Search with these").click()
    expect(page.locator(".found article")).to_have_count(1)
    expect(page.locator(".found article h2")).to_have_text("Why moths return")


def test_the_form_the_terminal_and_the_library_have_the_same_kinds() -> None:
    offered = dict(SearchForm(sources=[]).fields["kind"].choices)
    assert set(offered) == {"", *Kind.values}
    told = " ".join((Path(__file__).parents[3] / "docs" / "cli.md").read_text().split())
    named = told.partition("`--kind` KIND: ")[2].partition(". -")[0].replace(" or ", ", ")
    assert {one.strip() for one in named.split(",")} == set(Kind.values)
