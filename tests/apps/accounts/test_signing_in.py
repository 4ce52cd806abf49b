"""Who may come in, and how, asked over real HTTP: the rules that keep a library without passwords safe."""

from __future__ import annotations

import http.client
import re
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer
from tests.factories import make_user

from transom.apps.accounts.errors import AccountError
from transom.apps.accounts.models import Invitation, SignInLink, User
from transom.apps.accounts.services import (
    accept_invitation,
    first_user,
    invite,
    new_sign_in_link,
    redeem_sign_in_link,
)
from transom.apps.accounts.services.sign_in_policy import FORWARDING_HEADERS

pytestmark = pytest.mark.django_db(transaction=True)

PASS_PHRASE = "seven grey herons at dawn"


class Browser:
    """Keeps cookies and sends forms as a browser does."""

    def __init__(self, server: LiveServer, **headers: str) -> None:
        self.netloc = urlsplit(server.url).netloc
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.cookies: dict[str, str] = {}
        self.status = 0
        self.place = ""
        self.text = ""

    def ask(self, path: str, form: dict[str, str] | None = None) -> Browser:
        connection = http.client.HTTPConnection(self.netloc, timeout=30)
        headers = {
            "Host": self.netloc,
            **self.headers,
            "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()),
        }
        body = None
        if form is not None:
            form = {"csrfmiddlewaretoken": self.cookies.get(settings.CSRF_COOKIE_NAME, ""), **form}
            body = urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request("GET" if form is None else "POST", path, body, headers)
        answer = connection.getresponse()
        self.text = answer.read().decode()
        self.status, self.place = answer.status, answer.headers.get("Location", "")
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        connection.close()
        return self

    def send(self, path: str, **form: str) -> Browser:
        return self.ask(path).ask(path, form)

    @property
    def session(self) -> str:
        return self.cookies.get(settings.SESSION_COOKIE_NAME, "")

    def is_in(self) -> bool:
        return self.ask("/settings/").status == 200


@pytest.fixture(autouse=True)
def _no_counts_from_before() -> None:
    cache.clear()


@pytest.fixture
def me() -> User:
    return first_user()


def link_for(user: User) -> str:
    return f"/sign-in/{new_sign_in_link(user, timezone.now())}/"


def test_a_link_signs_in_once(live_server: LiveServer, me: User) -> None:
    link = link_for(me)
    assert Browser(live_server).send(link).is_in()
    second = Browser(live_server).send(link)
    assert second.status == 403
    assert "used before" in second.text
    assert not second.is_in()


def test_looking_at_a_link_does_not_use_it_up(live_server: LiveServer, me: User) -> None:
    link = link_for(me)
    scanner = Browser(live_server).ask(link)
    assert scanner.status == 200
    assert not scanner.is_in()
    assert Browser(live_server).send(link).is_in()


def test_a_link_ends_after_twelve_hours(me: User) -> None:
    now = timezone.now()
    token = new_sign_in_link(me, now)
    assert redeem_sign_in_link(token, now + timedelta(hours=12, seconds=1)) is None
    assert redeem_sign_in_link(token, now + timedelta(hours=11)) == me


def test_only_a_fingerprint_of_a_link_is_kept(me: User) -> None:
    token = new_sign_in_link(me, timezone.now())
    assert token not in str(SignInLink.objects.values().get())


def test_a_session_gets_a_new_name_on_signing_in(live_server: LiveServer, me: User) -> None:
    browser = Browser(live_server)
    browser.cookies[settings.SESSION_COOKIE_NAME] = "planted" * 4 + "abcd"
    browser.send(link_for(me))
    assert browser.is_in()
    assert not browser.session.startswith("planted")


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "192.168.1.7", "localhost@evil.example"]
)
def test_other_host_names_are_refused(live_server: LiveServer, me: User, host: str) -> None:
    assert Browser(live_server, Host=host).ask("/accounts/login/").status == 400


