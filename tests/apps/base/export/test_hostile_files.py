"""An export may be damaged, or made to harm: a clear refusal, and nothing of it is kept."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from tests.factories import make_note, make_user
from tests.privacy.people import a_full_person, a_public_item

from transom.apps.accounts.models import Profile, User
from transom.apps.base.export import ExportError, archive, export_user, import_user
from transom.apps.library.models import Item, ItemBody, Note
from transom.apps.sources.models import Source

pytestmark = pytest.mark.django_db

Files = dict[str, bytes]
MANIFEST = json.dumps({"format": 1, "version": "0.1.0", "rows": {}}).encode()


@pytest.fixture
def newcomer() -> User:
    return make_user("newcomer")


def zipped(files: Mapping[str, bytes]) -> io.BytesIO:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, raw in files.items():
            file.writestr(name, raw)
    made.seek(0)
    return made


@cache
def a_real_export() -> Mapping[str, bytes]:
    """The export of somebody on another instance: nothing of it is here."""
    with transaction.atomic():
        person = a_full_person("ada", "zwetschge", a_public_item())
        with export_user(person.user) as made, zipfile.ZipFile(made) as file:
            files = {name: file.read(name) for name in file.namelist()}
        transaction.set_rollback(True)
    return MappingProxyType(files)


def lines(*rows: dict[str, Any]) -> bytes:
    return b"\n".join(json.dumps(row).encode() for row in rows)


def changed(files: Mapping[str, bytes], name: str, **values: Any) -> Files:
    """The export with these values in the first row of a file."""
    rows = [json.loads(line) for line in files[name].splitlines()]
    rows[0] |= values
    return {**files, name: lines(*rows)}


def everything_here() -> dict[str, int]:
    return {model.__name__: model._base_manager.count() for model in (Source, Item, Note, Profile)}


def refused(user: User, file: Any, because: str) -> None:
    before = everything_here()
    with pytest.raises(ExportError, match=because):
        import_user(user, file, vouched=True)
    assert everything_here() == before


def test_a_file_that_is_no_zip(newcomer: User) -> None:
    refused(newcomer, io.BytesIO(b"PK\x03\x04 and then nothing"), "no whole ZIP file")


def test_a_file_that_is_not_there(newcomer: User) -> None:
    refused(newcomer, Path("/nowhere/export.zip"), "There is no file")


def test_a_zip_of_something_else(newcomer: User) -> None:
    refused(newcomer, zipped({"holiday.jpg": b"\xff\xd8"}), "no export made by Transom")


def test_an_export_of_a_newer_format(newcomer: User) -> None:
    newer = json.dumps({"format": 99, "version": "9.0", "rows": {}}).encode()
    refused(newcomer, zipped({"manifest.json": newer}), "newer Transom")


def test_a_table_nobody_knows(newcomer: User) -> None:
    refused(newcomer, zipped({"manifest.json": MANIFEST, "data/x.y.jsonl": b"{}"}), "does not know")


def test_names_that_climb_out_of_a_folder_write_nothing(newcomer: User, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    import_user(newcomer, zipped({"manifest.json": MANIFEST, f"../../..{outside}": b"!"}), vouched=True)
    assert not outside.exists()


def test_a_bomb_is_not_unpacked(newcomer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "SMALL", 1024**2)
    bomb = zipped({"manifest.json": MANIFEST, "data/library.note.jsonl": b"\n" * (64 * 1024**2)})
    assert len(bomb.getvalue()) < 100_000
    refused(newcomer, bomb, "far larger")


def test_one_endless_line(newcomer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LONGEST_LINE", 100_000)
    refused(
        newcomer,
        zipped({"manifest.json": MANIFEST, "data/library.note.jsonl": b"x" * 2_000_000}),
        "far too long",
    )


def test_thousands_of_files(newcomer: User) -> None:
    many = {f"pages/{number}": b"" for number in range(1500)}
    refused(newcomer, zipped({"manifest.json": MANIFEST, **many}), "1501 files")


@pytest.mark.parametrize("line", [b"{", b"[]", b"7", b'{"id": NaN}', b"[" * 100_000, b"\xff\xfe", b'"x"'])
def test_lines_that_are_no_rows(newcomer: User, line: bytes) -> None:
    refused(
        newcomer,
        zipped({"manifest.json": MANIFEST, "data/library.note.jsonl": line}),
        "line 1 is no (JSON|row)",
    )


def test_a_damaged_byte(newcomer: User) -> None:
    raw = bytearray(zipped(a_real_export()).getvalue())
    with zipfile.ZipFile(io.BytesIO(raw)) as file:
        info = file.getinfo("data/library.note.jsonl")
    place = info.header_offset + 30 + len(info.filename) + info.compress_size // 2
    raw[place] ^= 0xFF
    refused(newcomer, io.BytesIO(raw), "damaged")


@pytest.mark.parametrize(
    ("name", "values", "because"),
    [
        ("library.note", {"item": 4711}, "not in the export"),
        ("library.note", {"item": None}, "not in the export"),
        ("library.note", {"item": {"$gt": 0}}, "not in the export"),
        ("library.note", {"user": "admin"}, "another user"),
        ("library.note", {"user": None}, "contradicts"),
        ("library.note", {"text": 5}, "no text"),
        ("library.note", {"text": None}, "missing"),
        ("library.note", {"text": "a\x00b"}, "NUL"),
        ("library.note", {"text": "half \ud83d"}, "half a character"),
        ("library.note", {"created_at": "yesterday"}, "created_at"),
        ("library.note", {"created_at": "2026-01-01T00:00:00"}, "without its zone"),
        ("library.note", {"is_admin": True}, "knows no 'is_admin'"),
        ("library.note", {"id": [1]}, "key is missing"),
        ("library.item", {"access": "secret"}, "access"),
        ("library.item", {"title_key": "x" * 500}, "title_key"),
        ("library.item", {"minutes": "long"}, "minutes"),
        ("library.itemterms", {"data": "%%%"}, "base64"),
        ("accounts.user", {"is_superuser": True}, "knows no 'is_superuser'"),
        ("accounts.profile", {"minutes": [1, 2]}, "minutes of a week"),
        ("accounts.profile", {"interests": {"a": 1}}, "list of words"),
        ("brief.briefline", {"reasons": ["\x00"]}, "NUL"),
        ("library.tag", {"items": 3}, "list of keys"),
    ],
)
def test_a_row_that_cannot_be(name: str, values: dict[str, Any], because: str, newcomer: User) -> None:
    files = changed(a_real_export(), f"data/{name}.jsonl", **values)
    refused(newcomer, zipped(files), because)


def test_two_rows_that_contradict_each_other(newcomer: User) -> None:
    files = dict(a_real_export())
    rows = [json.loads(line) for line in files["data/library.tag.jsonl"].splitlines()]
    files["data/library.tag.jsonl"] = lines(*rows, {**rows[0], "id": 99_999})
    refused(newcomer, zipped(files), "contradicts itself")


def test_html_is_cleaned_and_addresses_that_run_something_go(newcomer: User) -> None:
    files = changed(
        a_real_export(), "data/library.item.jsonl", address=" java\nscript:alert(1)", title="Bad one"
    )
    rows = [json.loads(line) for line in files["data/library.itembody.jsonl"].splitlines()]
    rows[0]["html"] = "<p onclick='x()'>Fine</p><script>evil()</script>"
    files["data/library.itembody.jsonl"] = lines(*rows)
    import_user(newcomer, zipped(files), vouched=True)
    body = ItemBody.objects.get(pk=rows[0]["item"])
    assert body.html == "<p>Fine</p>"
    assert not Item.objects.filter(address__contains="script").exists()


def test_a_time_zone_from_nowhere_becomes_utc(newcomer: User) -> None:
    files = changed(a_real_export(), "data/accounts.profile.jsonl", time_zone="../../etc/passwd")
    import_user(newcomer, zipped(files), vouched=True)
    assert Profile.objects.get(user=newcomer).time_zone == "UTC"


def test_ids_from_the_far_future_are_not_kept(newcomer: User) -> None:
    files = dict(a_real_export())
    rows = [json.loads(line) for line in files["data/library.item.jsonl"].splitlines()]
    far = 2**63 - 1
    text = b"\n".join(files["data/library.item.jsonl"].splitlines())
    key = rows[0]["id"]
    for name in files:
        if name.startswith(("data/library", "data/brief", "data/participation")):
            files[name] = files[name].replace(str(key).encode(), str(far).encode())
    assert text != files["data/library.item.jsonl"]
    import_user(newcomer, zipped(files), vouched=True)
    latest = (timezone.now() + timedelta(minutes=1)).timestamp() * 1_000_000
    assert all(0 < pk < latest for pk in Item.objects.values_list("pk", flat=True))


def test_an_account_in_use_is_left_alone(newcomer: User) -> None:
    files = dict(a_real_export())
    make_note(newcomer, a_public_item(), "mine")
    refused(newcomer, zipped(files), "in use already")


def test_where_others_have_accounts_somebody_has_to_vouch(newcomer: User) -> None:
    make_user("somebody-else")
    files = dict(a_real_export())
    with pytest.raises(ExportError, match="Other people use this instance"):
        import_user(newcomer, zipped(files))
    assert not Note.objects.filter(user=newcomer).exists()


def test_a_mail_address_that_is_anothers_is_not_taken_over(newcomer: User) -> None:
    make_user("ada")
    import_user(newcomer, zipped(a_real_export()), vouched=True)
    newcomer.refresh_from_db()
    assert newcomer.email == "newcomer@example.org"
