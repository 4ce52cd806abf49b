"""From the first page into the demo and on to its brief, in Chromium: the click that a newcomer makes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser import browser, page
from tests.interfaces.running.instances import Instance, command, new_database, running

__all__ = ["browser", "page"]
pytestmark = pytest.mark.browser

START = 60_000
OFFERS = re.compile("^Start with")


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Instance]:
    """One's own Transom, just started for the first time."""
    with new_database() as url, running(tmp_path / "mine", url) as started:
        yield started


def come_in(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_label("What is your job").wait_for()


def test_one_click_leads_into_the_demo_and_to_a_brief_of_its_people(own: Instance, page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    come_in(page, own.link)
    page.get_by_label("What is your job").fill("Head of collections care")
    page.get_by_role("button", name="Look around in the demo").click()
    expect(page.get_by_role("status")).to_contain_text("The demo is being started")
    page.wait_for_url(lambda url: not url.startswith(own.address), timeout=START)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your brief")
    expect(page.locator("#part-read")).to_be_visible(timeout=START)
    assert complaints == []


def test_the_demo_offers_itself_alone(tmp_path: Path, page: Page) -> None:
    with running(tmp_path / "mine", "", "demo") as demo:
        come_in(page, demo.link)
        expect(page.get_by_role("button", name="Look around in the demo")).to_be_visible()
        expect(page.get_by_role("button", name=OFFERS)).to_have_count(0)
        page.goto(f"{demo.address}/packs/records-management/")
        page.get_by_role("button", name="Follow what is ticked").click()
        expect(page.get_by_text("This is the demo")).to_be_visible()
        assert "0 sources" in _followed(demo)


def _followed(demo: Instance) -> str:
    env = {**demo.env, "TRANSOM_HOME": demo.env["TRANSOM_HOME"] + "-demo"}
    found = command(env, "sources")
    return found.stdout + found.stderr
