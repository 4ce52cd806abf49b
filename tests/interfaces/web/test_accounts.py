"""Mail addresses, the sign-in page and passkeys, as those who use them see them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer
from tests.factories import make_user
from tests.interfaces.web.test_passkey import PASSWORD, give_authenticator

from transom.apps.accounts.services import first_user, new_sign_in_link

DELIVERY = {"part": "delivery", "mail_hour": "7"}


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


@pytest.mark.django_db
def test_nobody_takes_anothers_mail_address() -> None:
    ann, bob = make_user("ann", password=PASSWORD), make_user("bob")
    answer = signed_in(bob).post("/settings/", {**DELIVERY, "email": "Ann@Example.org"})
    assert "Ann@Example.org belongs to another account here" in answer.content.decode()
    bob.refresh_from_db()
    assert bob.email == "bob@example.org"
    entered = Client().post("/accounts/login/", {"login": "ann@example.org", "password": PASSWORD})
    assert entered.status_code == 302
    assert ann.email == "ann@example.org"


@pytest.mark.django_db
def test_an_address_nobody_has_is_kept_and_signs_in() -> None:
    bob = make_user("bob", password=PASSWORD)
    answer = signed_in(bob).post("/settings/", {**DELIVERY, "email": "robert@example.org"}, follow=True)
    assert "Saved." in answer.content.decode()
    for login, status in (("robert@example.org", 302), ("bob@example.org", 200)):
        answer = Client().post("/accounts/login/", {"login": login, "password": PASSWORD})
        assert answer.status_code == status


@pytest.mark.django_db
def test_the_sign_in_page_offers_a_link_only_where_one_is_enough() -> None:
    make_user("ann")
    assert "transom open</code>" in Client().get("/accounts/login/").content.decode()
    from_afar = Client(headers={"X-Forwarded-For": "203.0.113.9"}).get("/accounts/login/").content.decode()
    assert "Nobody needs a password" not in from_afar
    make_user("bob")
    page = Client().get("/accounts/login/").content.decode()
    assert "Nobody needs a password" not in page
    assert "transom open</code>" not in page
    assert "Password forgotten?" in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/accounts/inactive/",
        "/accounts/confirm-email/",
        "/accounts/confirm-email/abc/",
        "/accounts/2fa/totp/activate/",
        "/accounts/login/code/confirm/",
    ],
)
def test_pages_of_the_sign_in_library_that_nobody_uses_are_not_there(address: str) -> None:
    assert Client().get(address).status_code == 404
    assert signed_in(make_user()).get(address).status_code == 404


@pytest.mark.django_db
def test_the_page_for_mail_addresses_is_the_settings() -> None:
    answer = signed_in(make_user()).get("/accounts/email/")
    assert (answer.status_code, answer["Location"]) == (302, "/settings/")


@pytest.mark.django_db
def test_minutes_out_of_bounds_are_answered_in_words() -> None:
    reader = signed_in(make_user())
    answer = reader.post("/settings/", {"part": "minutes", **{f"day_{day}": "999" for day in range(7)}})
    assert "Write a whole number from 0 to 240." in answer.content.decode()


@pytest.mark.django_db
def test_no_search_engine_may_look() -> None:
    answer = Client().get("/robots.txt")
    assert answer.content == b"User-agent: *\nDisallow: /\n"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_passkey_added_after_a_link_leads_back_to_the_settings(
    live_server: LiveServer, browser: Browser
) -> None:
    me = first_user()
    me.profile.set_up_at = timezone.now() - timedelta(days=1)
    me.profile.save()
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    give_authenticator(page)
    page.goto(f"{live_server.url}/sign-in/{new_sign_in_link(me, timezone.now())}/")
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    page.goto(f"{live_server.url}/settings/")
    page.get_by_role("link", name="Passkeys").click()
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Its name").fill("This computer")
    page.get_by_role("button", name="Add it").click()
    page.wait_for_url("**/settings/#sign-in")
    expect(page.get_by_text("Your passkey is added.")).to_be_visible()
    page.get_by_role("link", name="Passkeys").click()
    expect(page.get_by_text("This computer", exact=True)).to_be_visible()
    page.get_by_role("link", name="Show them").click()
    expect(page.get_by_role("heading", name="Spare codes")).to_be_visible()
    context.close()
