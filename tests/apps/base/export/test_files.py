"""The files that a user handed in go out with the export and come in with it."""

from __future__ import annotations

import errno
import io
import shutil
import zipfile
from pathlib import Path
from unittest import mock

import pytest
from tests.engine.parse.test_pdf import pdf
from tests.factories import NOW, make_user

from transom.apps.accounts.models import User
from transom.apps.base.export import ExportError, export_user, import_user
from transom.apps.library import media, services
from transom.apps.library.errors import LibraryError
from transom.apps.library.models import Item

pytestmark = pytest.mark.django_db

PDF = pdf()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(media, "media_folder", lambda owner_id: tmp_path / str(owner_id))
    return tmp_path


@pytest.fixture
def user() -> User:
    return make_user("ines")


def taken_out(user: User) -> io.BytesIO:
    with export_user(user) as file:
        return io.BytesIO(file.read())


def emptied(user: User, folder: Path) -> User:
    """As on a new instance: nothing of the user is left, and an account that is empty."""
    Item.objects.all().delete()
    user.delete()
    for one in folder.iterdir():
        shutil.rmtree(one)
    return make_user("newcomer", is_superuser=True)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def with_file(archive: io.BytesIO, name: str, raw: bytes) -> io.BytesIO:
    """The archive with one of its files replaced, or one more."""
    made = io.BytesIO()
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(made, "w") as new:
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info.filename, old.read(info))
        new.writestr(name, raw)
    made.seek(0)
    return made


def test_a_pdf_comes_back_to_its_item(user: User, folder: Path) -> None:
    services.hand_in_pdf(user, PDF, "boxes.pdf", NOW)
    services.hand_in_pdf(make_user(), pdf(title="Another's"), "other.pdf", NOW)
    archive = taken_out(user)
    newcomer = emptied(user, folder)
    import_user(newcomer, archive, vouched=True)
    item = Item.objects.get(owner=newcomer)
    path = services.media_path(newcomer, item)
    assert path is not None
    assert path.read_bytes() == PDF
    assert files(folder) == [path]


def test_a_file_of_nobodys_row_is_not_kept(user: User, folder: Path) -> None:
    services.hand_in_text(user, "", "Words", NOW)
    archive = taken_out(user)
    for name in ("files/library.item/77.pdf", "files/library.item/../../x.pdf", "files/library.item/x.pdf"):
        archive = with_file(archive, name, PDF)
    newcomer = emptied(user, folder)
    import_user(newcomer, archive, vouched=True)
    assert Item.objects.get().title == "Words"
    assert files(folder) == []


def test_what_is_no_pdf_refuses_the_whole_and_leaves_nothing(user: User, folder: Path) -> None:
    item = services.hand_in_pdf(user, PDF, "boxes.pdf", NOW)
    archive = with_file(taken_out(user), f"files/library.item/{item.pk}.pdf", b"<script>")
    newcomer = emptied(user, folder)
    with pytest.raises(ExportError, match="no PDF"):
        import_user(newcomer, archive, vouched=True)
    assert not Item.objects.exists()
    assert files(folder) == []


def test_a_full_disk_refuses_the_whole_and_leaves_nothing(user: User, folder: Path) -> None:
    services.hand_in_pdf(user, PDF, "boxes.pdf", NOW)
    services.hand_in_pdf(user, pdf(title="Second"), "second.pdf", NOW)
    archive = taken_out(user)
    newcomer = emptied(user, folder)
    full = [None, OSError(errno.ENOSPC, "No space left on device")]
    with (
        mock.patch("transom.apps.library.media.os.fsync", side_effect=full),
        pytest.raises(LibraryError, match="Make room"),
    ):
        import_user(newcomer, archive, vouched=True)
    assert not Item.objects.exists()
    assert files(folder) == []
