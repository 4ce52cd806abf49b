"""The mails about an account, all of them in our own words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.template.loader import get_template, render_to_string
from django.test import Client
from django.utils import timezone
from tests.factories import make_user
from tests.interfaces.web.test_words import FORBIDDEN

OURS = Path(str(apps.get_app_config("web").path)) / "templates"
EVERYTHING: dict[str, Any] = {
    "email": "nina@example.org",
    "username": "nina",
    "code": "Q7R-K2M",
    "password_reset_url": "https://transom.example/reset?a=1&b=2",
    "activate_url": "https://transom.example/confirm",
    "signup_url": "https://transom.example/signup",
    "from_email": "old@example.org",
    "to_email": "new@example.org",
    "deleted_email": "old@example.org",
    "ip": "203.0.113.9",
    "user_agent": "Firefox & friends",
    "timestamp": timezone.now(),
    "current_site": {"name": "transom.example", "domain": "transom.example"},
}
DEFAULTS = re.compile(
    r"Hello from|Thank you for using|You.re receiving|You are receiving|proper security precautions|safely ignored|"
    r"example\.com|Two-Factor|security key|recovery code|sign ?up",
    re.I,
)


def theirs() -> Iterator[str]:
    """The names of all mails that the sign-in library can send, as far as its parts are installed."""
    for config in apps.get_app_configs():
        if config.name.startswith("allauth"):
            # All its parts keep their templates in one folder, each under its own label.
            folder = Path(config.module.__path__[0])
            root = next(one for one in (folder, *folder.parents) if (one / "templates").is_dir())
            for path in sorted((root / "templates" / config.label / "email").glob("*.txt")):
                yield f"{config.label}/email/{path.name}"


NAMES = sorted(set(theirs()))


def test_there_are_some() -> None:
    assert {"account/email/password_reset_key_message.txt", "mfa/email/webauthn_added_subject.txt"} <= set(
        NAMES
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_mail_is_in_our_own_words(name: str) -> None:
    assert Path(str(get_template(name).origin)).is_relative_to(OURS)  # type: ignore[attr-defined]
    without_code = [("code",)] if "email_confirmation" in name else []
    for left_out in ((), ("username",), *without_code):
        said = render_to_string(
            name, {key: one for key, one in EVERYTHING.items() if key not in left_out}
        ).strip()
        assert said
        assert not DEFAULTS.search(said), said
        assert not FORBIDDEN.search(said), said
        assert "&amp;" not in said
        assert "\n\n\n" not in said
    if name.endswith("_subject.txt"):
        assert "\n" not in said


@pytest.mark.django_db
def test_somebody_who_forgot_their_password_is_told_what_to_do() -> None:
    nina = make_user("nina", password="a pass phrase of nina")
    EmailAddress.objects.get_or_create(user=nina, email=nina.email, verified=True, primary=True)
    assert Client().post("/accounts/password/reset/", {"email": nina.email}).status_code == 302
    [sent] = mail.outbox
    assert sent.subject == "Choose a new password for Transom"
    assert sent.to == [nina.email]
    (address,) = re.findall(r"https?://\S+", sent.body)
    assert Client().get("/" + address.split("/", 3)[3]).status_code == 302
    assert "If it was not you, do nothing" in sent.body
    assert not sent.alternatives  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_a_stranger_is_told_that_there_is_no_account() -> None:
    assert Client().post("/accounts/password/reset/", {"email": "nobody@example.org"}).status_code == 302
    [sent] = mail.outbox
    assert sent.subject == "Nobody signs in to Transom with this address"
    assert "by invitation" in sent.body
    assert not re.search(r"https?://", sent.body)


def test_nothing_stands_before_a_subject() -> None:
    assert settings.ACCOUNT_EMAIL_SUBJECT_PREFIX == ""
