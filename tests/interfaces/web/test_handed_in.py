"""What one handed in, on its page: its file, and taking it back."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from tests.engine.parse.test_pdf import pdf
from tests.factories import NOW, make_item, make_sighting, make_user

from transom.apps.accounts.models import User
from transom.apps.library import media, services
from transom.apps.library.models import Item, Sighting
from transom.interfaces.web.views import adding

pytestmark = pytest.mark.django_db

PDF = pdf()


@pytest.fixture
def user() -> User:
    return make_user()


@pytest.fixture
def reader(user: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(media, "media_folder", lambda owner_id: tmp_path / str(owner_id))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def document(user: User, reader: Client) -> Item:
    return services.hand_in_pdf(user, PDF, "boxes.pdf", NOW)


def test_the_file_comes_back_byte_for_byte_and_never_opens_inside_these_pages(
    reader: Client, document: Item
) -> None:
    address = f"/read/{document.pk}/file/"
    assert address in reader.get(f"/read/{document.pk}/").content.decode()
    answer = reader.get(address)
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer["Content-Disposition"] == 'attachment; filename="Boxes.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_nobody_else_gets_the_file_or_can_delete_it(document: Item) -> None:
    other = Client()
    other.force_login(make_user())
    assert other.get(f"/read/{document.pk}/file/").status_code == 404
    assert other.post(f"/read/{document.pk}/take-back/").status_code == 404
    assert Item.objects.get() == document


def test_an_item_without_a_file_has_none(reader: Client) -> None:
    item = make_item()
    assert reader.get(f"/read/{item.pk}/file/").status_code == 404
    assert "/file/" not in reader.get(f"/read/{item.pk}/").content.decode()


def test_what_was_handed_in_can_be_taken_back_by_a_press_and_not_by_a_look(
    reader: Client, document: Item, tmp_path: Path
) -> None:
    address = f"/read/{document.pk}/take-back/"
    assert reader.get(address).status_code == 405
    answer = reader.post(address, follow=True)
    assert "Deleted, with your notes" in answer.content.decode()
    assert not Item.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_what_a_source_published_cannot_be_deleted(reader: Client) -> None:
    item = make_item()
    answer = reader.post(f"/read/{item.pk}/take-back/", follow=True)
    assert "Only what you handed in yourself" in answer.content.decode()
    assert Item.objects.get() == item


def test_taking_apart_what_cannot_be_says_why(reader: Client) -> None:
    item = make_item()
    make_sighting(item)
    own = Sighting.objects.get(item=item, source=item.home)
    answer = reader.post(f"/seen/{own.pk}/split/", follow=True)
    assert "Take the other place apart instead" in answer.content.decode()


def test_a_mark_is_shown_where_it_was_made_though_the_words_stand_there_twice(
    user: User, reader: Client
) -> None:
    item = make_item(body="<p>記録を移した。今年も記録を移した。</p>")
    start = item.body.text.rindex("記録")
    services.add_highlight(user, item, quote="記録", start=start, end=start + 2, now=NOW)
    page = reader.get(f"/read/{item.pk}/").content.decode()
    assert '記録を移した。今年も<mark id="passage-' in page


def test_a_link_that_is_everybodys_already_is_said_to_be_saved(
    reader: Client, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = make_item("The second door")
    monkeypatch.setattr(adding, "_handed_in", lambda *given: known)
    page = reader.post("/sources/add/", {"text": known.address}, follow=True).content.decode()
    assert "in your library already, so it was saved" in page
    assert "Only you see it" not in page


def test_a_pasted_text_is_said_to_be_ones_own(reader: Client) -> None:
    page = reader.post("/sources/add/", {"text": "Two doors\nWhy the old room had two."}, follow=True)
    assert "Handed in. Only you see it." in page.content.decode()
