"""Just after a start the library is still being read: the brief's page says so instead of keeping everybody waiting."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.factories import make_item, make_source, make_subscription, make_user

from transom.apps.accounts.models import User
from transom.apps.brief.candidates import warm
from transom.apps.brief.models import Brief

pytestmark = pytest.mark.django_db

SAID = "is looking through your library"


@pytest.fixture
def reader() -> Client:
    warm.forget()
    user = make_user("nora")
    source = make_source("Stacks")
    make_subscription(user, source)
    make_item("The second door", source=source, published=timezone.now() - timedelta(hours=2))
    client = Client()
    client.force_login(user)
    return client


@contextmanager
def _being_read(user: User) -> Iterator[None]:
    held, enough = threading.Event(), threading.Event()

    def read() -> None:
        with warm.warm_for(user.pk).store.kept_still():
            held.set()
            enough.wait(20)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        assert held.wait(10)
        yield
    finally:
        enough.set()
        thread.join()


def test_the_page_says_that_the_library_is_read_and_asks_again(reader: Client) -> None:
    with _being_read(User.objects.get()):
        page = reader.get("/").content.decode()
        assert SAID in page
        assert 'hx-trigger="every 1s"' in page
        assert '<noscript><meta http-equiv="refresh"' in page
        assert not Brief.objects.exists()
        assert SAID in reader.get("/brief/progress/").content.decode()
    body = reader.get("/brief/progress/").content.decode()
    assert SAID not in body
    assert "The second door" in body


def test_a_brief_that_is_made_is_shown_at_once(reader: Client) -> None:
    assert "The second door" in reader.get("/").content.decode()
    with _being_read(User.objects.get()):
        page = reader.get("/").content.decode()
    assert "The second door" in page
    assert SAID not in page
