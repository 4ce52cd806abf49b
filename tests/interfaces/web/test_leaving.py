"""What leaves this computer: every host that was asked, to whoever it was asked for, and to nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.apps.library.documents import entry, feed
from tests.factories import make_source, make_user
from tests.servers import LoopbackServer, Seen, in_thread, reply

from transom.apps.accounts.models import User
from transom.apps.base.export import export_user
from transom.apps.base.models import OutgoingContact
from transom.apps.library.refresh import make_client, refresh_sources
from transom.apps.sources.models import Source
from transom.interfaces.web.images import picture_address

pytestmark = pytest.mark.django_db

PAGE = (
    b"<!doctype html><title>Doors</title><article><p>"
    + b"The old room had two doors. " * 40
    + b"</p></article>"
)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


async def site(seen: Seen, writer: asyncio.StreamWriter) -> None:
    if seen.path == "/away":
        writer.write(reply(302, [("Location", "http://10.0.0.9/")]))
    elif seen.path == "/feed":
        writer.write(reply(200, body=feed([entry(title="One")])))
    elif seen.path == "/door.png":
        writer.write(reply(200, [("Content-Type", "image/png")], PNG))
    else:
        writer.write(reply(200, [("Content-Type", "text/html")], PAGE))


@pytest.fixture
def server(settings: Any) -> Iterator[LoopbackServer]:
    with in_thread(site) as running:
        settings.OPTIONS = replace(
            settings.OPTIONS,
            allowed_private=(f"127.0.0.1:{running.port}", f"localhost:{running.port}"),
            unspaced_hosts=("127.0.0.1", "localhost"),
        )
        yield running


@pytest.fixture
def ann() -> User:
    return make_user("ann")


@pytest.fixture
def bob() -> User:
    return make_user("bob")


def seen_by(user: User) -> str:
    browser = signed_in(user)
    return browser.get("/leaving/").content.decode()


def signed_in(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def refresh(*sources: Source) -> None:
    refresh_sources([source.pk for source in sources], make_client(), now=timezone.now())


def test_a_handed_in_link_shows_to_whoever_handed_it_in(ann: User, bob: User, server: LoopbackServer) -> None:
    signed_in(ann).post("/sources/add/", {"text": server.url("/page")})
    assert "to fetch a link you handed in" in seen_by(ann)
    assert "127.0.0.1" in seen_by(ann)
    assert "127.0.0.1" not in seen_by(bob)


def test_looking_for_feeds_and_pictures_show_too(ann: User, bob: User, server: LoopbackServer) -> None:
    reader = signed_in(ann)
    reader.post("/sources/add/", {"address": server.url("/feed")})
    reader.get(picture_address(server.url("/door.png", "localhost")))
    page = seen_by(ann)
    assert "to find the feed of a site you named" in page
    assert "to show a picture in something you read" in page
    assert "localhost" in page
    assert "localhost" not in seen_by(bob)


def test_a_private_feed_shows_to_its_owner_and_a_public_one_to_all(
    ann: User, bob: User, server: LoopbackServer
) -> None:
    refresh(
        make_source(owner=ann, address=server.url("/feed", "localhost"), host="localhost"),
        make_source(address=server.url("/feed"), host="127.0.0.1"),
    )
    assert "localhost" in seen_by(ann)
    assert "localhost" not in seen_by(bob)
    assert "127.0.0.1" in seen_by(bob)


def test_requests_for_two_users_and_for_all_are_counted_apart(
    ann: User, bob: User, server: LoopbackServer
) -> None:
    shared = make_source(address=server.url("/feed"), host="127.0.0.1")
    own = [make_source(owner=user, address=server.url("/feed"), host="127.0.0.1") for user in (ann, bob)]
    for _ in range(2):
        refresh(shared, *own)
    counts = OutgoingContact.objects.order_by("owner_id").values_list("owner_id", "requests")
    assert set(counts) == {(None, 2), (ann.pk, 2), (bob.pk, 2)}
    assert "4 times" in seen_by(ann)


def test_what_was_refused_is_not_said_to_have_left(ann: User, server: LoopbackServer) -> None:
    reader = signed_in(ann)
    for address in ("http://10.0.0.1/x", "http://169.254.169.254/", server.url("/away")):
        reader.post("/sources/add/", {"text": address})
    page = seen_by(ann)
    assert "10.0.0." not in page
    assert "169.254" not in page
    assert "127.0.0.1" in page


def test_a_host_that_nobody_knows_was_asked_for_and_shows(ann: User) -> None:
    signed_in(ann).post("/sources/add/", {"text": "http://nobody.invalid/x"})
    assert "nobody.invalid" in seen_by(ann)


def test_the_export_has_what_was_asked_for_its_user_alone(
    ann: User, bob: User, server: LoopbackServer
) -> None:
    import zipfile

    signed_in(ann).post("/sources/add/", {"text": server.url("/page")})
    for user, there in ((ann, True), (bob, False)):
        with export_user(user) as file, zipfile.ZipFile(file) as archive:
            assert (b"127.0.0.1,hand-in,1" in archive.read("what-left.csv")) is there
