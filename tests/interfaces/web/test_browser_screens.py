"""Every page in Chromium: accessible in light and dark, no wider than a phone, no breach of the content policy."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer
from tests import factories
from tests.browser import sign_in
from tests.interfaces.web.world import a_passkey_of, key_screens, make_world, pages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIGNED_OUT = {
    "sign in": "/accounts/login/",
    "one-time link": "/sign-in/anything/",
    "nothing here": "/no-such-page/",
    "sign up": "/accounts/signup/",
    "password forgotten": "/accounts/password/reset/",
    "look into your mail": "/accounts/password/reset/done/",
    "an old link for a new password": "/accounts/password/reset/key/1-anything/",
    "password changed": "/accounts/password/reset/key/done/",
}


def watch(page: Page) -> list[str]:
    """Collects what the page's console says against it; a missing picture or page is no such thing."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda said: (
            complaints.append(said.text)
            if said.type == "error" and "Failed to load resource" not in said.text
            else None
        ),
    )
    return complaints


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_an_accessibility_violation(
    live_server: LiveServer, browser: Browser, scheme: str
) -> None:
    world = make_world()
    newcomer = factories.make_user("wim", set_up=False)
    axe = Axe()
    found: dict[str, str] = {}
    for who, looked in ((world.user, pages(world)), (newcomer, {"welcome": "/welcome/"}), (None, SIGNED_OUT)):
        context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
        if who is not None:
            sign_in(context, who, live_server.url)
        # The page of a one-time link would go on by itself.
        context.route("**/enter*.js", lambda route: route.abort())
        page = context.new_page()
        complaints = watch(page)
        for name, address in looked.items():
            page.goto(live_server.url + address)
            result = axe.run(page)
            if result.violations_count:
                found[name] = result.generate_report()
            if complaints:
                found[f"{name} (console)"] = "; ".join(complaints)
                complaints.clear()
        context.close()
    assert found == {}


def test_no_page_about_keys_has_an_accessibility_violation(live_server: LiveServer, browser: Browser) -> None:
    keeper = factories.make_user("mina", password="a long enough word for this")
    passkey = a_passkey_of(keeper)
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_label("Login").fill("mina")
    page.get_by_label("Password").fill("a long enough word for this")
    page.get_by_role("button", name="Sign in").click()
    assert page.get_by_role("heading", name="One thing more").is_visible()
    axe, found = Axe(), {}
    asked = axe.run(page)
    if asked.violations_count:
        found["asked for a passkey"] = asked.generate_report()
    sign_in(context, keeper, live_server.url)
    complaints = watch(page)
    for name, address in key_screens(passkey).items():
        page.goto(live_server.url + address)
        if page.get_by_role("heading", name="Is it still you?").is_visible() and "asked" not in name:
            page.get_by_label("Password").fill("a long enough word for this")
            page.get_by_role("button", name="Go on").click()
        result = axe.run(page)
        if result.violations_count:
            found[name] = result.generate_report()
        if complaints:
            found[f"{name} (console)"] = "; ".join(complaints)
            complaints.clear()
    context.close()
    assert found == {}


@pytest.mark.parametrize("scripts", [True, False])
def test_no_page_is_wider_than_a_phone(live_server: LiveServer, browser: Browser, scripts: bool) -> None:
    world = make_world()
    context = browser.new_context(viewport={"width": 360, "height": 720}, java_script_enabled=scripts)
    sign_in(context, world.user, live_server.url)
    page = context.new_page()
    wide: dict[str, int] = {}
    for name, address in pages(world).items():
        page.goto(live_server.url + address)
        width = page.locator("html").evaluate("e => e.scrollWidth") if scripts else _width(page)
        if width > 360:
            wide[name] = width
    context.close()
    assert wide == {}


def _width(page: Page) -> int:
    """Without scripts in the page the layout can still be asked from outside."""
    metrics = page.context.new_cdp_session(page).send("Page.getLayoutMetrics")
    return int(metrics["cssContentSize"]["width"])


def test_dark_is_dark_by_the_computer_and_by_choice(live_server: LiveServer, browser: Browser) -> None:
    user = factories.make_user()
    context = browser.new_context(color_scheme="dark")
    sign_in(context, user, live_server.url)
    page = context.new_page()

    def paper() -> int:
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(","))

    page.goto(live_server.url + "/settings/")
    assert paper() < 150
    page.get_by_role("button", name="Light", exact=True).click()
    assert paper() > 600
    page.emulate_media(color_scheme="light")
    page.get_by_role("button", name="Dark", exact=True).click()
    assert paper() < 150
    page.get_by_role("button", name="As this computer").click()
    assert paper() > 600
    context.close()
