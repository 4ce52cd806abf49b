"""A passkey is added and lets its owner in, in a real browser with a virtual authenticator."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests import factories

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

PASSWORD = "a long enough word for this"


def give_authenticator(page: Page) -> None:
    """As if the computer had a fingerprint reader that always says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def test_a_passkey_added_in_the_settings_lets_its_owner_in(live_server: LiveServer, browser: Browser) -> None:
    factories.make_user("mina", password=PASSWORD)
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    give_authenticator(page)
    page.goto(f"{live_server.url}/accounts/login/")
    page.locator("#id_login").fill("mina")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")
    page.wait_for_url(f"{live_server.url}/")
    page.goto(f"{live_server.url}/accounts/2fa/webauthn/add/")
    if "reauthenticate" in page.url:
        page.locator("#id_password").fill(PASSWORD)
        page.locator("#id_password").press("Enter")
    page.locator("#id_name").fill("This computer")
    if page.locator("#id_passwordless").count():
        page.locator("#id_passwordless").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(lambda address: "webauthn/add" not in address)
    context.clear_cookies()
    page.goto(f"{live_server.url}/accounts/login/")
    page.locator("#passkey_login").click()
    page.wait_for_url(f"{live_server.url}/")
    expect(page.get_by_role("heading", name="Your brief")).to_be_visible()
    context.close()
