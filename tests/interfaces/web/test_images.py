"""The image proxy."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from tests import factories

from transom.engine.core.errors import FetchError
from transom.interfaces.web.images import PictureCache, picture_address, raster_type, remote_address
from transom.interfaces.web.views import images

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
DOOR = "https://pictures.example.org/door.png"


def test_an_address_comes_back_as_it_was_signed() -> None:
    token = picture_address(DOOR).split("/")[2]
    assert remote_address(token) == DOOR


def test_an_address_that_was_not_signed_here_is_refused() -> None:
    token = picture_address(DOOR).split("/")[2]
    assert remote_address(token[:-1] + ("a" if token[-1] != "a" else "b")) is None


@pytest.mark.parametrize(
    "data",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b'<?xml version="1.0"?><svg/>',
        b"<html><script>alert(1)</script>",
        b"\x89PN",
        b"",
    ],
)
def test_only_raster_pictures_pass(data: bytes) -> None:
    assert raster_type(data) == ""


@pytest.fixture
def reader(db: None) -> Client:
    client = Client()
    client.force_login(factories.make_user())
    return client


def test_a_picture_is_fetched_once(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def fetch(address: str, user: object) -> bytes:
        asked.append(address)
        return PNG

    monkeypatch.setattr(images, "fetch_picture", fetch)
    address = picture_address(DOOR + "?once")
    answers = [reader.get(address), reader.get(address)]
    assert asked == [DOOR + "?once"]
    assert [answer.content for answer in answers] == [PNG, PNG]
    assert answers[0]["Content-Type"] == "image/png"
    assert answers[0]["X-Content-Type-Options"] == "nosniff"
    assert "private" in answers[0]["Cache-Control"]


def test_a_drawing_is_not_shown_whatever_it_calls_itself(
    reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "fetch_picture", lambda address, user: b"<svg onload='alert(1)'/>")
    assert reader.get(picture_address(DOOR + "?svg")).status_code == 404


def test_a_picture_that_cannot_be_had_is_not_there(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(address: str, user: object) -> bytes:
        raise FetchError("timeout", "It did not answer.", url=address)

    monkeypatch.setattr(images, "fetch_picture", fail)
    assert reader.get(picture_address(DOOR + "?gone")).status_code == 404


def test_an_unsigned_address_is_never_fetched(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "fetch_picture", lambda address, user: pytest.fail("it was fetched"))
    assert reader.get("/image/https%3A%2F%2Fevil.example%2F/").status_code == 404


def test_the_folder_stays_within_its_limit(tmp_path: Path) -> None:
    cache = PictureCache(tmp_path, largest=3 * len(PNG))
    for number in range(8):
        cache.keep(f"{DOOR}?{number}", PNG)
    cache.prune()
    assert sum(1 for _ in tmp_path.glob("*/*")) == 3


def test_a_folder_that_cannot_be_written_only_costs_the_cache(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    cache = PictureCache(blocked)
    cache.keep(DOOR, PNG)
    assert cache.find(DOOR) is None
