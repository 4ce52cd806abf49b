"""The buttons of a mailed brief: no sign-in, signed, and nothing counts until somebody presses Yes."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from tests.factories import make_brief, make_handed_in, make_item, make_user

from transom.apps.accounts.models import User
from transom.apps.brief.mail_links import link_token
from transom.apps.brief.models import BriefLine, Feedback, Signal
from transom.apps.library.models import Item

pytestmark = pytest.mark.django_db


@pytest.fixture
def nora() -> User:
    return make_user("nora")


@pytest.fixture
def item() -> Item:
    return make_item("Paper is a promise")


def address(user: User, item: Item, say: str = "less", *, line: int | None = None) -> str:
    return f"/mail-feedback/{link_token(user.pk, item.pk, say, line=line)}/"


def test_a_mail_scanner_that_opens_the_link_says_nothing(nora: User, item: Item) -> None:
    client = Client(enforce_csrf_checks=True)
    for ask in (client.get, client.head):
        assert ask(address(nora, item)).status_code == 200
    assert client.post(address(nora, item)).status_code == 403
    assert not Feedback.objects.exists()


def test_pressing_yes_notes_it_for_the_reader_of_the_mail_without_signing_in(nora: User, item: Item) -> None:
    line = make_brief(nora, [item]).lines.get()
    client = Client(enforce_csrf_checks=True)
    where = address(nora, item, line=line.pk)
    page = client.get(where)
    assert "Paper is a promise" in page.content.decode()
    (token,) = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())
    answer = client.post(where, {"csrfmiddlewaretoken": token})
    assert "Noted" in answer.content.decode()
    row = Feedback.objects.get()
    assert (row.user, row.item, row.signal, row.line) == (nora, item, Signal.LESS, line)
    assert BriefLine.objects.get(pk=line.pk).touched_at is not None
    assert client.get("/settings/").status_code == 302


def test_pressing_yes_twice_counts_once(nora: User, item: Item) -> None:
    for _ in range(2):
        Client().post(address(nora, item, "more"))
    assert Feedback.objects.filter(user=nora, signal=Signal.MORE).count() == 1


def test_a_changed_link_another_account_or_an_inactive_one_finds_nothing(nora: User, item: Item) -> None:
    other = Client()
    other.force_login(make_user("wim"))
    assert other.get(address(nora, item)).status_code == 404
    assert Client().get(address(nora, item)[:-3] + "/").status_code == 404
    private = make_handed_in(make_user("ada"))
    assert Client().get(address(nora, private)).status_code == 404
    User.objects.filter(pk=nora.pk).update(is_active=False)
    assert Client().post(address(nora, item)).status_code == 404
    assert not Feedback.objects.exists()


def test_the_page_is_kept_by_no_cache_and_tells_no_other_site(nora: User, item: Item) -> None:
    page = Client().get(address(nora, item))
    assert page["Cache-Control"] == "no-store"
    assert page["Referrer-Policy"] == "same-origin"