@pytest.mark.parametrize("header", FORWARDING_HEADERS)
def test_a_request_that_was_passed_on_needs_a_password(
    live_server: LiveServer, me: User, header: str
) -> None:
    name = header.removeprefix("HTTP_").replace("_", "-").title()
    link = link_for(me)
    outside = Browser(live_server, **{name: "203.0.113.9"})
    assert outside.ask(link).status == 403
    assert "password" in outside.text
    inside = Browser(live_server).send(link)
    assert inside.is_in(), "the refused attempt did not use the link up"
    inside.headers[name] = "203.0.113.9"
    assert not inside.is_in(), "nor does a session that began with a link go on elsewhere"


def test_a_second_user_ends_sessions_that_began_with_a_link(live_server: LiveServer, me: User) -> None:
    browser = Browser(live_server).send(link_for(me))
    unused = link_for(me)
    assert browser.is_in()
    make_user("second")
    assert not browser.is_in()
    assert Browser(live_server).ask(unused).status == 403
    with pytest.raises(AccountError, match="several people"):
        new_sign_in_link(me, timezone.now())


def test_a_public_address_needs_a_password(
    live_server: LiveServer, me: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser(live_server).send(link_for(me))
    unused = link_for(me)
    monkeypatch.setattr(settings, "PUBLIC_ADDRESS", "https://transom.example.org", raising=False)
    assert not browser.is_in()
    assert Browser(live_server).ask(unused).status == 403
    with pytest.raises(AccountError, match="public address"):
        new_sign_in_link(me, timezone.now())


def test_a_password_signs_in_whoever_else_is_there(live_server: LiveServer, me: User) -> None:
    make_user("second", password=PASS_PHRASE)
    browser = Browser(live_server, X_Forwarded_For="203.0.113.9")
    browser.send("/accounts/login/", login="second", password=PASS_PHRASE)
    assert browser.is_in()


def test_guessing_passwords_is_slowed_down(live_server: LiveServer, me: User) -> None:
    make_user("second", password=PASS_PHRASE)
    browser = Browser(live_server)
    for number in range(7):
        browser.send("/accounts/login/", login="second", password=f"guess number {number}")
    browser.send("/accounts/login/", login="second", password=PASS_PHRASE)
    assert browser.status in {200, 429}
    assert not browser.is_in()


def test_the_administrators_door_is_no_way_round(live_server: LiveServer, me: User) -> None:
    browser = Browser(live_server).ask("/admin/login/")
    assert browser.status == 302
    assert "/accounts/login/" in browser.place


def test_nobody_opens_an_account_uninvited(live_server: LiveServer, me: User) -> None:
    browser = Browser(live_server)
    browser.send("/accounts/signup/", email="a@example.org", password1=PASS_PHRASE, password2=PASS_PHRASE)
    assert User.objects.count() == 1


def test_an_invitation_opens_one_account(live_server: LiveServer, me: User) -> None:
    me.set_password(PASS_PHRASE)
    me.save()
    token = invite(me, "ada@example.org", timezone.now())
    assert token not in str(Invitation.objects.values().get())
    address = f"/invitation/{token}/"
    browser = Browser(live_server).ask(address)
    names = set(re.findall(r'name="(\w+)"', browser.text))
    form = {name: PASS_PHRASE for name in names if "password" in name} | {"name": "Ada"}
    assert browser.ask(address, form).status == 302
    assert browser.is_in()
    assert User.objects.get(email="ada@example.org").username == "ada"
    assert Browser(live_server).send(address, **form).status == 403
    assert User.objects.count() == 2


def test_an_invitation_ends_after_two_weeks(me: User) -> None:
    me.set_password(PASS_PHRASE)
    now = timezone.now()
    token = invite(me, "ada@example.org", now)
    with pytest.raises(AccountError, match="too old"):
        accept_invitation(token, name="", password=PASS_PHRASE, now=now + timedelta(days=15))


def test_a_weak_password_opens_nothing(me: User) -> None:
    me.set_password(PASS_PHRASE)
    now = timezone.now()
    token = invite(me, "ada@example.org", now)
    with pytest.raises(AccountError):
        accept_invitation(token, name="", password="password12", now=now)
    assert accept_invitation(token, name="", password=PASS_PHRASE, now=now).email == "ada@example.org"


def test_whoever_has_links_only_cannot_lock_themselves_out(me: User) -> None:
    with pytest.raises(AccountError, match="password or a passkey for yourself first"):
        invite(me, "ada@example.org", timezone.now())
